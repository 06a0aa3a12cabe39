"""Where the files of a stage get to: into which images, and to which instructions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfopt.model.stages import Stage
from dfopt.model.taken import Taken, taken, takes_from
from dfopt.syntax.nodes import Instruction

Follower = tuple[Instruction, bool]
"""An instruction, and whether it takes one of the places out of its stage."""


def is_shipped(stages: Sequence[Stage], stage: Stage) -> bool:
    """True if an image has the layers of a stage: the last one, what it is built on, and what nothing else uses."""
    children = [other for other in stages if other.may_start_from(stage)]
    if stage is stages[-1] or any(is_shipped(stages, child) for child in children):
        return True
    return not children and not any(
        takes_from(instruction, stage) for other in stages for instruction in other.instructions
    )


def followers(stages: Sequence[Stage], stage: Stage, start: int, places: Sequence[str]) -> Iterator[Follower]:
    """The instructions that see, or take from, what a stage holds at a place, in its children too.

    A stage that copies a folder around a place has it from then on.
    """
    yield from ((found, False) for found in stage.instructions[start:])
    for other in stages:
        if other.may_start_from(stage):
            yield from followers(stages, other, 0, places)
        for at, found in enumerate(other.instructions):
            if takes_from(found, stage):
                worst = max((taken(found, stage, place) for place in places), default=Taken.NOTHING)
                yield found, worst is Taken.ITSELF
                if worst is Taken.WITH_PARENT:
                    yield from followers(stages, other, at + 1, places)


def after(
    stages: Sequence[Stage], stage: Stage, instruction: Instruction, places: Sequence[str] = ()
) -> Iterator[Follower]:
    """The instructions after one of a stage that see what it leaves at a place."""
    at = next(at for at, found in enumerate(stage.instructions) if found.span == instruction.span)
    return followers(stages, stage, at + 1, places)
