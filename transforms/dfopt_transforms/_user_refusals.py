"""Whether what a container starts can run as another user than root."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dfopt.expression import Expression
from dfopt.facts.base_image import BaseImage
from dfopt.facts.folders import is_in
from dfopt.facts.start import started
from dfopt.knowledge import users
from dfopt.knowledge.programs import SHELLS
from dfopt.model.expand import expand
from dfopt.model.needed import stage_named
from dfopt.model.stages import Stage, chain
from dfopt.shell.argv import Argv
from dfopt.syntax.nodes import Copy, Entrypoint, Env, Expose, Instruction, Onbuild, Run
from dfopt.transform import Context
from dfopt_transforms._user_places import end_of, final_folder

Why = tuple[str, str]

TRIGGERS = "its ONBUILD triggers make it a base for others"
NOTHING_STARTED = "it starts nothing of its own, so it may be a base for others"
UNKNOWN_START = "what it starts is not known"
SCRIPT = "a script is started that may need root"
SHELL_STARTED = "a shell is started, or an interpreter, for whatever its user wants to do"
TOOL = "it may be a tool for mounted folders: it has an ENTRYPOINT and no port"
UNKNOWN_PROGRAM = "whether the program needs root is not known"
NEEDS_ROOT = "something in it counts on root"
DEVELOPMENT = "a development server writes among its packages"
LOW_PORT = "it listens on a port below 1024, which is root's in many places"
UNKNOWN_PORT = "a port is not known"
IN_HOME = "something it needs may be in the home of root"
MADE_AS_ROOT = "a RUN makes data as root that the program may write to"
PRIVATE = "some files are for root alone"

_SCRIPT = Expression(r".*(\.(sh|bash|ksh|zsh)|entry-?point\S*|init|bootstrap)", re.IGNORECASE)
_ADDRESS = Expression(r"(?:\S*:)?(\d{1,5})(?:/\S*|;\S*)?")


def refusal(ctx: Context, stage: Stage, base: BaseImage) -> Why | None:
    """Why a stage keeps root, as far as what it starts and does tells."""
    return _Started(ctx, stage, base).refusal()


_DOUBTS = (
    (users.NEEDS_ROOT, NEEDS_ROOT),
    (users.IN_HOME, IN_HOME),
    (users.PRIVATE, PRIVATE),
    (users.MAKES_DATA, MADE_AS_ROOT),
)


class _Started:
    """What a container of a stage starts, and what the file says around it."""

    def __init__(self, ctx: Context, stage: Stage, base: BaseImage) -> None:
        self._ctx = ctx
        self._stage = stage
        self._base = base
        self._instructions = [found for each in chain(stage) for found in each.instructions]
        self._programs = started(stage, base)
        self._ports = list(_ports(ctx, self._programs or (), self._instructions))

    def refusal(self) -> Why | None:
        if any(isinstance(found, Onbuild) for found in self._instructions):
            return TRIGGERS, ""
        if self._programs is None:
            return UNKNOWN_START, self._base.reference.name if self._base.reference else ""
        if not any(view.command.words and view.base not in users.HELPERS for view in self._programs):
            return NOTHING_STARTED, ""
        found = (self._about_program(view) for view in self._programs)
        return next(filter(None, found), None) or self._about_ports() or self._about_files()

    def _about_program(self, view: Argv) -> Why | None:
        base = view.base
        if base is None or view.name is None:
            return (UNKNOWN_START, "") if view.command.words else None
        if base in SHELLS:
            return (SCRIPT, "") if view.operands else (SHELL_STARTED, "")
        if _SCRIPT.fullmatch(base):
            return SCRIPT, view.name
        if users.NEEDS_ROOT.search(base) or users.SERVERS.fullmatch(base):
            return NEEDS_ROOT, base
        if users.INTERPRETERS.fullmatch(base) and not view.operands:
            return SHELL_STARTED, base
        if users.DEVELOPMENT.search(f" {base} {' '.join(word.value or '$' for word in view.words)} "):
            return DEVELOPMENT, base
        if base in users.HELPERS:
            return None
        if not self._ports and any(isinstance(found, Entrypoint) for found in self._instructions):
            return TOOL, base
        if users.PROGRAMS.fullmatch(base):
            return None
        is_own = bool(self._ports) and any(self._builds(found, view.name) for found in self._instructions)
        return None if is_own else (UNKNOWN_PROGRAM, base)

    def _builds(self, instruction: Instruction, program: str) -> bool:
        """True if an instruction brings a program that the file compiles."""
        base = program.rpartition("/")[2]
        if isinstance(instruction, Run):
            script = instruction.script.text if instruction.script else ""
            return re.search(rf"-o[ =]?(\S*/)?{re.escape(base)}(?![\w.-])", script) is not None
        flag = instruction.flag("from") if isinstance(instruction, Copy) else None
        builder = stage_named(self._ctx.facts.stages, flag.value) if flag and flag.value else None
        if builder is None or not isinstance(instruction, Copy) or not self._compiles(builder):
            return False
        folder = final_folder(self._ctx, self._stage)
        path = program if program.startswith("/") else f"{folder.rstrip('/')}/{program.removeprefix('./')}"
        into = end_of(self._ctx, instruction)
        names = [argument.text.rpartition("/")[2] for argument in (*instruction.sources, instruction.destination)]
        return base in names or (not users.SHARED.fullmatch(into) and is_in(path, into))

    def _compiles(self, stage: Stage) -> bool:
        runs = [found for each in chain(stage) for found in each.instructions if isinstance(found, Run)]
        return any(users.BUILDERS.search(found.body.text) for found in runs)

    def _about_ports(self) -> Why | None:
        for port in self._ports:
            if port is None:
                return UNKNOWN_PORT, ""
            if 0 < port < users.FIRST_FREE_PORT:
                return LOW_PORT, str(port)
        return None

    def _about_files(self) -> Why | None:
        for instruction in self._instructions:
            text = _said(self._ctx, instruction)
            for pattern, reason in _DOUBTS:
                if found := pattern.search(text):
                    return reason, found[0]
        return None


def _ports(ctx: Context, programs: Sequence[Argv], instructions: Sequence[Instruction]) -> Iterator[int | None]:
    for instruction in instructions:
        variables = ctx.facts.scope(instruction).variables()
        if isinstance(instruction, Expose):
            for port in instruction.ports:
                text = expand(port.text, variables, ctx.dockerfile.escape, unset=None)
                number = re.match(r"\d+", text) if text else None
                yield int(number[0]) if number else None
        elif isinstance(instruction, Env):
            for pair in instruction.pairs:
                value = expand(pair.value or "", variables, ctx.dockerfile.escape, unset=None)
                if users.PORT_NAMES.fullmatch(pair.key.upper()) and value:
                    yield from _numbers(value)
    for view in programs:
        before = ""
        for word in view.words:
            text = word.value or ""
            option, equals, value = text.partition("=")
            if ":" in text or users.PORT_OPTIONS.fullmatch(before) or (equals and users.PORT_OPTIONS.match(option)):
                yield from _numbers(value if equals else text)
            before = text


def _numbers(text: str) -> Iterator[int]:
    if found := _ADDRESS.fullmatch(text):
        yield int(found[1])


def _said(ctx: Context, instruction: Instruction) -> str:
    """What an instruction does to the image: no mounts, no comments, nothing that is removed."""
    if isinstance(instruction, Run):
        text = instruction.script.text if instruction.script is not None else instruction.body.text
        return users.REMOVAL.sub("", text)
    if isinstance(instruction, Copy):
        return " ".join([*(ctx.dockerfile.text(flag) for flag in instruction.flags), instruction.destination.text])
    return instruction.body.text
