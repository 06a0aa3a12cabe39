"""Who names or takes a file behind a place in a script, and in later instructions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from itertools import pairwise

from dfopt.facts.script_paths import ScriptPaths, is_below, may_be
from dfopt.knowledge.unpacking import TAKES_FOLDERS, TAR, TARS
from dfopt.model.reach import followers
from dfopt.model.taken import Taken, taken
from dfopt.shell.argv import Argv, argv
from dfopt.shell.getopt import getopt
from dfopt.shell.nodes import NotModelled, Script, Simple, Word
from dfopt.shell.walk import nodes, simple_commands, words
from dfopt.syntax.nodes import Instruction, Run
from dfopt.transform import Context

_COPIERS = frozenset(["cp", "mv", "rsync", "scp", "install"])


class Use(Enum):
    NONE = "nothing names it"
    REMOVED = "it is removed"
    USED = "it is named"


def use_in_run(script: Script, paths: ScriptPaths, path: str, start: int) -> Use:
    """What is done with a file behind a place in its script."""
    uses = _all_uses(script, paths, path, start)
    return Use.REMOVED if Use.REMOVED in uses else uses[0]


def first_use(script: Script, paths: ScriptPaths, path: str, start: int) -> Use:
    """What is done first with it there: behind its removal, it may be another one."""
    return _all_uses(script, paths, path, start)[0]


def _all_uses(script: Script, paths: ScriptPaths, path: str, start: int) -> list[Use]:
    commands = [command for command in simple_commands(script, backquotes=False) if command.span.start >= start]
    uses = [use for use in (_use(command, paths, path) for command in commands) if use is not Use.NONE]
    if uses:
        return list(uses)
    inside = {word.span for command in commands for word in words(command)}
    loose = [word for word in words(script, backquotes=False) if word.span.start >= start and word.span not in inside]
    name = path.rpartition("/")[2]
    return [Use.USED if any(_names(paths.text(word.parts), name) for word in loose) else Use.NONE]


def named_by(script: Script, paths: ScriptPaths, path: str, end: int) -> bool:
    """True if a command in front of a place in its script names a file, or may take it."""
    commands = (command for command in simple_commands(script, backquotes=False) if command.span.start < end)
    return any(_use(command, paths, path) is not Use.NONE for command in commands)


def removers(script: Script, paths: ScriptPaths, path: str, start: int) -> list[Simple]:
    """The commands behind a place in a script that remove a file."""
    commands = (command for command in simple_commands(script, backquotes=False) if command.span.start >= start)
    return [command for command in commands if _use(command, paths, path) is Use.REMOVED]


def _names(text: str, name: str) -> bool:
    return name in text or may_be(text.rpartition("/")[2], name)


def _use(command: Simple, paths: ScriptPaths, path: str) -> Use:
    view = argv(command)
    if view.base in ("rm", "unlink") and any(_goes_with(view, paths.path(command, w), path) for w in view.operands):
        return Use.REMOVED
    if view.base == "find":
        return Use.USED if _finds(view, command, paths, path) else Use.NONE
    for word in words(command):
        text = paths.text(word.parts)
        if path.rpartition("/")[2] in text:
            return Use.USED
        if not text.endswith("/") and may_be(paths.resolved(command, text), path):
            return Use.USED
    taken_folders = [paths.path(command, word) for word in _sources(view)]
    return Use.USED if any(_holds(folder, path) for folder in taken_folders) else Use.NONE


def _goes_with(view: Argv, removed: str, path: str) -> bool:
    """True if a removal takes a file."""
    options = "".join(word.value or "" for word in view.options)
    return may_be(removed, path) or (("r" in options or "R" in options) and _holds(removed, path))


def _holds(folder: str, path: str) -> bool:
    """True if a folder, perhaps with a pattern, holds a path."""
    parts = path.split("/")
    return is_below(path, folder) or any(may_be(folder, "/".join(parts[:end])) for end in range(2, len(parts)))


def _finds(view: Argv, command: Simple, paths: ScriptPaths, path: str) -> bool:
    """True if ``find`` does something with what it finds, and may find a file."""
    values = [paths.text(word.parts) for word in view.words]
    if not any(value.startswith(("-exec", "-ok", "-delete")) for value in values):
        return any(path.rpartition("/")[2] in value for value in values)
    end = next((at for at, value in enumerate(values) if value[:1] in ("-", "(", "!")), len(values))
    roots = [paths.resolved(command, value) for value in values[:end]] or [paths.folder(command)]
    names = [after for option, after in pairwise(values) if option in ("-name", "-iname")]
    if names and not any(may_be(name, path.rpartition("/")[2]) for name in names):
        return False
    return any(is_below(path, root) for root in roots)


def _sources(view: Argv) -> tuple[Word, ...]:
    """The folders that a command takes files from."""
    if view.base not in TAKES_FOLDERS:
        return ()
    if view.base in TARS:
        options = getopt(view.words, TAR)
        creates = options.has("c", "create", "r", "append", "u", "update")
        return (*options.operands, *options.values("C", "directory")) if creates else ()
    if view.base in _COPIERS:
        target = any((word.value or "").startswith(("-t", "--target")) for word in view.options)
        return view.operands if target else view.operands[:-1]
    return view.operands


def later_user(ctx: Context, run: Run, path: str) -> str:
    """A later instruction that names or takes a file, or fails without it; empty if there is none."""
    stage = ctx.facts.stage_of(run)
    at = next(at for at, found in enumerate(stage.instructions) if found.span == run.span)
    place = path if path.startswith("/") else f"/*/{path.rpartition('/')[2]}"
    for instruction, _ in followers(ctx.facts.stages, stage, at + 1, (place,)):
        is_taken = any(taken(instruction, other, place) is not Taken.NOTHING for other in ctx.facts.stages)
        if is_taken or _uses(ctx, instruction, path):
            said = " ".join(f"{instruction.keyword} {instruction.body.text}".split())
            return said if len(said) <= 60 else said[:59] + "…"
    return ""


def _uses(ctx: Context, instruction: Instruction, path: str) -> bool:
    text = ctx.dockerfile.text(instruction)
    name = path.rpartition("/")[2]
    script = ctx.facts.script(instruction) if isinstance(instruction, Run) else None
    if not isinstance(instruction, Run) or script is None or isinstance(script, NotModelled):
        return _mentions(text, name)
    paths = ScriptPaths(ctx.facts, instruction, script)
    commands = list(simple_commands(script))
    for command in commands:
        use = _use(command, paths, path)
        if use is Use.USED or (use is Use.REMOVED and not is_forced(argv(command))):
            return True
    inside = {word.span for command in commands for word in words(command)}
    return any(_names(paths.text(word.parts), name) for word in _words(script) if word.span not in inside)


def _words(script: Script) -> Iterator[Word]:
    return (node for node in nodes(script) if isinstance(node, Word))


def _mentions(text: str, name: str) -> bool:
    """True if a text names a file whose name may have expansions in it."""
    pieces = [piece for piece in re.split(r"\$\{\w*\}|\$\([^)]*\)", name) if len(piece) > 1]
    return all(piece in text for piece in pieces) if pieces else True


def is_forced(view: Argv) -> bool:
    """True for ``rm -f``, and for the removal of a folder: both go on without the file."""
    options = "".join(word.value or "" for word in view.options)
    return "f" in options or "force" in options
