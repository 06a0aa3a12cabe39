"""Physical lines to logical ones (BuildKit, parser.go: scanLines, processLine, trimContinuationCharacter)."""

from __future__ import annotations

from typing import NamedTuple

from dfopt.source import Span
from dfopt.syntax.joined import Joined
from dfopt.syntax.nodes import Comment
from dfopt.syntax.rejection import Rejection, Step

SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The characters that Go's unicode.IsSpace accepts; Python's own notion has four more."""

LINE_SPACE = SPACE.replace("\n", "")
"""White space within a line."""

MAX_LINE_BYTES = 65_535
"""The longest physical line, its LF not counted (Go, bufio.MaxScanTokenSize)."""


class LogicalLine(NamedTuple):
    """One instruction's text without its heredocs."""

    text: Joined
    after: int
    """Where the next physical line begins."""
    comments: tuple[Comment, ...]
    """The comment lines between the pieces."""


def check_line_lengths(text: str) -> None:
    """Raises Rejection for a physical line that BuildKit's scanner has no room for."""
    at = long_line(text)
    if at is not None:
        raise Rejection(f"the line is longer than {MAX_LINE_BYTES} bytes", at, Step.PARSER)


def long_line(text: str) -> int | None:
    """Where the first physical line begins that BuildKit's scanner has no room for."""
    if len(text) * 4 <= MAX_LINE_BYTES:
        return None
    at = 0
    for line in text.split("\n"):
        if len(line) * 4 > MAX_LINE_BYTES and len(line.encode("utf-8", "surrogateescape")) > MAX_LINE_BYTES:
            return at
        at += len(line) + 1
    return None


def line_end(text: str, start: int) -> tuple[int, int]:
    """Where the content of the physical line at ``start`` ends, and where the next line begins."""
    newline = text.find("\n", start)
    end, after = (len(text), len(text)) if newline == -1 else (newline, newline + 1)
    while end > start and text[end - 1] == "\r":
        end -= 1
    return end, after


def continuation_cut(text: str, start: int, end: int, escape: str) -> int:
    """Where the continuation escape of a line stands, or -1 if the line does not go on.

    An escape right before it hides it, however many there are.
    """
    at = end - 1
    while at >= start and text[at] in " \t":
        at -= 1
    if at < start or text[at] != escape or (at > start and text[at - 1] == escape):
        return -1
    return at


def read_continued(text: str, start: int, cut: int, after: int, escape: str) -> LogicalLine:
    """The logical line that begins at ``start`` and goes on after the escape at ``cut``."""
    pieces = [(start, text[start:cut])]
    comments: list[Comment] = []
    while after < len(text):
        at = after
        end, after = line_end(text, at)
        content = text[at:end]
        bare = content.lstrip(SPACE)
        if not bare:
            continue
        if bare[0] == "#":
            comments.append(Comment(Span(end - len(bare), end), bare))
            continue
        cut = continuation_cut(text, at, end, escape)
        if cut == -1:
            pieces.append((at, content))
            break
        pieces.append((at, text[at:cut]))
    return LogicalLine(Joined.of_pieces(pieces, start), after, tuple(comments))
