"""Bake files in HCL, as values like those of ``docker-bake.json`` (https://docs.docker.com/build/bake/reference/)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, cast

_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_HEREDOC: Final = re.compile(r'"<<-?\w+\r?\n(.*\n)?\s*\w+"', re.DOTALL)


def read_bake(data: bytes) -> dict[str, Any]:
    """Its targets and variables, each by its name; nothing if it is broken, or python-hcl2 is not installed.

    What is no plain text is left as ``${…}``: nobody knows what it is without bake.
    """
    try:
        import hcl2
        from lark.exceptions import LarkError
    except ImportError:
        return {}
    loads: Callable[[str], Any] = getattr(hcl2, "loads")  # noqa: B009  its result is not typed
    try:
        content = loads(data.decode())
    except (UnicodeDecodeError, RecursionError, LarkError):
        return {}
    return {kind: _by_name(content.get(kind)) for kind in ("target", "variable")}


def _by_name(blocks: object) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for block in cast("list[object]", blocks) if isinstance(blocks, list) else ():
        for label, body in cast("dict[str, object]", block).items() if isinstance(block, dict) else ():
            if isinstance(body, dict):
                values = cast("dict[str, object]", body)
                found[label.strip('"')] = {name: _value(value) for name, value in values.items()}
    return found


def _value(value: object) -> object:
    if isinstance(value, list):
        return [_value(each) for each in cast("list[object]", value)]
    if isinstance(value, dict):
        return {name.strip('"'): _value(each) for name, each in cast("dict[str, object]", value).items()}
    if not isinstance(value, str):
        return value
    heredoc = _HEREDOC.fullmatch(value)
    if heredoc:
        return heredoc[1] or ""
    if value[:1] == value[-1:] == '"' and len(value) > 1:
        return value[1:-1]
    return f"${{{value}}}" if _NAME.fullmatch(value) else "${?}"
