"""Compares two Dockerfiles as build plans, up to a declared delta."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache

from dfopt.edits import Delta
from dfopt.facts.facts import Facts
from dfopt.facts.scripts import shell_options
from dfopt.shell.nodes import NotModelled, Script
from dfopt.shell.parser import parse
from dfopt.validation.comments import comments
from dfopt.validation.erasure import Budget, without_appended, without_dropped, without_options
from dfopt.validation.laws import Step, errexit_setting, steps
from dfopt.validation.plan import Exec, Operation, Plan, Scopes, build_plan


def difference(before: Facts, after: Facts, deltas: Sequence[Delta]) -> str | None:
    """What differs beyond the deltas, in words; None if the second is proved to be the same as the first."""
    declared = [delta for delta in deltas if delta != Delta()]
    if declared:
        from dfopt.validation.package_index import cleans_too_early
        from dfopt.validation.permitted import not_permitted

        problem = not_permitted(declared) or cleans_too_early(before, after, declared)
        if problem:
            return problem
    scopes = Scopes()
    old, new = build_plan(before, scopes), build_plan(after, scopes)
    return _outside_stages(old, new) or _stages_differ(old, new, _Erasure(declared)) or _comments_lost(before, after)


def _outside_stages(old: Plan, new: Plan) -> str | None:
    if old.directives != new.directives:
        return "the parser directives differ"
    if old.global_args != new.global_args:
        return "the global arguments differ"
    if len(old.stages) != len(new.stages):
        return "the number of stages differs"
    return None


def _stages_differ(old: Plan, new: Plan, erasure: _Erasure) -> str | None:
    for index, (ours, theirs) in enumerate(zip(old.stages, new.stages, strict=True)):
        if ours.base != theirs.base:
            return f"the base of stage {index} differs"
        if ours.scope != theirs.scope:
            return f"environment, user, folder or shell at the end of stage {index} differ"
        if ours.config != theirs.config:
            return f"the image config of stage {index} differs"
        old_part, new_part = _changed(ours.operations, theirs.operations)
        unchanged = _texts(old_part) & _texts(new_part)
        if list(erasure.sequence(old_part, unchanged)) != list(erasure.sequence(new_part, unchanged, is_new=True)):
            return f"what stage {index} runs or copies differs"
    return erasure.remainder()


_Operations = Sequence[Exec | Operation]


def _texts(operations: _Operations) -> set[str]:
    return {operation.text for operation in operations if isinstance(operation, Exec)}


def _changed(old: _Operations, new: _Operations) -> tuple[_Operations, _Operations]:
    """What is left of two sequences without the operations that they begin and end with alike."""
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and _same(old[start], new[start]):
        start += 1
    end = 0
    while end < shorter - start and _same(old[-1 - end], new[-1 - end]):
        end += 1
    return old[start : len(old) - end], new[start : len(new) - end]


def _same(old: Exec | Operation, new: Exec | Operation) -> bool:
    if isinstance(old, Operation) or isinstance(new, Operation):
        return old == new
    return (old.scope, old.flags, old.shell, old.is_whole, old.text) == (
        new.scope,
        new.flags,
        new.shell,
        new.is_whole,
        new.text,
    )


def _comments_lost(before: Facts, after: Facts) -> str | None:
    lost = comments(before) - comments(after)
    return f"a comment is lost: {next(iter(lost))}" if lost else None


class _Erasure:
    """Takes the declared delta out of both plans and compares what is left."""

    def __init__(self, deltas: Sequence[Delta]) -> None:
        self._added: Budget = Counter(command for delta in deltas for command in delta.added_commands)
        self._dropped: Budget = Counter(command for delta in deltas for command in delta.dropped_commands)
        self._more = Counter(option for delta in deltas for option in delta.added_options)
        self._less = Counter(option for delta in deltas for option in delta.dropped_options)
        self._options = frozenset(self._more) | frozenset(self._less)
        self._old: Counter[tuple[str, str]] = Counter()
        self._new: Counter[tuple[str, str]] = Counter()

    def remainder(self) -> str | None:
        """What was declared but not found; None if it all was."""
        if +self._added or +self._dropped:
            return f"a declared command was not found: {next(iter((+self._added) + (+self._dropped)))}"
        for option in self._options:
            if self._new[option] - self._old[option] != self._more[option] - self._less[option]:
                return f"the option {option[1]} of {option[0]} was not changed as declared"
        return None

    def sequence(self, operations: _Operations, unchanged: set[str], *, is_new: bool = False) -> Iterator[Hashable]:
        """The steps and other operations, the delta taken out of the scripts that are not the same in both files."""
        for operation in operations:
            if isinstance(operation, Operation):
                yield operation.scope, operation.what
            else:
                yield from self._exec(operation, is_new, operation.text not in unchanged)

    def _exec(self, operation: Exec, is_new: bool, has_delta: bool) -> Iterator[Hashable]:
        where = (operation.scope, operation.flags)
        if isinstance(operation.script, NotModelled):
            yield where, operation.text
            return
        given = shell_options(operation.shell)
        script = operation.script
        if has_delta:
            script = self._without_delta(script, "errexit" in given, is_new)
        found = steps(script, given) if script is not operation.script else _steps_of(operation.text, given)
        if operation.is_one(script):
            yield where, tuple(found)
        else:
            yield from ((where, step) for step in found)

    def _without_delta(self, script: Script, strict: bool, is_new: bool) -> Script:
        if self._options:
            script = without_options(script, self._options, self._new if is_new else self._old)
        if is_new and +self._added:
            leading = len(script.statements) > 1 and errexit_setting(script.statements[0]) is not None
            script = without_appended(script, self._added, strict=strict or leading)
        if not is_new and +self._dropped:
            script = without_dropped(script, self._dropped)
        return script


@lru_cache(maxsize=512)
def _steps_of(text: str, given: frozenset[str]) -> list[Step]:
    """The steps of a whole script: what one proof looks at after a change, the next looks at before its own."""
    script = parse(text)
    assert isinstance(script, Script)
    return steps(script, given)
