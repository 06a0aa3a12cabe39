"""Redirections and here-documents (POSIX XCU 2.7)."""

from __future__ import annotations

import re
from typing import Final

from dfopt.shell.characters import ESCAPED_IN_HEREDOC, FIRST, IN_HEREDOC, IN_HEREDOC_LINE, REDIRECTION
from dfopt.shell.cursor import Cursor, Refusal, new_span
from dfopt.shell.expansions import backquoted, dollar, quoted_backslash, refuse_split_operator
from dfopt.shell.nodes import DoubleQuoted, HereDocument, Literal, Part, Redirect, Word, static_text
from dfopt.shell.reasons import (
    BASH_OPERATOR,
    BASH_QUOTING,
    DUPLICATED_DESCRIPTOR,
    HEREDOC_DELIMITER,
    HEREDOC_LINE,
    UNTERMINATED_HEREDOC,
)
from dfopt.shell.words import descriptor, next_word

_DUPLICATED: Final = frozenset("0123456789-")


def redirect(cursor: Cursor, start: int, number: str) -> Redirect:
    """The redirection that starts at ``start``, with its descriptor's ``number`` if there is one."""
    text = cursor.text
    match = REDIRECTION.match(text, start + len(number))
    if match is None:
        raise Refusal(BASH_OPERATOR, start)
    operator = match[0]
    cursor.at = match.end()
    refuse_split_operator(cursor, cursor.at)
    target = next_word(cursor)
    heredoc = None
    if operator in ("<<", "<<-"):
        heredoc = _heredoc(cursor, target, operator == "<<-")
    elif operator in (">&", "<&") and target.value not in _DUPLICATED:
        raise Refusal(DUPLICATED_DESCRIPTOR, start)
    descriptor = int(number) if number else None
    return Redirect(new_span((start, target.span.end)), descriptor, operator, target, heredoc)


def redirect_at(cursor: Cursor, match: re.Match[str]) -> Redirect | None:
    """The redirection at the word, or behind the blanks, of a match of ``FIRST``; None if there is none."""
    if match.lastindex:
        start = match.start(1)
        number = descriptor(match[1], start) if match.lastindex == 2 else ""
        return redirect(cursor, start, number) if number else None
    start = match.end()
    return redirect(cursor, start, "") if cursor.text[start] in "<>" else None


def trailing_redirects(cursor: Cursor) -> tuple[Redirect, ...]:
    """The redirections of a compound command that has just been closed."""
    found: list[Redirect] = []
    while True:
        match = FIRST.match(cursor.text, cursor.at)
        assert match is not None
        following = redirect_at(cursor, match)
        if following is None:
            cursor.at = match.start(1) if match.lastindex else match.end()
            cursor.after_compound = not found
            return tuple(found)
        found.append(following)


def _heredoc(cursor: Cursor, target: Word, strip_tabs: bool) -> HereDocument:
    """Read the body ahead: it stands behind the next newline, or behind the last body of the same line.

    ``Cursor.newline`` checks that this newline is the one that ends the command line."""
    text = cursor.text
    resume = cursor.at
    delimiter, quoted = _delimiter(target)
    if cursor.heredoc_newline == -1:
        newline = text.find("\n", resume)
        if newline == -1:
            raise Refusal(UNTERMINATED_HEREDOC, target.span.start)
        start = newline + 1
    else:
        newline = cursor.heredoc_newline
        start = cursor.heredoc_end + 1
    body_end, end = _find_end(text, start, delimiter, strip_tabs, target.span.start)
    if cursor.parentheses and _ends_early(text[start:body_end], delimiter):
        raise Refusal(HEREDOC_LINE, start)
    if quoted:
        parts = _raw_lines(text, start, body_end, strip_tabs)
    else:
        _refuse_hidden_delimiter(text, start, body_end, delimiter, strip_tabs)
        parts = _expanded_lines(cursor, start, body_end, delimiter, strip_tabs)
    cursor.at = resume
    cursor.heredoc_newline = newline
    cursor.heredoc_end = end
    return HereDocument(new_span((start, body_end)), delimiter, quoted, strip_tabs, parts, end)


def _delimiter(target: Word) -> tuple[str, bool]:
    """The line that ends the body, and whether it is quoted: only as far as all readers agree on it."""
    value = target.value
    if not value or not value.isascii() or "\n" in value or "\\" in value:
        raise Refusal(HEREDOC_DELIMITER, target.span.start)
    for part in target.parts:
        if not part.parts if isinstance(part, DoubleQuoted) else not static_text((part,)):
            raise Refusal(HEREDOC_DELIMITER, target.span.start)
    return value, any(not isinstance(part, Literal) for part in target.parts)


def _find_end(text: str, start: int, delimiter: str, strip_tabs: bool, at: int) -> tuple[int, int]:
    """Where the delimiter line starts, and where it ends."""
    size = len(text) - 1
    line = start
    while line < size:
        end = text.find("\n", line)
        if end == -1:
            end = size
        found = text[line:end]
        if (found.lstrip("\t") if strip_tabs else found) == delimiter:
            return line, end
        line = end + 1
    raise Refusal(UNTERMINATED_HEREDOC, at)


def _ends_early(body: str, delimiter: str) -> bool:
    """Within a substitution bash also takes a line for the end that only begins with the delimiter."""
    lines = body.replace("\t", "").split("\n")
    return any(line.startswith(delimiter) and ")" in line for line in lines)


def _refuse_hidden_delimiter(text: str, start: int, end: int, delimiter: str, strip_tabs: bool) -> None:
    """Continued lines that hide the delimiter, or make it up together: bash and dash end the body elsewhere."""
    body = text[start:end]
    if "\\\n" not in body:
        return
    if strip_tabs or body.endswith("\\\n") or delimiter in body.replace("\\\n", "").split("\n"):
        raise Refusal(HEREDOC_LINE, start)


def _raw_lines(text: str, start: int, end: int, strip_tabs: bool) -> tuple[Part, ...]:
    """The body as it stands; with ``<<-`` a part for each line, without its tabs."""
    if not strip_tabs:
        return (Literal(new_span((start, end)), text[start:end]),) if end > start else ()
    parts: list[Part] = []
    while start < end:
        stop = text.index("\n", start) + 1
        while text[start] == "\t":
            start += 1
        parts.append(Literal(new_span((start, stop)), text[start:stop]))
        start = stop
    return tuple(parts)


def _expanded_lines(cursor: Cursor, start: int, end: int, delimiter: str, strip_tabs: bool) -> tuple[Part, ...]:
    """The parts of the body. What follows an expansion must not be the delimiter: shfmt ends the body there."""
    text = cursor.text
    newline, heredoc_end = cursor.heredoc_newline, cursor.heredoc_end
    cursor.heredoc_newline = -1
    cursor.at = start
    pattern = IN_HEREDOC_LINE if strip_tabs else IN_HEREDOC
    parts: list[Part] = []
    while cursor.at < end:
        at = cursor.at
        if strip_tabs and text[at] == "\t" and text[at - 1] == "\n":
            cursor.at = at + 1
            while text[cursor.at] == "\t":
                cursor.at += 1
            continue
        match = pattern.match(text, at, end)
        if match is not None:
            parts.append(Literal(new_span(match.span()), match[0]))
            cursor.at = match.end()
            continue
        parts.append(_expanded_part(cursor, at, text[at]))
        if cursor.at > end or (strip_tabs and "\n\t" in text[at : cursor.at]):
            raise Refusal(HEREDOC_LINE, at)
        if text[cursor.at : text.find("\n", cursor.at)].lstrip("\t") == delimiter:
            raise Refusal(HEREDOC_LINE, at)
    cursor.heredoc_newline, cursor.heredoc_end = newline, heredoc_end
    return tuple(parts)


def _expanded_part(cursor: Cursor, at: int, char: str) -> Part:
    if char == "\\":
        return quoted_backslash(cursor, at, ESCAPED_IN_HEREDOC)
    if char == "`":
        return backquoted(cursor, at, True)
    if cursor.text[at + 1] in "'\"":
        raise Refusal(BASH_QUOTING, at)
    return dollar(cursor, at, True)
