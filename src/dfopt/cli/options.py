"""The words of the command line, apart from what they do, which takes longer to load."""

from __future__ import annotations

from enum import Enum, IntEnum, StrEnum


class Exit(IntEnum):
    """The exit codes. If several apply, the first of BROKEN, SOME_FAILED, PENDING and CLEAN counts."""

    CLEAN = 0
    """Nothing would change, or all that changed was written."""
    PENDING = 1
    """Something would change."""
    BROKEN = 2
    """The command line or the configuration cannot be used, or dfopt itself failed."""
    SOME_FAILED = 3
    """Some files could not be read, parsed or written, or a transform was taken back; the rest is done."""
    INTERRUPTED = 130
    """As of a program that SIGINT ended."""
    CLOSED = 141
    """As of a program that SIGPIPE ended: nobody reads what it writes."""


class Mode(Enum):
    """What happens to files that change: their diff is shown, or only their names, or they are written."""

    PREVIEW = "preview"
    CHECK = "check"
    WRITE = "write"


class Format(StrEnum):
    """The form of the report."""

    TEXT = "text"
    DIFF = "diff"
    JSON = "json"


class Colour(StrEnum):
    """Whether text is coloured."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"
