"""Why the cache of a package manager is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dfopt.facts.cache_places import brought_before, cache_places
from dfopt.facts.needed_cache import MAY_NAME, needs_cache
from dfopt.facts.offline import works_offline
from dfopt.facts.package_index import removes
from dfopt.facts.package_state import is_within, upgrades_blindly
from dfopt.facts.packages import PackageCall
from dfopt.facts.releases import is_old
from dfopt.knowledge.package_managers import MANAGERS, Manager
from dfopt.model import reach
from dfopt.model.stages import Stage, led_to
from dfopt.shell.argv import argv
from dfopt.shell.nodes import NotModelled, Script, Simple
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Copy, Instruction, Run
from dfopt.transform import Context

Why = tuple[str, str]
"""A fixed reason, and its detail."""

NO_MANAGER = "the base image does not have this package manager"
MOUNTED = "a mount holds the cache"
ELSEWHERE = "the cache is in another place"
NOT_SHIPPED = "the layers of this stage are in no image"
MAY_LACK = "a variable may choose a base image without this package manager"
RIVAL = "another program of that name cannot be ruled out"
TOO_OLD = "the version in the base image may be too old for it"
BROUGHT = "what an earlier instruction brings into the cache may be needed"
USED_LATER = "a later instruction uses the cache"


def about_place(ctx: Context, run: Run, manager: Manager, calls: Sequence[PackageCall]) -> Why | None:
    """What the base image, the mounts and the environment say against it."""
    mounted = next((mount for mount in ctx.facts.mounts(run) if _may_hold(mount.target, mount.type, manager)), None)
    brought = brought_before(ctx.facts, run, manager)
    return (
        about_base(ctx, run, manager)
        or ((MOUNTED, mounted.target or "") if mounted is not None else None)
        or ((BROUGHT, brought) if brought else None)
        or about_settings(ctx, run, manager, calls)
    )


def about_base(ctx: Context, run: Run, manager: Manager) -> Why | None:
    """What the base image says against it."""
    bases = ctx.facts.bases(ctx.facts.stage_of(run))
    for base in bases:
        if manager.families and base.managers is not None and manager.name not in base.managers:
            return NO_MANAGER if len(bases) == 1 else MAY_LACK, f"{base.family} has no {manager.name}"
        if manager.known_in and (base.reference is None or base.reference.official not in manager.known_in):
            return TOO_OLD, base.reference.name if base.reference else "the base image is not known"
    for base in ctx.facts.hints(ctx.facts.stage_of(run)):
        is_own = base.reference is not None and base.reference.official in manager.brought_by
        if base.reference and is_old(base, manager.too_old, {} if is_own else manager.since):
            return TOO_OLD, base.reference.name
        if base.reference and re.search(manager.called_by_base, base.reference.name):
            return USED_LATER, f"programs of {base.reference.name} install with {manager.name}"
    blind = upgrades_blindly(ctx.facts, run, manager)
    if blind:
        return TOO_OLD, blind
    old = re.search(manager.comes_old, ctx.dockerfile.source.text)
    return (TOO_OLD, old[0]) if old else None


def about_settings(ctx: Context, run: Run, manager: Manager, calls: Sequence[PackageCall]) -> Why | None:
    """What the environment and the options of the calls say against it."""
    if linked := re.search(manager.linked, ctx.dockerfile.source.text):
        return USED_LATER, linked[0]
    if works_offline(ctx.facts, run, manager):
        return ELSEWHERE, "it works with what an earlier RUN left there"
    scope = ctx.facts.scope(run)
    for name in manager.own_cache_env:
        if name in scope.env or name in scope.args or sets_variable(run, name):
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
    if any(target.rstrip("/").endswith(path) for path in in_home):
        return True
    return kind == "cache" and (
        any(is_within(path, "/" + target.rpartition("/")[2]) for path in in_home)
        or not re.search(r"/(apt|apk|yum|dnf|zypp|lists|libdnf5|pacman)(/|\Z)", target)
    )


def sets_variable(run: Run, name: str) -> bool:
    return run.script is not None and re.search(rf"\b{name}=", run.script.text) is not None


def is_disabled(ctx: Context, run: Run, manager: Manager) -> bool:
    """True if a variable says that nothing is left behind, or may say so."""
    scope = ctx.facts.scope(run)
    for name, pattern in manager.no_cache_env.items():
        for values in (scope.args, scope.env):
            if name in values and (values[name] is None or re.fullmatch(pattern, values[name] or "")):
                return True
        if sets_variable(run, name):
            return True
    return False


def is_shipped(ctx: Context, stage: Stage) -> bool:
    """True if an image has the layers of a stage."""
    return reach.is_shipped(ctx.facts.stages, stage)


def about_rival(ctx: Context, run: Run, manager: Manager, calls: Sequence[PackageCall]) -> Why | None:
    rival = manager.rival
    if rival is None or all(re.fullmatch(rival.own_verbs, call.verb) for call in calls):
        return None
    base = ctx.facts.base(ctx.facts.stage_of(run))
    if base.reference is None or base.reference.official not in rival.images:
        return RIVAL, rival.why
    for instruction in (*led_to(ctx.facts.stage_of(run), run), run):
        text = ctx.dockerfile.text(instruction)
        if re.search(rival.traces, text) or _copies_unknown(instruction) or _brings_project(instruction, text):
            return RIVAL, rival.why
    return None


def _brings_project(instruction: Instruction, text: str) -> bool:
    """True if a RUN may download or unpack a project, with settings of its own."""
    return isinstance(instruction, Run) and _PROJECTS.search(text) is not None


_PROJECTS = re.compile(r"\b(git|hg|svn)\b.*\b(clone|pull|checkout|co)\b|\b(bsd)?tar\b|\bunzip\b|\bdegit\b", re.DOTALL)


def _copies_unknown(instruction: Instruction) -> bool:
    """True if a COPY may bring files that it does not name."""
    if not isinstance(instruction, Copy):
        return False
    names = [source.text.rpartition("/")[2] for source in instruction.sources]
    return instruction.flag("from") is not None or any(
        not re.fullmatch(r"[\w-]+\.(json|lock|js|ts|toml|txt)", name) for name in names
    )


def after(ctx: Context, run: Run, places: Sequence[str] = ()) -> Iterator[reach.Follower]:
    """The instructions after a RUN that see what it leaves; ``places`` are where its cache may be."""
    return reach.after(ctx.facts.stages, ctx.facts.stage_of(run), run, places)


def about_later(ctx: Context, run: Run, script: Script, manager: Manager) -> Why | None:
    """A later instruction, or a command of the RUN itself, that names the cache or works offline."""
    if needs_cache(ctx.facts, run, manager, cache_places(ctx.facts, run, manager)):
        return USED_LATER, "the same RUN needs it"
    return about_itself(run, script, manager) or about_followers(ctx, run, manager)


def about_itself(run: Run, script: Script, manager: Manager, but: Sequence[Simple] = ()) -> Why | None:
    """A command of the RUN itself that names the cache."""
    for command in simple_commands(script, backquotes=False):
        if command not in but and _names_cache(command, script_text(run), manager):
            return USED_LATER, "the same RUN names it"
    return None


def about_followers(ctx: Context, run: Run, manager: Manager) -> Why | None:
    """A later instruction that names the cache or works offline."""
    places = cache_places(ctx.facts, run, manager)
    for instruction, takes in after(ctx, run, places):
        needs = isinstance(instruction, Run) and needs_cache(ctx.facts, instruction, manager, places)
        if takes or needs or _uses_cache(ctx, instruction, manager):
            text = ctx.dockerfile.text(instruction).split("\n", 1)[0]
            return USED_LATER, text if len(text) <= 60 else text[:59] + "…"
    return None


def _uses_cache(ctx: Context, instruction: Instruction, manager: Manager) -> bool:
    if works_offline(ctx.facts, instruction, manager):
        return True
    if not isinstance(instruction, Run):
        return isinstance(instruction, MAY_NAME) and _text_names_cache(ctx, instruction, manager)
    script = ctx.facts.script(instruction)
    if isinstance(script, NotModelled):
        return _text_names_cache(ctx, instruction, manager)
    text = script_text(instruction)
    if not re.search(manager.traces, text):
        return False
    return any(_names_cache(command, text, manager) for command in simple_commands(script, backquotes=False))


def _text_names_cache(ctx: Context, instruction: Instruction, manager: Manager) -> bool:
    return re.search(manager.traces, ctx.dockerfile.text(instruction)) is not None


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


def names_manager(text: str) -> bool:
    """True if a text that is not modelled may call a package manager."""
    return any(
        re.search(rf"(?<![\w./-])({manager.commands})(?![\w./-])", text) for manager in MANAGERS if manager.families
    )


def empties(command: Simple, manager: Manager) -> bool:
    """True if ``rm`` or ``find -delete`` names the cache of a manager, a part of it, or a folder around it."""
    view = argv(command)
    if view.base != "rm" and not (view.base == "find" and any(word.value == "-delete" for word in view.words)):
        return False
    for word in view.words:
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
