"""Keys and values of ENV, LABEL and ARG (BuildKit, line_parsers.go: parseNameVal, parseNameOrNameVal)."""

from __future__ import annotations

import re

from dfopt.source import Span
from dfopt.syntax.joined import Joined
from dfopt.syntax.nodes import Argument, Assignment
from dfopt.syntax.rejection import Rejection, Step
from dfopt.syntax.words import SEPARATORS, quoted_words

_KEY_THEN_VALUE = re.compile(rf"([^{SEPARATORS}]+)[{SEPARATORS}]+(.*)", re.DOTALL)


def assignments(body: Joined, escape: str, keyword: str) -> tuple[tuple[Assignment, ...], bool]:
    """The pairs of ENV or LABEL, and whether they are in the legacy form ``KEY rest of the line``.

    Raises Rejection for a word without ``=``, a legacy key without a value and an empty key.
    """
    words = quoted_words(body, escape)
    if not words:
        raise Rejection(f"{keyword} needs a key and a value", body.offset(0), Step.INSTRUCTIONS)
    if "=" not in words[0].text:
        return (_legacy(body, keyword),), True
    pairs: list[Assignment] = []
    for word in words:
        if "=" not in word.text:
            raise Rejection(f"{word.text!r} is no key=value", word.span.start, Step.PARSER)
        pairs.append(_split(word, body))
    for pair in pairs:
        _check_key(pair, keyword)
    return tuple(pairs), False


def optional_assignments(body: Joined, escape: str) -> tuple[Assignment, ...]:
    """The pairs and bare names of ARG. Raises Rejection if there is none, or one with an empty name."""
    pairs = tuple(_split(word, body) for word in quoted_words(body, escape))
    if not pairs:
        raise Rejection("ARG needs a name", body.offset(0), Step.INSTRUCTIONS)
    for pair in pairs:
        _check_key(pair, "ARG")
    return pairs


def _legacy(body: Joined, keyword: str) -> Assignment:
    match = _KEY_THEN_VALUE.match(body.text)
    if match is None:
        raise Rejection(f"{keyword} needs a key and a value", body.offset(0), Step.PARSER)
    return Assignment(
        body.span(*match.span()), match[1], match[2], body.span(*match.span(1)), body.span(*match.span(2))
    )


def _split(word: Argument, body: Joined) -> Assignment:
    key, equals, value = word.text.partition("=")
    if not equals:
        return Assignment(word.span, key, None, word.span, None)
    if len(body.starts) == 1 or word.span.end - word.span.start == len(word.text):
        key_end = word.span.start + len(key)
        return Assignment(word.span, key, value, Span(word.span.start, key_end), Span(key_end + 1, word.span.end))
    return _split_continued(word, body, len(key))


def _split_continued(word: Argument, body: Joined, key_length: int) -> Assignment:
    """A word that a continuation runs through."""
    start = body.index(word.span.start)
    equals, end = start + key_length, start + len(word.text)
    return Assignment(
        word.span,
        word.text[:key_length],
        word.text[key_length + 1 :],
        body.span(start, equals),
        body.span(equals + 1, end) if end > equals + 1 else Span(word.span.end, word.span.end),
    )


def _check_key(pair: Assignment, keyword: str) -> None:
    if not pair.key:
        raise Rejection(f"{keyword} has a value without a name", pair.span.start, Step.INSTRUCTIONS)
