"""Where the build context of a Dockerfile is: given by somebody, or the only place where it can be."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from dfopt.context.build_context import BuildContext, read_context
from dfopt.errors import ConfigError
from dfopt.model.build_files import BuildFiles, FilesOf, NoFiles
from dfopt.model.copy_sources import copy_source
from dfopt.model.ignore import PatternError

UNKNOWN = NoFiles(
    "the build context is not known", "give it with --context, or with the setting `context` in dfopt.toml"
)
UNREADABLE = "the build context cannot be read"


def files_of(dockerfile: Path, given: str = "", *, writable: bool = True) -> FilesOf:
    """How to find and read the context of a Dockerfile; ``given`` is a folder that somebody named.

    ``writable`` says that the Dockerfile is a file, beside which others may be written.
    """

    def find(sources: Sequence[str]) -> BuildFiles | NoFiles:
        root = Path(given) if given else only_folder(dockerfile, sources)
        if isinstance(root, NoFiles):
            return root
        try:
            return _read(dockerfile, root, bool(given)) if writable else read_context(dockerfile, root)
        except ConfigError as error:
            return NoFiles(UNREADABLE, str(error))

    return find


def _read(dockerfile: Path, root: Path, given: bool) -> BuildContext:
    from dfopt.context.sharing import sharers_of

    return read_context(dockerfile, root, partial(sharers_of, dockerfile, root, given=given))


def only_folder(dockerfile: Path, sources: Sequence[str]) -> Path | NoFiles:
    """The context if there is one folder only, from that of the Dockerfile up to its repository, that has all sources.

    What is not in a repository may be built from anywhere.
    """
    folders = up_to_repository(dockerfile.resolve().parent)
    fitting = [folder for folder in folders if has_all(folder, sources)]
    return fitting[0] if len(fitting) == 1 else UNKNOWN


def has_all(folder: Path, sources: Sequence[str]) -> bool:
    """True if all sources are in a folder; of a pattern, the folder that it begins with."""
    return all(_is_there(folder, source) for source in sources)


def up_to_repository(folder: Path) -> Iterator[Path]:
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
