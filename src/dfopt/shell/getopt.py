"""The options of a command and their values, told apart from its operands as getopt does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from dfopt.knowledge.grammar import Grammar
from dfopt.shell.carried import text_of, unknown
from dfopt.shell.nodes import Literal, Word, word_of

_OPEN: Final = "$"


class Given(msgspec.Struct, frozen=True):
    """One option of a command."""

    name: str
    """A letter, or a long name without its dashes."""
    value: Word | None = None
    """None if it has none, or takes none."""


class Options(msgspec.Struct, frozen=True):
    given: tuple[Given, ...]
    operands: tuple[Word, ...]

    def has(self, *names: str) -> bool:
        return any(each.name in names for each in self.given)

    def values(self, *names: str) -> tuple[Word, ...]:
        """The values of an option, by all its names, in the order of the text."""
        return tuple(each.value for each in self.given if each.name in names and each.value is not None)


def getopt(words: Sequence[Word], grammar: Grammar) -> Options:
    """Reads the words behind a command's name; one that is not static is an operand unless it begins with a dash."""
    given: list[Given] = []
    operands: list[Word] = []
    at = 0
    if grammar.bundle and words and words[0].value and words[0].value.isalpha():
        at = 1
        for letter in words[0].value:
            takes = letter in grammar.letters and at < len(words)
            given.append(Given(letter, words[at] if takes else None))
            at += takes
    while at < len(words):
        text = text_of(words[at].parts)
        if text == "--":
            operands += words[at + 1 :]
            break
        if len(text) < 2 or text[0] != "-":
            operands.append(words[at])
        elif text[1] == "-":
            at = _long(words, at, grammar, given)
        else:
            at = _short(words, at, text, grammar, given)
        at += 1
    return Options(tuple(given), tuple(operands))


def _long(words: Sequence[Word], at: int, grammar: Grammar, given: list[Given]) -> int:
    name, equals, _ = text_of(words[at].parts)[2:].partition("=")
    if equals:
        given.append(Given(name, behind(words[at], len(name) + 3)))
    elif name in grammar.names and at + 1 < len(words):
        at += 1
        given.append(Given(name, words[at]))
    else:
        given.append(Given(name))
    return at


def _short(words: Sequence[Word], at: int, text: str, grammar: Grammar, given: list[Given]) -> int:
    place = 1
    while place < len(text) and text[place] != _OPEN:
        letter = text[place]
        place += 1
        if letter in grammar.pairs:
            given.append(Given(text[place - 1 : place + 1]))
            place += 1
        elif letter not in grammar.letters:
            given.append(Given(letter))
        elif place < len(text):
            given.append(Given(letter, behind(words[at], place)))
            break
        else:
            at += 1
            given.append(Given(letter, words[at] if at < len(words) else None))
    return at


def behind(word: Word, length: int) -> Word:
    """A word without its first characters; one that is not known if these are not plain text."""
    first = word.parts[0]
    if not isinstance(first, Literal) or len(first.text) < length:
        return unknown(word.span)
    rest = (Literal(first.span, first.text[length:]),) if len(first.text) > length else ()
    return word_of(word.span, (*rest, *word.parts[1:]))
