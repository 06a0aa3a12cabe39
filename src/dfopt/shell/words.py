"""Words: runs of ordinary characters, quotes and expansions (POSIX XCU 2.2, 2.3)."""

from __future__ import annotations

from typing import Final

from dfopt.shell.characters import (
    ASSIGNMENT,
    BASH_RESERVED,
    FIRST,
    NAME,
    ORDINARY,
    RESERVED,
    WORD_END,
)
from dfopt.shell.cursor import Cursor, Refusal, new_span
from dfopt.shell.expansions import literal, special_part
from dfopt.shell.nodes import Assign, Escaped, Literal, Part, Word, word_of
from dfopt.shell.reasons import BASH_ARRAY, BASH_OPERATOR, DESCRIPTOR, HASH, INVALID, PARENTHESIS, SPLIT_TOKEN

_DESCRIPTORS: Final = frozenset("0123456789")


def word(cursor: Cursor) -> Word:
    """The word at the cursor, which may be empty; any character is ordinary at its start, ``#`` as well."""
    text = cursor.text
    start = cursor.at
    parts: list[Part] = []
    split = False
    while True:
        literal(cursor, ORDINARY, parts)
        at = cursor.at
        char = text[at]
        if char in WORD_END:
            break
        part = special_part(cursor, at, char)
        parts.append(part)
        if isinstance(part, Escaped):
            split = split or not part.text
        elif cursor.parentheses and text[cursor.at] == "#":
            raise Refusal(HASH, cursor.at)
    if split:
        return _without_trailing_continuations(parts, start, text[cursor.at])
    return word_of(new_span((start, cursor.at)), tuple(parts))


def _without_trailing_continuations(parts: list[Part], start: int, following: str) -> Word:
    """A continuation behind a word belongs to the blanks, as one in front does."""
    end = parts[-1].span.end
    while parts and isinstance(last := parts[-1], Escaped) and not last.text:
        end = last.span.start
        parts.pop()
    found = word_of(new_span((start, end)), tuple(parts))
    _refuse_split_token(found, following)
    return found


def _refuse_split_token(found: Word, following: str) -> None:
    """A continuation must not hide a token that is more than its letters."""
    joined = "".join(part.text if isinstance(part, Literal | Escaped) else "'" for part in found.parts)
    special = joined in RESERVED or joined in BASH_RESERVED or joined == "alias" or ASSIGNMENT.match(joined)
    if special or following in "<>(" or not joined:
        raise Refusal(SPLIT_TOKEN, found.span.start)


def next_word(cursor: Cursor) -> Word:
    """The word behind blanks, on the same line."""
    match = FIRST.match(cursor.text, cursor.at)
    assert match is not None
    if match.lastindex:
        span = new_span(match.span(1))
        if match.lastindex == 2 and descriptor(match[1], span.start):
            raise Refusal(INVALID, span.start)
        cursor.at = span.end
        return Word(span, (Literal(span, match[1]),), match[1])
    cursor.at = start = match.end()
    char = cursor.text[start]
    if char == "#" or char in WORD_END:
        raise Refusal(_unexpected(cursor.text[start : start + 2]), start)
    return word(cursor)


def _unexpected(found: str) -> str:
    """The reason for what stands where a word must."""
    if found in ("<(", ">("):
        return BASH_OPERATOR
    return PARENTHESIS if found[0] == "(" else INVALID


def assignment(cursor: Cursor, at: int) -> Assign | None:
    """The assignment at ``at``, where one may stand; None if the word there is none."""
    match = ASSIGNMENT.match(cursor.text, at)
    if match is None:
        return None
    if match[2]:
        raise Refusal(BASH_ARRAY, at)
    cursor.at = match.end()
    if cursor.text.startswith("\\\n", cursor.at):
        raise Refusal(SPLIT_TOKEN, at)
    value = word(cursor)
    if cursor.text[cursor.at] == "(":
        raise Refusal(BASH_ARRAY, at)
    return Assign(new_span((at, value.span.end)), match[1], value)


def is_name(text: str) -> bool:
    return NAME.fullmatch(text) is not None


def descriptor(text: str, at: int) -> str:
    """The word in front of ``<`` or ``>`` if it is a descriptor, else nothing."""
    if text in _DESCRIPTORS:
        return text
    if text.isdecimal() or (text[0] == "{" and text[-1] == "}"):
        raise Refusal(DESCRIPTOR, at)
    return ""
