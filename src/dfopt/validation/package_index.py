"""That nothing takes away a package index that a command reads."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from dfopt.facts.facts import Facts
from dfopt.facts.package_index import Index
from dfopt.facts.package_state import index_of, reads_index
from dfopt.facts.start import starts
from dfopt.knowledge.package_managers import Manager
from dfopt.model.stages import Stage
from dfopt.model.taken import Taken, taken, takes_any
from dfopt.syntax.nodes import Instruction, Onbuild, Run

Readers = dict[tuple[int, int], str]
"""What may read the index where it is missing, in words, by stage and place in it."""


def new_reader_without_index(before: Facts, after: Facts, manager: Manager, *, gone: bool = False) -> str | None:
    """What only in the new file reads an index that is not there, in words; None if there is nothing.

    One that had no index before is not the fault of what was changed. ``gone`` says whether base images are
    taken to come without an index. Where instructions came or went, places do not tell which reader was there before.
    """
    same_places = _lengths(before) == _lengths(after)
    known = readers_without_index(before, manager, gone=gone) if same_places else {}
    found = readers_without_index(after, manager, gone=gone)
    return next((problem for place, problem in found.items() if place not in known), None)


def _lengths(facts: Facts) -> list[int]:
    return [len(stage.instructions) for stage in facts.stages]


def readers_without_index(facts: Facts, manager: Manager, *, gone: bool = False) -> Readers:
    """What may read the index where it is missing: RUNs, triggers, containers, and other stages that take it."""
    known = _FOUND.setdefault(facts, {})
    if (manager.name, gone) not in known:
        known[manager.name, gone] = _readers_without_index(facts, manager, gone=gone)
    return known[manager.name, gone]


_FOUND: WeakKeyDictionary[Facts, dict[tuple[str, bool], Readers]] = WeakKeyDictionary()


def _readers_without_index(facts: Facts, manager: Manager, *, gone: bool) -> Readers:
    found: Readers = {}
    without: list[Stage] = []
    lacking: set[int] = set()
    for stage in facts.stages:
        missing = any(start.index in lacking for start in stage.starts) or (gone and stage.parent is None)
        for place, instruction in enumerate(stage.instructions):
            others = without if takes_any(instruction) else ()
            takes = max((taken(instruction, other, manager.index_path) for other in others), default=Taken.NOTHING)
            if takes is Taken.ITSELF:
                found[stage.index, place] = f"{_said(facts, instruction)} takes the index of {manager.name}"
            missing = missing or takes is Taken.WITH_PARENT
            if isinstance(instruction, Run):
                use = index_of(facts, instruction, manager)
                if missing and (use.needs or use.hides):
                    found[stage.index, place] = f"{_said(facts, instruction)} needs the index of {manager.name}"
                missing = Index.ABSENT in use.leaves or (missing and Index.ENTRY in use.leaves)
        if missing:
            without.append(stage)
            lacking.add(stage.index)
            found |= _readers_at_end(facts, stage, manager)
    return found


def _readers_at_end(facts: Facts, stage: Stage, manager: Manager) -> Readers:
    """What runs on the finished image, wherever it stands: triggers, and what a container starts with."""
    places = {found.span.start: place for place, found in enumerate(stage.instructions)}
    found: Readers = {}
    for place, instruction in enumerate(stage.instructions):
        if isinstance(instruction, Onbuild):
            found[stage.index, place] = "an ONBUILD trigger may need the package index"
    for start in starts(stage):
        if reads_index(start, manager):
            place = places.get(start.instruction.span.start, len(places))
            found[stage.index, place] = f"{_said(facts, start.instruction)} needs the index of {manager.name}"
    return found


def _said(facts: Facts, instruction: Instruction) -> str:
    return repr(facts.dockerfile.text(instruction)[:60])
