"""The exec (JSON) form (BuildKit, line_parsers.go: parseJSON; Go's encoding/json decides what is JSON)."""

from __future__ import annotations

import re

from dfopt.syntax.joined import Joined
from dfopt.syntax.lines import SPACE
from dfopt.syntax.nodes import Argument
from dfopt.syntax.rejection import Rejection, Step

_STRING = r'"(?:[^"\\\x00-\x1f]++|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+"'
_JSON_SPACE = r"[ \t\n\r]*+"
_STRINGS = re.compile(_STRING)
_ARRAY_OF_STRINGS = re.compile(
    rf"\[{_JSON_SPACE}(?:{_STRING}{_JSON_SPACE}(?:,{_JSON_SPACE}{_STRING}{_JSON_SPACE})*+)?\]{_JSON_SPACE}\Z"
)
_STRAY_SURROGATE = re.compile("[\ud800-\udfff]")


def json_words(body: Joined) -> tuple[Argument, ...] | None:
    """The strings of an exec form, each with the span of its literal; None if the text is no JSON array.

    Raises Rejection for an array that holds anything but strings.
    """
    text = body.text
    if not text.startswith("["):
        start = len(text) - len(text.lstrip(SPACE))
        return json_words(body.cut(start, len(text))) if text.startswith("[", start) else None
    if _ARRAY_OF_STRINGS.match(text):
        return tuple(Argument(body.span(*match.span()), _decode(match[0])) for match in _STRINGS.finditer(text))
    if _is_json(text):
        raise Rejection("an exec form holds strings only", body.offset(0), Step.PARSER)
    return None


def _decode(literal: str) -> str:
    if "\\" not in literal:
        value = literal[1:-1]
    else:
        import json

        value = json.loads(literal)
    return value if value.isascii() else _STRAY_SURROGATE.sub("\ufffd", value)


def _is_json(text: str) -> bool:
    import json

    def number(digits: str) -> float:
        value = float(digits)
        if value in (float("inf"), float("-inf")):
            raise ValueError(digits)
        return value

    def no_constant(name: str) -> None:
        raise ValueError(name)

    try:
        json.loads(text, parse_float=number, parse_int=number, parse_constant=no_constant)
    except ValueError:
        return False
    except RecursionError:
        return True
    return True
