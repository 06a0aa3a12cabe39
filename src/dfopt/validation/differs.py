"""What unsafe patches change on purpose: that it is found as declared, and what is left out of the comparison for it.

What came in or went away is known by what it says, so that a patch that does more than it declares is noticed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import msgspec

from dfopt.edits import Delta, Differs
from dfopt.facts.facts import Facts
from dfopt.knowledge.environment import CONFIGURES
from dfopt.model.stages import Stage
from dfopt.shell.nodes import Script
from dfopt.shell.walk import canonical
from dfopt.source import Source, Span
from dfopt.syntax.nodes import Arg, Cmd, Copy, Entrypoint, Env, Flag, Instruction, Run
from dfopt.syntax.parser import parse
from dfopt.validation.exempt import Exempt, Side, UndeclaredError
from dfopt.validation.plan import content, flags
from dfopt.validation.replaced import check_replaced

_CONFIG = frozenset(["CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "STOPSIGNAL", "USER"])


def sides(before: Facts, after: Facts, deltas: Sequence[Delta]) -> tuple[Side, Side]:
    """What is left out of each of the files when they are compared.

    Raises UndeclaredError if something was declared that is not found, or that must not be.
    """
    new_stages = frozenset(index for delta in deltas for index in delta.added_stages)
    gone = frozenset(index for delta in deltas for index in delta.removed_stages)
    if new_stages and gone:
        raise UndeclaredError("stages that come in and stages that go are not compared in one step")
    if new_stages:
        _check_new_stages(before, after, new_stages, deltas)
    if gone:
        _check_new_stages(after, before, gone, deltas)
    left = [stage for stage in before.stages if stage.index not in gone]
    kept = [stage for stage in after.stages if stage.index not in new_stages]
    if len(kept) != len(left):
        raise UndeclaredError("the number of stages differs")
    pairs = {old.index: (old, new) for old, new in zip(left, kept, strict=True)}
    old: dict[int, Exempt] = {}
    new: dict[int, Exempt] = {}
    for differs in _by_stage(deltas):
        at = differs.stage
        if at == -1:
            old[at] = new[at] = _head(before, after, differs)
        elif at in pairs:
            ours, theirs = pairs[at]
            old[at], new[theirs.index] = _Compared(before, after, ours, theirs, differs).exempt()
        else:
            raise UndeclaredError(f"there is no stage {at}")
    return Side(old, gone, bool(gone)), Side(new, new_stages)


def _by_stage(deltas: Sequence[Delta]) -> Iterator[Differs]:
    """The declarations, one for each stage."""
    found: dict[int, Differs] = {}
    for each in (differs for delta in deltas for differs in delta.differs):
        known = found.get(each.stage, Differs(each.stage))
        found[each.stage] = Differs(
            each.stage,
            each.base or known.base,
            known.config + each.config,
            known.variables + each.variables,
            known.packages + each.packages,
            known.added + each.added,
            known.removed + each.removed,
            known.commands + each.commands,
            known.later + each.later,
            known.flags + each.flags,
        )
    yield from found.values()


def _check_new_stages(before: Facts, after: Facts, new_stages: frozenset[int], deltas: Sequence[Delta]) -> None:
    """What is built by default stays the last stage, and all names and numbers mean what they meant.

    Of stages that are gone, the same is asked as if the old file had come out of the new one.
    """
    if any(delta.added_commands or delta.dropped_commands for delta in deltas):
        raise UndeclaredError("cleanups and new stages are not compared in one step")
    if not all(0 <= index < len(after.stages) - 1 for index in new_stages):
        raise UndeclaredError("a new stage is not there, or is the last one")
    references = set(_references(before))
    names = {after.stages[index].name for index in new_stages} - {None}
    if not names.isdisjoint(references | {stage.name for stage in before.stages}):
        raise UndeclaredError("the name of a new stage stands for something else")
    if any(reference.isdigit() and int(reference) >= min(new_stages) for reference in references):
        raise UndeclaredError("the number of a stage means another one")
    by_name = {stage.start.image.text for stage in before.stages} if names else set[str]()
    if any("$" in reference for reference in (by_name | set(_sources(before)))):
        raise UndeclaredError("a variable may name a new stage")


def _references(facts: Facts) -> Iterator[str]:
    """All that may name a stage, in lower case."""
    yield from (stage.start.image.text.lower() for stage in facts.stages)
    yield from _sources(facts)


def _sources(facts: Facts) -> Iterator[str]:
    """What instructions take files from, by name or by number, in lower case."""
    for stage in facts.stages:
        for instruction in stage.instructions:
            if isinstance(instruction, Copy) and (flag := instruction.flag("from")):
                yield (flag.value or "").lower()
            elif isinstance(instruction, Run):
                yield from (mount.fields.get("from", "").lower() for mount in facts.mounts(instruction))


def _head(before: Facts, after: Facts, differs: Differs) -> Exempt:
    """Arguments before the first FROM are all that may differ there."""
    if msgspec.structs.replace(differs, variables=()) != Differs(-1):
        raise UndeclaredError("before the first FROM, only variables may differ")
    for name in differs.variables:
        if _values(_before_stages(before), name) == _values(_before_stages(after), name):
            raise UndeclaredError(f"{name} does not differ as declared")
    return Exempt(variables=frozenset(differs.variables))


def _before_stages(facts: Facts) -> list[Instruction]:
    first = facts.stages[0].start.span.start if facts.stages else 0
    return [found for found in facts.dockerfile.instructions if found.span.start < first]


class _Compared(msgspec.Struct, frozen=True):
    """A stage before and after, and what is declared of it."""

    before: Facts
    after: Facts
    old: Stage
    new: Stage
    differs: Differs

    def exempt(self) -> tuple[Exempt, Exempt]:
        differs = self.differs
        if differs.base:
            self._check_base()
        self._check_config()
        for name in differs.variables:
            if _values(self.old.instructions, name) == _values(self.new.instructions, name):
                raise UndeclaredError(f"{name} does not differ as declared")
        for name in differs.later:
            self._check_later(name)
        removed = _found(self.before, self.old, differs.removed, "removed")
        added = _found(self.after, self.new, differs.added, "added")
        check_replaced(self.before, self.old, differs.commands)
        given = _given(self.old, differs.flags)
        shared = Exempt(
            bool(differs.base),
            frozenset(differs.config),
            frozenset(differs.variables),
            frozenset(differs.later),
            frozenset(differs.packages),
        )
        return (
            msgspec.structs.replace(shared, instructions=removed, commands=differs.commands, flags=given),
            msgspec.structs.replace(shared, instructions=added),
        )

    def _check_base(self) -> None:
        if self.old.parent or self.new.parent:
            raise UndeclaredError("a base that is a stage may not differ")
        if self.new.start.image.text != self.differs.base or self.old.start.image.text == self.differs.base:
            raise UndeclaredError("the base does not differ as declared")

    def _check_later(self, name: str) -> None:
        if CONFIGURES.fullmatch(name):
            raise UndeclaredError(f"{name} may set up what runs before it")
        old, new = _runs_before(self.old, name), _runs_before(self.new, name)
        if old == new or len(old) != len(new) or any(a > b for a, b in zip(old, new, strict=True)):
            raise UndeclaredError(f"{name} is not set later as declared")

    def _check_config(self) -> None:
        for keyword in self.differs.config:
            if keyword not in _CONFIG:
                raise UndeclaredError(f"{keyword} may not be declared to differ")
            if _said(self.before, self.old, keyword) == _said(self.after, self.new, keyword):
                raise UndeclaredError(f"{keyword} does not differ as declared")
        if "CMD" not in self.differs.config and _clears_cmd(self.new) and not _clears_cmd(self.old):
            raise UndeclaredError("a new ENTRYPOINT clears the CMD that was inherited")


def _said(facts: Facts, stage: Stage, keyword: str) -> list[Hashable]:
    return [content(found, facts.dockerfile.source) for found in stage.instructions if found.keyword == keyword]


def _clears_cmd(stage: Stage) -> bool:
    """True if a stage has an ENTRYPOINT and no CMD (Docker, "Understand how CMD and ENTRYPOINT interact")."""
    kinds = {type(found) for found in stage.instructions}
    return Entrypoint in kinds and Cmd not in kinds


def _values(instructions: Sequence[Instruction], name: str) -> list[tuple[str, str | None]]:
    return [
        (found.keyword, pair.value)
        for found in instructions
        if isinstance(found, Env | Arg)
        for pair in found.pairs
        if pair.key == name
    ]


def _runs_before(stage: Stage, name: str) -> list[int]:
    """How many RUNs of a stage stand before each ENV and ARG of a name."""
    counts: list[int] = []
    count = 0
    for found in stage.instructions:
        count += isinstance(found, Run)
        if isinstance(found, Env | Arg) and any(pair.key == name for pair in found.pairs):
            counts.append(count)
    return counts


def _found(facts: Facts, stage: Stage, texts: Sequence[str], what: str) -> frozenset[int]:
    """Where the instructions of a stage stand that say what the texts say, one for each text."""
    taken: set[int] = set()
    for text in texts:
        wanted = _meanings(*_parsed(text, facts.dockerfile.escape))
        for found in stage.instructions:
            if found.span.start not in taken and not wanted.isdisjoint(_meanings(facts, found)):
                taken.add(found.span.start)
                break
        else:
            raise UndeclaredError(f"{text!r} was not {what} as declared")
    return frozenset(taken)


def _given(stage: Stage, flags: Sequence[tuple[Span, str]]) -> dict[int, tuple[Flag, ...]]:
    """The flags that COPY and ADD instructions of a stage have got."""
    copies = {found.span: found for found in stage.instructions if isinstance(found, Copy)}
    given: dict[int, tuple[Flag, ...]] = {}
    for span, text in flags:
        name, equals, value = text.removeprefix("--").partition("=")
        if span not in copies or not text.startswith("--") or copies[span].flag(name):
            raise UndeclaredError(f"no COPY or ADD has got the flag {text!r}")
        flag = Flag(span, name, value if equals else None)
        given[span.start] = (*given.get(span.start, ()), flag)
    return given


def _parsed(text: str, escape: str) -> tuple[Facts, Instruction]:
    """An instruction from its text alone, as if a POSIX shell ran it."""
    directive = "" if escape == "\\" else f"# escape={escape}\n"
    facts = Facts(parse(Source(f"{directive}FROM debian\n{text}\n")))
    instructions = facts.stages[0].instructions
    if len(instructions) != 1 or not isinstance(instructions[0], Run | Copy):
        raise UndeclaredError(f"not a single RUN, COPY or ADD: {text!r}")
    return facts, instructions[0]


def _meanings(facts: Facts, instruction: Instruction) -> set[Hashable]:
    """What an instruction says, and what the script of a RUN does: how that is laid out does not matter."""
    found: set[Hashable] = {content(instruction, facts.dockerfile.source)}
    if isinstance(instruction, Run) and isinstance(script := facts.script(instruction), Script):
        found.add((flags(instruction), canonical(script)))
    return found
