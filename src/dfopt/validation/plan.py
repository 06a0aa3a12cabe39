"""What would be built, in order: the build plan of a Dockerfile, to be compared with that of its rewriting.

Like BuildKit's LLB (dockerfile2llb/convert.go), but symbolic: what is in force at an operation is the
history of the instructions that set it, so two operations are only equal if nothing differs, known or not.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import msgspec

from dfopt.edits import Replaced
from dfopt.facts.facts import Facts
from dfopt.knowledge import shell_commands as known
from dfopt.model.mounts import Mount
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
from dfopt.validation.replaced import with_replaced

_SCOPE = (Arg, Env, Shell, User, Workdir)
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
    """The scope at the end: ENV, USER, WORKDIR and SHELL of the image."""
    packages: frozenset[str]
    """Those that are not compared."""


class Plan(msgspec.Struct, frozen=True):
    directives: Hashable
    global_args: Hashable
    stages: tuple[StagePlan, ...]
    has_heredocs: bool


class Scopes:
    """Numbers for histories: equal numbers, equal histories. One object serves all plans that are compared."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def after(self, scope: int, what: Hashable) -> int:
        return self._numbers.setdefault((scope, what), len(self._numbers) + 1)


def build_plan(facts: Facts, scopes: Scopes, side: Side = WHOLE) -> Plan:
    """The plan of a Dockerfile, or of what counts of it; ``scopes`` is shared by the plans that are to be compared."""
    dockerfile = facts.dockerfile
    stages: list[StagePlan] = []
    ends: list[_InForce] = []
    for stage in facts.stages:
        inherited = ends[stage.parent.index] if stage.parent else _InForce(0, 0)
        plan, end = _stage_plan(facts, stage, inherited, scopes, side)
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


class _InForce(msgspec.Struct, frozen=True):
    """The scopes of what builds an image and of the image itself: they part where USER is not compared."""

    build: int
    image: int


def _stage_plan(facts: Facts, stage: Stage, scope: _InForce, scopes: Scopes, side: Side) -> tuple[StagePlan, _InForce]:
    operations: list[Exec | Operation] = []
    config: list[Hashable] = []
    exempt = side.of(stage.index)
    for instruction in stage.instructions:
        compared = not side.leaves_out(stage.index, instruction)
        if isinstance(instruction, Run):
            if compared:
                operations.append(_exec(facts, instruction, scope.build, exempt.commands))
            continue
        what = content(as_built(instruction, facts.dockerfile.escape), facts.dockerfile.source, exempt.variables)
        if compared and isinstance(instruction, _CONFIG):
            config.append((_slot(instruction), scope.image, what))
        if compared and not isinstance(instruction, CONFIG_ONLY):
            operations.append(Operation(scope.build if isinstance(instruction, Workdir) else scope.image, what))
        if isinstance(instruction, _SCOPE) and (compared or isinstance(instruction, User)):
            build = scopes.after(scope.build, what)
            scope = _InForce(build, scopes.after(scope.image, what) if compared else scope.image)
    base = _base(stage.start, facts.dockerfile.source, exempt)
    return StagePlan(base, tuple(operations), _by_slot(config), scope.image, exempt.packages), scope


def _base(start: From, source: Source, exempt: Exempt) -> Hashable:
    if not exempt.base:
        return content(start, source)
    return flags(start), start.name.text if start.name else None


def _exec(facts: Facts, run: Run, scope: int, commands: Sequence[Replaced]) -> Exec:
    shell = facts.shell(run)
    options = [word for word in (shell or ())[1:] if word.startswith("-")]
    options = [word for word in options if word not in known.PLAIN_OPTIONS]
    startup = any(word.startswith("--") or "l" in word or "i" in word for word in options)
    vanish = any(_may_vanish(mount) for mount in facts.mounts(run))
    variables = facts.scope(run).variables()
    whole = startup or vanish or not known.SHELL_SETTINGS.isdisjoint(variables)
    script = facts.script(run)
    text = run.body.text if run.script is None else run.script.text
    if own := [each for each in commands if run.span.start <= each.span.start < run.span.end]:
        text = with_replaced(run, own)
        script = parse(text)
    return Exec(run, script, scope, flags(run), shell, whole, facts, text)


def _may_vanish(mount: Mount) -> bool:
    """True if what is written to a mount may end with its RUN: if it is not read-only for sure (strconv.ParseBool)."""
    if mount.type != "bind":
        return mount.type not in ("cache", "secret", "ssh")
    return any(
        (name in ("rw", "readwrite") and value.lower() not in ("0", "f", "false"))
        or (name in ("ro", "readonly") and value.lower() not in ("", "1", "t", "true"))
        for name, value in mount.fields.items()
    )


def _slot(instruction: Instruction) -> str:
    """CMD and ENTRYPOINT share one, as ENTRYPOINT clears an inherited CMD."""
    return "CMD" if isinstance(instruction, Entrypoint) else instruction.keyword


def _by_slot(config: list[Hashable]) -> tuple[Hashable, ...]:
    """The order within a kind matters (the last CMD wins), between kinds it does not."""
    return tuple(sorted(config, key=lambda entry: entry[0]))  # type: ignore[index]


def flags(instruction: Instruction) -> tuple[Hashable, ...]:
    return tuple((flag.name, flag.value) for flag in instruction.flags)


def content(instruction: Instruction, source: Source, without: frozenset[str] = frozenset()) -> Hashable:
    """What an instruction says, without spans, white space between words, comments, and the given variables."""
    said: Hashable = instruction.body.text
    if isinstance(instruction, Env | Arg):
        said = tuple((pair.key, pair.value) for pair in instruction.pairs if pair.key not in without)
    elif isinstance(instruction, From):
        said = (instruction.image.text, instruction.name.text if instruction.name else None)
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
