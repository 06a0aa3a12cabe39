"""The folder that each WORKDIR of a stage sets, where that is the same whatever a build is given."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

import msgspec

from dfopt.facts.facts import Facts
from dfopt.facts.process import base_folder
from dfopt.model.expand import expand
from dfopt.model.stages import Stage
from dfopt.syntax.nodes import Arg, Env, Onbuild, Workdir


class Folder(msgspec.Struct, frozen=True):
    """What is in force: a path, and the words that give it, variables of ENV included; empty if it is not known."""

    path: str = ""
    written: str = ""


class Step(msgspec.Struct, frozen=True):
    """A WORKDIR, and the folders before and behind it."""

    workdir: Workdir
    before: Folder
    after: Folder
    is_absolute: bool | None
    """Whether its path does not go on from the one before; None if a variable decides that is not known."""


def steps(facts: Facts, stage: Stage) -> Iterator[Step]:
    """Each WORKDIR of a stage, in order."""
    yield from _steps(facts, stage)[0]


def _steps(facts: Facts, stage: Stage) -> tuple[list[Step], Folder, Mapping[str, str | None]]:
    folder, values = _at_start(facts, stage)
    found: list[Step] = []
    escape = facts.dockerfile.escape
    for instruction in stage.instructions:
        if isinstance(instruction, Workdir):
            before = folder
            folder = _behind(before, instruction.path.text, values, escape)
            found.append(Step(instruction, before, folder, _is_absolute(instruction.path.text, values, escape)))
        elif isinstance(instruction, Env):
            seen = values
            for pair in instruction.pairs:
                if not pair.key.isidentifier():
                    seen = values = {}
                values = {**values, pair.key: expand(pair.value or "", seen, escape, unset=None)}
        elif isinstance(instruction, Arg):
            values = {**values, **{pair.key: None for pair in instruction.pairs}}
    return found, folder, values


def _at_start(facts: Facts, stage: Stage) -> tuple[Folder, Mapping[str, str | None]]:
    """Nothing is known where an argument decides on the base, or triggers run."""
    if "$" in stage.start.image.text:
        return Folder(), {}
    if stage.parent is None:
        path = base_folder(facts.base(stage)) or ""
        return Folder(path, path), {}
    if any(isinstance(found, Onbuild) for found in stage.parent.instructions):
        return Folder(), {}
    _, folder, values = _steps(facts, stage.parent)
    return folder, values


def _behind(before: Folder, text: str, values: Mapping[str, str | None], escape: str) -> Folder:
    path = expand(text, values, escape, unset=None)
    if not path or "\\" in path or ":" in path:
        return Folder()
    if path.startswith("/"):
        return Folder(normal(path), text)
    if not before.path:
        return Folder()
    path = normal(f"{before.path}/{path}")
    written = posixpath.normpath(f"{before.written}/{text}")
    known = expand(written, values, escape, unset=None) or ""
    return Folder(path, written if known[:1] == "/" and normal(known) == path and "$" in written else path)


def _is_absolute(text: str, values: Mapping[str, str | None], escape: str) -> bool | None:
    first = text.lstrip("\"'")[:1]
    if first != "$":
        return first == "/" or ":" in text
    path = expand(text, values, escape, unset=None)
    return None if path is None else path.startswith("/")


def normal(path: str) -> str:
    """An absolute path without what does not count in it."""
    return posixpath.normpath("/" + path.lstrip("/"))
