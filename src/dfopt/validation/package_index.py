"""That nothing takes away a package index that a command reads."""

from __future__ import annotations

from dfopt.facts.facts import Facts
from dfopt.facts.package_index import Index
from dfopt.facts.package_state import index_of
from dfopt.knowledge.package_managers import Manager
from dfopt.syntax.nodes import Onbuild, Run


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


def readers_without_index(facts: Facts, manager: Manager, *, gone: bool = False) -> dict[tuple[int, int], str]:
    """What may read the index where it is missing, in words, by stage and place in it."""
    found: dict[tuple[int, int], str] = {}
    gone_at_end: dict[int, bool] = {}
    for stage in facts.stages:
        missing = gone_at_end[stage.parent.index] if stage.parent else gone
        for place, instruction in enumerate(stage.instructions):
            if isinstance(instruction, Run):
                use = index_of(facts, instruction, manager)
                if missing and (use.needs or use.hides):
                    text = facts.dockerfile.text(instruction)[:60]
                    found[stage.index, place] = f"{text!r} needs the index of {manager.name}"
                missing = Index.ABSENT in use.leaves or (missing and Index.ENTRY in use.leaves)
            elif isinstance(instruction, Onbuild) and missing:
                found[stage.index, place] = "an ONBUILD trigger may need the package index"
        gone_at_end[stage.index] = missing
    return found
