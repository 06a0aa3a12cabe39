"""Bytes to text and back without loss, and places in the text."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

BOM = "\ufeff"


class Span(NamedTuple):
    """A half-open range of characters of the source text."""

    start: int
    end: int


class Position(NamedTuple):
    """A place for people: both count from 1, columns in characters."""

    line: int
    column: int


class Source:
    """The text of one Dockerfile.

    Invalid UTF-8 is kept as surrogate escapes, so that ``to_bytes`` gives every byte back;
    the BOM and each carriage return are part of the text.
    """

    def __init__(self, text: str, path: str = "Dockerfile") -> None:
        self.text = text
        self.path = path

    @classmethod
    def from_bytes(cls, data: bytes, path: str = "Dockerfile") -> Source:
        return cls(data.decode("utf-8", "surrogateescape"), path)

    def to_bytes(self) -> bytes:
        return self.text.encode("utf-8", "surrogateescape")

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        at = self.text.find("\n")
        while at != -1:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def position(self, offset: int) -> Position:
        """The line and column of a character offset."""
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def slice(self, span: Span) -> str:
        return self.text[span.start : span.end]
