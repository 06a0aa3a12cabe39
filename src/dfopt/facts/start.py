"""What a container of an image runs when it starts: CMD, ENTRYPOINT and HEALTHCHECK, those above FROM included."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import msgspec

from dfopt.facts.base_image import BaseImage
from dfopt.facts.inner import shell_text
from dfopt.knowledge import inits
from dfopt.model.stages import Stage, chain
from dfopt.shell.argv import Argv, argv
from dfopt.shell.nodes import NotModelled, Script, Simple
from dfopt.shell.parser import parse
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Cmd, Copy, Entrypoint, Healthcheck, Instruction

_DEEPEST = 8
_PASSING = inits.PASSING | frozenset(inits.NODE_ENTRYPOINT)


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


def last_starts(stage: Stage) -> list[Cmd | Entrypoint]:
    """The CMD and the ENTRYPOINT of an image of a stage: of several the last one counts, wherever it stands."""
    return list(
        {type(found): found for found in stage.all_instructions if isinstance(found, Cmd | Entrypoint)}.values()
    )


def starts(stage: Stage) -> Iterator[Start]:
    """What containers of the image of a stage may run, in the order of the file; CMD also behind ENTRYPOINT."""
    entry: tuple[str, ...] | None = None
    command: Cmd | None = None
    for instruction in (found for each in chain(stage) for found in each.instructions):
        found = start_of(instruction)
        if found:
            yield found
        if isinstance(instruction, Entrypoint):
            entry = instruction.argv
        elif isinstance(instruction, Cmd):
            command = instruction
    if entry and command is not None and command.argv:
        yield Start(command, shlex.join([*entry, *command.argv]))


def entrypoint_of(base: BaseImage) -> tuple[str, ...] | None:
    """The ENTRYPOINT that a base image sets; None if it is not known."""
    if base.reference is None or base.reference.official is None:
        return None
    if base.reference.official != "node":
        return inits.ENTRYPOINTS.get(base.reference.official)
    version = re.match(r"\d+", base.reference.tag or "")
    if version:
        return inits.NODE_ENTRYPOINT if int(version[0]) >= inits.NODE_SINCE else None
    return inits.NODE_ENTRYPOINT if re.match(r"(latest|lts|current|alpine|slim)\b", base.reference.tag or "") else None


def started(stage: Stage, base: BaseImage) -> tuple[Argv, ...] | None:
    """The commands that a container starts if nobody says otherwise, without what only starts another one.

    Empty if the file starts nothing, None if it is not known.
    """
    entry: Entrypoint | None = None
    command: Cmd | None = None
    passing = _PASSING if base.reference and base.reference.official == "node" else inits.PASSING
    for at in stage.lineage:
        for instruction in reversed(at.instructions):
            if isinstance(instruction, Copy) and "entrypoint" in instruction.body.text:
                passing = inits.PASSING
            elif isinstance(instruction, Entrypoint):
                entry = entry or instruction
            elif isinstance(instruction, Cmd) and entry is None:
                command = command or instruction
        if at.choices and entry is None:
            return None
    if entry is None and command is None:
        return ()
    first = _passed_on(base) if entry is None else entry.argv
    if entry is not None and entry.argv is None:
        return _commands(entry.body.text, passing)
    if first is None:
        return None
    rest = () if command is None else command.argv
    words = (*first, *(rest if rest is not None else ("/bin/sh", "-c", command.body.text if command else "")))
    return _commands(shlex.join(words), passing)


def _passed_on(base: BaseImage) -> tuple[str, ...] | None:
    """The ENTRYPOINT of a base image, left out if it only starts what is given to it."""
    reference = base.reference
    has_none = base.family == "scratch" or (reference and re.fullmatch(inits.NO_ENTRYPOINT, reference.name))
    if has_none or (reference and reference.official in inits.PASSED_ON):
        return ()
    return entrypoint_of(base)


def _commands(text: str, passing: frozenset[str], depth: int = 0) -> tuple[Argv, ...] | None:
    script = parse(text)
    if isinstance(script, NotModelled) or depth > _DEEPEST:
        return None
    found: list[Argv] = []
    for simple in simple_commands(script):
        view = _behind(argv(simple), passing)
        inner = shell_text(view)
        below = (view,) if inner is None else _commands(inner, passing, depth + 1)
        if below is None:
            return None
        found += below
    return tuple(found)


def _behind(view: Argv, passing: frozenset[str]) -> Argv:
    """What an init starts, or another program that only starts what is given to it."""
    while view.base in passing and view.words:
        at = next((at for at, word in enumerate(view.words) if (word.value or "x")[:1] != "-"), None)
        if at is None:
            break
        view = argv(Simple(view.command.span, (), view.words[at:], ()))
    return view
