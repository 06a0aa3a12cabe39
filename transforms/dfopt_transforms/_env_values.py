"""A value that a legacy ENV or LABEL has as the rest of its line, as one word behind ``=``."""

from __future__ import annotations

import re

from dfopt.expression import Expression
from dfopt.syntax.joined import Joined
from dfopt.syntax.words import quoted_words


def is_one_word(value: str, escape: str) -> bool:
    """True if a value can stand behind ``=`` as it is."""
    words = quoted_words(Joined(value, (0,), (0,)), escape)
    return len(words) == 1 and words[0].text == value


_EXPANSION = Expression(r"\$(?:\{(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+)(?::?[-+?][A-Za-z0-9_./:=, -]*)?\}|(?!{))")


def has_odd_expansion(value: str) -> bool:
    """True for an expansion with quotes, patterns or other expansions inside: what it gives is not known."""
    return "$" in value and ("$" in _EXPANSION.sub("", value) or not value.isascii())


def is_plain(value: str, escape: str) -> bool:
    """True if double quotes around a value change nothing inside."""
    return not any(char in value for char in ("'", '"', escape))


def in_quotes(value: str, escape: str) -> str | None:
    """The value as one word in double quotes; None if a quote is not closed, or a part of it ends in ``$``."""
    mark = re.escape(escape)
    token = re.compile(rf"'([^']*)'|\"((?:[^\"{mark}]|{mark}.)*)\"|{mark}(.)|([^'\"{mark}]+)", re.DOTALL)
    name = re.compile(rf"(?<!{mark})\$(\w*)\Z")
    out = ""
    at = 0
    while at < len(value):
        found = token.match(value, at)
        if found is None:
            return None
        single, double, kept, plain = found.groups()
        piece = escaped(single or "", escape) + (double or "") + escaped(kept or "", escape) + (plain or "")
        left = name.search(out) if piece else None
        if left and not left[1]:
            return None
        if left and re.match(r"\w", piece):
            out = f"{out[: left.start()]}${{{left[1]}}}"
        out += piece
        at = found.end()
    return f'"{out}"'


def escaped(text: str, escape: str) -> str:
    """A text inside double quotes, without expansions."""
    return "".join(f"{escape}{char}" if char in ('"', "$", escape) else char for char in text)
