"""Here-documents: which words open one, and where its body lies (BuildKit, parser.go: heredocsFromLine)."""

from __future__ import annotations

import re
from typing import NamedTuple

from dfopt.source import Span
from dfopt.syntax.joined import Joined
from dfopt.syntax.lexer import Lexer, LexError
from dfopt.syntax.lines import line_end
from dfopt.syntax.nodes import Heredoc
from dfopt.syntax.rejection import Rejection, Step

_OPENER = re.compile(r"([0-9]*)<<(-?)[\t\n\f\r ]*([^<]*)\Z")
_LEADING_TABS = re.compile(r"^\t+", re.MULTILINE)


class Opener(NamedTuple):
    """What a ``<<EOF`` word says."""

    name: str
    fd: int | None
    expand: bool
    chomp: bool


def parse_opener(word: str) -> Opener | None:
    """The heredoc that a word opens, or None if it opens none. Raises LexError.

    The word is lexed with a backslash as escape, whatever the escape directive says. If that takes
    quotes away, the body is not expanded.
    """
    match = _OPENER.match(word)
    if match is None or not match[3]:
        return None
    names = Lexer(match[3], "\\").words()
    if len(names) != 1:
        return None
    raw = Lexer(match[3], "\\", raw_quotes=True).words()
    if len(raw) != 1:
        raise LexError("the heredoc's name cannot be read", 0)
    expand = _quotes(names[0].text) == _quotes(raw[0].text)
    return Opener(names[0].text, int(match[1]) if match[1] else None, expand, bool(match[2]))


def _quotes(text: str) -> int:
    return text.count("'") + text.count('"')


def opens_heredoc(word: str) -> bool:
    """True for a word that BuildKit takes for a heredoc where it ignores what it cannot lex."""
    if "<<" not in word:
        return False
    try:
        return parse_opener(word) is not None
    except LexError:
        return False


def read_heredocs(source: str, line: Joined, after: int) -> tuple[tuple[Heredoc, ...], int]:
    """The heredocs that a logical line opens, and where the line after their bodies begins.

    A line that does not lex opens none. Raises Rejection for an opener that cannot be read and a
    body without its terminator.
    """
    try:
        words = Lexer(line.text, "\\", raw_quotes=True, raw_escapes=True).words()
    except LexError:
        return (), after
    heredocs: list[Heredoc] = []
    for word in words:
        if "<<" not in word.text:
            continue
        span = line.span(word.start, word.end)
        try:
            opener = parse_opener(word.text)
        except LexError as error:
            raise Rejection(f"the heredoc cannot be read: {error.reason}", span.start, Step.PARSER) from error
        if opener is not None:
            heredoc, after = _read_body(source, opener, span, after)
            heredocs.append(heredoc)
    return tuple(heredocs), after


def _read_body(source: str, opener: Opener, span: Span, start: int) -> tuple[Heredoc, int]:
    at = start
    while at < len(source):
        end, after = line_end(source, at)
        line = source[at:end]
        if (line.lstrip("\t") if opener.chomp else line) == opener.name:
            whole, body, terminator = Span(start, end), Span(start, at), Span(at, end)
            return Heredoc(whole, opener.name, opener.fd, opener.expand, opener.chomp, span, body, terminator), after
        at = after
    raise Rejection(f"the heredoc {opener.name} does not end", span.start, Step.PARSER)


def chomped(source: str, heredoc: Heredoc) -> Joined:
    """The body as it is used: without the leading tabs of its lines if the opener says ``<<-``."""
    body = source[heredoc.body.start : heredoc.body.end]
    if not heredoc.chomp:
        return Joined(body, (0,), (heredoc.body.start,))
    pieces: list[tuple[int, str]] = []
    at = 0
    for tabs in _LEADING_TABS.finditer(body):
        pieces.append((heredoc.body.start + at, body[at : tabs.start()]))
        at = tabs.end()
    pieces.append((heredoc.body.start + at, body[at:]))
    return Joined.of_pieces(pieces, heredoc.body.start)


def with_bodies(source: str, command: Joined, heredocs: tuple[Heredoc, ...]) -> Joined:
    """A command line with its heredocs put back, as BuildKit gives it to the shell (convert.go, dispatchRun).

    Each is the line end before the body, the body as it stands, and the name without the tabs before it.
    """
    pieces = list(command.pieces())
    for heredoc in heredocs:
        start = heredoc.body.start - 1
        name_start = heredoc.terminator.end - len(heredoc.name)
        pieces.append((start, source[start : heredoc.body.end]))
        pieces.append((name_start, heredoc.name))
    return Joined.of_pieces(pieces, command.offset(0))
