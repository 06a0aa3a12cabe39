"""The package index along a file: what a RUN finds, and who needs what it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from dfopt.facts.package_index import Index, IndexUse, index_use
from dfopt.facts.scripts import shell_errexit
from dfopt.knowledge.package_managers import MANAGERS, Manager
from dfopt.model.stages import Stage
from dfopt.shell.nodes import NotModelled
from dfopt.shell.parser import parse
from dfopt.syntax.nodes import Copy, Instruction, Onbuild, Run

if TYPE_CHECKING:
    from dfopt.facts.facts import Facts


_BY_NAME = {manager.name: manager for manager in MANAGERS}


class Reader(msgspec.Struct, frozen=True):
    """An instruction that needs, or may need, an index from before it."""

    instruction: Instruction
    hidden: bool
    """True if that cannot be seen."""
    why: str


def later_reader(facts: Facts, run: Run, manager: Manager) -> Reader | None:
    """The first instruction after a RUN that may read the index that the RUN leaves; None if there is none.

    All ways that the image goes are followed: the rest of the stage, the stages that start from it, and
    what they hand on to images that are built from this one.
    """
    stage = facts.stage_of(run)
    at = next(at for at, found in enumerate(stage.instructions) if found.span == run.span)
    return _reader_in(facts, stage, at + 1, manager)


def _reader_in(facts: Facts, stage: Stage, start: int, manager: Manager) -> Reader | None:
    trigger = next((found for found in stage.instructions if isinstance(found, Onbuild)), None)
    if trigger is not None:  # it runs on the finished image, wherever it stands
        return Reader(trigger, False, "an ONBUILD trigger may need it")
    for instruction in stage.instructions[start:]:
        if isinstance(instruction, Run):
            use = index_of(facts, instruction, manager)
            if use.needs or use.hides:
                return Reader(instruction, not use.needs, use.needs or use.hides)
            if Index.ENTRY not in use.leaves:
                return None
    for other in facts.stages:
        is_child = other.parent is not None and other.parent.index == stage.index
        if is_child or (other.base_is_open and other.index > stage.index):
            found = _reader_in(facts, other, 0, manager)
            if found:
                return found
    return _copied(facts, stage, manager)


def _copied(facts: Facts, stage: Stage, manager: Manager) -> Reader | None:
    """Another stage that takes the index out of this one, or takes so much that it has it too."""
    for other in facts.stages:
        for at, instruction in enumerate(other.instructions):
            if not takes_from(instruction, stage):
                continue
            if not isinstance(instruction, Copy):
                return Reader(instruction, False, "a mount shows it to another stage")
            for source in instruction.sources:
                if _overlaps(source.text, manager.index_path):
                    return Reader(instruction, False, "another stage copies it")
                if _overlaps(manager.index_path, source.text):
                    found = _reader_in(facts, other, at + 1, manager)
                    if found:
                        return found
    return None


def takes_from(instruction: Instruction, stage: Stage) -> bool:
    """True for ``COPY --from`` and ``RUN --mount=from=`` of a stage (a variable in it counts)."""
    names = (stage.name, str(stage.index))
    if isinstance(instruction, Copy):
        flag = instruction.flag("from")
        return flag is not None and flag.value is not None and ("$" in flag.value or flag.value.lower() in names)
    if isinstance(instruction, Run):
        return any(f"from={name}" in (flag.value or "").lower() for flag in instruction.flags for name in names if name)
    return False


def _overlaps(path: str, folder: str) -> bool:
    """True if ``path`` is ``folder`` or lies in it."""
    plain = "/" + path.strip("\"'").removesuffix("*").strip("/")
    folder = folder.strip("\"'").rstrip("/.") or "/"
    if {"$", "*", "?", "["} & {*path, *folder}:
        return True
    return plain == folder or plain.startswith(folder.rstrip("/") + "/")


def index_of(facts: Facts, run: Run, manager: Manager) -> IndexUse:
    """What a RUN does with an index; what it does to a mount on it does not last."""
    script = facts.script(run)
    if run.script is None or isinstance(script, NotModelled):
        use = index_use(script, manager)
    else:
        use = _use_of(run.script.text, manager.name, shell_errexit(facts.shell(run)))
    if any(is_within(manager.index_path, mount.target) for mount in facts.mounts(run)):
        return IndexUse(use.needs, use.hides, Index.ENTRY)
    return use


@lru_cache(maxsize=4096)
def _use_of(text: str, name: str, errexit: bool) -> IndexUse:
    """Each RUN is asked again for every RUN before it, and most scripts are the same after a patch as before."""
    return index_use(parse(text), _BY_NAME[name], errexit)


def is_within(path: str, folder: str | None) -> bool:
    """True if a path is a folder or lies below it."""
    return folder is not None and f"{path}/".startswith(f"{folder.rstrip('/')}/")


def index_before(facts: Facts, run: Run, manager: Manager) -> Index:
    """The states of the index when a RUN starts: ABSENT if the image is known to come without one."""
    stage = facts.stage_of(run)
    state = Index.NONE
    for instruction in _before(stage, run):
        if instruction is None:
            base = facts.base(stage)
            known = base.empty_index and base.managers is not None and manager.name in base.managers
            state = Index.ABSENT if known else Index.ENTRY
        elif isinstance(instruction, Run):
            use = index_of(facts, instruction, manager)
            kept = state if Index.ENTRY in use.leaves or not use.leaves else Index.NONE
            state = kept | (use.leaves & ~Index.ENTRY) | (Index.ENTRY if use.hides else Index.NONE)
        elif isinstance(instruction, Copy) and manager.index_path in facts.dockerfile.text(instruction):
            state = Index.ENTRY
    return state


def _before(stage: Stage, run: Run | None) -> Iterator[Instruction | None]:
    """The instructions that led to a RUN, from the first stage on; None stands for the base image."""
    if stage.parent is None:
        yield None
    else:
        yield from _before(stage.parent, None)
    for instruction in stage.instructions:
        if run is not None and instruction.span == run.span:
            return
        yield instruction
