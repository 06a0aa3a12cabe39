"""``.dockerignore``: which paths of a build context a build gets.

The rules are those of the builder (moby/patternmatcher, patternmatcher.go and ignorefile/ignorefile.go), which
differ from ``.gitignore``: patterns begin at the root, the last one that matches decides, ``!`` takes a path back
in even below a folder that is out, and ``**`` matches any number of folders.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from dfopt.errors import DfoptError

_WHITE: Final = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What Go's strings.TrimSpace takes away (unicode.IsSpace)."""
_LITERAL: Final = frozenset(".+()|{}$")
"""Characters that are special in an expression only."""


class PatternError(DfoptError):
    """A pattern that the builder refuses."""


class Pattern(msgspec.Struct, frozen=True):
    """One line: ``text`` is the cleaned pattern without ``!``; ``line`` counts from 1."""

    text: str
    line: int
    takes_back: bool
    """True for ``!``: what it matches is in the context."""
    expression: re.Pattern[str]

    def matches(self, path: str) -> bool:
        return self.expression.match(path) is not None


class Ignore:
    """The patterns of one file; an empty one leaves out nothing."""

    def __init__(self, patterns: Sequence[Pattern] = ()) -> None:
        self.patterns = tuple(patterns)
        self._kept = tuple(pattern.text for pattern in self.patterns if pattern.takes_back)
        self._is_plain = not any(character in text for text in self._kept for character in "*?[\\")

    def decide(self, path: str, above: tuple[bool, ...] = ()) -> tuple[bool, tuple[bool, ...]]:
        """Whether a path is left out, and which patterns match it or a folder above it.

        ``above`` is what was found for the folder that it is in; empty at the root.
        """
        left_out = False
        found: list[bool] = []
        for at, pattern in enumerate(self.patterns):
            match = bool(above) and above[at]
            if not match and pattern.takes_back == left_out:
                match = pattern.matches(path)
            found.append(match)
            if match:
                left_out = not pattern.takes_back
        return left_out, tuple(found)

    def leaves_out(self, path: str) -> bool:
        """Whether a path is left out, from the path alone."""
        above: tuple[bool, ...] = ()
        left_out = False
        parts = path.split("/")
        for end in range(1, len(parts) + 1):
            left_out, above = self.decide("/".join(parts[:end]), above)
        return left_out

    def may_hold(self, folder: str) -> bool:
        """False if nothing below a folder that is left out can be in the context."""
        if not self._is_plain:
            return True
        return any(f"{text}/".startswith(f"{folder}/") for text in self._kept)


def read(text: str) -> Ignore:
    """The patterns of a file.

    Raises PatternError, with the line in its message.
    """
    return Ignore(tuple(_patterns(text)))


def glob(pattern: str) -> re.Pattern[str]:
    """Go's filepath.Match for a source of COPY: ``*`` and ``?`` match no slash.

    Raises PatternError.
    """
    _check(pattern, 1)
    return re.compile(rf"{_translated(re.sub(r'[*]+', '*', pattern))}\Z", re.ASCII)


def _patterns(text: str) -> Iterator[Pattern]:
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        written = line.removesuffix("\r")
        if written.startswith("#") or not (written := written.strip(_WHITE)):
            continue
        takes_back = written.startswith("!")
        if takes_back:
            written = written[1:].strip(_WHITE)
            if not written:
                raise PatternError(f"line {number}: an exclamation mark alone is no pattern")
        cleaned = _clean(written)
        if len(cleaned) > 1 and cleaned[0] == "/":
            cleaned = cleaned[1:]
        if not takes_back and cleaned.startswith("!"):
            takes_back, cleaned = True, cleaned[1:]
        if takes_back and cleaned in ("", "/"):
            raise PatternError(f"line {number}: an exclamation mark with no name behind it is no pattern")
        yield Pattern(cleaned, number, takes_back, _compiled(cleaned, number))


def _clean(path: str) -> str:
    """What Go's filepath.Clean gives: unlike Python's, one slash in front."""
    cleaned = posixpath.normpath(path)
    return f"/{cleaned.lstrip('/')}" if cleaned.startswith("//") else cleaned


def _compiled(pattern: str, line: int) -> re.Pattern[str]:
    try:
        return re.compile(_expression(pattern, line), re.ASCII)
    except re.error as error:
        raise PatternError(f"line {line}: {pattern!r} is no pattern: {error}") from None


def _expression(pattern: str, line: int) -> str:
    """The expression for a whole path, as far as it goes: plain, ``x**``, and ``**x`` are not what they seem."""
    _check(pattern, line)
    rest = pattern[2:]
    if pattern.startswith("**") and not _is_special(rest.removeprefix("/")):
        if rest.startswith("/"):
            return rf"(?s:.*{re.escape(rest)}\Z|{re.escape(rest[1:])}\Z)"
        return rf"(?s:.*{re.escape(rest)}\Z)"
    if pattern.endswith("**") and not _is_special(pattern[:-2]):
        return re.escape(pattern[:-2])
    return rf"{_translated(pattern)}\Z"


def _is_special(text: str) -> bool:
    return any(character in text for character in "*?[]\\")


def _translated(pattern: str) -> str:
    found: list[str] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if pattern.startswith("**", at - 1):
            at += 2 if pattern.startswith("/", at + 1) else 1
            found.append(".*" if at >= len(pattern) else "(.*/)?")
        elif character == "*":
            found.append("[^/]*")
        elif character == "?":
            found.append("[^/]")
        elif character == "\\" and at < len(pattern):
            found.append(f"\\{pattern[at]}" if not pattern[at].isalnum() else pattern[at])
            at += 1
        elif character in _LITERAL or character == "\\":
            found.append(f"\\{character}")
        elif character == "[":
            end = _class_end(pattern, at - 1)
            found.append(_class(pattern[at - 1 : end]))
            at = end
        else:
            found.append(re.escape(character))
    return "".join(found)


def _class_end(pattern: str, start: int) -> int:
    """Just past the ``]`` that closes a class."""
    at = start + 1 + pattern.startswith("^", start + 1)
    at += pattern.startswith("]", at)
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1


def _checked_class(pattern: str, start: int) -> int | None:
    """Just past the ``]`` that closes a class; None if a range lacks an end (Go, path/filepath/match.go: getEsc)."""
    at = start + 1 + pattern.startswith("^", start + 1)
    first = at
    while not (at > first and pattern.startswith("]", at)):
        after = _past_character(pattern, at)
        if after is not None and pattern.startswith("-", after):
            after = _past_character(pattern, after + 1)
        if after is None:
            return None
        at = after
    return at + 1


def _past_character(pattern: str, at: int) -> int | None:
    """Just past a character of a class; None if there is none, or nothing behind it."""
    if pattern[at : at + 1] in ("", "-", "]"):
        return None
    end = at + (2 if pattern[at] == "\\" else 1)
    return end if end < len(pattern) else None


def _class(text: str) -> str:
    """A class of Go as one of Python: ``[``, ``&``, ``~`` and ``|`` say nothing in it."""
    return "[" + re.sub(r"(?<!\\)([\[&~|])", r"\\\1", text[1:-1]) + "]"


def _check(pattern: str, line: int) -> None:
    """What Go's filepath.Match refuses."""
    at = 0
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 1
            if at >= len(pattern):
                raise PatternError(f"line {line}: {pattern!r} ends with a backslash")
        elif pattern[at] == "[":
            end = _checked_class(pattern, at)
            if end is None:
                raise PatternError(f"line {line}: a bracket in {pattern!r} holds no characters, or is not closed")
            at = end - 1
        at += 1
