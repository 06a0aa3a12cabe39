"""Compares two Dockerfiles as build plans, up to a declared delta."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from functools import lru_cache

from dfopt.edits import Delta
from dfopt.facts.facts import Facts
from dfopt.facts.scripts import shell_options
from dfopt.shell.nodes import NotModelled, Script
from dfopt.shell.parser import parse
from dfopt.validation.comments import comments
from dfopt.validation.erasure import without_appended, without_dropped, without_options
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
        if erasure.sequence(old_part, unchanged) != erasure.sequence(new_part, unchanged, is_new=True):
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


_What = tuple[str, tuple[str, ...]]
"""``command`` and its words, or ``option`` and the command and the option."""


class _Erasure:
    """Takes what the deltas name out of both plans, and counts where it was: by the number of steps before it."""

    def __init__(self, deltas: Sequence[Delta]) -> None:
        self._added = frozenset(command for delta in deltas for command in delta.added_commands)
        self._dropped = frozenset(command for delta in deltas for command in delta.dropped_commands)
        self._options = frozenset(
            option for delta in deltas for option in (*delta.added_options, *delta.dropped_options)
        )
        self._more: Counter[_What] = Counter()
        self._less: Counter[_What] = Counter()
        for delta in deltas:
            self._more.update(("command", command) for command in delta.added_commands)
            self._more.update(("option", option) for option in delta.added_options)
            self._less.update(("command", command) for command in delta.dropped_commands)
            self._less.update(("option", option) for option in delta.dropped_options)
        self._old: Counter[tuple[_What, int]] = Counter()
        self._new: Counter[tuple[_What, int]] = Counter()

    def remainder(self) -> str | None:
        """What came or went otherwise than declared; None if all is as declared."""
        for declared, found in ((self._more, self._new - self._old), (self._less, self._old - self._new)):
            counted: Counter[_What] = Counter()
            for (what, _), count in found.items():
                counted[what] += count
            wrong = (counted - declared) + (declared - counted)
            if wrong:
                kind, words = next(iter(wrong))
                return f"the {kind} {' '.join(words)!r} did not change as declared"
        return None

    def sequence(self, operations: _Operations, unchanged: set[str], *, is_new: bool = False) -> list[Hashable]:
        """The steps and other operations, the delta taken out of the scripts that are not the same in both files."""
        found: list[Hashable] = []
        for operation in operations:
            if isinstance(operation, Operation):
                found.append((operation.scope, operation.what))
                continue
            taken: Counter[_What] = Counter()
            found += self._exec(operation, None if operation.text in unchanged else taken)
            for what, count in taken.items():
                (self._new if is_new else self._old)[what, len(found)] += count
        return found

    def _exec(self, operation: Exec, taken: Counter[_What] | None) -> list[Hashable]:
        where = (operation.scope, operation.flags)
        if isinstance(operation.script, NotModelled):
            return [(where, operation.text)]
        given = shell_options(operation.shell)
        script = operation.script
        if taken is not None:
            script = self._without_delta(script, "errexit" in given, taken)
        found = steps(script, given) if script is not operation.script else _steps_of(operation.text, given)
        if operation.is_one(script):
            return [(where, tuple(found))]
        return [(where, step) for step in found]

    def _without_delta(self, script: Script, strict: bool, taken: Counter[_What]) -> Script:
        commands: Counter[tuple[str, ...]] = Counter()
        options: Counter[tuple[str, str]] = Counter()
        if self._options:
            script = without_options(script, self._options, options)
        if self._added:
            leading = len(script.statements) > 1 and errexit_setting(script.statements[0]) is not None
            script = without_appended(script, self._added, commands, strict=strict or leading)
        if self._dropped:
            script = without_dropped(script, self._dropped, commands)
        taken.update({("command", words): count for words, count in commands.items()})
        taken.update({("option", option): count for option, count in options.items()})
        return script


@lru_cache(maxsize=512)
def _steps_of(text: str, given: frozenset[str]) -> list[Step]:
    """The steps of a whole script: what one proof looks at after a change, the next looks at before its own."""
    script = parse(text)
    assert isinstance(script, Script)
    return steps(script, given)
