"""Whether a cleanup may be added to a RUN, or housekeeping dropped from one: nothing there or later may need it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfopt.facts.base_image import is_root
from dfopt.facts.facts import Facts
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.package_managers import MANAGERS, Action, Manager
from dfopt.model.mounts import Mount
from dfopt.model.stages import Stage
from dfopt.shell.argv import argv
from dfopt.shell.nodes import NotModelled, Simple
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Cmd, Copy, Entrypoint, Instruction, Run
from dfopt.validation.erasure import Command
from dfopt.validation.package_index import new_reader_without_index
from dfopt.validation.permitted import is_update

_HARMLESS = frozenset(["rm", "echo", "printf", "mkdir"])
"""Commands that may name a cache and do not read it."""


def added_in_vain(before: Facts, after: Facts, run: Run, command: Command) -> str | None:
    """Why a cleanup must not be added to a RUN of the new file; None if it may: if it is right for one manager."""
    found = [_about(before, after, run, command, manager) for manager in MANAGERS if command in manager.cleanup]
    return None if None in found else found[0]


def _about(before: Facts, facts: Facts, run: Run, command: Command, manager: Manager) -> str | None:
    stage = facts.stage_of(run)
    managers = facts.base(stage).managers
    calls = tuple(call for call in facts.calls(run) if call.action not in (Action.CLEAN, Action.PURGE))
    own = [call for call in calls if call.manager.name == manager.name]
    said = " ".join(command)
    if manager.families and managers is not None and manager.name not in managers:
        return f"the base image has no {manager.name}: {said}"
    if not any(call.action in (Action.INSTALL, Action.UPDATE) for call in own):
        return f"nothing calls {manager.name} before {said}"
    if command[0] != "rm" and not any(call.is_certain and not call.wrappers for call in own):
        return f"{manager.name} is not called plainly, or not always, before {said}"
    if command[0] == "rm" and not _is_root(facts, run, calls):
        return f"only root may surely do it: {said}"
    if any(_overlaps(mount, manager) for mount in facts.mounts(run)):
        return f"a mount holds what it removes: {said}"
    if _removes_folder(facts.scope(run).workdir, command):
        return f"it removes the folder that the next RUN starts in: {said}"
    if manager.has_index:
        problem = new_reader_without_index(before, facts, manager)
        if problem:
            return problem
    if manager.read_at_run_time and not _is_left_alone(facts, run, manager):
        return f"what {said} removes may be read later"
    user = next((found for found in _followers(facts, run) if _uses_cache(facts, found, manager)), None)
    return None if user is None else f"{facts.dockerfile.text(user)[:60]!r} uses what {said} removes"


def empties_mount(facts: Facts, run: Run, option: str) -> str | None:
    """Why an option that keeps a cache empty must not be added to a RUN: the cache is a mount."""
    for call in facts.calls(run):
        switch = call.manager.no_cache
        if switch and switch.written == option and any(_overlaps(mount, call.manager) for mount in facts.mounts(run)):
            return f"a mount holds the cache that {option} leaves empty"
    return None


def _is_root(facts: Facts, run: Run, calls: tuple[PackageCall, ...]) -> bool:
    """True if a call shows it that only root can make, or USER and the base image say it."""
    if any(call.is_certain and call.manager.needs_root and not call.wrappers for call in calls):
        return True
    user = facts.scope(run).user
    return is_root(user) if user else user is None and facts.base(facts.stage_of(run)).is_root is True


def _overlaps(mount: Mount, manager: Manager) -> bool:
    if mount.target is None:
        return False
    target = mount.target.rstrip("/") + "/"
    for path in (manager.index_path, *manager.cache_paths):
        fixed = path.partition("}")[2] if "{" in path else path
        if fixed and (f"{path}/".startswith(target) or target.startswith(f"{path}/") or target.endswith(f"{fixed}/")):
            return True
    return False


def _removes_folder(workdir: str | None, command: Command) -> bool:
    folder = f"{workdir or ''}/"
    return command[0] == "rm" and any(folder.startswith(f"{word.removesuffix('/*')}/") for word in command[2:])


def _followers(facts: Facts, run: Run) -> Iterator[Instruction]:
    """The instructions that see what a RUN leaves: of its stage, of those that start from it, and what they hand on."""
    stage = facts.stage_of(run)
    lineage = {stage.index}
    for other in facts.stages:
        if other.parent is not None and other.parent.index in lineage:
            lineage.add(other.index)
    for other in facts.stages:
        for instruction in other.instructions:
            later = instruction.span.start > run.span.start
            if later and (other.index in lineage or any(_takes(instruction, facts.stages[at]) for at in lineage)):
                yield instruction


def _takes(instruction: Instruction, stage: Stage) -> bool:
    """True for ``COPY --from`` and mounts of a stage."""
    names = {str(stage.index), stage.name}
    if isinstance(instruction, Copy):
        flag = instruction.flag("from")
        return flag is not None and (flag.value or "").lower() in names
    mounts = [flag.value or "" for flag in instruction.flags if flag.name == "mount"]
    return any(
        re.search(rf"\bfrom={re.escape(name)}(?:,|\Z)", value, re.IGNORECASE)
        for value in mounts
        for name in names
        if name
    )


def _is_left_alone(facts: Facts, run: Run, manager: Manager) -> bool:
    """True if no later RUN calls a manager, and the images start in exec form with something else."""
    starts = False
    for instruction in _followers(facts, run):
        if isinstance(instruction, Run):
            calls = facts.calls(instruction)
            if isinstance(facts.script(instruction), NotModelled) or any(c.manager.name == manager.name for c in calls):
                return False
        elif isinstance(instruction, Cmd | Entrypoint):
            words = instruction.argv or ("",)
            if not words[0] or any(re.fullmatch(manager.commands, word.rpartition("/")[2]) for word in words):
                return False
            starts = True
    return starts


def _uses_cache(facts: Facts, instruction: Instruction, manager: Manager) -> bool:
    text = facts.dockerfile.text(instruction)
    if not isinstance(instruction, Run):
        return re.search(manager.traces, text) is not None
    script = facts.script(instruction)
    if isinstance(script, NotModelled):
        return re.search(f"{manager.traces}|{manager.offline}", text) is not None
    calls = [call for call in facts.calls(instruction) if call.manager.name == manager.name]
    if any(re.search(manager.offline, call.text) for call in calls):
        return True
    return any(_names_cache(command, manager) for command in simple_commands(script))


def _names_cache(command: Simple, manager: Manager) -> bool:
    if argv(command).base in _HARMLESS:
        return False
    return any(re.search(manager.traces, word.value) for word in command.words if word.value)


def dropped_in_vain(before: Facts, after: Facts, run: Run, command: Command) -> str | None:
    """Why housekeeping must not be dropped from a RUN of the old file; None if it may.

    An update may go if nothing reads the index without an update of its own; a removal if nothing fills the folder.
    """
    stage = before.stage_of(run)
    place = [found.span.start for found in stage.instructions if isinstance(found, Run)].index(run.span.start)
    found: list[str] = []
    for manager in MANAGERS:
        if is_update(command, manager):
            problem = new_reader_without_index(before, after, manager, gone=True)
        elif command[0] == "rm" and any(
            path and path in " ".join(command) for path in (manager.index_path, *manager.cache_paths)
        ):
            problem = _fills(after, stage.index, place, manager)
        else:
            continue
        if problem is None:
            return None
        found.append(problem)
    return found[0] if found else f"not a command that may go: {' '.join(command)}"


def _fills(facts: Facts, index: int, place: int, manager: Manager) -> str | None:
    """A RUN up to that place in a stage that leaves something in the folders of a manager."""
    runs = [found for found in facts.stages[index].instructions if isinstance(found, Run)][: place + 1]
    for run in runs:
        for call in facts.calls(run):
            fills = call.action in (Action.INSTALL, Action.UPDATE) and not call.has_no_cache
            if call.manager.name == manager.name and fills:
                return f"{call.name} {call.verb} leaves what would be removed"
    return None
