"""That no added cleanup removes a package index that a later command reads (hazards 1 and 7)."""

from __future__ import annotations

from collections.abc import Sequence

from dfopt.edits import Delta
from dfopt.facts.facts import Facts
from dfopt.facts.packages import is_opaque
from dfopt.knowledge.package_managers import MANAGERS, Action, Manager
from dfopt.shell.nodes import NotModelled
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
                if gone and _reads_first(facts, instruction, manager):
                    text = facts.dockerfile.text(instruction)[:60]
                    found[stage.index, place] = f"{text!r} needs the index of {manager.name}"
                gone = _gone_after(facts, instruction, manager, gone)
            elif isinstance(instruction, Onbuild) and gone:
                found[stage.index, place] = "an ONBUILD trigger may need the package index"
        gone_at_end[stage.index] = gone
    return found


def _reads_first(facts: Facts, run: Run, manager: Manager) -> bool:
    """True if a RUN reads the index before it updates it, or may do so out of sight."""
    script = facts.script(run)
    if isinstance(script, NotModelled) or is_opaque(script):
        return True
    for call in facts.calls(run):
        if call.manager is manager:
            if call.action in (Action.UPDATE, Action.SELF) and not call.is_nested:
                return False
            if call.action in (Action.INSTALL, Action.READ) and not call.has_no_cache:
                return True
    return False


def _gone_after(facts: Facts, run: Run, manager: Manager, gone: bool) -> bool:
    script = facts.script(run)
    if isinstance(script, NotModelled) or not script.statements:
        return gone
    command = script.statements[-1].list.pipelines[-1].commands[-1]
    words = tuple(word.value for word in getattr(command, "words", ()))
    if words in manager.cleanup:
        return True
    updates = any(call.manager is manager and call.action is Action.UPDATE for call in facts.calls(run))
    return gone and not updates
