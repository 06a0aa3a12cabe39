"""The folder of a project in a build context, as an install in the image will find it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from copy import copy
from typing import Final

import msgspec

from dfopt.model.build_files import BuildFiles, Entry, Kind, folders_above
from dfopt.model.placed import Placed


class Refused(msgspec.Struct, frozen=True):
    """Why an install cannot do with a part of the files: a fixed sentence, and what was seen."""

    reason: str
    detail: str = ""


NEEDS_SOURCES: Final = "the install needs the sources"
OWN_SCRIPTS: Final = "the project has scripts of its own that the install runs"
NOT_STATIC: Final = "what the install is given is not written out"
UNREADABLE: Final = "the description of its dependencies cannot be read"


class Needs(msgspec.Struct, frozen=True):
    """What an install reads and may write: paths in the image."""

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    doubts: tuple[str, ...] = ()
    """Why this may not be all, in fixed sentences with a detail behind a colon."""
    rewrites: frozenset[str] = frozenset()
    """Files of the project that it may write anew."""
    folders: frozenset[str] = frozenset()
    """Those that it is told to look into: what it reads of them is known."""

    @property
    def known(self) -> frozenset[str]:
        """All paths that are accounted for."""
        return self.reads | self.writes | self.folders

    def __add__(self, other: Needs) -> Needs:
        doubts, rewrites = (*self.doubts, *other.doubts), self.rewrites | other.rewrites
        folders = self.folders | other.folders
        return Needs(self.reads | other.reads, self.writes | other.writes, doubts, rewrites, folders)


def folders_to_root(folder: str) -> list[str]:
    """The folders above one, the nearest first, the root too."""
    return [] if folder == "/" else [*reversed(folders_above(folder)), "/"]


class Project:
    """``folder`` is where the install runs in the image; files are asked for by their names in it."""

    def __init__(
        self,
        files: BuildFiles,
        placed: Placed,
        folder: str,
        variables: Mapping[str, str | None],
        env: Mapping[str, str | None],
        *,
        has_choice: bool = False,
        above: str = "",
    ) -> None:
        self._files = files
        self.placed = placed
        self.folder = folder
        self.variables = variables
        self.env = env
        """Those that ENV sets, which nobody can set otherwise when an image is built."""
        self.has_choice = has_choice
        """True if there may be a version manager, so that files of the project choose which tool runs."""
        self.above = above
        """The text of the RUNs above, and of the one that installs."""

    def at(self, name: str) -> str:
        """The path in the image of what is called so in the folder."""
        return posixpath.normpath(posixpath.join(self.folder, name))

    @property
    def folders(self) -> list[str]:
        """The folder and those above it, the nearest first."""
        return [self.folder, *folders_to_root(self.folder)]

    def near(self, *names: str) -> list[str]:
        """The paths of what is called so in the folder and in those above it, the nearest first."""
        return [posixpath.join(folder, name) for folder in self.folders for name in names]

    def inside(self, name: str) -> Project:
        found = copy(self)
        found.folder = self.at(name)
        return found

    def entry(self, name: str) -> Entry | None:
        """What the COPY puts there; None if it does not."""
        return self.placed.entry(self.at(name), self._files)

    def has(self, name: str) -> bool:
        return self.entry(name) is not None

    def brings(self, name: str) -> bool:
        """True if a path is of the COPY: a file of it, or something behind a link of it."""
        path = self.at(name)
        above = [path[:at] for at, letter in enumerate(path) if letter == "/" and at]
        return self.has(path) or any((found := self.entry(each)) and found.kind is Kind.LINK for each in above)

    def text(self, name: str) -> str | None:
        """The content of a file that the COPY puts there; None if there is none that can be read, or in UTF-16."""
        entry = self.entry(name)
        if entry is None or entry.kind is not Kind.FILE:
            return None
        data = self._files.read(entry.path)
        return None if data is None or b"\0" in data else data.decode("utf-8", "surrogateescape")

    def below(self, name: str) -> list[str]:
        """The paths in the image of what is in a folder, or of the file that is called so."""
        return self.placed.below(self.at(name))

    def names(self, name: str = ".") -> list[str]:
        """The names right in a folder."""
        start = f"{self.at(name).rstrip('/')}/"
        found = {path[len(start) :].partition("/")[0] for path in self.below(name) if path.startswith(start)}
        return sorted(found)

    def reads(self, names: Iterable[str]) -> frozenset[str]:
        """The paths in the image of those files and folders that are there."""
        return frozenset(path for name in names for path in self.below(name))

    def writes(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset(self.at(name) for name in names)
