"""Compares the operations of two stages up to what patches declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

import msgspec

from dfopt.edits import Delta
from dfopt.facts.program_path import free_installers
from dfopt.facts.scripts import shell_options
from dfopt.memo import kept
from dfopt.shell.laws import Step, steps
from dfopt.shell.nodes import NotModelled, Script, Simple
from dfopt.shell.parser import parse
from dfopt.syntax.nodes import Run
from dfopt.validation.erasure import Command, Gap, without_inner, without_packages, without_tail
from dfopt.validation.options import Option, option_changes, without_options
from dfopt.validation.plan import Exec, Operation

Operations = Sequence[Exec | Operation]


class Declared:
    """What the deltas say, and what was found of it so far.

    With a delta each RUN is compared with the one in its place, or the ones that were merged into it, so that nothing
    declared for one stands in for something in another; without one only the steps count, whatever RUN they are in.
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
        self._all_options = frozenset(self._options[0]) | frozenset(self._options[1])
        self._packages: frozenset[str] = frozenset()
        """Those that the commands of the stage at hand may have got."""
        self.is_empty = not any((*self._commands, *self._options))
        """True if no command and no option comes or goes."""
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

    def explains(self, old: Operations, new: Operations, packages: frozenset[str] = frozenset()) -> bool:
        """True if nothing but what is declared differs: with it, each operation of the new file is one or more of the
        old, in order."""
        if self.is_empty and not packages:
            return list(_sequence(old)) == list(_sequence(new))
        self._packages = packages
        more: Counter[str] = Counter()
        at = 0
        for theirs in new:
            end = next((end for end in _ends(old, at, theirs) if self._explains_one(old[at:end], theirs, more)), None)
            if end is None:
                return False
            at = end
        return at == len(old) and all(more[package] > 0 for package in packages)

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

    def _explains_one(self, old: Operations, new: Exec | Operation, more: Counter[str]) -> bool:
        """True if one operation is what some of the old ones were; notes what was found of what is declared."""
        if len(old) == 1 and _is_kept(old[0], new):
            return True
        bare = [self._bare(each, with_tail=each is not old[-1]) for each in old]
        theirs = self._bare(new, with_tail=False)
        if theirs is None or not all(bare):
            return False
        ours = [each for each in bare if each is not None]
        steps = [step for each in ours for step in each.steps]
        commands = [command for each in ours for command in each.commands]
        tail, gaps = ours[-1].tail, ours[0].gaps
        if steps != theirs.steps or len(commands) != len(theirs.commands) or theirs.tail[: len(tail)] != tail:
            return False
        if len(ours) > 1:
            if any(gap for each in (*ours, theirs) for gap in each.gaps):
                return False
        elif len(gaps) != len(theirs.gaps) or any(b - a for a, b in zip(gaps, theirs.gaps, strict=True)):
            return False
        self._note(ours, theirs, commands)
        more.update(theirs.packages)
        more.subtract(package for each in ours for package in each.packages.elements())
        return True

    def _bare(self, operation: Exec | Operation, *, with_tail: bool) -> _Bare | None:
        """What a RUN is without all that is declared; None if that cannot be told."""
        if isinstance(operation, Operation) or isinstance(operation.script, NotModelled):
            return None
        script, tail = operation.script, list[Command]()
        if not with_tail:
            strict = "errexit" in shell_options(operation.shell)
            script, tail = without_tail(script, frozenset(self._commands[0]), strict=strict)
        script, gaps = without_inner(script, frozenset(self._commands[1]))
        script, commands = without_options(script, self._all_options)
        script, packages = without_packages(script, self._packages)
        return _Bare(operation.run, list(_exec(operation, script)), tail, gaps, commands, packages)

    def _note(self, ours: Sequence[_Bare], theirs: _Bare, commands: list[Simple]) -> None:
        self.appended += ((theirs.run, command) for command in theirs.tail[len(ours[-1].tail) :])
        if len(ours) == 1:
            for before, after in zip(ours[0].gaps, theirs.gaps, strict=True):
                self.dropped += ((ours[0].run, command) for command in (before - after).elements())
        added, dropped, problem = option_changes(commands, theirs.commands, self._all_options)
        self._found[0].update(added)
        self._found[1].update(dropped)
        self.optioned += ((theirs.run, option) for _, option in +added)
        self._problem = self._problem or problem


class _Bare(msgspec.Struct, frozen=True):
    """A RUN without what is declared, and what was taken out of it."""

    run: Run
    steps: list[Hashable]
    tail: list[Command]
    gaps: list[Gap]
    commands: list[Simple]
    """Those that may have got, or lost, options."""
    packages: Counter[str]


def _is_kept(old: Exec | Operation, new: Exec | Operation) -> bool:
    """True for an operation that says the same as before."""
    if isinstance(old, Operation) or isinstance(new, Operation):
        return old == new
    return _where(old) == _where(new) and old.text == new.text


def _where(operation: Exec) -> Hashable:
    return operation.scope, operation.flags, operation.is_whole, operation.shell


def _ends(old: Operations, start: int, new: Exec | Operation) -> Iterator[int]:
    """Behind which of the old operations those may end that one of the new file is made of."""
    for end in range(start + 1, len(old) + 1):
        last = old[end - 1]
        if isinstance(last, Operation) or isinstance(new, Operation):
            if end == start + 1:
                yield end
            return
        if _where(last) != _where(new):
            return
        yield end


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
    free = free_installers(operation.facts, operation.run)
    same = script is operation.script
    found = steps_of_text(operation.text, given, free) if same else steps(script, given, free)
    if operation.is_one(script) or (operation.flags and not found):
        yield where, tuple(found)
    else:
        yield from ((where, step) for step in found)


@kept(most=512)
def steps_of_text(text: str, given: frozenset[str], free: frozenset[str]) -> list[Step]:
    """The steps of a whole script: what one proof looks at after a change, the next looks at before its own."""
    script = parse(text)
    assert isinstance(script, Script)
    return steps(script, given, free)
