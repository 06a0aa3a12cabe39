"""``--name=value`` words in front of the arguments, and which of them an instruction takes.

BuildKit: split_command.go (extractBuilderFlags) reads them, instructions/bflag.go checks them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from dfopt.source import Span
from dfopt.syntax.joined import Joined
from dfopt.syntax.nodes import Flag
from dfopt.syntax.rejection import Rejection, Step

FLAG_SPACE = "\t\n\v\f\r \udc85\udca0"
"""White space as extractBuilderFlags sees it, byte by byte: the stray bytes 0x85 and 0xA0 count too."""

_SPLIT_BYTES = re.compile("[\x85\xa0]")


class FlagKind(Enum):
    TEXT = "text"
    BOOLEAN = "boolean"
    LIST = "list"


class Flags(NamedTuple):
    """The flags of one instruction, the bare ``--`` after them, and where the arguments may begin."""

    flags: tuple[Flag, ...]
    end_mark: Span | None
    after: int


def read_flags(line: Joined, at: int, escape: str) -> Flags:
    """Reads flags from ``at``, which is the first character after the keyword's white space."""
    text = line.text
    flags: list[Flag] = []
    while text.startswith("--", at):
        word, end = _flag_word(line, at, escape)
        span = line.span(at, end)
        if word == "--":
            return Flags(tuple(flags), span, end)
        name, equals, value = word[2:].partition("=")
        flags.append(Flag(span, name, value if equals else None))
        at = end
        while at < len(text) and text[at] in FLAG_SPACE:
            at += 1
    return Flags(tuple(flags), None, at)


def _flag_word(line: Joined, at: int, escape: str) -> tuple[str, int]:
    """The word at ``at`` without its quotes and escapes, and where it ends."""
    text = line.text
    out: list[str] = []
    quote = ""
    while at < len(text):
        char = text[at]
        if quote and char == quote:
            quote = ""
        elif not quote and char in FLAG_SPACE:
            break
        elif not quote and char in "'\"":
            quote = char
        elif char != escape or at + 1 < len(text):
            if char == escape:
                at += 1
            if text[at] > "\x7f" and not quote:
                _refuse_split_character(line, at)
            out.append(text[at])
        at += 1
    return "".join(out), at


def _refuse_split_character(line: Joined, at: int) -> None:
    """BuildKit reads a flag byte by byte and would end it inside such a character."""
    encoded = line.text[at].encode("utf-8", "surrogateescape").decode("latin-1")
    if _SPLIT_BYTES.search(encoded):
        raise Rejection("a flag holds a character that BuildKit would cut in two", line.offset(at), Step.PARSER)


def check_flags(flags: tuple[Flag, ...], allowed: Mapping[str, FlagKind], keyword: str) -> None:
    """Raises Rejection for a flag that the instruction does not take, or that is given wrongly."""
    seen: set[str] = set()
    for flag in flags:
        kind = allowed.get(flag.name)
        if kind is None:
            raise _wrong(flag, f"{keyword} has no flag --{flag.name}")
        if flag.name in seen and kind is not FlagKind.LIST:
            raise _wrong(flag, f"--{flag.name} is given twice")
        seen.add(flag.name)
        if kind is FlagKind.BOOLEAN:
            if flag.value is not None and flag.value.lower() not in ("true", "false"):
                raise _wrong(flag, f"--{flag.name} is true or false")
        elif flag.value is None:
            raise _wrong(flag, f"--{flag.name} needs a value")


def _wrong(flag: Flag, reason: str) -> Rejection:
    return Rejection(reason, flag.span.start, Step.INSTRUCTIONS)
