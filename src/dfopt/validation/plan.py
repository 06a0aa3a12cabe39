"""What would be built, in order: the build plan of a Dockerfile, to be compared with that of its rewriting.

Like BuildKit's LLB (dockerfile2llb/convert.go), but symbolic: what is in force at an operation is the
history of the instructions that set it, so two operations are only equal if nothing differs, known or not.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import msgspec

from dfopt.edits import Replaced
from dfopt.facts.apart import is_whole
from dfopt.facts.environment import does_not_read
from dfopt.facts.facts import Facts
from dfopt.facts.mentions import mentions, said
from dfopt.facts.process import base_folder
from dfopt.model.stages import Stage
from dfopt.shell.nodes import NotModelled, Script
from dfopt.shell.parser import parse
from dfopt.source import Source
from dfopt.syntax.nodes import (
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Instruction,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
)
from dfopt.validation.built import as_built
from dfopt.validation.exempt import WHOLE, Exempt, Side
from dfopt.validation.folders import Folders, makes_parent
from dfopt.validation.image_config import Said, image_config
from dfopt.validation.in_force import InForce, Scopes
from dfopt.validation.replaced import with_replaced

SCOPE = (Arg, Env, Shell, User, Workdir)
"""Instructions that change what later ones see."""
_CONFIG = (Cmd, Entrypoint, Expose, Healthcheck, Label, Maintainer, Onbuild, Stopsignal, Volume)
"""Instructions that change the image config."""
CONFIG_ONLY = (Cmd, Entrypoint, Expose, Healthcheck, Label, Maintainer, Stopsignal)
"""Those that nothing else sees: their place among RUN and COPY does not matter."""


class Exec(msgspec.Struct, frozen=True):
    """A RUN: its script and everything that it is run with."""

    run: Run
    script: Script | NotModelled
    scope: int
    flags: tuple[Hashable, ...]
    shell: tuple[str, ...] | None
    is_whole: bool
    """True if it cannot be taken as a sequence: its mounts end with it, or its shell reads start-up files."""
    facts: Facts
    text: str
    """What is run, as the file has it."""

    def is_one(self, script: Script) -> bool:
        """True if a part of its script cannot be taken as a sequence: it changes what the next RUN is started with."""
        return self.is_whole or bool(self.facts.script_changes_process(self.run, script))


class Operation(msgspec.Struct, frozen=True):
    """Anything else that happens in order: COPY, ADD, WORKDIR, VOLUME, ONBUILD …"""

    scope: int
    what: Hashable


class StagePlan(msgspec.Struct, frozen=True):
    base: Hashable
    operations: tuple[Exec | Operation, ...]
    config: tuple[Hashable, ...]
    scope: int
    """What is in force at the end: ENV, USER, WORKDIR and SHELL of the image."""
    packages: frozenset[str]
    """Those that are not compared."""


class Plan(msgspec.Struct, frozen=True):
    directives: Hashable
    global_args: Hashable
    stages: tuple[StagePlan, ...]
    has_heredocs: bool


def build_plan(facts: Facts, scopes: Scopes, side: Side = WHOLE, *, lean: bool = False) -> Plan:
    """The plan of a Dockerfile, or of what counts of it; ``scopes`` is shared by the plans that are to be compared.

    In a lean plan, what a RUN surely does not read is not in force there.
    """
    dockerfile = facts.dockerfile
    stages: list[StagePlan] = []
    ends: list[InForce] = []
    for stage in facts.stages:
        inherited = ends[stage.parent.index] if stage.parent else InForce()
        plan, end = stage_plan(facts, stage, at_start(facts, stage, inherited), scopes, side, lean=lean)
        ends.append(end)
        if stage.index not in side.new_stages:
            stages.append(plan)
    first = facts.stages[0].start.span.start if facts.stages else len(dockerfile.source.text)
    head = [found for found in dockerfile.instructions if found.span.start < first and not side.leaves_out(-1, found)]
    variables = side.of(-1).variables
    return Plan(
        (dockerfile.escape, tuple((directive.name, directive.value) for directive in dockerfile.directives)),
        tuple(content(found, dockerfile.source, variables) for found in head),
        tuple(stages),
        any(found.heredocs for found in dockerfile.instructions),
    )


def at_start(facts: Facts, stage: Stage, inherited: InForce) -> InForce:
    """What a stage begins with: little is known if an argument decides what it starts from, or triggers run."""
    parents = stage.lineage
    has_triggers, is_open = _any(Onbuild, parents[1:]), any("$" in each.start.image.text for each in parents)
    path = inherited.path if _any(Workdir, parents[1:]) else None if is_open else base_folder(facts.base(stage))
    if has_triggers or is_open:
        return msgspec.structs.replace(inherited, last={}, values={}, path=None if has_triggers else path)
    return msgspec.structs.replace(inherited, last={}, path=path)


def _any(kind: type[Instruction], stages: list[Stage]) -> bool:
    return any(isinstance(found, kind) for stage in stages for found in stage.instructions)


def stage_plan(
    facts: Facts, stage: Stage, state: InForce, scopes: Scopes, side: Side, *, lean: bool
) -> tuple[StagePlan, InForce]:
    """The plan of one stage that begins in a state, and the state that it ends in."""
    reader = _Reader(facts, scopes, side.of(stage.index), state, lean=lean)
    for instruction in stage.instructions:
        reader.read(instruction, compared=not side.leaves_out(stage.index, instruction))
    state = reader.state
    base = _base(stage.start, facts.dockerfile.source, reader.exempt)
    config = image_config(reader.config, facts.dockerfile.escape)
    plan = StagePlan(base, tuple(reader.operations), config, state.of_image(scopes), reader.exempt.packages)
    return plan, state


class _Reader:
    """Reads the instructions of a stage, one after the other."""

    def __init__(self, facts: Facts, scopes: Scopes, exempt: Exempt, state: InForce, *, lean: bool) -> None:
        self.operations: list[Exec | Operation] = []
        self.config: list[Said] = []
        self.exempt = exempt
        self.state: InForce = state
        self._facts = facts
        self._escape = facts.dockerfile.escape
        self._source = facts.dockerfile.source
        self._scopes = scopes
        self._lean = lean
        self._folders = Folders(facts)
        self._made: tuple[Operation, str] | None = None
        """The last folder that was made."""

    def read(self, instruction: Instruction, *, compared: bool) -> None:
        if isinstance(instruction, Run):
            if compared:
                scope = self.state.of_exec(self._scopes, self._unread(instruction))
                self.operations.append(_exec(self._facts, instruction, scope, self.exempt.commands))
            self._folders.run(instruction, self.state.path)
        elif isinstance(instruction, Workdir):
            self._workdir(instruction)
        else:
            if given := self.exempt.flags.get(instruction.span.start):
                instruction = msgspec.structs.replace(instruction, flags=instruction.flags + given)
            self._other(as_built(instruction, self._escape), compared=compared)

    def _unread(self, run: Run) -> frozenset[str]:
        """The variables that do not count for a RUN."""
        later, variables = self.exempt.later, self.state.variables
        found = {name for name in later if not mentions(run, self._source, name)}
        if self._lean and not self.exempt.commands:
            found.update(name for name in variables if does_not_read(self._facts, run, name))
        return frozenset(found)

    def _other(self, instruction: Instruction, *, compared: bool) -> None:
        state = self.state
        what = content(instruction, self._source, self.exempt.variables)
        seen = state.depends(said(instruction, self._source))
        if compared and isinstance(instruction, _CONFIG):
            self.config.append(Said(instruction, what, state))
        if compared and not isinstance(instruction, (*CONFIG_ONLY, *SCOPE)):
            where = self._scopes.after(state.folder, (state.image_user, state.shell, seen))
            self.operations.append(Operation(where, what))
        if isinstance(instruction, Env | Arg):
            self.state = state.with_variables(self._scopes, instruction, self.exempt.variables, self._escape)
        elif isinstance(instruction, Shell):
            self.state = msgspec.structs.replace(state, shell=self._scopes.after(0, what))
        elif isinstance(instruction, User):
            user = self._scopes.after(0, (what, seen))
            self.state = msgspec.structs.replace(state, user=user, image_user=user if compared else state.image_user)

    def _workdir(self, instruction: Workdir) -> None:
        state, text = self.state, instruction.path.text
        self.state = state.with_folder(self._scopes, text, self._escape)
        path = self.state.path
        if path is None:
            where = self._scopes.after(state.user, (state.folder, state.depends(text)))
            self.operations.append(Operation(where, ("WORKDIR", text)))
        elif not self._folders.is_there(path):
            where = self._scopes.after(state.user, "WORKDIR")
            if self._made and self._made[0] is self.operations[-1] and self._made[0].scope == where:
                # the folder is made with its parents
                self.operations = self.operations[: -1 if makes_parent(self._made[1], path) else None]
            made = Operation(where, ("WORKDIR", path))
            self.operations.append(made)
            self._made = made, path
            self._folders.made(path)


def _base(start: From, source: Source, exempt: Exempt) -> Hashable:
    if not exempt.base:
        return content(start, source)
    return flags(start), start.name.text if start.name else None


def _exec(facts: Facts, run: Run, scope: int, commands: Sequence[Replaced]) -> Exec:
    shell = facts.shell(run)
    script = facts.script(run)
    text = run.body.text if run.script is None else run.script.text
    if own := [each for each in commands if run.span.start <= each.span.start < run.span.end]:
        text = with_replaced(run, own)
        script = parse(text)
    return Exec(run, script, scope, flags(run), shell, is_whole(facts, run), facts, text)


def flags(instruction: Instruction) -> tuple[Hashable, ...]:
    return tuple((flag.name, flag.value) for flag in instruction.flags)


def content(instruction: Instruction, source: Source, without: frozenset[str] = frozenset()) -> Hashable:
    """What an instruction says, without spans, white space between words, comments, and the given variables."""
    said: Hashable = instruction.body.text
    if isinstance(instruction, Env | Arg):
        said = tuple((pair.key, pair.value) for pair in instruction.pairs if pair.key not in without)
    elif isinstance(instruction, From):
        said = (instruction.image.text, instruction.name.text if instruction.name else None)
    elif isinstance(instruction, Shell):
        said = instruction.argv
    elif isinstance(instruction, Label):
        said = tuple((pair.key, pair.value) for pair in instruction.pairs)
    elif isinstance(instruction, Copy):
        said = (tuple(source.text for source in instruction.sources), instruction.destination.text, instruction.is_json)
    elif isinstance(instruction, Onbuild):
        said = content(instruction.trigger, source)
    return instruction.keyword, flags(instruction), said, _heredocs(instruction, source)


def _heredocs(instruction: Instruction, source: Source) -> Hashable:
    return tuple(
        (heredoc.name, heredoc.fd, heredoc.expand, heredoc.chomp, source.slice(heredoc.body))
        for heredoc in instruction.heredocs
    )


def same_operation(old: Exec | Operation, new: Exec | Operation) -> bool:
    """True if two steps of plans do the same."""
    if isinstance(old, Operation) or isinstance(new, Operation):
        return old == new
    return (old.scope, old.flags, old.shell, old.is_whole, old.text) == (
        new.scope,
        new.flags,
        new.shell,
        new.is_whole,
        new.text,
    )
