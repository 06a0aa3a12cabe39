"""The word lexer that BuildKit uses for variables and for finding heredocs (shell/lex.go).

It is no shell: quotes, escapes, ``$name``, ``${name…}`` and ``<<`` are all it knows. No variable is
set here; an expansion either stays as it is written, or is only checked for being well formed.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from dfopt.source import BOM
from dfopt.syntax.lines import SPACE

_SPECIAL_PARAMETERS = "@*#?-$!0"
_BAD_PATTERN_ESCAPE = re.compile(r"\\(?![*?\\}/]).?", re.DOTALL)


class LexError(Exception):
    """The text does not lex; ``at`` is the offset where that was seen."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


class Word(NamedTuple):
    text: str
    start: int
    end: int


class _Piece(NamedTuple):
    text: str
    start: int
    end: int


@cache
def _plain(escape: str) -> re.Pattern[str]:
    return re.compile(rf"[^{SPACE}'\"$<}}/{re.escape(escape)}]+")


class Lexer:
    """One pass over one text.

    ``raw_quotes`` and ``raw_escapes`` keep them in the words; without ``quotes`` they are plain characters.
    ``strict`` refuses modifiers and patterns that no value of a variable could make right.
    """

    def __init__(
        self,
        text: str,
        escape: str,
        *,
        raw_quotes: bool = False,
        raw_escapes: bool = False,
        quotes: bool = True,
        strict: bool = False,
    ) -> None:
        self._text = text
        self._escape = escape
        self._raw_quotes = raw_quotes
        self._raw_escapes = raw_escapes
        self._quotes = "'\"" if quotes else ""
        self._strict = strict
        self._at = 1 if text.startswith(BOM) else 0  # Go's scanner drops it
        self._word: list[_Piece] = []

    def words(self) -> list[Word]:
        """The words of the text. Raises LexError."""
        return self._until("")[1]

    def _until(self, stop: str) -> tuple[str, list[Word]]:
        """What stands before ``stop`` (or the end of the text), as one string and as words."""
        self._word.clear()  # BuildKit shares one buffer: what an outer word has gathered is lost here
        words: list[Word] = []
        in_word = False
        result: list[str] = []
        while (char := self._peek()) != "":
            start = self._at
            if char == stop:
                self._at += 1
                return "".join(result), self._finish(words)
            if plain := _plain(self._escape).match(self._text, start):
                self._at = plain.end()
                result.append(self._add(plain[0], start))
                in_word = True
            elif char == "$":
                expansion = self._dollar()
                result.append(expansion)
                in_word = self._add_expansion(expansion, start, words, in_word)
            elif char == "<":
                result.append(self._add(self._less_than(), start))
                in_word = True
            elif char in self._quotes:
                result.append(self._add(self._quoted(char), start))
                in_word = True
            elif char == self._escape:
                result.append(self._escaped(start))
                in_word = True
            else:
                self._at += 1
                result.append(char)
                in_word = self._add_character(char, start, self._at, words, in_word)
        if stop:
            raise LexError(f"no closing {stop}", len(self._text))
        return "".join(result), self._finish(words)

    def _peek(self) -> str:
        return self._text[self._at] if self._at < len(self._text) else ""

    def _next(self) -> str:
        char = self._peek()
        self._at += 1 if char else 0
        return char

    def _add(self, text: str, start: int) -> str:
        if text:
            self._word.append(_Piece(text, start, self._at))
        return text

    def _add_character(self, char: str, start: int, end: int, words: list[Word], in_word: bool) -> bool:
        if char not in SPACE:
            self._word.append(_Piece(char, start, end))
            return True
        if in_word and self._word:
            self._finish(words)
            return False
        return in_word

    def _add_expansion(self, text: str, start: int, words: list[Word], in_word: bool) -> bool:
        """An expansion is split at its white space, quoted or not."""
        exact = text == self._text[start : self._at]
        end = self._at
        for index, char in enumerate(text):
            place = (start + index, start + index + 1) if exact else (start, end)
            in_word = self._add_character(char, *place, words, in_word)
        return in_word

    def _finish(self, words: list[Word]) -> list[Word]:
        if self._word:
            text = "".join(piece.text for piece in self._word)
            words.append(Word(text, self._word[0].start, self._word[-1].end))
            self._word.clear()
        return words

    def _escaped(self, start: int) -> str:
        self._at += 1
        return self._add((self._escape if self._raw_escapes else "") + self._next(), start)

    def _quoted(self, quote: str) -> str:
        self._at += 1
        content = self._single_quoted() if quote == "'" else self._double_quoted()
        return f"{quote}{content}{quote}" if self._raw_quotes else content

    def _single_quoted(self) -> str:
        start = self._at
        end = self._text.find("'", start)
        if end == -1:
            raise LexError("no closing single quote", start - 1)
        self._at = end + 1
        return self._text[start:end]

    def _double_quoted(self) -> str:
        opening = self._at - 1
        result: list[str] = []
        while (char := self._peek()) != '"':
            if char == "":
                raise LexError("no closing double quote", opening)
            if char == "$":
                result.append(self._dollar())
                continue
            self._at += 1
            if char == self._escape:
                if self._raw_escapes:
                    result.append(char)
                following = self._peek()
                if following == "":
                    continue
                if following in ('"', "$", self._escape):
                    char = self._next()
            result.append(char)
        self._at += 1
        return "".join(result)

    def _less_than(self) -> str:
        """``<``, or ``<<`` with the white space after it, which belongs to the same word."""
        start = self._at
        self._at += 1
        if self._peek() == "<":
            self._at += 1
            while self._peek() in ("\t", "\r", " "):
                self._at += 1
        return self._text[start : self._at]

    def _name(self) -> str:
        start = self._at
        char = self._peek()
        if char.isdecimal():
            while self._peek().isdecimal():
                self._at += 1
        elif char and char in _SPECIAL_PARAMETERS:
            self._at += 1
        else:
            while (char := self._peek()).isalpha() or char.isdecimal() or char == "_":
                self._at += 1
        return self._text[start : self._at]

    def _dollar(self) -> str:
        start = self._at
        self._at += 1
        if self._peek() != "{":
            return "$" + self._name()
        self._at += 1
        if self._peek() in ("", "{", "}", ":"):
            raise LexError("bad substitution", start)
        name = self._name()
        modifier = self._next()
        if modifier == "}":
            return f"${{{name}}}"
        if modifier == "/":
            return self._replacement(name, start)
        if modifier == ":":
            modifier += self._next()
            if modifier in (":#", ":%"):
                raise LexError(f"unsupported modifier {modifier}", start)
        elif modifier not in tuple("+-?#%"):
            raise LexError(f"unsupported modifier {modifier}", start)
        word = self._modifier_word("}", start, raw_escapes=modifier in ("#", "%"))
        if self._strict:
            self._check_modifier(modifier, word, start)
        return f"${{{name}{modifier}{word}}}"

    def _replacement(self, name: str, start: int) -> str:
        if self._peek() == "/":
            self._at += 1
        pattern = self._modifier_word("/", start, raw_escapes=True)
        replacement = self._modifier_word("}", start, raw_escapes=True)
        if self._strict:
            _check_pattern(pattern, start)
        return f"${{{name}/{pattern}/{replacement}}}"

    def _modifier_word(self, stop: str, start: int, *, raw_escapes: bool) -> str:
        outer, self._raw_escapes = self._raw_escapes, raw_escapes
        try:
            return self._until(stop)[0]
        except LexError as error:
            if self._at >= len(self._text):
                raise LexError("the substitution does not end", start) from error
            raise
        finally:
            self._raw_escapes = outer

    @staticmethod
    def _check_modifier(modifier: str, word: str, start: int) -> None:
        if modifier in ("#", "%"):
            _check_pattern(word.removeprefix(modifier), start)
        elif modifier[-1:] not in tuple("-+?"):
            raise LexError(f"unsupported modifier {modifier}", start)


def _check_pattern(pattern: str, start: int) -> None:
    if "$" not in pattern and _BAD_PATTERN_ESCAPE.search(pattern.replace("\\\\", "")):
        raise LexError("the pattern has an escape that is not known", start)


@cache
def _well_formed(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    variable = r"\$(?:\{[A-Za-z_][A-Za-z0-9_]*\}|(?!\{))"
    single = "'[^']*+'"
    double = rf'"(?:[^"${mark}]|{mark}.|{variable})*+"'
    return re.compile(rf"(?:[^'\"${mark}]++|{mark}.|{variable}|{single}|{double})*+{mark}?\Z", re.DOTALL)


def check_expandable(text: str, escape: str, *, quotes: bool = True) -> None:
    """Raises LexError if BuildKit could not expand the variables of ``text`` whatever their values."""
    fine = _well_formed(escape).match(text) if quotes else "${" not in text
    if not fine:
        Lexer(text, escape, quotes=quotes, strict=True).words()
