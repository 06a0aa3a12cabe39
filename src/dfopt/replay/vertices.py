"""The vertices of a build, and what enters the cache key of each (spec: moby/buildkit, dockerfile2llb, solver)."""

from __future__ import annotations

import posixpath
import re

import msgspec

from dfopt.errors import TargetError
from dfopt.facts.facts import Facts
from dfopt.facts.process import base_folder
from dfopt.model.copy_sources import is_remote
from dfopt.model.expand import expand
from dfopt.model.mounts import Mount
from dfopt.model.needed import needed, stage_named
from dfopt.model.stages import Stage
from dfopt.replay import costs
from dfopt.syntax.nodes import Add, Arg, Copy, Env, Instruction, Run, Workdir

Key = tuple[object, ...]

_TOLD = frozenset(["type", "target", "dst", "destination"])
"""Fields of a mount that are told otherwise."""
_OF_CACHE = frozenset(["id", "sharing"])


class Vertex(msgspec.Struct, frozen=True):
    """One step that is built or cached. Numbers of other vertices are places in the list of all."""

    stage: int
    line: int
    text: str
    """The first line of the instruction."""
    key: Key
    """All of its cache key but its parents and what it copies."""
    parents: tuple[int, ...]
    sources: tuple[str, ...] = ()
    """Sources in the build context, whose content is part of the key."""
    copies: tuple[int, ...] = ()
    """Vertices whose files it copies: their content is part of the key."""
    charges: tuple[costs.Charge, ...] = ()
    """What it pays for when it is built anew."""
    is_known: bool = True
    """False if a variable decides what it copies: then it is never cached."""


def vertices(facts: Facts, target: str, table: costs.Table) -> list[Vertex]:
    """Those of a target (empty: the last stage), parents first.

    Raises TargetError if there is no such stage.
    """
    stages = facts.stages
    goal = stage_named(stages, target) if target else next(iter(stages[-1:]), None)
    if goal is None:
        raise TargetError(f"there is no stage {target!r}")
    wanted = needed(stages, goal, usually=True)
    builder = _Builder(facts, table)
    for stage in stages:
        if stage.index in wanted:
            builder.add(stage)
    return builder.found


class _State(msgspec.Struct):
    """What is in force in a stage behind its last vertex."""

    last: int
    folder: str
    """One that only the base image knows is called like the root."""
    settings: dict[str, str] = {}
    """The environment, in the order of BuildKit: the last one set comes last."""
    paid: frozenset[str] = frozenset()
    """The rows of the table that RUNs have paid for."""


class _Builder:
    def __init__(self, facts: Facts, table: costs.Table) -> None:
        self._facts = facts
        self._table = table
        self._states: dict[int, _State] = {}
        """What is in force at the end of each stage."""
        self.found: list[Vertex] = []

    def add(self, stage: Stage) -> None:
        state = self._at_start(stage)
        for instruction in stage.instructions:
            if isinstance(instruction, Env | Arg):
                self._set(instruction, state.settings)
            vertex = self._vertex(stage, instruction, state)
            if vertex is not None:
                state.last = self._link(vertex, state.last) if _is_linked(instruction) else self._put(vertex)
        self._states[stage.index] = state

    def _at_start(self, stage: Stage) -> _State:
        parent = stage.parent or stage.usual
        if parent is not None:
            above = self._states[parent.index]
            return _State(above.last, above.folder, dict(above.settings), above.paid)
        base: Key = ("FROM", stage.image or stage.start.image.text, stage.platform)
        line = self._facts.dockerfile.source.position(stage.start.span.start).line
        return _State(self._put(Vertex(stage.index, line, "", base, ())), base_folder(self._facts.base(stage)) or "/")

    def _set(self, instruction: Env | Arg, settings: dict[str, str]) -> None:
        """An ARG with a value is set as well, a global one that is only named here too (convert.go: dispatchArg)."""
        for pair in instruction.pairs:
            written = pair.value
            if written is None and isinstance(instruction, Arg):
                written = self._facts.global_defaults.get(pair.key)
            if written is not None:
                value = self._value(instruction, written)
                settings.pop(pair.key, None)
                settings[pair.key] = written if value is None else value

    def _put(self, vertex: Vertex) -> int:
        self.found.append(vertex)
        return len(self.found) - 1

    def _link(self, vertex: Vertex, last: int) -> int:
        """A copy that does not depend on what is below it, and the merge of both, which costs nothing."""
        copy = self._put(msgspec.structs.replace(vertex, parents=()))
        return self._put(Vertex(vertex.stage, vertex.line, vertex.text, ("merge",), (last, copy)))

    def _vertex(self, stage: Stage, instruction: Instruction, state: _State) -> Vertex | None:
        source = self._facts.dockerfile.source
        line = source.position(instruction.span.start).line
        text = source.slice(instruction.span).split("\n", 1)[0]
        if isinstance(instruction, Run):
            return self._run(stage, instruction, line, text, state)
        if isinstance(instruction, Copy):
            return self._copy(stage, instruction, line, text, state)
        if isinstance(instruction, Workdir):
            path = self._value(instruction, instruction.path.text) or instruction.path.text
            state.folder = posixpath.normpath(posixpath.join(state.folder, path))
            key: Key = ("WORKDIR", state.folder, self._facts.scope(instruction).user)
            return Vertex(stage.index, line, text, key, (state.last,), charges=(costs.Charge(costs.WORKDIR),))
        return None

    def _run(self, stage: Stage, run: Run, line: int, text: str, state: _State) -> Vertex:
        script = run.body.text if run.script is None else run.script.text
        flags = tuple((flag.name, flag.value) for flag in run.flags if flag.name != "mount")
        mounts = tuple(_said(mount) for mount in self._facts.mounts(run))
        command = (self._facts.shell(run), script) if run.argv is None else run.argv
        process = (tuple(state.settings.items()), state.folder, self._facts.scope(run).user)
        key: Key = ("RUN", command, flags, mounts, *process)
        binds = [mount for mount in self._facts.mounts(run) if mount.type == "bind"]
        sources = [mount.source or "." for mount in binds if "from" not in mount.fields]
        copies = [self._stage_end(mount.fields["from"]) for mount in binds if "from" in mount.fields]
        commands = script if run.argv is None else _commands(run.argv)
        charges = self._table.of_run(commands, self._facts.mounts(run), state.paid)
        state.paid = state.paid.union(self._table.paid(commands))
        ends = tuple(end for end in copies if end is not None)
        return Vertex(stage.index, line, text, key, (state.last,), tuple(sources), ends, charges)

    def _copy(self, stage: Stage, copy: Copy, line: int, text: str, state: _State) -> Vertex:
        heredocs = {heredoc.opener.start for heredoc in copy.heredocs}
        written = [each.text for each in copy.sources if each.span.start not in heredocs]
        values = [self._value(copy, each) for each in written]
        destination = self._value(copy, copy.destination.text)
        flags = tuple((flag.name, self._value(copy, flag.value or "")) for flag in copy.flags)
        bodies = tuple(self._facts.dockerfile.source.slice(heredoc.body) for heredoc in copy.heredocs)
        names = tuple(posixpath.basename(posixpath.normpath(value or "")) for value in values)
        where = _placed(state.folder, destination or "")
        key: Key = (copy.keyword, names, where, flags, bodies, tuple(written) if isinstance(copy, Add) else ())
        taken = copy.flag("from")
        is_known = destination is not None and None not in values
        charges = (costs.Charge(costs.COPY),)
        if taken is not None:
            end = self._stage_end(self._value(copy, taken.value or "") or "")
            inside = tuple(values)
            parts = ((state.last,), (), () if end is None else (end,))
            return Vertex(stage.index, line, text, (*key, inside), *parts, charges, is_known)
        local = tuple(value for value in values if value and not is_remote(value))
        return Vertex(stage.index, line, text, key, (state.last,), local, (), charges, is_known)

    def _stage_end(self, name: str) -> int | None:
        """The last vertex of a stage; None for an image, which stays the same."""
        stage = stage_named(self._facts.stages, name)
        state = self._states.get(stage.index) if stage is not None else None
        return None if state is None else state.last

    def _value(self, instruction: Instruction, text: str) -> str | None:
        variables = self._facts.scope(instruction).variables()
        return expand(text, variables, self._facts.dockerfile.escape, unset=None)


def _commands(argv: tuple[str, ...]) -> str:
    """The words of an exec form as one writes them for a shell; what is written for one, if it calls that."""
    return argv[2] if len(argv) > 2 and re.fullmatch(r"-\w*c", argv[1]) else " ".join(argv)


def _placed(folder: str, path: str) -> str:
    """Where a COPY goes, which is a folder for sure with a slash or a dot at the end
    (dockerfile2llb/convert.go: pathRelativeToWorkingDir; util/system/path.go: NormalizePath)."""
    written = path if path not in ("", ".") else "./"
    plain = posixpath.normpath(posixpath.join("/", folder, written))
    end = next((end for end in ("/", "/.") if written.endswith(end)), "")
    return f"{plain.rstrip('/')}{end}"


def _said(mount: Mount) -> Key:
    """What of a mount is in the key: not which cache it is, and who shares it."""
    unseen = _TOLD | _OF_CACHE if mount.type == "cache" else _TOLD
    fields = {name: value for name, value in mount.fields.items() if name not in unseen}
    return (mount.type, mount.target, tuple(sorted(fields.items())))


def _is_linked(instruction: Instruction) -> bool:
    """True for ``--link`` that takes effect (dockerfile2llb/convert_copy.go)."""
    if not isinstance(instruction, Copy) or instruction.flag("chmod") is not None:
        return False
    flag = instruction.flag("link")
    return flag is not None and (flag.value or "true").lower() not in ("false", "0", "f")
