"""What came of one file: plain values that the reports print."""

from __future__ import annotations

import msgspec

from dfopt.edits import Delta, Safety, Saving
from dfopt.source import Position


class Applied(msgspec.Struct, frozen=True):
    """A patch that was applied (or, for REPORT, one that would not be written).

    Places are those of the text that the patch was made for: the first line is right for the
    original file unless an earlier transform moved it.
    """

    transform: str
    safety: Safety
    position: Position
    why: str
    saving: Saving
    evidence: tuple[str, ...] = ()
    risk: str = ""
    page: str | None = None
    """What dfopt's repository says about the transform."""
    delta: Delta = Delta()
    files: tuple[str, ...] = ()
    """The other files of the build context that it edits."""


class Refusal(msgspec.Struct, frozen=True):
    """A place that a transform left alone."""

    transform: str
    position: Position
    reason: str
    detail: str = ""


class Failure(msgspec.Struct, frozen=True):
    """A transform that raised, or whose result did not validate; its edits were reverted."""

    transform: str
    reason: str
    unproved: bool = False
    """It did what it should, and the proof did not follow it: a refusal, which somebody may want to hear of."""


class Ignored(msgspec.Struct, frozen=True):
    """A dfopt comment that is not honoured as it is written."""

    position: Position
    problem: str


class ContextFile(msgspec.Struct, frozen=True):
    """Another file of the build context, before and after; ``before`` is None for one that came in."""

    path: str
    before: str | None
    after: str


class Rewrite(msgspec.Struct, frozen=True):
    """One file before and after, and what else changes with it.

    Whoever writes it writes ``files`` first: each is proved to suit the Dockerfile as it was, too.
    """

    path: str
    before: str
    after: str
    applied: tuple[Applied, ...]
    refusals: tuple[Refusal, ...]
    failures: tuple[Failure, ...]
    ignored: tuple[Ignored, ...] = ()
    files: tuple[ContextFile, ...] = ()

    @property
    def changed(self) -> bool:
        return self.before != self.after or bool(self.files)
