"""What lies in build contexts and no build needs: patterns of ``.dockerignore``, with what each is."""

from __future__ import annotations

from typing import Final, Literal

import msgspec


class Unwanted(msgspec.Struct, frozen=True):
    """``beside`` are names of which one must lie beside what the pattern names; empty if it stands for itself."""

    pattern: str
    kind: Literal[
        "version control", "dependencies", "build output", "cache", "editor", "secret", "log", "operating system"
    ]
    beside: tuple[str, ...] = ()


UNWANTED: Final = (
    Unwanted("**/.git", "version control"),
    Unwanted("**/.hg", "version control"),
    Unwanted("**/.svn", "version control"),
    Unwanted("**/node_modules", "dependencies", ("package.json",)),
    Unwanted("**/bower_components", "dependencies", ("bower.json",)),
    Unwanted("**/.venv", "dependencies"),
    Unwanted("**/venv", "dependencies", ("requirements.txt", "pyproject.toml", "setup.py")),
    Unwanted("**/env/pyvenv.cfg", "dependencies"),
    Unwanted("**/__pycache__", "cache"),
    Unwanted("**/*.py[cod]", "cache"),
    Unwanted("**/.pytest_cache", "cache"),
    Unwanted("**/.mypy_cache", "cache"),
    Unwanted("**/.ruff_cache", "cache"),
    Unwanted("**/.tox", "cache"),
    Unwanted("**/.nox", "cache"),
    Unwanted("**/.hypothesis", "cache"),
    Unwanted("**/*.egg-info", "build output"),
    Unwanted("**/.gradle", "cache", ("build.gradle", "build.gradle.kts", "settings.gradle", "gradlew")),
    Unwanted("**/.terraform", "cache"),
    Unwanted("**/.next", "build output", ("package.json",)),
    Unwanted("**/.nuxt", "build output", ("package.json",)),
    Unwanted("**/.parcel-cache", "cache"),
    Unwanted("**/.nyc_output", "cache"),
    Unwanted("**/coverage", "build output", ("package.json",)),
    Unwanted("**/htmlcov", "build output"),
    Unwanted("**/.coverage", "cache"),
    Unwanted("**/target", "build output", ("Cargo.toml",)),
    Unwanted("**/obj", "build output", ("*.csproj", "*.fsproj")),
    Unwanted("**/bin", "build output", ("*.csproj", "*.fsproj")),
    Unwanted("**/_build", "build output", ("mix.exs",)),
    Unwanted("**/deps", "dependencies", ("mix.exs",)),
    Unwanted("**/.bundle", "cache", ("Gemfile",)),
    Unwanted("**/.sass-cache", "cache"),
    Unwanted("**/.idea", "editor"),
    Unwanted("**/.vscode", "editor"),
    Unwanted("**/.vs", "editor"),
    Unwanted("**/*.sw[op]", "editor"),
    Unwanted("**/.DS_Store", "operating system"),
    Unwanted("**/Thumbs.db", "operating system"),
    Unwanted("**/npm-debug.log*", "log"),
    Unwanted("**/yarn-error.log", "log"),
    Unwanted("**/*.log", "log"),
    Unwanted("**/.env", "secret"),
    Unwanted("**/.env.*local", "secret"),
    Unwanted("**/*.pem", "secret"),
    Unwanted("**/*.key", "secret"),
    Unwanted("**/*.p12", "secret"),
    Unwanted("**/*.pfx", "secret"),
    Unwanted("**/id_rsa", "secret"),
    Unwanted("**/id_ed25519", "secret"),
    Unwanted("**/.netrc", "secret"),
    Unwanted("**/.aws/credentials", "secret"),
    Unwanted("**/.npmrc", "secret", ("package.json",)),
)
"""Names and habits of the tools: git, npm, virtualenv, pytest, cargo, gradle, dotnet, mix and the rest write them."""
