"""That no added cleanup removes a package index that a later command reads (hazards 1 and 7)."""

from __future__ import annotations

from collections.abc import Sequence

from dfopt.edits import Delta
from dfopt.facts.facts import Facts
from dfopt.facts.packages import is_opaque
from dfopt.knowledge.package_managers import MANAGERS, Action, Manager
from dfopt.shell.nodes import NotModelled
from dfopt.syntax.nodes import Onbuild, Run


def cleans_too_early(after: Facts, deltas: Sequence[Delta]) -> str | None:
    """A later reader of an index that a declared cleanup removes, in words; None if there is none."""
    declared = {command for delta in deltas for command in delta.added_commands}
    for manager in MANAGERS:
        if manager.has_index and not declared.isdisjoint(manager.cleanup):
            problem = _stage_by_stage(after, manager)
            if problem:
                return problem
    return None


def _stage_by_stage(facts: Facts, manager: Manager) -> str | None:
    gone_at_end: dict[int, bool] = {}
    for stage in facts.stages:
        gone = gone_at_end[stage.parent.index] if stage.parent else False
        for instruction in stage.instructions:
            if isinstance(instruction, Run):
                if gone and _reads_first(facts, instruction, manager):
                    return f"{facts.dockerfile.text(instruction)[:60]!r} needs the index of {manager.name}"
                gone = _gone_after(facts, instruction, manager, gone)
            elif isinstance(instruction, Onbuild) and gone:
                return "an ONBUILD trigger may need the package index"
        gone_at_end[stage.index] = gone
    return None


def _reads_first(facts: Facts, run: Run, manager: Manager) -> bool:
    """True if a RUN reads the index before it updates it, or may do so out of sight."""
    script = facts.script(run)
    if isinstance(script, NotModelled) or is_opaque(script):
        return True
    for call in facts.calls(run):
        if call.manager is manager:
            if call.action in (Action.UPDATE, Action.SELF):
                return False
            if call.action in (Action.INSTALL, Action.READ):
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
