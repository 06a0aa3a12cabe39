"""What a container of an image runs when it starts: CMD, ENTRYPOINT and HEALTHCHECK, those above FROM included."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import msgspec

from dfopt.model.stages import Stage
from dfopt.shell.nodes import NotModelled, Script
from dfopt.shell.parser import parse
from dfopt.syntax.nodes import Cmd, Entrypoint, Healthcheck, Instruction


class Start(msgspec.Struct, frozen=True):
    instruction: Instruction
    text: str
    """As a shell reads it; the words of an exec form are quoted where it is needed."""

    @property
    def script(self) -> Script | NotModelled:
        return parse(self.text)


def start_of(instruction: Instruction) -> Start | None:
    """What an instruction by itself lets a container run; None if nothing."""
    if isinstance(instruction, Healthcheck) and instruction.command is not None:
        return Start(instruction, instruction.command.text)
    if not isinstance(instruction, Cmd | Entrypoint | Healthcheck):
        return None
    if instruction.argv is not None:
        return Start(instruction, shlex.join(instruction.argv))
    return None if isinstance(instruction, Healthcheck) else Start(instruction, instruction.body.text)


def starts(stage: Stage) -> Iterator[Start]:
    """What containers of the image of a stage may run, in the order of the file; CMD also behind ENTRYPOINT."""
    chain: list[Instruction] = []
    at: Stage | None = stage
    while at is not None:
        chain = [*at.instructions, *chain]
        at = at.parent
    entry: tuple[str, ...] | None = None
    command: Cmd | None = None
    for instruction in chain:
        found = start_of(instruction)
        if found:
            yield found
        if isinstance(instruction, Entrypoint):
            entry = instruction.argv
        elif isinstance(instruction, Cmd):
            command = instruction
    if entry and command is not None and command.argv:
        yield Start(command, shlex.join([*entry, *command.argv]))
