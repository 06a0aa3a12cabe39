"""That no added cleanup removes a package index that a later command reads (hazards 1 and 7)."""

from __future__ import annotations

from collections.abc import Sequence

from dfopt.edits import Delta
from dfopt.facts.facts import Facts
from dfopt.facts.package_index import Index
from dfopt.facts.package_state import index_of
from dfopt.knowledge.package_managers import MANAGERS, Manager
from dfopt.syntax.nodes import Onbuild, Run


def cleans_too_early(before: Facts, after: Facts, deltas: Sequence[Delta]) -> str | None:
    """A reader of an index that a declared cleanup removes, in words; None if there is none.

    One that had no index before is not the cleanup's fault.
    """
    declared = {command for delta in deltas for command in delta.added_commands}
    for manager in MANAGERS:
        if manager.has_index and not declared.isdisjoint(manager.cleanup):
            known = _readers_without_index(before, manager)
            new = [problem for place, problem in _readers_without_index(after, manager).items() if place not in known]
            if new:
                return new[0]
    return None


def _readers_without_index(facts: Facts, manager: Manager) -> dict[tuple[int, int], str]:
    """What may read the index after it was removed, by stage and place in it."""
    found: dict[tuple[int, int], str] = {}
    gone_at_end: dict[int, bool] = {}
    for stage in facts.stages:
        gone = gone_at_end[stage.parent.index] if stage.parent else False
        for place, instruction in enumerate(stage.instructions):
            if isinstance(instruction, Run):
                use = index_of(facts, instruction, manager)
                if gone and (use.needs or use.hides):
                    text = facts.dockerfile.text(instruction)[:60]
                    found[stage.index, place] = f"{text!r} needs the index of {manager.name}"
                gone = Index.ABSENT in use.leaves or (gone and Index.ENTRY in use.leaves)
            elif isinstance(instruction, Onbuild) and gone:
                found[stage.index, place] = "an ONBUILD trigger may need the package index"
        gone_at_end[stage.index] = gone
    return found
