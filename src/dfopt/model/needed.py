"""Which stages the build of one stage needs (BuildKit, dockerfile2llb/convert.go)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfopt.model.mounts import mounts
from dfopt.model.stages import Stage
from dfopt.syntax.nodes import Copy, Instruction, Onbuild, Run


def stage_named(stages: Sequence[Stage], name: str) -> Stage | None:
    """The stage that ``--target`` means: the last one of that name, in any case, or the one of that number."""
    named = [stage for stage in stages if stage.name == name.lower()]
    if named:
        return named[-1]
    return stages[int(name)] if name.isdecimal() and int(name) < len(stages) else None


def needed(stages: Sequence[Stage], target: Stage, *, usually: bool = False) -> frozenset[int]:
    """The indices of the stages that a build of the target runs; all that may be meant where a variable decides.

    ``usually`` says that the build gets no arguments.
    """
    found: set[int] = set()
    todo = [target]
    while todo:
        stage = todo.pop()
        if stage.index not in found:
            found.add(stage.index)
            todo += _starts(stage, usually=usually)
            todo += _uses(stages[: stage.index], stage)
    return frozenset(found)


def _starts(stage: Stage, *, usually: bool) -> tuple[Stage, ...]:
    only = stage.parent or (stage.usual if usually else None)
    return stage.choices if only is None else (only,)


def _uses(earlier: Sequence[Stage], stage: Stage) -> Iterator[Stage]:
    for name in (name for instruction in stage.instructions for name in _named(instruction)):
        if "$" in name:
            yield from earlier
        elif used := stage_named(earlier, name):
            yield used


def _named(instruction: Instruction) -> Iterator[str]:
    """What an instruction takes files from."""
    if isinstance(instruction, Onbuild):
        yield from _named(instruction.trigger)
    elif isinstance(instruction, Copy):
        flag = instruction.flag("from")
        if flag is not None:
            yield flag.value or ""
    elif isinstance(instruction, Run):
        yield from (mount.fields.get("from", "") for mount in mounts(instruction))
