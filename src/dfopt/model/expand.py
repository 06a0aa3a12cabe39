"""Dockerfile words: quote removal and variables, as BuildKit does it (frontend/dockerfile/shell/lex.go).

Only what can be known is computed: a word with an unknown variable or a pattern modifier is None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLAIN = re.compile(r"""[^'"$\\`]+""")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]|[@*#!?\-$]")
_BRACED = re.compile(
    r"\{([A-Za-z_][A-Za-z0-9_]*|[0-9]+)(?:(:?[-+?])((?:[^{}$'\"\\`]|\$\{?[A-Za-z_][A-Za-z0-9_]*\}?)*))?\}"
)

_LONGEST = 100_000
"""Characters of a value above which it is taken to be unknown: a few lines can double one without end."""


def expand(text: str, variables: Mapping[str, str | None], escape: str = "\\", *, unset: str | None = "") -> str | None:
    """The value of a word; one that is not in ``variables`` has the value ``unset``, None is unknown.

    In a stage ``unset`` is None: the base image may have set it.

    None if the value cannot be known or the word does not lex.
    """
    if _PLAIN.fullmatch(text):
        return text
    out: list[str] = []
    at = 0
    quote = ""
    while at < len(text):
        char = text[at]
        if quote == "'" and char != "'":
            out.append(char)
            at += 1
        elif char in "'\"" and quote in ("", char):
            quote = "" if quote else char
            at += 1
        elif char == escape:
            kept, at = _escaped(text, at, quote, escape)
            out.append(kept)
        elif char == "$":
            value, at = _variable(text, at + 1, variables, escape, unset)
            if value is None or len(value) > _LONGEST:
                return None
            out.append(value)
        else:
            out.append(char)
            at += 1
    return None if quote else "".join(out)


def _escaped(text: str, at: int, quote: str, escape: str) -> tuple[str, int]:
    following = text[at + 1 : at + 2]
    if not following:
        return ("", at + 1) if not quote else (escape, at + 1)
    if quote == '"' and following not in ('"', "$", escape):
        return escape + following, at + 2
    return following, at + 2


def _variable(
    text: str, at: int, variables: Mapping[str, str | None], escape: str, unset: str | None
) -> tuple[str | None, int]:
    if text.startswith("{", at):
        match = _BRACED.match(text, at)
        if not match:
            return None, len(text)
        return _modified(match, variables, escape, unset), match.end()
    match = _NAME.match(text, at)
    if not match:
        return "$", at
    return variables.get(match.group(), unset), match.end()


def _modified(match: re.Match[str], variables: Mapping[str, str | None], escape: str, unset: str | None) -> str | None:
    name, operator, word = match.groups()
    value = variables.get(name, unset)
    if value is None or operator is None:
        return value
    present = name in variables and (value != "" or not operator.startswith(":"))
    if operator.endswith("-"):
        return value if present else expand(word, variables, escape, unset=unset)
    if operator.endswith("+"):
        return expand(word, variables, escape, unset=unset) if present else ""
    return value if present else None
