"""Package managers leave no cache behind in the layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfopt.facts.package_index import Index, hidden_command
from dfopt.facts.package_sources import reads_older_sources
from dfopt.facts.package_state import index_before, index_of, later_reader
from dfopt.facts.packages import PackageCall, updates_index_last
from dfopt.facts.scripts import shell_errexit
from dfopt.knowledge.package_managers import Action, Manager
from dfopt.shell.nodes import NotModelled, Script
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Run
from dfopt.transform import Context, Delta, Edit, Option, Patch, Safety, Saving, Skip, transform
from dfopt_transforms._cache_appending import appended, cannot_append
from dfopt_transforms._cache_cleanup import about_paths, about_run_time, about_tool, about_user
from dfopt_transforms._cache_options import (
    insertion,
    is_bare,
    removals,
    replacement,
    together,
    without_commands,
)
from dfopt_transforms._cache_refusals import (
    NOT_SHIPPED,
    Why,
    about_later,
    about_place,
    about_rival,
    empties,
    is_disabled,
    is_shipped,
    names_manager,
)

NOT_MODELLED = "the script is not modelled"
ONLY_UPDATES = "it only updates the package index, so something else may need it"
UPDATES_LAST = "it updates the package index last, so something else may need it"
HIDDEN_UPDATE = "the package index may be updated, or installed from, out of sight"
EARLIER_LAYER = "the package index is in an earlier layer, where it would stay"
UNSURE = "the package index is not updated on every way through the script"
NEEDED_LATER = "a later instruction needs the package index"
HIDDEN_LATER = "a later instruction may install packages out of sight"
NO_PLACE = "a cleanup cannot be put at the end of this script"
NO_GAIN = "there is nothing to gain"
IGNORED = "an install that stops to ask may be one whose failure the script ignores"
NOT_EDITABLE = "it stands in a substitution"


@transform(
    safety=Safety.SAFE,
    links=[
        "https://docs.docker.com/build/building/best-practices/#apt-get",
        "https://docs.docker.com/build/cache/optimize/",
    ],
    options=[
        Option("stages", "clean only stages whose layers end up in an image, or build stages too", ("shipped", "all")),
        Option(
            "package-cache",
            "the setting of that name: with `mount`, caches are left to `use-cache-mounts`",
            ("clean", "mount"),
        ),
    ],
)
def clean_package_cache(ctx: Context) -> Iterator[Patch | Skip]:
    """Removes what package managers leave behind in a layer, and answers the question that an install stops at.

    ## Why

    Package lists and downloads stay in the layer of the RUN that fetched them, whatever a later RUN removes: the
    package lists of Debian alone are 50 MB. Where the tool has an option that leaves nothing behind (`apk add
    --no-cache`, `pip install --no-cache-dir`), it gets that option; otherwise the same RUN ends with the cleanup
    (`rm -rf /var/lib/apt/lists/*`, `dnf clean all`, `npm cache clean --force`).

    An install that stops to ask aborts a build, so it gets its `-y`, unless the script may go on without it.

    ## Leaves alone

    - Package lists that a later RUN, a stage that starts from this one, an ONBUILD trigger, or what CMD, ENTRYPOINT
      and HEALTHCHECK say needs: each of them must update the lists itself. A script that a RUN starts and nobody can
      see (`curl … | sh`, `./setup.sh`) may need them. A program that builds or checks (`make`, `python3 tool.py`,
      `npm run build`) is taken to need none, unless its name or its words speak of installing or setting up. A script
      that a container starts (`CMD ["/start.sh"]`) is taken to update them: an image is started long after its lists
      have gone out of date.
    - Package lists that another Dockerfile of the repository needs, if it starts from an image that is called as this
      Dockerfile is, or its folder. Those in other repositories are not known: images of theirs must update the lists.
    - A manager that is too old for the option: by the release of the base image, if that is known, or of the image
      from which another Dockerfile of the repository builds it. On any other image the version is taken to be of our
      time (pip of 2019, apk of 2018).
    - Lists that a RUN updates behind its last install, or without any: something else may need them.
    - An `apk add` that reads the index of an `apk update` before `/etc/apk` was changed: its update stays.
    - Lists that the RUN did not download itself: they are in an earlier layer.
    - Caches in a mount, in another place (`PIP_CACHE_DIR`, `--root`), or that a later instruction names, copies with a
      folder around it, or may need offline (`npm ci --offline`, `RUN --network=none`).
    - Stages from which files are only copied: their layers are in no image (the option `stages` changes that).
    - Scripts that do not end in a plain command: `… || true`, `exit`, a loop, a here-document, a comment.
    - Cleanups that need root where the user may be another one.
    - Yarn where it may be Yarn Berry, pnpm and Bun (their files are hard links), and stores of dependencies that
      programs read when the image runs.
    - What is cleaned already, in whatever spelling.
    """
    runs = [found for stage in ctx.facts.stages for found in stage.instructions if isinstance(found, Run)]
    found = [each for run in runs for each in _clean_run(ctx, run)]
    added = {command for each in found if isinstance(each, Patch) for command in each.delta.added_commands}
    for each in found:
        # A removal that comes in one RUN and goes in another is told apart in two passes.
        if isinstance(each, Skip) or added.isdisjoint(each.delta.dropped_commands):
            yield each


def _clean_run(ctx: Context, run: Run) -> Iterator[Patch | Skip]:
    script = ctx.facts.script(run)
    if isinstance(script, NotModelled):
        if names_manager(ctx.dockerfile.text(run)):
            yield Skip(run.span, NOT_MODELLED, script.reason)
        return
    calls = ctx.facts.calls(run)
    for call in calls:
        yield from _answer(run, call)
    if ctx.options["package-cache"] == "mount":
        return
    for manager in {call.manager.name: call.manager for call in calls}.values():
        own = [call for call in calls if call.manager is manager]
        yield from _clean(ctx, run, script, manager, own)


def _answer(run: Run, call: PackageCall) -> Iterator[Patch | Skip]:
    """Adds ``-y`` to an install that would stop to ask, and end the build with that."""
    switch = call.manager.yes
    if switch is None or not switch.written or call.action is not Action.INSTALL or call.has_yes:
        return
    if call.is_piped or not call.is_editable:
        return
    if not call.is_certain:
        yield _skip(run, [call], (IGNORED, f"{call.name} {call.verb} without {switch.written}"))
        return
    edit, added = insertion(run, call, switch)
    why = f"without {switch.written}, {call.name} {call.verb} stops to ask and the build aborts"
    yield Patch([edit], why=why, delta=Delta(added_options=tuple(added)))


def _clean(
    ctx: Context, run: Run, script: Script, manager: Manager, calls: Sequence[PackageCall]
) -> Iterator[Patch | Skip]:
    filling = [call for call in calls if call.action in (Action.INSTALL, Action.UPDATE) and not call.has_no_cache]
    if not filling or _is_clean(ctx, run, script, manager, calls):
        return
    why_not = _place_refusal(ctx, run, script, manager, filling)
    if why_not:
        if not _removes_index(ctx, run, manager):
            yield _skip(run, filling, why_not)
    elif manager.has_index and manager.no_cache:
        yield from _without_index(ctx, run, script, manager, calls)
    elif manager.no_cache and manager.no_cache.written:
        yield from _with_option(run, manager, filling)
    elif manager.has_index:
        yield from _without_lists(ctx, run, script, manager, calls)
    else:
        yield from _with_cleanup(ctx, run, script, manager, filling)


def _skip(run: Run, calls: Sequence[PackageCall], why: Why) -> Skip:
    call = calls[-1]
    if run.script is None or not call.is_editable:
        return Skip(run.span, *why)
    return Skip(run.script.span(call.command.span.start, call.command.span.end), *why)


def _place_refusal(
    ctx: Context, run: Run, script: Script, manager: Manager, filling: Sequence[PackageCall]
) -> Why | None:
    """The reasons that hold for every way to clean."""
    if manager.keeps:
        return NO_GAIN, manager.keeps
    stage = ctx.facts.stage_of(run)
    if ctx.options["stages"] == "shipped" and not is_shipped(ctx, stage):
        return NOT_SHIPPED, "files are only copied from it"
    return (
        about_place(ctx, run, manager, filling)
        or about_rival(ctx, run, manager, filling)
        or about_last(ctx, run, manager)
        or about_later(ctx, run, script, manager)
    )


def about_last(ctx: Context, run: Run, manager: Manager) -> Why | None:
    """Whether the package index is left there on purpose: the RUN installs, and updates the index again."""
    calls = [call for call in ctx.facts.calls(run) if call.manager is manager]
    updates_last = updates_index_last(calls) and any(call.action is Action.INSTALL for call in calls)
    return (UPDATES_LAST, "") if updates_last else None


def _is_clean(ctx: Context, run: Run, script: Script, manager: Manager, calls: Sequence[PackageCall]) -> bool:
    """True if the RUN leaves nothing behind already."""
    if is_disabled(ctx, run, manager):
        return True
    if manager.has_index:
        return _removes_index(ctx, run, manager) and not _could_do_without(manager, calls)
    last = max((call.command.span.start for call in calls if call.action is Action.INSTALL), default=-1)
    cleaned = [call for call in calls if call.action is Action.CLEAN and call.command.span.start > last]
    return bool(cleaned) or any(
        command.span.start > last and empties(command, manager) for command in simple_commands(script)
    )


def _removes_index(ctx: Context, run: Run, manager: Manager) -> bool:
    return manager.has_index and Index.ABSENT in index_of(ctx.facts, run, manager).leaves


def _could_do_without(manager: Manager, calls: Sequence[PackageCall]) -> bool:
    """True if an option would make both the index and its removal needless."""
    return manager.no_cache is not None and any(call.action is Action.INSTALL for call in calls)


def _with_option(run: Run, manager: Manager, filling: Sequence[PackageCall]) -> Iterator[Patch | Skip]:
    """``pip install`` → ``pip install --no-cache-dir``."""
    switch = manager.no_cache
    installs = [call for call in filling if call.action is Action.INSTALL]
    if switch is None or not installs:
        return
    if not all(call.is_editable for call in installs):
        yield _skip(run, installs, (NOT_EDITABLE, installs[-1].name))
        return
    edits: list[Edit] = []
    deltas: list[Delta] = []
    for call in installs:
        edit, added = insertion(run, call, switch)
        edits.append(edit)
        deltas.append(Delta(added_options=tuple(added)))
    yield Patch(edits, why=_why(manager), delta=together(deltas), saving=Saving(size=manager.left_behind))


def _without_index(
    ctx: Context, run: Run, script: Script, manager: Manager, calls: Sequence[PackageCall]
) -> Iterator[Patch | Skip]:
    """``apk update && apk add x && rm -rf /var/cache/apk/*`` → ``apk add --no-cache x``."""
    assert manager.no_cache is not None
    leaves = index_of(ctx.facts, run, manager).leaves
    installs = [call for call in calls if call.action is Action.INSTALL and not call.has_no_cache]
    updates = [call for call in calls if call.action is Action.UPDATE]
    cleaned = Index.ABSENT in leaves
    useless = removals(script, manager) if cleaned else []
    cut = None
    if (
        useless is not None
        and any(call.action is Action.INSTALL for call in calls)
        and all(call.is_editable for call in installs)
        and all(is_bare(call) for call in updates)
        and not any(call.action is Action.READ for call in calls)
        and not ((updates or useless or any(call.updates_first for call in installs)) and hidden_command(script))
        and not reads_older_sources(ctx.facts, run, manager)
        and not (cleaned and index_before(ctx.facts, run, manager) != Index.ABSENT)
    ):
        cut = without_commands(run, script, [*(call.command for call in updates), *useless])
    if cut is not None:
        reader = later_reader(ctx.facts, run, manager) if Index.FRESH in leaves else None
        if reader:
            yield _skip(run, calls, (HIDDEN_LATER if reader.hidden else NEEDED_LATER, reader.why))
            return
        changes = [replacement(run, call, manager.no_cache) for call in installs]
        edits = [edit for change in changes for edit in change[0]] + cut[0]
        if edits:
            yield Patch(
                edits,
                why=_why(manager) if not cleaned else f"with {manager.no_cache.written} there is nothing to remove",
                delta=together([*(change[1] for change in changes), cut[1]]),
                saving=Saving(size=0 if cleaned else manager.left_behind),
            )
    elif not cleaned:
        yield from _without_lists(ctx, run, script, manager, calls)


def _without_lists(
    ctx: Context, run: Run, script: Script, manager: Manager, calls: Sequence[PackageCall]
) -> Iterator[Patch | Skip]:
    """Appends the removal of the package index that the RUN downloaded, if nobody needs it later."""
    use = index_of(ctx.facts, run, manager)
    why_not: Why | None = None
    if Index.FRESH not in use.leaves:
        why_not = (HIDDEN_UPDATE, use.hides) if use.hides else (EARLIER_LAYER, use.needs)
    elif not any(_updates(call) and (call.is_certain or not call.is_nested) for call in calls):
        why_not = UNSURE, use.needs or use.hides
    elif not any(call.action is Action.INSTALL for call in calls):
        hidden = hidden_command(script)
        why_not = (HIDDEN_UPDATE, hidden) if hidden else (ONLY_UPDATES, "")
    else:
        reader = later_reader(ctx.facts, run, manager)
        if reader:
            why_not = (HIDDEN_LATER if reader.hidden else NEEDED_LATER), reader.why
    if why_not:
        yield _skip(run, calls, why_not)
    else:
        yield from _with_cleanup(ctx, run, script, manager, calls)


def _updates(call: PackageCall) -> bool:
    return call.action is Action.UPDATE or call.updates_first


def _with_cleanup(
    ctx: Context, run: Run, script: Script, manager: Manager, calls: Sequence[PackageCall]
) -> Iterator[Patch | Skip]:
    """Appends the manager's cleanup."""
    installs = [call for call in calls if call.action is Action.INSTALL]
    if not installs or not manager.cleanup:
        return
    why_not = _cleanup_refusal(ctx, run, script, manager, installs)
    if why_not:
        yield _skip(run, installs, why_not)
        return
    yield Patch(
        [appended(ctx, run, script, manager.cleanup)],
        why=_why(manager),
        delta=Delta(added_commands=manager.cleanup),
        saving=Saving(size=manager.left_behind),
    )


def _cleanup_refusal(
    ctx: Context, run: Run, script: Script, manager: Manager, installs: Sequence[PackageCall]
) -> Why | None:
    problem = cannot_append(run, script, shell_errexit(ctx.facts.shell(run)))
    if problem:
        return NO_PLACE, problem
    removes_files = all(command[0] == "rm" for command in manager.cleanup)
    if removes_files or manager.needs_root:
        why_not = about_user(ctx, run, ctx.facts.calls(run))
        if why_not:
            return why_not
    if not removes_files:
        why_not = about_tool(ctx, run, script, installs[-1])
        if why_not:
            return why_not
    if manager.read_at_run_time:
        why_not = about_run_time(ctx, run, installs[-1])
        if why_not:
            return why_not
    return about_paths(ctx, run, manager)


def _why(manager: Manager) -> str:
    return f"what {manager.name} downloads would stay in the layer"
