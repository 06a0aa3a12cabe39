"""Commands that fail where what they remove is not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfopt.expression import Expression
from dfopt.facts.facts import Facts
from dfopt.facts.path_patterns import Path, leads, paths
from dfopt.facts.running import Running, running
from dfopt.knowledge.manager import Manager
from dfopt.shell.nodes import CommandSubstitution, DoubleQuoted, NotModelled, Word
from dfopt.syntax.nodes import Run

_REMOVES = Expression(r"\b(rm|rmdir|unlink)\b")
_FORCE = Expression(r"-[a-zA-Z]*f[a-zA-Z]*|--force")


def insists_on(facts: Facts, run: Run, manager: Manager, places: Sequence[str]) -> bool:
    """True if a RUN removes something in the cache of a manager, or a folder around it, and fails if it is not there.

    ``places`` are the folders of the cache. A command whose folder is not known is taken to be elsewhere; what begins
    with the output of a program may be anywhere.
    """
    script = facts.script(run)
    if isinstance(script, NotModelled) or run.script is None or not _REMOVES.search(run.script.text):
        return False
    scope = facts.scope(run)
    base = facts.base(facts.stage_of(run))
    held = [path for place in (*places, manager.index_path) if place for path in paths(place, ())]
    commands = running(script, scope.workdir, {"HOME": "~", **base.env, **scope.variables()})
    return any(
        leads(place, path) or leads(path, place) for command in commands for path in _removed(command) for place in held
    )


def _removed(command: Running) -> Iterator[Path]:
    view = command.view
    forced = any(word.value is None or _FORCE.fullmatch(word.value) for word in view.options)
    if view.base not in ("rm", "rmdir", "unlink") or (forced and view.base == "rm"):
        return
    for word in view.operands:
        if _is_printed(word):
            yield ()
            continue
        texts = command.values.of(word.parts) if word.parts else frozenset([word.value or ""])
        for text in texts if texts is not None else (command.values.path(word.parts),):
            yield from (path for path in paths(text, command.folders) if path[:1] != ("**",) and path)


def _is_printed(word: Word) -> bool:
    first = word.parts[0] if word.parts else None
    if isinstance(first, DoubleQuoted) and first.parts:
        first = first.parts[0]
    return isinstance(first, CommandSubstitution)
