"""Compares the operations of two stages up to what patches declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache

from dfopt.edits import Delta
from dfopt.facts.scripts import shell_options
from dfopt.shell.nodes import NotModelled, Script
from dfopt.shell.parser import parse
from dfopt.syntax.nodes import Run
from dfopt.validation.erasure import Command, without_inner, without_tail
from dfopt.validation.laws import Step, steps
from dfopt.validation.options import Option, option_changes, without_options
from dfopt.validation.plan import Exec, Operation

Operations = Sequence[Exec | Operation]


class Declared:
    """What the deltas say, and what was found of it so far.

    With a delta each RUN is compared with the one in its place, so that nothing declared for one stands in for
    something in another; without one only the steps count, whatever RUN they are in.
    """

    def __init__(self, deltas: Sequence[Delta]) -> None:
        self._commands = (
            Counter(command for delta in deltas for command in delta.added_commands),
            Counter(command for delta in deltas for command in delta.dropped_commands),
        )
        self._options = (
            Counter(option for delta in deltas for option in delta.added_options),
            Counter(option for delta in deltas for option in delta.dropped_options),
        )
        self._is_empty = not any((*self._commands, *self._options))
        self.appended: list[tuple[Run, Command]] = []
        """RUNs of the new file, and the commands that were added to each."""
        self.dropped: list[tuple[Run, Command]] = []
        """RUNs of the old file, and the commands that they lost."""
        self._found: tuple[Counter[Option], Counter[Option]] = (Counter(), Counter())
        self._problem: str | None = None
        self.optioned: list[tuple[Run, str]] = []
        """RUNs of the new file, and the options that were added in each."""

    @property
    def commands(self) -> frozenset[Command]:
        """Every command that may come or go."""
        return frozenset(self._commands[0] | self._commands[1])

    def explains(self, old: Operations, new: Operations) -> bool:
        """True if nothing but what is declared differs."""
        if self._is_empty:
            return list(_sequence(old)) == list(_sequence(new))
        return len(old) == len(new) and all(map(self._explains_one, old, new))

    def problem(self) -> str | None:
        """What is in a wrong place, or was not found as declared; None if all is as declared."""
        if self._problem:
            return self._problem
        found = (Counter(command for _, command in self.appended), Counter(command for _, command in self.dropped))
        for declared, seen in zip(self._commands, found, strict=True):
            for command in declared | seen:
                if declared[command] != seen[command]:
                    return f"the command {' '.join(command)!r} did not change as declared"
        for options, counted in zip(self._options, self._found, strict=True):
            for name, option in options | counted:
                if options[name, option] != counted[name, option]:
                    return f"the option {option} of {name} did not change as declared"
        return None

    def _explains_one(self, old: Exec | Operation, new: Exec | Operation) -> bool:
        if isinstance(old, Operation) or isinstance(new, Operation):
            return old == new
        if (old.scope, old.flags, old.is_whole) != (new.scope, new.flags, new.is_whole):
            return False
        if isinstance(old.script, NotModelled) or isinstance(new.script, NotModelled) or old.text == new.text:
            return old.text == new.text
        strict = "errexit" in shell_options(old.shell)
        before, old_tail = without_tail(old.script, frozenset(self._commands[0]), strict=strict)
        after, new_tail = without_tail(new.script, frozenset(self._commands[0]), strict=strict)
        before, old_gaps = without_inner(before, frozenset(self._commands[1]))
        after, new_gaps = without_inner(after, frozenset(self._commands[1]))
        options = frozenset(self._options[0]) | frozenset(self._options[1])
        before, old_commands = without_options(before, options)
        after, new_commands = without_options(after, options)
        if list(_exec(old, before)) != list(_exec(new, after)) or new_tail[: len(old_tail)] != old_tail:
            return False
        if len(old_gaps) != len(new_gaps) or len(old_commands) != len(new_commands):
            return False
        if any(theirs - ours for ours, theirs in zip(old_gaps, new_gaps, strict=True)):
            return False
        self.appended += ((new.run, command) for command in new_tail[len(old_tail) :])
        for ours, theirs in zip(old_gaps, new_gaps, strict=True):
            self.dropped += ((old.run, command) for command in (ours - theirs).elements())
        added, dropped, problem = option_changes(old_commands, new_commands, options)
        self._found[0].update(added)
        self._found[1].update(dropped)
        self.optioned += ((new.run, option) for _, option in +added)
        self._problem = self._problem or problem
        return True


def _sequence(operations: Operations) -> Iterator[Hashable]:
    """The steps and other operations."""
    for operation in operations:
        if isinstance(operation, Operation):
            yield operation.scope, operation.what
        elif isinstance(operation.script, NotModelled):
            yield operation.scope, operation.flags, operation.text
        else:
            yield from _exec(operation, operation.script)


def _exec(operation: Exec, script: Script) -> Iterator[Hashable]:
    """The steps of the script of a RUN, or of what is left of it."""
    where = (operation.scope, operation.flags)
    if "LINENO" in operation.text:
        yield where, operation.text
        return
    given = shell_options(operation.shell)
    found = steps(script, given) if script is not operation.script else steps_of_text(operation.text, given)
    if operation.is_one(script) or (operation.flags and not found):
        yield where, tuple(found)
    else:
        yield from ((where, step) for step in found)


@lru_cache(maxsize=512)
def steps_of_text(text: str, given: frozenset[str]) -> list[Step]:
    """The steps of a whole script: what one proof looks at after a change, the next looks at before its own."""
    script = parse(text)
    assert isinstance(script, Script)
    return steps(script, given)
