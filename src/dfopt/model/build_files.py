"""The files of a build context, as a build gets them. Who reads them is not known here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Protocol

import msgspec

from dfopt.source import Source


class Kind(Enum):
    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    OTHER = "other"
    """A device or a pipe."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One path of a context, relative to its root, with ``/``; bytes that are no UTF-8 are surrogates."""

    path: str
    kind: Kind
    size: int = 0
    """In bytes; 0 for what is no file."""
    mode: int = 0
    """The permission bits."""
    problem: str = ""
    """Why it could not be read: a build would stop there."""


class NoFiles(msgspec.Struct, frozen=True):
    """Why the files are not known: a fixed sentence, and what was seen."""

    reason: str
    detail: str = ""


class IgnoreFile(msgspec.Struct, frozen=True):
    """The ignore file that a build reads, or would read if there were one."""

    path: str
    """From the root of the context."""
    text: str | None
    """As ``Source`` reads it; None if there is none."""


class Sharer(msgspec.Struct, frozen=True):
    """Another Dockerfile that is built from the same context, or may be."""

    source: Source
    comes_first: bool
    """True if the files of the context are edited for it, and not for this one."""


class Churn(msgspec.Struct, frozen=True):
    """How a build context changed: the paths that each of its last commits touched, those that are gone, too."""

    commits: tuple[frozenset[str], ...]
    """The oldest first; all of them touch something that the context has or had."""


class Starter(msgspec.Struct, frozen=True):
    """A command that a compose file starts in an image."""

    text: str
    """As a shell reads it."""
    is_command: bool
    """True if it stands for CMD alone: an ENTRYPOINT gets it."""


def folders_above(path: str) -> list[str]:
    """The folders that a path lies in, the outermost first, without the root; absolute if the path is."""
    return [path[:at] for at in range(1, len(path)) if path[at] == "/"]


class BuildFiles(Protocol):
    """A build context without what ``.dockerignore`` leaves out."""

    @property
    def entries(self) -> Sequence[Entry]:
        """All of it, parents first."""
        ...

    def select(self, source: str) -> Sequence[Entry]:
        """What a source of COPY names, a pattern too, with all below it; empty if there is nothing."""
        ...

    def followed(self, source: str) -> str:
        """A source of COPY without the links that it leads through."""
        ...

    def reach(self, source: str) -> Sequence[Entry]:
        """What a source names, the links that lead to it, and what links that it names stand for."""
        ...

    def get(self, path: str) -> Entry | None:
        """What is at a path."""
        ...

    def read(self, path: str) -> bytes | None:
        """The content of a file; None if there is none, or none that is small enough to be a description."""
        ...

    @property
    def starters(self) -> Sequence[Starter]:
        """What files beside it start in the image in place of its own."""
        ...

    @property
    def ignore_file(self) -> IgnoreFile | NoFiles:
        """What says which files are left out; why it cannot be edited."""
        ...

    @property
    def sharers(self) -> Sequence[Sharer] | NoFiles:
        """The Dockerfiles that the ignore file is for, too; why that is not known."""
        ...

    @property
    def churn(self) -> Churn | NoFiles:
        """What changed how often; why that is not known."""
        ...

    @property
    def untracked(self) -> frozenset[str]:
        """The files that git does not track, so that another checkout has none of them; empty if git does not say."""
        ...

    def left_to_others(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of some paths that are not there, that git is told to ignore, and that a build gets where somebody
        has them; empty if git does not say. A path that ends in ``/`` is one of a folder."""
        ...

    @property
    def unshared(self) -> frozenset[str]:
        """What git does not have, so that another checkout may be without it; empty if it does not say.

        That is files that it does not track, and folders without any other. If it tracks nothing of the context, which
        is that of a new project, it is only what git ignores.
        """
        ...

    def edited(self, path: str, text: str) -> BuildFiles:
        """The context when a file has this text.

        Raises PatternError for an ignore file that no builder reads.
        """
        ...

    def place(self, path: str) -> str:
        """Where a file of it lies, for whoever writes it."""
        ...


NOT_GIVEN = NoFiles("the build context is not known")

Files = Callable[[], BuildFiles | NoFiles]
"""Reads the context when it is first asked for."""

FilesOf = Callable[[Sequence[str]], BuildFiles | NoFiles]
"""Finds and reads the context of a Dockerfile whose COPY and ADD take these sources from it."""


def no_files() -> NoFiles:
    """The files of a Dockerfile that comes alone."""
    return NOT_GIVEN
