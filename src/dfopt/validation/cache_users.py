"""Who may use what a RUN leaves in the cache of a package manager."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfopt.facts.cache_places import brought_before, cache_places
from dfopt.facts.facts import Facts
from dfopt.facts.needed_cache import MAY_NAME, needs_cache
from dfopt.facts.offline import works_offline
from dfopt.knowledge.package_managers import Manager
from dfopt.model.taken import Taken, taken, takes_any, takes_from
from dfopt.shell.argv import argv
from dfopt.shell.nodes import NotModelled, Simple
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Instruction, Run

_HARMLESS = frozenset(["rm", "echo", "printf", "mkdir"])
"""Commands that may name a cache and do not read it."""


def user_of_cache(facts: Facts, run: Run, manager: Manager) -> str | None:
    """An instruction that may use what a RUN leaves in a cache, in words; None if there is none."""
    if works_offline(facts, run, manager):
        return "it works with what is in the cache"
    brought = brought_before(facts, run, manager)
    if brought:
        return f"{brought[:60]!r} fills the cache"
    places = cache_places(facts, run, manager)
    if needs_cache(facts, run, manager, places):
        return "it fails without something in the cache"
    for instruction, takes in followers(facts, run, places):
        needs = isinstance(instruction, Run) and needs_cache(facts, instruction, manager, places)
        if takes or needs or _uses_cache(facts, instruction, manager):
            return f"{facts.dockerfile.text(instruction)[:60]!r} uses the cache"
    return None


def followers(facts: Facts, run: Run, places: tuple[str, ...]) -> Iterator[tuple[Instruction, bool]]:
    """The instructions that see what a RUN leaves, and whether they take it away from there.

    They are those of its stage, of the stages that start from it or copy a folder around one of the places, and what
    takes files from any of these.
    """
    holders = [facts.stage_of(run)]
    held = {holders[0].index}
    for stage in facts.stages[holders[0].index :]:
        sees = stage is holders[0] or any(start.index in held for start in stage.starts)
        for instruction in stage.instructions:
            if instruction.span.start <= run.span.start:
                continue
            takers = holders if takes_any(instruction) else ()
            found = [taken(instruction, holder, place) for holder in takers for place in places]
            if sees or any(takes_from(instruction, holder) for holder in takers):
                yield instruction, Taken.ITSELF in found
            sees = sees or Taken.WITH_PARENT in found
        if sees and stage is not holders[0]:
            holders.append(stage)
            held.add(stage.index)


def _uses_cache(facts: Facts, instruction: Instruction, manager: Manager) -> bool:
    if works_offline(facts, instruction, manager):
        return True
    if not isinstance(instruction, (Run, *MAY_NAME)):
        return False
    script = facts.script(instruction) if isinstance(instruction, Run) else None
    if script is None or isinstance(script, NotModelled):
        return re.search(manager.traces, facts.dockerfile.text(instruction)) is not None
    return any(_names_cache(command, manager) for command in simple_commands(script))


def _names_cache(command: Simple, manager: Manager) -> bool:
    if argv(command).base in _HARMLESS:
        return False
    return any(re.search(manager.traces, word.value) for word in command.words if word.value)
