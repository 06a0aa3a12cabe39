"""Which ARGs and ENVs of a stage can be set further down, together with what depends on them, and how far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from dfopt.expression import Expression
from dfopt.facts.environment import does_not_read, is_cheap, only_prepares
from dfopt.facts.facts import Facts
from dfopt.facts.mentions import expanded, mentions, said
from dfopt.knowledge.environment import CONFIGURES, STAMPS
from dfopt.model.stages import Stage
from dfopt.source import Source
from dfopt.syntax.nodes import Arg, Dockerfile, Env, Instruction, Label, Run
from dfopt_transforms._moved_blocks import Block

_KEY = Expression(r"[A-Za-z_][A-Za-z0-9_]*")


class Group(msgspec.Struct, frozen=True):
    """Instructions that move together below ``target``; nowhere if that is None."""

    members: tuple[Instruction, ...]
    target: Run | None
    is_safe: bool
    """True if it is known of every RUN that they pass what it reads."""
    stopped_by: Run | None
    """The RUN that may read what they set, if there is one behind them."""


class _Walk(msgspec.Struct, frozen=True):
    """How far some instructions of a stage can go; all by their places in it."""

    members: frozenset[int]
    target: int | None
    is_safe: bool
    stopped_by: int | None


def groups(facts: Facts, stage: Stage) -> Iterator[Group]:
    """All groups of a stage, those of one target together unless that keeps them from moving."""
    walks = _united(facts, stage, [_walk(facts, stage, frozenset([seed])) for seed in _seeds(facts.dockerfile, stage)])
    targets: dict[tuple[int | None, bool], list[_Walk]] = {}
    for walk in walks:
        targets.setdefault((walk.target, walk.is_safe), []).append(walk)
    for (target, _), found in targets.items():
        if target is None or unmovable(facts.dockerfile, _group(stage, found)):
            yield from (_group(stage, [walk]) for walk in found)
        else:
            yield _group(stage, found)


def _group(stage: Stage, walks: Sequence[_Walk]) -> Group:
    """Some walks to one target as a group: what stands above it."""

    def run(at: int | None) -> Run | None:
        found = None if at is None else stage.instructions[at]
        return found if isinstance(found, Run) else None

    first = walks[0]
    places = sorted(at for walk in walks for at in walk.members if first.target is None or at < first.target)
    members = tuple(stage.instructions[at] for at in places)
    return Group(members, run(first.target), first.is_safe, run(first.stopped_by))


def _united(facts: Facts, stage: Stage, walks: Sequence[_Walk]) -> list[_Walk]:
    """Walks without members in common: those that had some are one."""
    found: list[_Walk] = []
    for each in walks:
        walk = each
        while shared := [other for other in found if not other.members.isdisjoint(walk.members)]:
            found = [other for other in found if other not in shared]
            walk = _walk(facts, stage, walk.members.union(*(other.members for other in shared)))
        found.append(walk)
    return found


def _seeds(dockerfile: Dockerfile, stage: Stage) -> Iterator[int]:
    """Where something is set that differs from build to build, or is not used before a later instruction."""
    for at, found in enumerate(stage.instructions):
        if isinstance(found, Arg | Env) and all(map(_is_movable, _keys(found))):
            stamps = all(STAMPS.fullmatch(key) for key in _keys(found))
            rest = stage.instructions[at + 1 :]
            used = (any(mentions(later, dockerfile.source, key) for later in rest) for key in _keys(found))
            if stamps or (isinstance(found, Arg) and all(used)):
                yield at


def _is_movable(key: str) -> bool:
    return _KEY.fullmatch(key) is not None and not CONFIGURES.fullmatch(key)


def _keys(found: Instruction) -> tuple[str, ...]:
    return tuple(pair.key for pair in found.pairs) if isinstance(found, Arg | Env | Label) else ()


def _walk(facts: Facts, stage: Stage, start: frozenset[int]) -> _Walk:
    """Goes on from the first of some instructions until something uses what they set, or sets it again."""
    source = facts.dockerfile.source
    members = set(start)
    load = _Load(source)
    target: int | None = None
    passed_safe = is_safe = True
    stopped_by: int | None = None
    for at in range(min(start), len(stage.instructions)):
        found = stage.instructions[at]
        if at in start:
            load.take(found)
        elif isinstance(found, Run):
            unread = all(does_not_read(facts, found, name) for name in load.names)
            if not unread and not all(only_prepares(facts, found, name) for name in load.names):
                stopped_by = at
                break
            passed_safe = passed_safe and unread
            if not is_cheap(facts, found):
                target, is_safe = at, passed_safe
        elif load.is_used_by(found):
            if not load.may_take(found):
                break
            members.add(at)
            load.take(found)
        elif load.is_hindered_by(found):
            break
    if stopped_by is not None and any(mentions(stage.instructions[stopped_by], source, name) for name in load.names):
        stopped_by = None
    return _Walk(frozenset(members), target, is_safe, stopped_by)


class _Load:
    """What moves, as it is collected."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.names: set[str] = set()
        self._seen: set[str] = set()
        """The variables that are put into it."""
        self._labels: set[str] = set()
        self._has_env = False

    def take(self, found: Instruction) -> None:
        if isinstance(found, Arg | Env):
            self.names.update(_keys(found))
        else:
            self._labels.update(_keys(found))
        self._seen |= expanded(said(found, self._source))
        self._has_env = self._has_env or isinstance(found, Env)

    def is_used_by(self, found: Instruction) -> bool:
        return not self.names.isdisjoint(expanded(said(found, self._source)))

    def may_take(self, found: Instruction) -> bool:
        """True for a LABEL, and for what sets other names of the kind."""
        is_setting = isinstance(found, Arg) or (isinstance(found, Env) and all(map(STAMPS.fullmatch, _keys(found))))
        return isinstance(found, Label) or (is_setting and all(map(_is_movable, _keys(found))))

    def is_hindered_by(self, found: Instruction) -> bool:
        """True if the order of what moves and an instruction counts."""
        keys = set(_keys(found))
        if isinstance(found, Arg | Env):
            is_plain = all(map(_KEY.fullmatch, keys))
            ordered = isinstance(found, Env) and self._has_env
            return not is_plain or ordered or not keys.isdisjoint(self.names | self._seen)
        if isinstance(found, Label):
            return bool(self._labels) and (not keys.isdisjoint(self._labels) or "$" in "".join(keys | self._labels))
        return False


def unmovable(dockerfile: Dockerfile, group: Group) -> str | None:
    """Why the text of a group does not let itself be moved."""
    target = group.target
    if target is None:
        return None
    if target.span.end == len(dockerfile.source.text) and dockerfile.text(target).endswith(dockerfile.escape):
        return "a continuation at the end of the file would swallow it"
    members = {member.span.start for member in group.members}
    below = {first.span.start: second for first, second in pairwise(dockerfile.instructions)}
    for member in group.members:
        if any("dfopt:" in comment.text for comment in member.comments):
            return "a comment above it steers dfopt"
        following = below.get(member.span.start)
        if following is not None and following.span.start in members:
            following = None
        if _speaks_of_more(dockerfile, member, following):
            return "a comment above it may speak of more than it"
    return None


def _speaks_of_more(dockerfile: Dockerfile, member: Instruction, following: Instruction | None) -> bool:
    """True for a comment above a blank line, and for one above several lines of which the second stays.

    One that names what is set may stand above a RUN all the same.
    """
    block = Block(dockerfile, member)
    if not block.has_comments or block.is_apart:
        return block.has_comments
    if following is None or following.comments or Block(dockerfile, following).span.start != block.span.end:
        return False
    said = " ".join(comment.text for comment in member.comments)
    return isinstance(following, Arg | Env | Label) or not any(key in said for key in _keys(member))
