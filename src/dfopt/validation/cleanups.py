"""Whether a cleanup may be added to a RUN, or housekeeping dropped from one: nothing there or later may need it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from dfopt.facts.base_image import is_root
from dfopt.facts.facts import Facts
from dfopt.facts.package_index import Index
from dfopt.facts.package_sources import reads_older_sources
from dfopt.facts.package_state import fills, index_of, instructions_before, may_bring, upgrades_blindly
from dfopt.facts.packages import PackageCall, updates_index_last
from dfopt.facts.start import last_starts
from dfopt.facts.tools import tool_gone
from dfopt.knowledge.package_managers import MANAGERS, Action, Manager
from dfopt.model.mounts import Mount
from dfopt.model.stages import Stage
from dfopt.shell.isolation import keeps_state
from dfopt.shell.nodes import AndOr, NotModelled, Pipeline, Script, ShellNode, Simple, Statement, Subshell
from dfopt.shell.pieces import as_statement, script_of
from dfopt.shell.walk import nodes
from dfopt.syntax.nodes import Copy, Run
from dfopt.validation.cache_users import followers, user_of_cache
from dfopt.validation.erasure import Command
from dfopt.validation.package_index import new_reader_without_index
from dfopt.validation.permitted import is_update


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
    if manager.has_index and updates_index_last(own):
        return f"the package index is updated last, so something else may need it: {said}"
    if command[0] != "rm":
        problem = _not_callable(facts, run, own)
        if problem:
            return f"{manager.name} {problem} before {said}"
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
    user = user_of_cache(facts, run, manager)
    return None if user is None else f"{user} that {said} empties"


def _not_callable(facts: Facts, run: Run, own: list[PackageCall]) -> str | None:
    """Why a tool may not be there, or not be callable, at the end of a RUN that calls it."""
    script = facts.script(run)
    certain = [call for call in own if call.is_certain and not call.wrappers]
    if not certain or isinstance(script, NotModelled):
        return "is not called plainly, or not always,"
    if _ends_in_another_shell(script, certain[-1].command):
        return "is called in another shell, or before that changes,"
    return "may be removed" if tool_gone(facts, run, script, certain[-1]) else None


def _ends_in_another_shell(script: Script, command: Simple) -> bool:
    """True if a subshell around a command changes its state, or what comes behind the command changes that of its
    shell: what was set may be what made the tool callable."""

    def holds(node: ShellNode) -> bool:
        return node.span.start <= command.span.start and command.span.end <= node.span.end

    for node in filter(holds, nodes(script, backquotes=False)):
        behind: Sequence[Statement] = ()
        if isinstance(node, Script):
            behind = [found for found in node.statements if found.span.start >= command.span.end]
        elif isinstance(node, AndOr):
            behind = [as_statement(found) for found in node.pipelines if found.span.start >= command.span.end]
        elif isinstance(node, Subshell):
            behind = node.body.statements
        elif isinstance(node, Pipeline) and len(node.commands) > 1:
            behind = [as_statement(Pipeline(found.span, False, (found,))) for found in node.commands if holds(found)]
        if behind and not keeps_state(script_of(tuple(behind))):
            return True
    return False


def option_in_vain(before: Facts, after: Facts, run: Run, option: str) -> str | None:
    """Why an option must not be added to a RUN of the new file; None if it may.

    One that answers a question may be added where an install that stops is the end of the build; one that keeps a
    cache empty, where nothing needs the cache.
    """
    for manager in {call.manager.name: call.manager for call in after.calls(run)}.values():
        if manager.yes and manager.yes.written == option and _is_ignored(before, after, run, manager):
            return f"the script may go on where {manager.name} stops without {option}"
        if manager.no_cache is None or manager.no_cache.written != option:
            continue
        if any(_overlaps(mount, manager) for mount in after.mounts(run)):
            return f"a mount holds the cache that {option} leaves empty"
        runs = [found for found in before.stages[after.stage_of(run).index].instructions if isinstance(found, Run)]
        blind = next(filter(None, (upgrades_blindly(before, each, manager) for each in runs)), "")
        if blind:
            return f"with {option}, {manager.name} of {blind} would upgrade what it does not upgrade now"
        problem = _index_differs(before, after, run, manager) if manager.has_index else None
        user = problem or user_of_cache(after, run, manager)
        if user:
            return f"{user}: {option}"
    return None


def _is_ignored(before: Facts, after: Facts, run: Run, manager: Manager) -> bool:
    """True if the stage of a RUN has new installs that are answered, and whose failure need not end the build."""
    texts: list[Counter[str]] = []
    for facts in (before, after):
        runs = [found for found in facts.stages[after.stage_of(run).index].instructions if isinstance(found, Run)]
        calls = [call for found in runs for call in facts.calls(found) if call.manager.name == manager.name]
        texts.append(Counter(call.text for call in calls if call.has_yes and not call.is_certain))
    return bool(texts[1] - texts[0])


def _index_differs(before: Facts, after: Facts, run: Run, manager: Manager) -> str | None:
    """Whether an install that now downloads the index itself finds another one, or a later one finds none."""
    texts: list[Counter[str]] = []
    for facts in (before, after):
        runs = [found for found in facts.stages[after.stage_of(run).index].instructions if isinstance(found, Run)]
        texts.append(Counter(call.text for found in runs for call in reads_older_sources(facts, found, manager)))
    if texts[0] - texts[1]:
        return f"the index that {manager.name} reads was downloaded from other sources"
    return new_reader_without_index(before, after, manager, gone=True)


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


def _is_left_alone(facts: Facts, run: Run, manager: Manager) -> bool:
    """True if no later RUN calls a manager, and the images start in exec form with something else."""
    for instruction, _ in followers(facts, run, ()):
        if isinstance(instruction, Run):
            calls = facts.calls(instruction)
            if isinstance(facts.script(instruction), NotModelled) or any(c.manager.name == manager.name for c in calls):
                return False
    holders = [facts.stage_of(run)]
    for stage in facts.stages[holders[0].index + 1 :]:
        if any(stage.may_start_from(holder) for holder in holders):
            holders.append(stage)
    return all(_starts_otherwise(stage, holders, manager) for stage in holders)


def _starts_otherwise(stage: Stage, holders: Sequence[Stage], manager: Manager) -> bool:
    """True if an image of a stage starts something else than a manager; one that others start from need not."""
    last = last_starts(stage)
    for instruction in last:
        words = instruction.argv or ("",)
        if not words[0] or any(re.fullmatch(manager.commands, word.rpartition("/")[2]) for word in words):
            return False
    return bool(last) or any(other.may_start_from(stage) for other in holders)


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
        elif manager.has_index and command[0] == "rm" and manager.index_path in " ".join(command):
            problem = _fills(after, stage.index, place, manager)
        else:
            continue
        if problem is None:
            return None
        found.append(problem)
    return found[0] if found else f"not a command that may go: {' '.join(command)}"


def _fills(facts: Facts, index: int, place: int, manager: Manager) -> str | None:
    """What may be in the folders of a manager after a RUN of a stage, in words."""
    stage = facts.stages[index]
    base = facts.base(stage)
    full = None if base.empty_index else "the base image may have left what would be removed"
    runs = [found for found in stage.instructions if isinstance(found, Run)]
    for instruction in (*instructions_before(stage, runs[place]), runs[place]):
        if isinstance(instruction, Copy) and may_bring(facts, instruction, manager.index_path):
            full = f"{facts.dockerfile.text(instruction)[:60]!r} may bring what would be removed"
        elif isinstance(instruction, Run):
            use = index_of(facts, instruction, manager)
            if use.leaves == Index.ABSENT:
                full = None
            elif use.hides or fills(facts, instruction, manager):
                full = f"{facts.dockerfile.text(instruction)[:60]!r} leaves what would be removed"
    return full
