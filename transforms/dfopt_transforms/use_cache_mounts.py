"""Package managers keep their downloads in cache mounts, which builds share and no image holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from dfopt.facts.package_index import Index, hidden_command
from dfopt.facts.package_state import index_of, later_reader
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.package_managers import Action, Manager
from dfopt.knowledge.programs import MAKERS
from dfopt.shell.argv import argv
from dfopt.shell.nodes import NotModelled, Script
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Run
from dfopt.transform import Context, Delta, Differs, Edit, Option, Patch, Safety, Saving, Skip, transform
from dfopt_transforms._cache_cleanup import about_start, about_user
from dfopt_transforms._cache_options import insertion
from dfopt_transforms._cache_refusals import (
    ELSEWHERE,
    Why,
    about_base,
    about_followers,
    about_itself,
    about_rival,
    about_settings,
    after,
    is_disabled,
    is_shipped,
)
from dfopt_transforms._mount_cleanups import is_clear, without_cleanups, without_words
from dfopt_transforms._mount_places import Place, about_mounts, is_mounted, place_of
from dfopt_transforms._mount_text import changed, flags, mounting, preparing

NOT_MODELLED = "the script is not modelled"
UNMOUNTABLE = "this package manager works in no cache mount, or gains nothing"
OTHER_USER = "sudo runs it as another user"
DISABLED = "a variable keeps the cache empty"
ONLY_UPDATES = "it only updates the package index, so something else may need it"
EARLIER_LAYER = "the package index is, or may be, in an earlier layer, which the mount would hide"
NEEDED_LATER = "a later instruction needs, or may need, the package index"
READ_LATER = "a later RUN that cannot have the mount needs what is in the cache"
HANDED_ON = "it only fills the cache, and nothing with the same mount uses it"
NOT_EDITABLE = "it stands in a substitution"
COMMENT = "a comment stands in what would be taken out"


class _Mounts(msgspec.Struct, frozen=True):
    """What gives a RUN the mounts of one manager."""

    place: Place
    edits: list[Edit]
    filling: list[PackageCall]


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/build/cache/optimize/#use-cache-mounts",
        "https://docs.docker.com/reference/dockerfile/#run---mounttypecache",
    ],
    options=[
        Option(
            "package-cache",
            "the setting of that name: package managers leave no cache behind, or have it in a mount",
            ("clean", "mount"),
        )
    ],
)
def use_cache_mounts(ctx: Context) -> Iterator[Patch | Skip]:
    """Gives package managers a cache mount for what they download, if the setting `package-cache` is `mount`.

    ## Why

    The preset `cache` has the setting; elsewhere it has to be given.

    A cache mount outlives the build: if the list of packages changes, only those that are new are downloaded, and
    no layer holds any of them. What kept the cache empty or emptied it (`--no-cache-dir`, `apt-get clean`,
    `rm -rf /var/lib/apt/lists/*`) is taken out of the RUN.

    It is the counterpart of `clean-package-cache`, which leaves caches alone with this setting.

    ## Leaves alone

    - A cache that a later RUN, another stage, an ONBUILD trigger or a container needs and that not every reader has
      mounted: `npm ci --offline`, `dotnet build --no-restore`, `mvn -o`, a `make` behind `go mod download`.
    - A package index that an earlier layer holds, or that a later RUN reads without an update of its own.
    - A user whose number or home is not known, and caches in whose parent folder that user must write.
    - Caches in another place, and those that a variable disables.
    - A RUN that removes a folder around the cache, or whose cleanup cannot be taken out by itself.
    - Build output such as `target/` and `node_modules/`, which the image needs.
    - Conda, Bun, zypper, microdnf: their caches cannot be mounted, or nothing is known to be gained.

    ## Safety

    The image has no cache of the package manager any more, and where apt is used, its files docker-clean and
    keep-cache differ. Builds on one machine share the mount: what an earlier build left there is used, and a
    builder without BuildKit or Buildah cannot read the file.
    """
    if ctx.options["package-cache"] != "mount":
        return
    runs = [found for stage in ctx.facts.stages for found in stage.instructions if isinstance(found, Run)]
    prepared: set[int] = set()
    for run in runs:
        script = ctx.facts.script(run)
        if isinstance(script, NotModelled):
            continue
        for manager in _managers(ctx, run):
            found = _mounts(ctx, run, script, manager)
            if isinstance(found, _Mounts):
                problem = _about_readers(ctx, run, manager, found)
                found = found if problem is None else problem
            if isinstance(found, _Mounts):
                yield from _patch(ctx, run, manager, found, prepared)
            elif found is not None:
                yield Skip(run.span, *found)


def _managers(ctx: Context, run: Run) -> list[Manager]:
    """Those whose calls in a RUN download something."""
    found = {
        call.manager.name: call.manager
        for call in ctx.facts.calls(run)
        if call.action in (Action.INSTALL, Action.UPDATE) and call.manager.mounts
    }
    return list(found.values())


def _mounts(ctx: Context, run: Run, script: Script, manager: Manager) -> _Mounts | Why | None:
    """What gives a RUN the mounts, if it is looked at alone; None if it has them."""
    calls = [call for call in ctx.facts.calls(run) if call.manager is manager]
    filling = [call for call in calls if call.action in (Action.INSTALL, Action.UPDATE)]
    needs_root = manager.needs_root and about_user(ctx, run, calls) is None
    place = place_of(ctx, run, manager, is_root=needs_root)
    if isinstance(place, Place) and is_mounted(ctx, run, place.targets):
        return None
    problem = (
        ((UNMOUNTABLE, manager.unmountable) if manager.unmountable else None)
        or about_base(ctx, run, manager)
        or _about_calls(ctx, run, manager, filling)
        or about_rival(ctx, run, manager, filling)
    )
    if problem:
        return problem
    if not isinstance(place, Place):
        return place
    problem = about_mounts(ctx, run, place.targets) or _about_index(ctx, run, manager, calls)
    cleaning = [call.command for call in calls if call.action in (Action.CLEAN, Action.PURGE)]
    problem = problem or about_itself(run, script, manager, cleaning) or about_followers(ctx, run, manager)
    if problem:
        return problem
    cleanups = without_cleanups(ctx, run, script, manager, calls, place)
    if not isinstance(cleanups, list):
        return cleanups
    options = _options(run, manager, filling)
    if not is_clear(run, options):
        return COMMENT, filling[0].name
    return _Mounts(place, [*options, *cleanups], filling)


def _about_calls(ctx: Context, run: Run, manager: Manager, filling: Sequence[PackageCall]) -> Why | None:
    """What the calls and the environment say against a mount."""
    for call in filling:
        if "sudo" in call.wrappers:
            return OTHER_USER, call.name
        if not call.is_editable:
            return NOT_EDITABLE, call.name
    if is_disabled(ctx, run, manager):
        return DISABLED, manager.name
    base = ctx.facts.base(ctx.facts.stage_of(run))
    if any(name in base.env for name in manager.own_cache_env):
        return ELSEWHERE, "the base image sets it"
    if any(re.search(manager.moved_by_mount, call.text) for call in filling):
        return ELSEWHERE, "the mount would move what is installed"
    return about_settings(ctx, run, manager, filling)


def _about_index(ctx: Context, run: Run, manager: Manager, calls: Sequence[PackageCall]) -> Why | None:
    """A mount hides the index of earlier layers, and later instructions do not see what is in it."""
    if not manager.has_index:
        return None
    use = index_of(ctx.facts, run, manager)
    if use.needs or use.hides:
        return EARLIER_LAYER, use.needs or use.hides
    if not any(call.action is Action.INSTALL for call in calls):
        return ONLY_UPDATES, manager.name
    reader = later_reader(ctx.facts, run, manager) if Index.FRESH in use.leaves else None
    return None if reader is None else (NEEDED_LATER, reader.why)


def _options(run: Run, manager: Manager, filling: Sequence[PackageCall]) -> list[Edit]:
    """Takes out the options that leave the cache empty, and puts in those without which a mount is of no use."""
    assert run.script is not None
    edits: list[Edit] = []
    is_updated = False
    for call in filling:
        if call.action is Action.UPDATE:
            is_updated = True
            continue
        gone = without_words(run, call, manager.no_cache.seen) if manager.no_cache else []
        edits += gone
        if manager.mount_option and not call.has(manager.mount_option):
            edits.append(insertion(run, call, manager.mount_option)[0])
        if gone and manager.update_option and not is_updated and not call.updates_first:
            first = edits[-1]
            edits[-1] = Edit(first.span, f" {manager.update_option}")
    return edits


def _about_readers(ctx: Context, run: Run, manager: Manager, found: _Mounts) -> Why | None:
    """For caches that are stores: each later RUN that uses one has the same mount, and nothing else reads it."""
    if manager.keeps and any(re.search(r" (fetch|--offline|--frozen-store) ", call.text) for call in found.filling):
        return HANDED_ON, found.filling[-1].text.strip()
    if not manager.read_at_run_time:
        return None
    is_used = False
    for instruction, _ in after(ctx, run):
        if not isinstance(instruction, Run):
            continue
        script = ctx.facts.script(instruction)
        if isinstance(script, NotModelled) or hidden_command(script) or _runs_make(script):
            return READ_LATER, ctx.dockerfile.text(instruction).split("\n", 1)[0][:60]
        if any(call.manager is manager for call in ctx.facts.calls(instruction)):
            theirs = _mounts(ctx, instruction, script, manager)
            if theirs is not None and not (isinstance(theirs, _Mounts) and theirs.place == found.place):
                return READ_LATER, ctx.dockerfile.text(instruction).split("\n", 1)[0][:60]
            is_used = True
    if not is_used and all(re.fullmatch(manager.fills_for_others, call.verb) for call in found.filling):
        return HANDED_ON, found.filling[-1].text.strip()
    return about_start(ctx, run, manager) if is_shipped(ctx, ctx.facts.stage_of(run)) else None


def _runs_make(script: Script) -> bool:
    return any(argv(command).base in MAKERS for command in simple_commands(script))


def _patch(ctx: Context, run: Run, manager: Manager, found: _Mounts, prepared: set[int]) -> Iterator[Patch]:
    stage = ctx.facts.stage_of(run)
    edits = [mounting(ctx, run, flags(manager, found.place)), *found.edits]
    added = [changed(ctx, run, edits)]
    removed = [ctx.dockerfile.text(run)]
    if manager.setup and not _is_prepared(ctx, run, manager):
        if ctx.is_off(run.span) or not prepared.isdisjoint(each.index for each in stage.lineage):
            return  # the setup of an earlier RUN serves this one, too: in the next pass
        prepared.add(stage.index)
        edit, setup = preparing(ctx, run, manager)
        edits.append(edit)
        added.insert(0, setup)
    yield Patch(
        edits,
        why=f"what {manager.name} downloads is kept for the next build, in no layer",
        span=run.span,
        delta=Delta(differs=(Differs(stage.index, added=tuple(added), removed=tuple(removed)),)),
        saving=Saving(size=0 if found.edits else manager.left_behind),
        evidence=[f"{manager.name} has its cache in {', '.join(found.place.targets)}"],
        risk=f"the image has no cache of {manager.name}, and builds share one",
    )


def _is_prepared(ctx: Context, run: Run, manager: Manager) -> bool:
    """True if nothing in the image empties the mount, or an instruction before saw to that."""
    base = ctx.facts.base(ctx.facts.stage_of(run))
    if base.docker_clean is False:
        return True
    above = ctx.facts.stage_of(run).all_instructions
    return any(manager.setup_trace in ctx.dockerfile.text(found) for found in above if found.span.end <= run.span.end)
