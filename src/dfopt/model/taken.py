"""What ``COPY --from`` and mounts take of a stage."""

from __future__ import annotations

import posixpath
from enum import IntEnum

from dfopt.model.mounts import mounts
from dfopt.model.stages import Stage
from dfopt.syntax.nodes import Copy, Instruction, Run

_OPEN = frozenset("$*?[")
"""Signs in a part of a path that make it stand for others."""


class Taken(IntEnum):
    """What an instruction takes of a folder of another stage, the worst last."""

    NOTHING = 0
    WITH_PARENT = 1
    """It is copied with a folder around it, to where it was."""
    ITSELF = 2
    """It or a part of it, or it comes to another place, or a mount shows it."""


def takes_any(instruction: Instruction) -> bool:
    """False for what takes nothing of any stage."""
    return (isinstance(instruction, Copy) and instruction.flag("from") is not None) or (
        isinstance(instruction, Run) and bool(instruction.flags)
    )


def takes_from(instruction: Instruction, stage: Stage) -> bool:
    """True for ``COPY --from`` and ``RUN --mount=from=`` of a stage (a variable in it counts)."""
    if isinstance(instruction, Copy):
        flag = instruction.flag("from")
        return flag is not None and flag.value is not None and _names(flag.value, stage)
    return isinstance(instruction, Run) and any(
        _names(mount.fields.get("from", ""), stage) for mount in mounts(instruction)
    )


def taken(instruction: Instruction, stage: Stage, path: str) -> Taken:
    """What an instruction takes of a folder of a stage; a part ``*`` of its path may be any."""
    if not takes_from(instruction, stage):
        return Taken.NOTHING
    if isinstance(instruction, Copy):
        target = instruction.destination.text
        is_plain = instruction.flag("parents") is None
        return max(
            (_copied(source.text, target, path, is_plain) for source in instruction.sources), default=Taken.ITSELF
        )
    assert isinstance(instruction, Run)
    shown = [mount.source or "/" for mount in mounts(instruction) if _names(mount.fields.get("from", ""), stage)]
    return Taken.ITSELF if any(_may_meet(source, path) for source in shown) else Taken.NOTHING


def _names(value: str, stage: Stage) -> bool:
    plain = value.strip("\"'").lower()
    return "$" in plain or (plain != "" and plain in (stage.name, str(stage.index)))


def _copied(source: str, target: str, path: str, is_plain: bool) -> Taken:
    if not _may_meet(source, path):
        return Taken.NOTHING
    same_place = _parts(source) == _parts(target) and target.startswith("/") and _OPEN.isdisjoint(source)
    is_around = len(_parts(source)) < len(_parts(path))
    return Taken.WITH_PARENT if same_place and is_around and is_plain else Taken.ITSELF


def _may_meet(source: str, path: str) -> bool:
    """True if a source is, or may be, a path, lies in it or holds it."""
    return "$" in source or all(
        one == other or not _OPEN.isdisjoint(one + other)
        for one, other in zip(_parts(source), _parts(path), strict=False)
    )


def is_part_of(path: str, folder: str) -> bool:
    """True if a path is a folder or lies in it; a part of either with a pattern or a variable may be any."""
    return len(_parts(folder)) <= len(_parts(path)) and _may_meet(path, folder)


def _parts(path: str) -> list[str]:
    plain = posixpath.normpath("/" + path.strip("\"'"))
    return [part for part in plain.split("/") if part]
