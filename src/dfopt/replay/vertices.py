"""The vertices of a build, and what enters the cache key of each (spec: moby/buildkit, dockerfile2llb, solver)."""

from __future__ import annotations

import posixpath

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


class _Builder:
    def __init__(self, facts: Facts, table: costs.Table) -> None:
        self._facts = facts
        self._table = table
        self._ends: dict[int, int] = {}
        """The last vertex of each stage."""
        self._settings: dict[int, dict[str, str]] = {}
        """The environment at the end of each stage."""
        self._folder = "/"
        """That in force; one that only the base image knows is called like the root."""
        self._folders: dict[int, str] = {}
        """That at the end of each stage."""
        self._paid: dict[int, frozenset[str]] = {}
        """The rows of the table that the RUNs of each stage have paid for, and those of its parents."""
        self.found: list[Vertex] = []

    def add(self, stage: Stage) -> None:
        source = self._facts.dockerfile.source
        parent = stage.parent or stage.usual
        if parent is not None:
            last = self._ends[parent.index]
        else:
            base: Key = ("FROM", stage.image or stage.start.image.text, stage.platform)
            last = self._put(Vertex(stage.index, source.position(stage.start.span.start).line, "", base, ()))
        settings = dict(self._settings[parent.index]) if parent else dict[str, str]()
        self._folder = self._folders[parent.index] if parent else base_folder(self._facts.base(stage)) or "/"
        self._paid[stage.index] = self._paid[parent.index] if parent else frozenset()
        for instruction in stage.instructions:
            if isinstance(instruction, Env | Arg):
                self._set(instruction, settings)
            vertex = self._vertex(stage, instruction, last, tuple(settings.items()))
            if vertex is not None:
                last = self._link(vertex, last) if _is_linked(instruction) else self._put(vertex)
        self._ends[stage.index] = last
        self._settings[stage.index] = settings
        self._folders[stage.index] = self._folder

    def _set(self, instruction: Env | Arg, settings: dict[str, str]) -> None:
        """What is in the environment behind an instruction, in the order of BuildKit: the last one set comes last.

        An ARG with a value is part of it, a global one that is only named here too (convert.go: dispatchArg).
        """
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

    def _vertex(self, stage: Stage, instruction: Instruction, last: int, settings: Key) -> Vertex | None:
        source = self._facts.dockerfile.source
        line = source.position(instruction.span.start).line
        text = source.slice(instruction.span).split("\n", 1)[0]
        if isinstance(instruction, Run):
            return self._run(stage, instruction, line, text, last, settings)
        if isinstance(instruction, Copy):
            return self._copy(stage, instruction, line, text, last)
        if isinstance(instruction, Workdir):
            scope = self._facts.scope(instruction)
            path = self._value(instruction, instruction.path.text) or instruction.path.text
            self._folder = posixpath.normpath(posixpath.join(self._folder, path))
            key: Key = ("WORKDIR", self._folder, scope.user)
            return Vertex(stage.index, line, text, key, (last,), charges=(costs.Charge(costs.WORKDIR),))
        return None

    def _run(self, stage: Stage, run: Run, line: int, text: str, last: int, settings: Key) -> Vertex:
        scope = self._facts.scope(run)
        script = run.body.text if run.script is None else run.script.text
        flags = tuple((flag.name, flag.value) for flag in run.flags if flag.name != "mount")
        mounts = tuple(_said(mount) for mount in self._facts.mounts(run))
        key: Key = ("RUN", script, flags, mounts, self._facts.shell(run), settings, self._folder, scope.user)
        binds = [mount for mount in self._facts.mounts(run) if mount.type == "bind"]
        sources = [mount.source or "." for mount in binds if "from" not in mount.fields]
        copies = [self._stage_end(mount.fields["from"]) for mount in binds if "from" in mount.fields]
        paid = self._paid[stage.index]
        self._paid[stage.index] = paid.union(self._table.paid(script))
        return Vertex(
            *(stage.index, line, text, key, (last,), tuple(sources)),
            tuple(end for end in copies if end is not None),
            self._table.of_run(script, self._facts.mounts(run), paid),
        )

    def _copy(self, stage: Stage, copy: Copy, line: int, text: str, last: int) -> Vertex:
        heredocs = {heredoc.opener.start for heredoc in copy.heredocs}
        written = [each.text for each in copy.sources if each.span.start not in heredocs]
        values = [self._value(copy, each) for each in written]
        destination = self._value(copy, copy.destination.text)
        flags = tuple((flag.name, self._value(copy, flag.value or "")) for flag in copy.flags)
        bodies = tuple(self._facts.dockerfile.source.slice(heredoc.body) for heredoc in copy.heredocs)
        names = tuple(posixpath.basename(posixpath.normpath(value or "")) for value in values)
        where = posixpath.join(self._folder, destination or "")
        key: Key = (copy.keyword, names, where, flags, bodies, tuple(written) if isinstance(copy, Add) else ())
        taken = copy.flag("from")
        is_known = destination is not None and None not in values
        charges = (costs.Charge(costs.COPY),)
        if taken is not None:
            end = self._stage_end(self._value(copy, taken.value or "") or "")
            inside = tuple(values)
            parts = ((last,), (), () if end is None else (end,))
            return Vertex(stage.index, line, text, (*key, inside), *parts, charges, is_known)
        local = tuple(value for value in values if value and not is_remote(value))
        return Vertex(stage.index, line, text, key, (last,), local, (), charges, is_known)

    def _stage_end(self, name: str) -> int | None:
        """The last vertex of a stage; None for an image, which stays the same."""
        stage = stage_named(self._facts.stages, name)
        return self._ends.get(stage.index) if stage is not None else None

    def _value(self, instruction: Instruction, text: str) -> str | None:
        variables = self._facts.scope(instruction).variables()
        return expand(text, variables, self._facts.dockerfile.escape, unset=None)


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
