"""Which version of a tool runs: who lets a project choose it, by which files, and who prints it."""

from __future__ import annotations

from typing import Final

from dfopt.expression import Expression
from dfopt.knowledge.installs import CARGO

VERSIONS_OF: Final = r"python[0-9.]*|pip[0-9.]*|node|nodejs|ruby|php|java|javac|gcc|g\+\+|git|rustc|perl"
"""On names: programs that print their version and end, if they are asked for it with one of these options."""
CHOSEN_BY: Final = {"rustc": CARGO}
"""Programs of which the project may choose the version, with the tool whose files say so
(https://rust-lang.github.io/rustup/overrides.html)."""
VERSION_MANAGERS: Final = Expression(
    r"(?i)\b(asdf|mise|rtx|proto|volta|fnm|nvm|sdkman|pyenv|rbenv|rvm|chruby|nodenv|jenv|jabba|goenv|gvm|phpenv|phpbrew"
    r"|plenv|perlbrew|exenv|kiex|kerl|gobrew|tfenv)"
)
"""Programs that put something in the place of tools, which chooses the version by files of the project."""
CHOOSING: Final = (
    ".tool-versions",
    "mise.toml",
    ".mise.toml",
    "mise",
    ".mise",
    ".config/mise.toml",
    ".config/mise",
    ".prototools",
    ".python-version",
    ".python-versions",
    ".node-version",
    ".nvmrc",
    ".ruby-version",
    ".ruby-gemset",
    ".rvmrc",
    ".java-version",
    ".sdkmanrc",
    ".jabbarc",
    ".go-version",
    ".php-version",
    ".perl-version",
    ".elixir-version",
    ".exenv-version",
    ".kiexrc",
)
"""These files and folders, in the folder and in those above it (the manuals of the version managers)."""
VERSION_OPTIONS: Final = frozenset(["--version", "-V", "-v", "-version"])
