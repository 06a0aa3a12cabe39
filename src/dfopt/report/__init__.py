"""Results as text for people and JSON for programs."""

from __future__ import annotations

from typing import Protocol

from dfopt.discovery import Found
from dfopt.report.outcome import Outcome
from dfopt.report.values import Summary


class Out(Protocol):
    """Where a report goes."""

    def write(self, data: bytes, /) -> object: ...


class Flushed(Out, Protocol):
    """A stream that may be a terminal, and that keeps back what is written until it is flushed."""

    def flush(self) -> object: ...

    def isatty(self) -> bool: ...


class Reporter(Protocol):
    """Writes a report while the run goes on: file by file, then its end."""

    def file(self, outcome: Outcome) -> None: ...

    def end(self, found: Found, summary: Summary) -> None: ...
