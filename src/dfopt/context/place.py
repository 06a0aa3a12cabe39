"""Where the build context of a Dockerfile is: given by somebody, or the only place where it can be."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from dfopt.context.build_context import read_context
from dfopt.model.build_files import BuildFiles, FilesOf, NoFiles
from dfopt.model.copy_sources import copy_source
from dfopt.model.ignore import PatternError

UNKNOWN = NoFiles(
    "the build context is not known", "give it with --context, or with the setting `context` in dfopt.toml"
)


def files_of(dockerfile: Path, given: str = "") -> FilesOf:
    """How to find and read the context of a Dockerfile; ``given`` is a folder that somebody named."""

    def find(sources: Sequence[str]) -> BuildFiles | NoFiles:
        if given:
            return read_context(dockerfile, Path(given))
        return _only_one(dockerfile, sources)

    return find


def _only_one(dockerfile: Path, sources: Sequence[str]) -> BuildFiles | NoFiles:
    """The context if there is one folder only, from that of the Dockerfile up to its repository, that has all sources.

    What is not in a repository may be built from anywhere.
    """
    folders = _up_to_repository(dockerfile.resolve().parent)
    fitting = [folder for folder in folders if all(_is_there(folder, source) for source in sources)]
    if len(fitting) != 1:
        return UNKNOWN
    return read_context(dockerfile, fitting[0])


def _up_to_repository(folder: Path) -> Iterator[Path]:
    """The folder and those above it up to the one that git tracks; nothing outside a repository."""
    found: list[Path] = []
    for each in (folder, *folder.parents):
        found.append(each)
        if os.path.lexists(each / ".git"):
            yield from found
            return


def _is_there(folder: Path, source: str) -> bool:
    try:
        wanted = copy_source(source)
    except PatternError:
        return False
    if wanted.pattern is None:
        return os.path.lexists(folder / wanted.path)
    fixed: list[str] = []
    for part in wanted.path.split("/"):
        if any(character in part for character in "*?[\\"):
            break
        fixed.append(part)
    return os.path.isdir(folder.joinpath(*fixed))
