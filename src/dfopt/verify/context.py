"""What is built from: Dockerfiles beside the build context, and a copy of the context to change a file in."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from dfopt.errors import DfoptError

_IGNORED = (".git", ".hg", ".svn")
_MANIFESTS = frozenset(
    "package.json package-lock.json yarn.lock pnpm-lock.yaml requirements.txt pyproject.toml poetry.lock uv.lock "
    "Pipfile Pipfile.lock go.mod go.sum Cargo.toml Cargo.lock pom.xml build.gradle settings.gradle Gemfile "
    "Gemfile.lock composer.json composer.lock mix.exs mix.lock".split()
)


class ContextError(DfoptError):
    """A build context that cannot be used."""


def place(dockerfile: bytes, name: str, folder: Path, original: Path, ignore: bytes | None = None) -> Path:
    """Writes a Dockerfile into a folder, with an ignore file beside it, which goes before that of the context:
    the one that is given, or that of the original (``NAME.dockerignore``)."""
    path = folder / name
    path.write_bytes(dockerfile)
    own = original.with_name(f"{original.name}.dockerignore")
    if ignore is not None:
        (folder / f"{name}.dockerignore").write_bytes(ignore)
    elif own.is_file():
        shutil.copyfile(own, folder / f"{name}.dockerignore")
    return path


def copied(context: Path, folder: Path) -> Path:
    """A copy of a context; files are hard links where the file system allows it.

    Raises ContextError if something in it cannot be read.
    """

    def link(source: str, target: str) -> str:
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError:
            shutil.copy2(source, target, follow_symlinks=False)
        return target

    copy = folder / "context"
    try:
        shutil.copytree(context, copy, symlinks=True, copy_function=link, ignore=shutil.ignore_patterns(*_IGNORED))
    except (shutil.Error, OSError) as error:
        raise ContextError(f"{context}: the build context cannot be copied: {error}") from error
    return copy


def touchable(context: Path, dockerfile: Path) -> Path | None:
    """A source file to change for a rebuild: the one changed last that is no manifest; None if there is none."""
    best: tuple[float, str] | None = None
    for folder, folders, names in os.walk(context):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
        for name in names:
            path = Path(folder, name)
            if name.startswith(".") or name in _MANIFESTS or path == dockerfile or path.is_symlink():
                continue
            if "dockerfile" not in name.lower() and path.is_file():
                best = max(best or (0.0, ""), (path.stat().st_mtime, str(path)))
    return Path(best[1]) if best else None


def touch(path: Path) -> None:
    """Changes a file that other copies may share: a new file with more blanks and line ends takes its place.

    They are others each time, so that no cache has the build that follows.
    """
    new = path.with_name(f".{path.name}.touched")
    blanks = "".join(secrets.choice(" \n") for _ in range(40))
    new.write_bytes(path.read_bytes() + f"\n{blanks}\n".encode())
    shutil.copymode(path, new)
    os.replace(new, path)
