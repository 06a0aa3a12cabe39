"""Where the files of a stage get to: into which images, and to which instructions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfopt.model.stages import Stage
from dfopt.model.taken import Taken, taken, takes_any, takes_from
from dfopt.syntax.nodes import Instruction

Follower = tuple[Instruction, bool]
"""An instruction, and whether it takes one of the places out of its stage."""


def is_shipped(stages: Sequence[Stage], stage: Stage) -> bool:
    """True if an image has the layers of a stage: the last one, what it is built on, and what nothing else uses."""
    todo, seen = [stage], {stage.index}
    every = _children(stages)
    while todo:
        found = todo.pop()
        children = every.get(found.index, ())
        if found is stages[-1] or not (children or _is_taken_from(stages, found)):
            return True
        todo += (child for child in children if child.index not in seen)
        seen.update(child.index for child in children)
    return False


def _is_taken_from(stages: Sequence[Stage], stage: Stage) -> bool:
    return any(takes_from(instruction, stage) for other in stages for instruction in other.instructions)


def followers(stages: Sequence[Stage], stage: Stage, start: int, places: Sequence[str]) -> Iterator[Follower]:
    """The instructions that see, or take from, what a stage holds at a place, in its children too.

    A stage that copies a folder around a place has it from then on.
    """
    todo: list[tuple[Stage, int]] = [(stage, start)]
    seen: dict[int, int] = {}
    """By the index of a stage: from where on its instructions were given."""
    children = _children(stages)
    takers = [(other, at, found) for other in stages for at, found in enumerate(other.instructions) if takes_any(found)]
    while todo:
        holder, start = todo.pop()
        before = seen.get(holder.index)
        if before is not None and before <= start:
            continue
        seen[holder.index] = start
        yield from ((found, False) for found in holder.instructions[start:before])
        if before is not None:
            continue
        todo += ((other, 0) for other in reversed(children.get(holder.index, ())))
        for other, at, found in takers:
            if takes_from(found, holder):
                worst = max((taken(found, holder, place) for place in places), default=Taken.NOTHING)
                yield found, worst is Taken.ITSELF
                if worst is Taken.WITH_PARENT:
                    todo.append((other, at + 1))


def _children(stages: Sequence[Stage]) -> dict[int, list[Stage]]:
    """The stages that may start from each."""
    found: dict[int, list[Stage]] = {}
    for stage in stages:
        for start in stage.starts:
            found.setdefault(start.index, []).append(stage)
    return found


def after(
    stages: Sequence[Stage], stage: Stage, instruction: Instruction, places: Sequence[str] = ()
) -> Iterator[Follower]:
    """The instructions after one of a stage that see what it leaves at a place."""
    at = next(at for at, found in enumerate(stage.instructions) if found.span == instruction.span)
    return followers(stages, stage, at + 1, places)
