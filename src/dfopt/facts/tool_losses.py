"""Whether a command may take a tool, or what it runs with, from a script that calls it once more at its end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import pairwise

from dfopt.facts.packages import PackageCall
from dfopt.knowledge import shell_commands as known
from dfopt.knowledge.program_installs import installs_unknown
from dfopt.knowledge.programs import RUNTIMES
from dfopt.shell.argv import Argv, argv
from dfopt.shell.carried import Begun, carried, not_begun
from dfopt.shell.nodes import Script, Simple, Word
from dfopt.shell.walk import simple_commands

_PROGRAM_FOLDERS = ("/usr/local/bin", "/usr/local/lib", "/usr/bin", "/usr/lib", "/opt", "/usr/local/node", "/root/.nvm")
_SYSTEM_FOLDERS = ("/var/lib/apt/", "/var/lib/dpkg/", "/var/cache/", "/var/log/")
"""Where no script goes to run a tool."""

_HOLDING = ("node_modules", "bin", "lib", "libexec", "dist", "site-packages", "vendor", "opt", "local", "usr")
"""Folders that may hold a tool, by their names."""

_REMOVERS = frozenset({"rm", "rmdir", "mv", "unlink"})
_COPIERS = frozenset({"cp", "mv", "install", "ln"})
_UNPACKERS = known.UNPACKERS - _COPIERS
_RUNNABLE = re.compile(r"[ugoa]*[+=][rwxXst]*x[rwxXst]*(,[ugoa]*\+[rwxXst]+)*|[ugoa]*\+[rwXst]+|0?[0-7]*[1357]{3}")
"""Modes that leave a program to be run by all."""

_DEEPEST = 4


def may_lose(script: Script, call: PackageCall) -> str:
    """The command behind a call that may take its tool away; empty if there is none."""
    moves = any(argv(found).base in ("cd", "pushd") for found in simple_commands(script))
    for command in simple_commands(script):
        if command.span.start > call.command.span.start:
            for view in _with_carried(command, set()):
                if _takes(view, call, moves):
                    return view.base or ""
    return ""


def _with_carried(command: Simple, begun: Begun, depth: int = 0) -> Iterator[Argv]:
    yield argv(command)
    if depth < _DEEPEST:
        for inner in not_begun(carried(command), begun):
            for below in (inner,) if isinstance(inner, Simple) else simple_commands(inner):
                yield from _with_carried(below, begun, depth + 1)


def _takes(view: Argv, call: PackageCall, moves: bool) -> bool:
    base, values = view.base or "", tuple(word.value for word in view.words)
    if base in _REMOVERS and any(_may_take_away(word.value, call, moves) for word in view.operands):
        return True
    if base in known.ALTERNATIVES:
        return any(
            word.value is None or _may_be_named(word.value.rpartition("/")[2], _names(call)) for word in view.words
        )
    if base == "deactivate" or "deactivate" in values[:1]:
        return True
    if base == "find":
        return "-delete" in values and _finds_tool(view.words, call, moves)
    if base == "chmod":
        mode = view.operands[0].value if view.operands and not _takes_rights(view) else None
        is_safe = mode is not None and _RUNNABLE.fullmatch(mode) is not None
        return not is_safe and any(_is_in_programs(word.value) for word in view.operands)
    if base in _COPIERS:
        return _puts_another(view, call)
    return base in _UNPACKERS and installs_unknown(base, values)


def _takes_rights(view: Argv) -> bool:
    """True for ``chmod -x``."""
    return any(re.fullmatch(r"-[rwxXst]+", word.value or "") for word in view.options)


def _names(call: PackageCall) -> tuple[str, ...]:
    return (call.name, call.manager.name, *RUNTIMES.get(call.manager.name, ()))


def _may_be_named(pattern: str, names: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) or fnmatchcase(pattern, name) for name in names)


def _may_take_away(path: str | None, call: PackageCall, moves: bool) -> bool:
    """True if removing a path may take the tool away, or the folder that the script has gone to."""
    if path is None:
        return True
    if path.startswith("/"):
        if "**" in path and not path.startswith(_PROGRAM_FOLDERS):
            return _may_be_named(path.rstrip("/").rpartition("/")[2], (*_names(call), *_HOLDING))
        around = path.rstrip("/") + "/"
        if any(folder.startswith(around) for folder in _PROGRAM_FOLDERS):
            return True
        return path.startswith(_PROGRAM_FOLDERS) or (moves and not path.startswith(_SYSTEM_FOLDERS))
    return path.startswith(("..", "~", "$")) or path.rstrip("/") in (".", "") or moves


def _finds_tool(words: Sequence[Word], call: PackageCall, moves: bool) -> bool:
    """True if ``find`` may come to a tool: in its folder, and not by a name that the tool does not have."""
    roots = [word.value for word in words]
    end = next((at for at, value in enumerate(roots) if (value or "x")[0] in "-(!"), len(roots))
    names = [value for test, value in pairwise(roots) if test in ("-name", "-iname")]
    if names and not any(value is None or _may_be_named(value, (*_names(call), *_HOLDING)) for value in names):
        return False
    return any(_may_take_away(root, call, moves) for root in roots[:end] or ["."])


def _is_in_programs(path: str | None) -> bool:
    return path is None or path.startswith(_PROGRAM_FOLDERS)


def _puts_another(view: Argv, call: PackageCall) -> bool:
    """True if a file may come to where programs are, under the name of the tool or one that is not known."""
    *sources, last = view.operands or (None,)
    if last is None or not _is_in_programs(last.value):
        return False
    names = [word.value for word in (*sources, last)]
    return any(value is None or _may_be_named(value.rstrip("/").rpartition("/")[2], _names(call)) for value in names)
