"""Scripts inside commands: what ``sh -c`` and ``su -c`` run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfopt.facts.packages import PackageCall, calls_of
from dfopt.knowledge import programs
from dfopt.shell.argv import Argv, argv
from dfopt.shell.nodes import NotModelled, Script
from dfopt.shell.parser import parse
from dfopt.shell.walk import simple_commands

_DEEPEST = 8


def shell_text(view: Argv) -> str | None:
    """The static text that ``sh -c`` or ``su -c`` runs."""
    if view.base not in programs.SHELLS and view.base not in ("su", "runuser"):
        return None
    for at, word in enumerate(view.words[:-1]):
        if word.value is None or not re.fullmatch(r"-[a-zA-Z]+|-|--login|[a-z_][a-z0-9_-]*", word.value):
            return None
        if re.fullmatch(r"-[a-zA-Z]*c", word.value):
            return view.words[at + 1].value
    return None


def every_call(script: Script, depth: int = 0) -> Iterator[PackageCall]:
    """The calls of package managers in a script, in whatever place, and in the scripts inside its commands."""
    for command in simple_commands(script):
        yield from calls_of(command)
        text = shell_text(argv(command))
        inner = parse(text) if text is not None and depth < _DEEPEST else None
        if inner is not None and not isinstance(inner, NotModelled):
            yield from every_call(inner, depth + 1)
