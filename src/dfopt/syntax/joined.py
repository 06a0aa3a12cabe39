"""Text that a reader sees as one line, with a map back to the source.

A logical line is put together from pieces of the source: continuations, comment lines and
blank lines between the pieces are not part of it (BuildKit, parser.go, scanLines).
"""

from __future__ import annotations

from bisect import bisect_right

import msgspec

from dfopt.source import Span


class Joined(msgspec.Struct, frozen=True, gc=False):
    """``text``, and for each piece of it where it starts in the text and in the source."""

    text: str
    starts: tuple[int, ...]
    """Offsets into ``text`` at which a piece begins, ascending; the first is 0."""
    origins: tuple[int, ...]
    """The source offset of each piece."""

    def offset(self, at: int) -> int:
        """The source offset of the character at ``at``; ``len(text)`` is just past the last one."""
        piece = bisect_right(self.starts, at) - 1
        return self.origins[piece] + at - self.starts[piece]

    def end_offset(self, at: int) -> int:
        """The source offset just past the character before ``at``: where a range that ends at ``at`` ends."""
        return self.offset(at - 1) + 1 if at else self.offset(0)

    def span(self, start: int, end: int) -> Span:
        """The source range from the character at ``start`` to the one before ``end``."""
        first = self.offset(start)
        return Span(first, max(first, self.end_offset(end)))

    def is_contiguous(self, start: int, end: int) -> bool:
        """True if no continuation or comment lies within the range."""
        return self.offset(end - 1) - self.offset(start) == end - 1 - start if end > start else True

    def cut(self, start: int, end: int) -> Joined:
        """The part from ``start`` to ``end`` as a text of its own."""
        first = bisect_right(self.starts, start) - 1
        starts = [0]
        origins = [self.offset(start)]
        for piece in range(first + 1, len(self.starts)):
            if self.starts[piece] >= end:
                break
            starts.append(self.starts[piece] - start)
            origins.append(self.origins[piece])
        return Joined(self.text[start:end], tuple(starts), tuple(origins))
