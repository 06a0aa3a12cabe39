"""Words between white space (BuildKit, line_parsers.go: parseStringsWhitespaceDelimited, parseWords)."""

from __future__ import annotations

import re
from functools import cache

from dfopt.syntax.joined import Joined
from dfopt.syntax.lines import SPACE
from dfopt.syntax.nodes import Argument

SEPARATORS = "\t\v\f\r "
"""What divides a keyword from its arguments and plain words from each other; wider space does not."""

_PLAIN_WORD = re.compile(rf"[^{SEPARATORS}]+")


def plain_words(body: Joined) -> tuple[Argument, ...]:
    """Words of FROM, EXPOSE, and the shell form of COPY, ADD and VOLUME: quotes mean nothing here."""
    return tuple(Argument(body.span(*match.span()), match[0]) for match in _PLAIN_WORD.finditer(body.text))


def quoted_words(body: Joined, escape: str) -> list[Argument]:
    """Words of ENV, LABEL and ARG: quotes and escapes hold white space together and stay in the word.

    An unfinished quote reaches to the end. An escape that has nothing to escape is not part of the word.
    """
    return [Argument(body.span(*match.span()), match[0]) for match in _quoted_word(escape).finditer(body.text)]


@cache
def _quoted_word(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    plain = rf"[^{SPACE}'\"{mark}]"
    single = r"'[^']*+(?:'|\Z)"
    double = rf'"(?:[^"{mark}]|{mark}.)*+(?:"|(?={mark}?\Z))'
    return re.compile(rf"(?:{plain}++|{mark}.|{single}|{double})++", re.DOTALL)
