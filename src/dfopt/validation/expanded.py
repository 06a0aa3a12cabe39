"""The law under which two ways to write a value of ARG, ENV or LABEL are the same.

BuildKit takes the text of a value, be it a word behind ``=`` or the rest of the line in the legacy form, through
one function (frontend/dockerfile/shell/lex.go: ProcessWord), which takes quotes and escapes away and puts variables in.
White space is kept, and a variable's value is not looked at again. So a value is a sequence of characters and
variables, whatever the variables hold, and two texts with the same sequence give the same value.
"""

from __future__ import annotations

from functools import lru_cache

from dfopt.expression import Expression

_NAME = r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+"
_VARIABLE = Expression(
    rf"\$(?:\{{(?P<braced>{_NAME})\}}|(?P<bare>{_NAME}|[@*#?\-$!])(?![^\x00-\x7f])"
    rf"|(?P<modified>\{{(?:{_NAME}):?[-+?][A-Za-z0-9_./:=, -]*\}}))"
)
"""A variable, and one with a default that has neither quotes nor variables in it."""
_NO_VARIABLE = Expression(r"\$(?![A-Za-z0-9_{@*#?\-$!\x80-\U0010ffff])")
"""A dollar that begins no name."""


@lru_cache(maxsize=4096)
def normal_value(text: str, escape: str) -> str | None:
    """The value in double quotes, all that could mean something escaped; None if its sequence is not known."""
    out: list[str] = []
    at, quote = 0, ""
    while at < len(text):
        char = text[at]
        at += 1
        if quote == "'" and char != "'":
            out.append(_literal(char, escape))
        elif char in "'\"" and quote in ("", char):
            quote = "" if quote else char
        elif char == escape:
            following = text[at : at + 1]
            at += len(following)
            kept = quote == '"' and following not in ('"', "$", escape, "")
            out += (_literal(escape, escape) if kept else "", _literal(following, escape))
        elif char == "$":
            if variable := _VARIABLE.match(text, at - 1):
                out.append("$" + (variable["modified"] or f"{{{variable['braced'] or variable['bare']}}}"))
                at = variable.end()
            elif _NO_VARIABLE.match(text, at - 1):
                out.append(_literal(char, escape))
            else:
                return None
        else:
            out.append(_literal(char, escape))
    return None if quote else f'"{"".join(out)}"'


def _literal(char: str, escape: str) -> str:
    return escape + char if char in ('"', "$", escape) and char else char
