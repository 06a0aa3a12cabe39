"""Why a cleanup cannot run at the end of a RUN: user, tool, paths, and the readers of a store of dependencies."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dfopt.facts.base_image import is_root
from dfopt.facts.package_index import hidden_command
from dfopt.facts.packages import PackageCall
from dfopt.facts.start import last_starts
from dfopt.facts.tools import tool_gone
from dfopt.knowledge.package_managers import Manager
from dfopt.knowledge.programs import INTERPRETERS, MAKERS, REBUILDERS, SHELLS
from dfopt.model.stages import Stage
from dfopt.shell.nodes import NotModelled, Script
from dfopt.syntax.nodes import Run
from dfopt.transform import Context
from dfopt_transforms._cache_refusals import Why, after, sets_variable

NOT_ROOT = "the user may not be root"
HOME = "the place of the cache is not known"
USED_AT_RUN_TIME = "the cache may be read when the image runs"
TOOL_GONE = "the tool may not be there any more at the end"


def about_user(ctx: Context, run: Run, calls: Sequence[PackageCall]) -> Why | None:
    """Only root may surely remove what a package manager made; a call that only root may make proves it."""
    proved = any(call.is_certain and call.manager.needs_root and not call.wrappers for call in calls)
    if proved or runs_as_root(ctx, run):
        return None
    user = ctx.facts.scope(run).user
    return NOT_ROOT, f"USER {user}" if user else "the base image decides"


def runs_as_root(ctx: Context, run: Run) -> bool:
    user = ctx.facts.scope(run).user
    return is_root(user) if user else user is None and ctx.facts.base(ctx.facts.stage_of(run)).is_root is True


def about_paths(ctx: Context, run: Run, manager: Manager) -> Why | None:
    """The cleanup names paths that are right for certain values of variables."""
    scope = ctx.facts.scope(run)
    base = ctx.facts.base(ctx.facts.stage_of(run))
    for name, value in manager.assumes.items():
        given = scope.variables().get(name, "")
        if given == "":
            home = base.root_home if name == "HOME" and runs_as_root(ctx, run) else None
            given = base.env.get(name, home)
        if given != value or sets_variable(run, name):
            return HOME, f"{name} is not known to be {value}"
    return None


def about_tool(ctx: Context, run: Run, script: Script, call: PackageCall) -> Why | None:
    """Whether the tool that a call used can be called again at the end of the script."""
    command = call.manager.cleanup[0][0]
    if not call.is_certain or call.wrappers or call.command.words[0].value != command:
        return TOOL_GONE, f"{command} is not called plainly, or not always"
    gone = tool_gone(ctx.facts, run, script, call)
    return (TOOL_GONE, gone) if gone else None


def about_run_time(ctx: Context, run: Run, last: PackageCall) -> Why | None:
    """For caches that are stores: nothing may read them, neither in later RUNs nor when the image runs."""
    manager = last.manager
    if re.fullmatch(manager.fills_for_others, last.verb):
        return USED_AT_RUN_TIME, f"{last.name} {last.verb} fills it for others"
    for instruction, _ in after(ctx, run):
        if isinstance(instruction, Run):
            script = ctx.facts.script(instruction)
            calls = ctx.facts.calls(instruction)
            if isinstance(script, NotModelled) or hidden_command(script) or any(c.manager is manager for c in calls):
                return USED_AT_RUN_TIME, "a later RUN may read it"
    return about_start(ctx, run, manager)


def about_start(ctx: Context, run: Run, manager: Manager) -> Why | None:
    """Whether what the image starts with may read the cache of a manager."""
    started = _started(ctx, ctx.facts.stage_of(run))
    if started is None or any(re.fullmatch(manager.commands, word.rpartition("/")[2]) for word in started):
        return USED_AT_RUN_TIME, "ENTRYPOINT and CMD are not known to leave it alone"
    return None


def _started(ctx: Context, stage: Stage) -> list[str] | None:
    """The words that the images of a stage and of its children start with; None if that is not known."""
    words: list[str] = []
    children = [other for other in ctx.facts.stages if other.may_start_from(stage)]
    for child in children:
        more = _started(ctx, child)
        if more is None:
            return None
        words += more
    own = _own_start(stage)
    if own is None and not children:
        return None
    return words + (own or [])


def _own_start(stage: Stage) -> list[str] | None:
    last = last_starts(stage)
    if not last or any(not found.argv for found in last):
        return None
    words = [word for found in last for word in found.argv or ()]
    return None if any(_may_build(word.rpartition("/")[2]) for word in words) else words


def _may_build(program: str) -> bool:
    """True for a program that may call a compiler, or that runs a text."""
    if program in SHELLS or program in MAKERS or program.endswith((".sh", ".bash")):
        return True
    return re.fullmatch(f"{INTERPRETERS}|{REBUILDERS}", program) is not None
