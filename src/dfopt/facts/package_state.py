"""The package index along a file: what a RUN finds, and who needs what it leaves."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from dfopt.facts.package_index import Index, IndexUse, index_use
from dfopt.facts.releases import is_old
from dfopt.facts.scripts import shell_errexit
from dfopt.facts.start import Start, starts
from dfopt.knowledge.package_managers import MANAGERS, Action, Manager
from dfopt.memo import kept
from dfopt.model.stages import Stage
from dfopt.model.taken import Taken, is_part_of, taken
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
    what they hand on to images that are built from this one, by other Dockerfiles too.
    """
    stage = facts.stage_of(run)
    at = next(at for at, found in enumerate(stage.instructions) if found.span == run.span)
    return _Readers(facts, manager).first(stage, at + 1)


class _Readers:
    """Looks for them; no place that an index comes to twice is looked at twice."""

    def __init__(
        self, facts: Facts, manager: Manager, *, sure: bool = False, above: frozenset[str] = frozenset()
    ) -> None:
        self._facts = facts
        self._files = above | {facts.dockerfile.source.path}
        """The Dockerfiles that led here from one image to the next, and this one."""
        self._manager = manager
        self._sure = sure
        """True if those that cannot be seen do not count."""
        self._seen: set[tuple[int, int]] = set()

    def first(self, stage: Stage, start: int) -> Reader | None:
        """The first of a stage from an instruction on, and of all that has its files."""
        if (stage.index, start) in self._seen:
            return None
        self._seen.add((stage.index, start))
        facts, manager = self._facts, self._manager
        trigger = next((found for found in stage.instructions if isinstance(found, Onbuild)), None)
        if trigger is not None:  # it runs on the finished image, wherever it stands
            return Reader(trigger, False, "an ONBUILD trigger may need it")
        for instruction in stage.instructions[start:]:
            if isinstance(instruction, Run):
                use = index_of(facts, instruction, manager)
                if use.needs or (use.hides and not self._sure):
                    return Reader(instruction, not use.needs, use.needs or use.hides)
                if Index.ENTRY not in use.leaves:
                    return None
        for other in facts.stages:
            if other.may_start_from(stage):
                found = self.first(other, 0)
                if found:
                    return found
        return _started(stage, manager) or self._copied(stage) or self._inherited(stage)

    def _copied(self, stage: Stage) -> Reader | None:
        """Another stage that takes the index out of this one, or takes so much that it has it too."""
        for other in self._facts.stages:
            for at, instruction in enumerate(other.instructions):
                found = taken(instruction, stage, self._manager.index_path)
                if found is Taken.ITSELF:
                    return Reader(instruction, False, "another stage takes it")
                if found is Taken.WITH_PARENT:
                    reader = self.first(other, at + 1)
                    if reader:
                        return reader
        return None

    def _inherited(self, stage: Stage) -> Reader | None:
        """Another Dockerfile that starts from the image that is built by default, and surely needs the index."""
        if stage.index != len(self._facts.stages) - 1:
            return None
        for name, facts, start in self._facts.heirs:
            if facts.dockerfile.source.path in self._files:
                continue
            found = _Readers(facts, self._manager, sure=True, above=self._files).first(start, 0)
            if found:
                return Reader(stage.start, False, f"{name}, which may start from this image: {found.why}")
        return None


def _started(stage: Stage, manager: Manager) -> Reader | None:
    """What reads the index when a container starts."""
    for start in starts(stage):
        if reads_index(start, manager):
            return Reader(start.instruction, False, "it is read when a container starts")
    return None


def reads_index(start: Start, manager: Manager) -> bool:
    """True if what a container starts with needs an index; one that is not modelled if it names the manager."""
    script = start.script
    if isinstance(script, NotModelled):
        return re.search(rf"(?<![\w./-])({manager.commands})(?![\w./-])", start.text) is not None
    return index_use(script, manager).needs != ""


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


@kept(most=4096)
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
    for instruction in instructions_before(stage, run):
        if instruction is None:
            base = facts.base(stage)
            known = base.empty_index and base.managers is not None and manager.name in base.managers
            state = Index.ABSENT if known else Index.ENTRY
        elif isinstance(instruction, Run):
            use = index_of(facts, instruction, manager)
            kept = state if Index.ENTRY in use.leaves or not use.leaves else Index.NONE
            may_fill = use.hides or (kept and fills(facts, instruction, manager))
            state = kept | (use.leaves & ~Index.ENTRY) | (Index.ENTRY if may_fill else Index.NONE)
        elif isinstance(instruction, Copy) and may_bring(facts, instruction, manager.index_path):
            state = Index.ENTRY
    return state


def fills(facts: Facts, run: Run, manager: Manager) -> bool:
    """True if a RUN calls a manager so that it may leave something in its folders."""
    return any(
        call.manager.name == manager.name and call.action in (Action.INSTALL, Action.UPDATE) and not call.has_no_cache
        for call in facts.calls(run)
    )


def may_bring(facts: Facts, instruction: Copy, path: str) -> bool:
    """True if a COPY or ADD may put something at a path or below it."""
    target = posixpath.join(facts.scope(instruction).workdir or "/", instruction.destination.text)
    return is_part_of(target, path) or is_part_of(path, target)


def instructions_before(stage: Stage, run: Run | None) -> Iterator[Instruction | None]:
    """The instructions that led to a RUN, from the first stage on; None stands for the base image."""
    yield None
    for instruction in stage.all_instructions:
        if run is not None and instruction.span == run.span:
            return
        yield instruction


def upgrades_blindly(facts: Facts, run: Run, manager: Manager) -> str:
    """The base image, if it has a manager that a RUN asks for upgrades before it has an index; else empty."""
    calls = [call for call in facts.calls(run) if call.manager.name == manager.name]
    first = next((at for at, call in enumerate(calls) if call.action is Action.UPDATE), len(calls))
    if not any(call.verb == "upgrade" and not call.updates_first for call in calls[:first]):
        return ""
    for base in facts.hints(facts.stage_of(run)):
        if base.reference and is_old(base, manager.upgrades_blindly, manager.upgrades_since):
            return base.reference.tagged
    return ""
