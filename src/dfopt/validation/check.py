"""Compares two Dockerfiles as build plans, up to a declared delta."""

from __future__ import annotations

from collections.abc import Sequence

from dfopt.edits import Delta
from dfopt.facts.facts import Facts
from dfopt.knowledge import shell_commands as known
from dfopt.model.build_files import Files, no_files
from dfopt.validation.comments import misplaced
from dfopt.validation.delta import Declared, Operations
from dfopt.validation.exempt import WHOLE, Side, UndeclaredError
from dfopt.validation.hard_links import parted_by_layers
from dfopt.validation.in_force import Scopes
from dfopt.validation.plan import Exec, Operation, Plan, build_plan, same_operation


def difference(before: Facts, after: Facts, deltas: Sequence[Delta], files: Files = no_files) -> str | None:
    """What differs beyond the deltas, in words; None if the second is proved to be the same as the first.

    ``files`` reads the build context, for the laws that need it.
    """
    deltas = [delta for delta in deltas if delta != Delta()]
    if deltas:
        from dfopt.validation.permitted import not_permitted

        problem = not_permitted(deltas)
        if problem:
            return problem
    if any(delta.split for delta in deltas):
        from dfopt.validation.split import split_differs

        return split_differs(before, after, deltas)
    sides = (WHOLE, WHOLE)
    if any(delta.lowered for delta in deltas):
        from dfopt.validation.lowered import raised

        try:
            after = raised(before, after, deltas, files)
        except UndeclaredError as error:
            return str(error)
    if any(delta.parted for delta in deltas):
        from dfopt.validation.parted import joined

        try:
            after = joined(before, after, deltas, files)
        except UndeclaredError as error:
            return str(error)
    if any(delta.is_unsafe for delta in deltas):
        from dfopt.validation import differs
        from dfopt.validation.undone import undone

        try:
            after = undone(after, deltas)
            sides = differs.sides(before, after, deltas)
        except UndeclaredError as error:
            return str(error)
    problem = _compare(before, after, sides, Declared(deltas))
    if problem and _compare(before, after, sides, Declared(deltas), lean=True) is None:
        return None
    return problem


def _compare(
    before: Facts, after: Facts, sides: tuple[Side, Side], declared: Declared, *, lean: bool = False
) -> str | None:
    scopes = Scopes()
    old, new = build_plan(before, scopes, sides[0], lean=lean), build_plan(after, scopes, sides[1], lean=lean)
    return (
        _outside_stages(old, new)
        or _stages_differ(old, new, declared)
        or _harmed(before, after, declared)
        or misplaced(before, after, declared.commands, sides)
    )


def _outside_stages(old: Plan, new: Plan) -> str | None:
    if old.directives != new.directives:
        return "the parser directives differ"
    if old.global_args != new.global_args:
        return "the global arguments differ"
    if new.has_heredocs and not old.has_heredocs:
        return "here-documents came in, which not every builder reads"
    if len(old.stages) != len(new.stages):
        return "the number of stages differs"
    return None


def _stages_differ(old: Plan, new: Plan, declared: Declared) -> str | None:
    for index, (ours, theirs) in enumerate(zip(old.stages, new.stages, strict=True)):
        if ours.base != theirs.base:
            return f"the base of stage {index} differs"
        if ours.scope != theirs.scope:
            return f"environment, user, folder or shell at the end of stage {index} differ"
        if ours.config != theirs.config:
            return f"the image config of stage {index} differs"
        old_part, new_part = _changed(ours.operations, theirs.operations)
        if not declared.explains(old_part, new_part, theirs.packages):
            return f"what stage {index} runs or copies differs"
        moved = declared.is_empty or len(old_part) != len(new_part)
        if moved and parted_by_layers(old_part) != parted_by_layers(new_part):
            return f"what a RUN of stage {index} changes in place may be a hard link that an earlier one made"
        if any(map(_is_too_long, new_part)) and not any(map(_is_too_long, old_part)):
            return "a script is too long for one argument"
    return declared.problem()


def _is_too_long(operation: Exec | Operation) -> bool:
    if isinstance(operation, Operation) or operation.run.script is None:
        return False
    text, longest = operation.run.script.text, known.LONGEST_ARGUMENT
    return len(text) * 4 > longest and len(text.encode("utf-8", "surrogateescape")) > longest


def _harmed(before: Facts, after: Facts, declared: Declared) -> str | None:
    """What the declared commands and options, or their lack, would do to the rest."""
    if not (declared.appended or declared.dropped or declared.optioned):
        return None
    from dfopt.validation.cleanups import added_in_vain, dropped_in_vain, option_in_vain

    problems = [added_in_vain(before, after, run, command) for run, command in declared.appended]
    problems += [dropped_in_vain(before, after, run, command) for run, command in declared.dropped]
    problems += [option_in_vain(before, after, run, option) for run, option in declared.optioned]
    return next((problem for problem in problems if problem), None)


def _changed(old: Operations, new: Operations) -> tuple[Operations, Operations]:
    """What is left of two sequences without the operations that they begin and end with alike."""
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and same_operation(old[start], new[start]):
        start += 1
    end = 0
    while end < shorter - start and same_operation(old[-1 - end], new[-1 - end]):
        end += 1
    return old[start : len(old) - end], new[start : len(new) - end]
