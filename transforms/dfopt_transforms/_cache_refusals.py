"""Why the cache of a package manager is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dfopt.facts.base_image import is_root
from dfopt.facts.package_index import hidden_command, removes
from dfopt.facts.package_state import is_within, takes_from
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.package_managers import MANAGERS, Action, Manager
from dfopt.knowledge.programs import INTERPRETERS, SHELLS
from dfopt.model.stages import Stage
from dfopt.shell.argv import argv
from dfopt.shell.nodes import NotModelled, Script, Simple
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Add, Cmd, Copy, Entrypoint, Instruction, Onbuild, Run, Volume
from dfopt.transform import Context

Why = tuple[str, str]
"""A fixed reason, and its detail."""

NO_MANAGER = "the base image does not have this package manager"
MOUNTED = "a mount holds the cache"
ELSEWHERE = "the cache is in another place"
NOT_SHIPPED = "the layers of this stage are in no image"
RIVAL = "another program of that name cannot be ruled out"
TOO_OLD = "the version in the base image may not know how"
NOT_ROOT = "the user may not be root"
HOME = "the place of the cache is not known"
USED_LATER = "a later instruction uses the cache"
USED_AT_RUN_TIME = "the cache may be read when the image runs"
TOOL_GONE = "the tool may not be there any more at the end"

_USERS = (Run, Copy, Add, Volume, Onbuild)
_PROGRAM_FOLDERS = ("/usr/local/bin", "/usr/local/lib", "/usr/bin", "/usr/lib", "/opt", "/usr/local/node", "/root/.nvm")


def about_place(ctx: Context, run: Run, manager: Manager, calls: Sequence[PackageCall]) -> Why | None:
    """What the base image, the mounts and the environment say against it."""
    base = ctx.facts.base(ctx.facts.stage_of(run))
    if manager.families and base.managers is not None and manager.name not in base.managers:
        return NO_MANAGER, f"{base.family} has no {manager.name}"
    if base.reference and re.search(manager.too_old, f"{base.reference.name}:{base.reference.tag}"):
        return TOO_OLD, base.reference.name
    mounted = next((mount for mount in ctx.facts.mounts(run) if _may_hold(mount.target, mount.type, manager)), None)
    if mounted is not None:
        return MOUNTED, mounted.target or ""
    scope = ctx.facts.scope(run)
    for name in manager.own_cache_env:
        if name in scope.env or name in scope.args or _sets(run, name):
            return ELSEWHERE, f"{name} is set"
    for call in calls:
        found = re.search(manager.elsewhere, call.text)
        if found:
            return ELSEWHERE, found[0].strip()
    return None


def _may_hold(target: str | None, kind: str, manager: Manager) -> bool:
    """True if a mount has, or may have, the cache or the index of a manager in it."""
    if target is None or kind in ("secret", "ssh"):
        return False
    fixed = [path for path in (*manager.cache_paths, manager.index_path) if path and "{" not in path]
    if any(is_within(path, target) or is_within(target, path) for path in fixed):
        return True
    if manager.families:
        return False
    in_home = [path.partition("}")[2] for path in manager.cache_paths if "{" in path]
    return kind == "cache" and (
        any(target.rstrip("/").endswith(path) or is_within(path, "/" + target.rpartition("/")[2]) for path in in_home)
        or not re.search(r"/(apt|apk|yum|dnf|zypp|lists|libdnf5|pacman)(/|\Z)", target)
    )


def _sets(run: Run, name: str) -> bool:
    return run.script is not None and re.search(rf"\b{name}=", run.script.text) is not None


def is_disabled(ctx: Context, run: Run, manager: Manager) -> bool:
    """True if a variable says that nothing is left behind, or may say so."""
    scope = ctx.facts.scope(run)
    for name, pattern in manager.no_cache_env.items():
        for values in (scope.args, scope.env):
            if name in values and (values[name] is None or re.fullmatch(pattern, values[name] or "")):
                return True
        if _sets(run, name):
            return True
    return False


def is_shipped(ctx: Context, stage: Stage) -> bool:
    """True if an image has the layers of a stage: the last one, what it is built on, and what nothing else uses."""
    stages = ctx.facts.stages
    children = [other for other in stages if other.parent is not None and other.parent.index == stage.index]
    if stage is stages[-1] or any(is_shipped(ctx, child) for child in children):
        return True
    return not children and not any(
        takes_from(instruction, stage) for other in stages for instruction in other.instructions
    )


def about_rival(ctx: Context, run: Run, manager: Manager, calls: Sequence[PackageCall]) -> Why | None:
    rival = manager.rival
    if rival is None or all(re.fullmatch(rival.own_verbs, call.verb) for call in calls):
        return None
    base = ctx.facts.base(ctx.facts.stage_of(run))
    if base.reference is None or base.reference.official not in rival.images:
        return RIVAL, rival.why
    for instruction in _before(ctx, run):
        if re.search(rival.traces, ctx.dockerfile.text(instruction)) or _copies_unknown(instruction):
            return RIVAL, rival.why
    return None


def _before(ctx: Context, run: Run) -> Iterator[Instruction]:
    stage: Stage | None = ctx.facts.stage_of(run)
    end = run.span.end
    while stage is not None:
        yield from (found for found in stage.instructions if found.span.end <= end)
        stage = stage.parent


def _copies_unknown(instruction: Instruction) -> bool:
    """True if a COPY may bring files that it does not name."""
    if not isinstance(instruction, Copy):
        return False
    names = [source.text.rpartition("/")[2] for source in instruction.sources]
    return instruction.flag("from") is not None or any(
        not re.fullmatch(r"[\w-]+\.(json|lock|js|ts|toml|txt)", name) for name in names
    )


def followers(ctx: Context, stage: Stage, start: int) -> Iterator[Instruction]:
    """The instructions that see, or take from, what a stage holds at a place, in its children too."""
    yield from stage.instructions[start:]
    for other in ctx.facts.stages:
        if other.parent is not None and other.parent.index == stage.index:
            yield from followers(ctx, other, 0)
        else:
            yield from (found for found in other.instructions if takes_from(found, stage))


def after(ctx: Context, run: Run) -> Iterator[Instruction]:
    stage = ctx.facts.stage_of(run)
    at = next(at for at, found in enumerate(stage.instructions) if found.span == run.span)
    return followers(ctx, stage, at + 1)


def about_later(ctx: Context, run: Run, script: Script, manager: Manager) -> Why | None:
    """A later instruction, or a command of the RUN itself, that names the cache or works offline."""
    for command in simple_commands(script, backquotes=False):
        if _names_cache(command, script_text(run), manager):
            return USED_LATER, "the same RUN names it"
    for instruction in after(ctx, run):
        if isinstance(instruction, _USERS) and _uses_cache(ctx, instruction, manager):
            text = ctx.dockerfile.text(instruction).split("\n", 1)[0]
            return USED_LATER, text if len(text) <= 60 else text[:59] + "…"
    return None


def _uses_cache(ctx: Context, instruction: Instruction, manager: Manager) -> bool:
    if not isinstance(instruction, Run):
        return re.search(manager.traces, ctx.dockerfile.text(instruction)) is not None
    script = ctx.facts.script(instruction)
    if isinstance(script, NotModelled):
        return re.search(f"{manager.traces}|{manager.offline}", ctx.dockerfile.text(instruction)) is not None
    if any(call.manager is manager and re.search(manager.offline, call.text) for call in ctx.facts.calls(instruction)):
        return True
    return any(
        _names_cache(command, script_text(instruction), manager)
        for command in simple_commands(script, backquotes=False)
    )


def script_text(run: Run) -> str:
    return run.script.text if run.script is not None else ""


def _names_cache(command: Simple, text: str, manager: Manager) -> bool:
    """True if a command names the cache, except to remove it whether it is there or not, or to empty it."""
    view = argv(command)
    if view.base == "rm" and any(
        re.fullmatch(r"-[a-zA-Z]*f[a-zA-Z]*|--force", word.value or "") for word in view.words
    ):
        return False
    if view.base in ("echo", "printf", "mkdir"):
        return False
    return re.search(manager.traces, text[command.span.start : command.span.end]) is not None


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
        if given != value or _sets(run, name):
            return HOME, f"{name} is not known to be {value}"
    return None


def about_tool(ctx: Context, run: Run, script: Script, call: PackageCall) -> Why | None:
    """Whether the tool that a call used can be called again at the end of the script."""
    command = call.manager.cleanup[0][0]
    if not call.is_certain or call.wrappers or call.command.words[0].value != command:
        return TOOL_GONE, f"{command} is not called plainly, or not always"
    for other in ctx.facts.calls(run):
        comes_later = other.command.span.start > call.command.span.start
        if other.action is Action.REMOVE and comes_later and _may_remove(other, call):
            return TOOL_GONE, f"{other.name} {other.verb} comes later"
    moves = any(argv(found).base in ("cd", "pushd") for found in simple_commands(script))
    for found in simple_commands(script):
        view = argv(found)
        if view.base in ("rm", "mv") and found.span.start > call.command.span.start:
            for word in view.operands:
                if _may_take_away(ctx, run, word.value, moves):
                    return TOOL_GONE, f"{view.base} comes later"
    return None


def _may_remove(removal: PackageCall, call: PackageCall) -> bool:
    """True if a removal of packages may remove the tool of a call."""
    if removal.manager is not call.manager:
        return True
    return any(word.value is None or word.value.startswith(call.manager.name) for word in removal.packages)


def _may_take_away(ctx: Context, run: Run, path: str | None, moves: bool) -> bool:
    """True if removing a path may take the tool or the current folder away."""
    if path is None:
        return True
    if path.startswith("/"):
        workdir = ctx.facts.scope(run).workdir
        here = moves or workdir is None or is_within(workdir, path.removesuffix("/*"))
        plain = path.startswith(("/var/", "/tmp/", "/usr/share/", "/root/.", "/usr/src/"))
        return path.startswith(_PROGRAM_FOLDERS) or (here and not plain) or (moves and not path.startswith("/var/"))
    return path.startswith(("..", "~", "$")) or path.rstrip("/") in (".", "") or moves


def about_run_time(ctx: Context, run: Run, manager: Manager) -> Why | None:
    """For caches that are stores: nothing may read them, neither in later RUNs nor when the image runs."""
    for instruction in after(ctx, run):
        if isinstance(instruction, Run):
            script = ctx.facts.script(instruction)
            calls = ctx.facts.calls(instruction)
            if isinstance(script, NotModelled) or hidden_command(script) or any(c.manager is manager for c in calls):
                return USED_AT_RUN_TIME, "a later RUN may read it"
    started = _started(ctx, ctx.facts.stage_of(run))
    if started is None or any(re.fullmatch(manager.commands, word.rpartition("/")[2]) for word in started):
        return USED_AT_RUN_TIME, "ENTRYPOINT and CMD are not known to leave it alone"
    return None


def _started(ctx: Context, stage: Stage) -> list[str] | None:
    """The words that the images of a stage and of its children start with; None if that is not known."""
    words: list[str] = []
    children = [other for other in ctx.facts.stages if other.parent is not None and other.parent.index == stage.index]
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
    chain: list[Instruction] = []
    at: Stage | None = stage
    while at is not None:
        chain = [*at.instructions, *chain]
        at = at.parent
    last: dict[type[Instruction], Cmd | Entrypoint] = {
        type(found): found for found in chain if isinstance(found, Cmd | Entrypoint)
    }
    if not last or any(found.argv is None or not found.argv for found in last.values()):
        return None
    first = last.get(Entrypoint, last.get(Cmd))
    program = first.argv[0].rpartition("/")[2] if first is not None and first.argv else ""
    if not program or program in SHELLS or program.endswith(".sh") or re.fullmatch(INTERPRETERS, program):
        return None
    return [word for found in last.values() for word in found.argv or ()]


def names_manager(text: str) -> bool:
    """True if a text that is not modelled may call a package manager."""
    return any(
        re.search(rf"(?<![\w./-])({manager.commands})(?![\w./-])", text) for manager in MANAGERS if manager.families
    )


def empties(command: Simple, manager: Manager) -> bool:
    """True if an ``rm`` names the cache of a manager, a part of it, or a folder around it."""
    for word in argv(command).words:
        value = word.value
        if value is None or value.startswith("-"):
            continue
        for path in manager.cache_paths:
            inside = path.partition("}")[2]
            plain = value.removesuffix("/*").rstrip("/")
            if removes(value, path) or (inside and (plain.endswith(inside) or _home_part(plain, inside))):
                return True
    return False


def _home_part(path: str, inside: str) -> bool:
    """True for ``~/.cache`` and ``/root/.cache`` if the cache is ``.cache/pip``, and for ``~/.cache/pip/http``."""
    first = "/" + inside.split("/")[1]
    return path.endswith(first) or f"{inside}/" in path
