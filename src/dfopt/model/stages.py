"""Stages and the edges between them (BuildKit, dockerfile2llb/convert.go)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from dfopt.model.expand import expand
from dfopt.syntax.nodes import Arg, Dockerfile, From, Instruction

_PLATFORM_ARGS = [f"{side}{part}" for side in ("TARGET", "BUILD") for part in ("PLATFORM", "OS", "ARCH", "VARIANT")]
"""Arguments that a build sets by itself (Docker, "Automatic platform ARGs in the global scope")."""


_VARIABLE = re.compile(r"\$(?:\w+|\{[^}]*\})")


class Stage(msgspec.Struct, frozen=True):
    """From one FROM to the next."""

    index: int
    name: str | None
    """In lower case, as BuildKit keeps it."""
    start: From
    instructions: tuple[Instruction, ...]
    """Without the FROM."""
    parent: Stage | None
    """The earlier stage that it starts from; None if it starts from an image."""
    image: str | None
    """The image reference, defaults of global ARGs filled in; None if that is not known or there is a parent."""
    platform: str | None = None
    """What ``--platform`` says, defaults of global ARGs filled in; None if nothing, or if that is not known."""
    choices: tuple[Stage, ...] = ()
    """Without a parent: the earlier stages of which a variable may make it start."""
    usual: Stage | None = None
    """The one of them that it starts from if a build gives no arguments."""
    hint: str = ""
    """What is written of an image if a variable is not known: without it, or with the default that stands there."""

    @property
    def starts(self) -> tuple[Stage, ...]:
        """The earlier stages that it starts from, or that a variable may make it start from."""
        return self.choices if self.parent is None else (self.parent,)

    @property
    def lineage(self) -> list[Stage]:
        """Itself and the earlier stages that it starts from, the nearest first."""
        found: list[Stage] = [self]
        while (parent := found[-1].parent) is not None:
            found.append(parent)
        return found

    @property
    def all_instructions(self) -> Iterator[Instruction]:
        """Its own and those of the stages that it starts from, the first one first, without their FROMs."""
        for stage in reversed(self.lineage):
            yield from stage.instructions

    def may_start_from(self, other: Stage) -> bool:
        """True if it starts from another stage, or if a variable may make it do so."""
        return any(stage.index == other.index for stage in self.starts)


def chain(stage: Stage) -> list[Stage]:
    """A stage and all that it starts from, or may start from, the first one first."""
    found = {stage.index: stage}
    todo = [stage]
    while todo:
        new = [start for start in todo.pop().starts if start.index not in found]
        found.update((start.index, start) for start in new)
        todo += new
    return [found[index] for index in sorted(found)]


def led_to(stage: Stage, instruction: Instruction) -> Iterator[Instruction]:
    """The instructions that stand before one, those of all that its stage starts from, or may start from, included."""
    for each in chain(stage):
        yield from (found for found in each.instructions if found.span.start < instruction.span.start)


def built_by_default(stages: Sequence[Stage]) -> frozenset[int]:
    """The indices of the stages whose layers are in the image that a build without a target makes."""
    return frozenset(stage.index for last in stages[-1:] for stage in last.lineage)


class Stages(msgspec.Struct, frozen=True):
    """The instructions before the first FROM, and the stages."""

    global_args: tuple[Arg, ...]
    stages: tuple[Stage, ...]
    defaults: Mapping[str, str | None] = {}
    """The values of global arguments in a build that gets none; None is one that is not known."""


def read_stages(dockerfile: Dockerfile) -> Stages:
    """Cuts the instructions into stages. A stage name is looked up case-sensitively by FROM, the latest one first."""
    starts = [at for at, instruction in enumerate(dockerfile.instructions) if isinstance(instruction, From)]
    first = starts[0] if starts else len(dockerfile.instructions)
    global_args = tuple(found for found in dockerfile.instructions[:first] if isinstance(found, Arg))
    variables = _defaults(global_args, dockerfile.escape)
    stages: list[Stage] = []
    named: dict[str, Stage] = {}
    for start, end in zip(starts, [*starts[1:], len(dockerfile.instructions)], strict=True):
        instruction = dockerfile.instructions[start]
        assert isinstance(instruction, From)
        image = expand(instruction.image.text, variables, dockerfile.escape)
        asked = instruction.flag("platform")
        usual = named.get(image) if image is not None else None
        choices = _choices(instruction.image.text, usual, image, named)
        parent = None if choices else usual
        stage = Stage(
            index=len(stages),
            name=instruction.name.text.lower() if instruction.name else None,
            start=instruction,
            instructions=dockerfile.instructions[start + 1 : end],
            parent=parent,
            image=None if usual else image or None,
            platform=expand(asked.value, variables, dockerfile.escape) if asked and asked.value else None,
            choices=choices,
            usual=usual if choices else None,
            hint=_hint(instruction.image.text, variables, dockerfile.escape) if image is None else "",
        )
        stages.append(stage)
        if stage.name:
            named[stage.name] = stage
    return Stages(global_args, tuple(stages), variables)


def _hint(text: str, variables: Mapping[str, str | None], escape: str) -> str:
    known = {name: value for name, value in variables.items() if value is not None}
    return re.sub(r":[-._]+", ":", expand(text, known, escape) or "").strip(":/")


def _choices(text: str, usual: Stage | None, image: str | None, named: Mapping[str, Stage]) -> tuple[Stage, ...]:
    """The stages that an image with variables in it may be; none if it can be one only, or is taken to be no stage.

    A variable that is the whole name is a stage's if its default is one, or if it has none.
    """
    parts = _VARIABLE.split(text)
    if len(parts) < 2 or (not any(parts) and usual is None and image):
        return ()
    pattern = re.compile(".*".join(map(re.escape, parts)))
    found = tuple(stage for name, stage in named.items() if pattern.fullmatch(name))
    return () if found == (usual,) else found


def _defaults(arguments: tuple[Arg, ...], escape: str) -> dict[str, str | None]:
    """The values of global ARGs without ``--build-arg``; a bare name is unknown, as somebody must give it."""
    values: dict[str, str | None] = dict.fromkeys(_PLATFORM_ARGS)
    for argument in arguments:
        for pair in argument.pairs:
            values[pair.key] = None if pair.value is None else expand(pair.value, values, escape)
    return values
