"""What would be built, in order: the build plan of a Dockerfile, to be compared with that of its rewriting.

Like BuildKit's LLB (dockerfile2llb/convert.go), but symbolic: what is in force at an operation is the
history of the instructions that set it, so two operations are only equal if nothing differs, known or not.
"""

from __future__ import annotations

from collections.abc import Hashable

import msgspec

from dfopt.facts.facts import Facts
from dfopt.knowledge import shell_commands as known
from dfopt.model.mounts import Mount
from dfopt.model.stages import Stage
from dfopt.shell.nodes import NotModelled, Script
from dfopt.source import Source
from dfopt.syntax.nodes import (
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
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

    def is_one(self, script: Script) -> bool:
        """True if a part of its script cannot be taken as a sequence: it changes what the next RUN is started with."""
        return self.is_whole or bool(self.facts.script_changes_process(self.run, script))

    @property
    def text(self) -> str:
        """What is run, as the file has it."""
        return self.run.body.text if self.run.script is None else self.run.script.text


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


def build_plan(facts: Facts, scopes: Scopes) -> Plan:
    """The plan of a Dockerfile; ``scopes`` is shared by the plans that are to be compared."""
    dockerfile = facts.dockerfile
    stages: list[StagePlan] = []
    for stage in facts.stages:
        inherited = stages[stage.parent.index].scope if stage.parent else 0
        stages.append(_stage_plan(facts, stage, inherited, scopes))
    first = facts.stages[0].start.span.start if facts.stages else len(dockerfile.source.text)
    return Plan(
        (dockerfile.escape, tuple((directive.name, directive.value) for directive in dockerfile.directives)),
        tuple(content(found, dockerfile.source) for found in dockerfile.instructions if found.span.start < first),
        tuple(stages),
        any(found.heredocs for found in dockerfile.instructions),
    )


def _stage_plan(facts: Facts, stage: Stage, scope: int, scopes: Scopes) -> StagePlan:
    operations: list[Exec | Operation] = []
    config: list[Hashable] = []
    for instruction in stage.instructions:
        if isinstance(instruction, Run):
            operations.append(_exec(facts, instruction, scope))
            continue
        what = content(instruction, facts.dockerfile.source)
        if isinstance(instruction, _CONFIG):
            config.append((_slot(instruction), scope, what))
        if not isinstance(instruction, CONFIG_ONLY):
            operations.append(Operation(scope, what))
        if isinstance(instruction, _SCOPE):
            scope = scopes.after(scope, what)
    return StagePlan(content(stage.start, facts.dockerfile.source), tuple(operations), _by_slot(config), scope)


def _exec(facts: Facts, run: Run, scope: int) -> Exec:
    shell = facts.shell(run)
    options = [word for word in (shell or ())[1:] if word.startswith("-")]
    startup = any(word.startswith("--") or "l" in word or "i" in word for word in options if word != "pipefail")
    vanish = any(_may_vanish(mount) for mount in facts.mounts(run))
    variables = facts.scope(run).variables()
    whole = startup or vanish or not known.SHELL_SETTINGS.isdisjoint(variables)
    return Exec(run, facts.script(run), scope, _flags(run), shell, whole, facts)


def _may_vanish(mount: Mount) -> bool:
    """True if what is written to a mount may end with its RUN."""
    if mount.type not in ("bind", "cache", "secret", "ssh"):
        return True
    return mount.type == "bind" and not mount.fields.keys().isdisjoint(("rw", "readwrite", "ro", "readonly"))


def _slot(instruction: Instruction) -> str:
    """CMD and ENTRYPOINT share one, as ENTRYPOINT clears an inherited CMD."""
    return "CMD" if isinstance(instruction, Entrypoint) else instruction.keyword


def _by_slot(config: list[Hashable]) -> tuple[Hashable, ...]:
    """The order within a kind matters (the last CMD wins), between kinds it does not."""
    return tuple(sorted(config, key=lambda entry: entry[0]))  # type: ignore[index]


def _flags(instruction: Instruction) -> tuple[Hashable, ...]:
    return tuple((flag.name, flag.value) for flag in instruction.flags)


def content(instruction: Instruction, source: Source) -> Hashable:
    """What an instruction says, without spans, white space between words, and comments."""
    said: Hashable = instruction.body.text
    if isinstance(instruction, Env | Label | Arg):
        said = tuple((pair.key, pair.value) for pair in instruction.pairs)
    elif isinstance(instruction, Copy):
        said = (tuple(source.text for source in instruction.sources), instruction.destination.text, instruction.is_json)
    elif isinstance(instruction, Onbuild):
        said = content(instruction.trigger, source)
    return instruction.keyword, _flags(instruction), said, _heredocs(instruction, source)


def _heredocs(instruction: Instruction, source: Source) -> Hashable:
    return tuple(
        (heredoc.name, heredoc.fd, heredoc.expand, heredoc.chomp, source.slice(heredoc.body))
        for heredoc in instruction.heredocs
    )
