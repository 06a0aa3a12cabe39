"""Commands that fail where what they remove is not there, or take along what lies in a folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from dfopt.expression import Expression
from dfopt.facts.facts import Facts
from dfopt.facts.path_patterns import Path, leads, paths
from dfopt.facts.running import Running, running
from dfopt.knowledge.manager import Manager
from dfopt.memo import kept_by
from dfopt.shell.nodes import CommandSubstitution, DoubleQuoted, NotModelled, Word
from dfopt.syntax.nodes import Add, Arg, Cmd, Copy, Entrypoint, Env, Healthcheck, Onbuild, Run, Volume, Workdir

MAY_NAME = (Add, Arg, Cmd, Copy, Entrypoint, Env, Healthcheck, Onbuild, Volume, Workdir)
"""Instructions, RUN aside, that need a cache if they name it; what others say of it means nothing for the build."""
_MENTIONS = Expression(
    r"\brm\b(?!\s+(-\w*f|--force))|\b(rmdir|unlink|mv|rsync)\b|\bcp\s.*(-\w*[arR]|--)|\btar\s+(-?\w*c|-.*\s-\w*c|--)",
    re.DOTALL,
)
_FORCE = Expression(r"-[a-zA-Z]*f[a-zA-Z]*|--force")
_WITH_FOLDERS = Expression(r"-[a-zA-Z]*[arR][a-zA-Z]*|--recursive|--archive")
_PACKS = Expression(r"-?[a-zA-Z]*c[a-zA-Z]*|--create")


class Needed(msgspec.Struct, frozen=True):
    """What a command names."""

    removes: bool
    """True if it fails where one of them is not there, False if it takes them along with all below."""
    paths: tuple[Path, ...]


def needs_cache(facts: Facts, run: Run, manager: Manager, places: Sequence[str]) -> bool:
    """True if a RUN removes something in the cache of a manager, or a folder around it, and fails if it is not there,
    or if it copies such a folder.

    ``places`` are the folders of the cache. A command whose folder is not known is taken to be elsewhere; what it
    removes by the output of a program may be anywhere.
    """
    held = [path for place in (*places, manager.index_path) if place for path in paths(place, ())]
    return any(
        any(leads(path, place) or (each.removes and leads(place, path)) for place in held)
        for each in _needed_paths(facts, run)
        for path in each.paths
    )


def _key(facts: Facts, run: Run) -> tuple[int, int]:
    return id(facts), run.span.start


@kept_by(_key, most=1024)
def _needed_paths(facts: Facts, run: Run) -> tuple[Needed, ...]:
    return tuple(_each_needed(facts, run))


def _each_needed(facts: Facts, run: Run) -> Iterator[Needed]:
    """What the commands of a RUN need to be there."""
    script = facts.script(run)
    if isinstance(script, NotModelled) or run.script is None or not _MENTIONS.search(run.script.text):
        return
    scope = facts.scope(run)
    base = facts.base(facts.stage_of(run))
    for command in running(script, scope.workdir, {"HOME": "~", **base.env, **scope.variables()}):
        for removes, words in _named(command):
            yield Needed(removes, tuple(_paths(command, words, printed=removes)))


def _named(command: Running) -> Iterator[tuple[bool, Sequence[Word]]]:
    """What a command insists on removing (True) or takes along with all below it."""
    view = command.view
    options = [word.value or "" for word in view.options]
    forced = any(not option or _FORCE.fullmatch(option) for option in options)
    if view.base in ("rmdir", "unlink") or (view.base == "rm" and not forced):
        yield True, view.operands
    elif view.base == "mv" or (view.base in ("cp", "rsync") and any(map(_WITH_FOLDERS.fullmatch, options))):
        yield False, view.operands[:-1]
    elif view.base == "tar" and any(_PACKS.fullmatch(word.value or "") for word in (*view.words[:1], *view.options)):
        yield False, view.operands


def _paths(command: Running, words: Sequence[Word], *, printed: bool) -> Iterator[Path]:
    for word in words:
        if _is_printed(word):
            yield from [()] if printed else []
            continue
        for text in command.texts(word):
            yield from (path for path in paths(text, command.folders) if path[:1] != ("**",))


def _is_printed(word: Word) -> bool:
    first = word.parts[0] if word.parts else None
    if isinstance(first, DoubleQuoted) and first.parts:
        first = first.parts[0]
    return isinstance(first, CommandSubstitution)
