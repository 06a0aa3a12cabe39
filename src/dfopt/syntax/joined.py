"""Text that a reader sees as one line, with a map back to the source.

A logical line is put together from pieces of the source: continuations, comment lines and
blank lines between the pieces are not part of it (BuildKit, parser.go, scanLines).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

import msgspec

from dfopt.source import Span


class Joined(msgspec.Struct, frozen=True, gc=False):
    """``text``, and for each piece of it where it starts in the text and in the source."""

    text: str
    starts: tuple[int, ...]
    """Offsets into ``text`` at which a piece begins, ascending; the first is 0."""
    origins: tuple[int, ...]
    """The source offset of each piece."""

    @classmethod
    def of_pieces(cls, pieces: Iterable[tuple[int, str]], at: int) -> Joined:
        """Puts pieces (source offset, text) together; a text without any piece lies at ``at``."""
        starts: list[int] = []
        origins: list[int] = []
        texts: list[str] = []
        length = 0
        for origin, text in pieces:
            if text:
                starts.append(length)
                origins.append(origin)
                texts.append(text)
                length += len(text)
        if not texts:
            return cls("", (0,), (at,))
        return cls("".join(texts), tuple(starts), tuple(origins))

    def pieces(self) -> list[tuple[int, str]]:
        """Each piece as its source offset and its text."""
        if len(self.starts) == 1:
            return [(self.origins[0], self.text)]
        ends = (*self.starts[1:], len(self.text))
        return [
            (origin, self.text[start:end]) for origin, start, end in zip(self.origins, self.starts, ends, strict=True)
        ]

    def offset(self, at: int) -> int:
        """The source offset of the character at ``at``; ``len(text)`` is just past the last one."""
        if len(self.starts) == 1:
            return self.origins[0] + at
        piece = bisect_right(self.starts, at) - 1
        return self.origins[piece] + at - self.starts[piece]

    def index(self, offset: int) -> int:
        """The place in ``text`` of the character at a source offset, which must lie in a piece."""
        piece = bisect_right(self.origins, offset) - 1
        return self.starts[piece] + offset - self.origins[piece]

    def end_offset(self, at: int) -> int:
        """The source offset just past the character before ``at``: where a range that ends at ``at`` ends."""
        return self.offset(at - 1) + 1 if at else self.offset(0)

    def span(self, start: int, end: int) -> Span:
        """The source range from the character at ``start`` to the one before ``end``."""
        if len(self.starts) == 1:
            origin = self.origins[0]
            return Span(origin + start, origin + end if end > start else origin + start)
        first = self.offset(start)
        return Span(first, max(first, self.end_offset(end)))

    def is_contiguous(self, start: int, end: int) -> bool:
        """True if no continuation or comment lies within the range."""
        return self.offset(end - 1) - self.offset(start) == end - 1 - start if end > start else True

    def cut(self, start: int, end: int) -> Joined:
        """The part from ``start`` to ``end`` as a text of its own; an empty one lies just past what is before it."""
        if start >= end:
            return Joined("", (0,), (self.end_offset(start),))
        if len(self.starts) == 1:
            return Joined(self.text[start:end], (0,), (self.origins[0] + start,))
        first = bisect_right(self.starts, start) - 1
        starts = [0]
        origins = [self.offset(start)]
        for piece in range(first + 1, len(self.starts)):
            if self.starts[piece] >= end:
                break
            starts.append(self.starts[piece] - start)
            origins.append(self.origins[piece])
        return Joined(self.text[start:end], tuple(starts), tuple(origins))
