"""A stage that builds, and one with what a container needs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from dfopt.facts.built import Work, done
from dfopt.facts.folders import folder_of, is_in, place
from dfopt.facts.layout import laid_out
from dfopt.facts.run_time import RunTime, run_time
from dfopt.facts.scripts import is_posix_shell
from dfopt.knowledge.tool_chains import BUILDERS
from dfopt.model.build_files import Kind, NoFiles
from dfopt.model.scope import after
from dfopt.model.stages import Stage
from dfopt.syntax.nodes import Arg, Cmd, Copy, Entrypoint, Env, Onbuild, Run, User, Volume, Workdir
from dfopt.transform import Context, Option, Patch, Safety, Skip, transform
from dfopt_transforms._stages_compiled import compiled, reaches_tools
from dfopt_transforms._stages_interpreted import INTERPRETED, interpreted
from dfopt_transforms._stages_packages import packages
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, is_system, sets_up_only
from dfopt_transforms._stages_reach import Reached
from dfopt_transforms._stages_text import Writer

STAGES = "it has several stages already"
TRIGGERS = "it has ONBUILD triggers: others build on it"
NOTHING_STARTED = "it starts nothing: what its image is for is not known"
BASE = "which smaller image runs what is built on its base is not known"
USER = "whether its base image leaves root is not known"
SHELL = "its SHELL is not a POSIX shell"
NO_BUILD = "nothing is built in it"
FOLDER = "the folder that a container starts in is not known"
LOCALE = "a locale is set that the run-time image may not have"
EARLY_VOLUME = "files come into a VOLUME behind it"
ACCOUNTS = "a RUN makes users and builds at the same time"
OWNER = "a folder that is copied has an owner or a mode of its own"
MISSING = "a RUN behind the build works with what is not copied"
VARIABLE = "a variable of the old base image is used"
NOT_ALONE = "what is copied is not known"
NOTHING = "nothing"
KEPT = Option(
    "keep",
    "absolute paths, with blanks between them, that are copied as well; `dfopt rewrite --prove` finds out which",
    (NOTHING,),
    r"/[\w.+@-]+(?:/[\w.+@-]+)*(?: /[\w.+@-]+(?:/[\w.+@-]+)*)*",
)
_LOCALES = frozenset({"C", "POSIX", "C.UTF-8", "C.utf8"})


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/build/building/multi-stage/",
        "https://docs.docker.com/build/building/best-practices/#use-multi-stage-builds",
    ],
    options=[KEPT],
)
def multi_stage(ctx: Context) -> Iterator[Patch | Skip]:
    """Builds in one stage and runs in another, which has only what a container needs.

    ## Why

    Compilers, headers, sources and caches stay behind in the stage that builds: nobody downloads, scans or attacks
    them. An image of Go or of C shrinks from a gigabyte to some ten megabytes.

    What a container needs is told from CMD, ENTRYPOINT and HEALTHCHECK and the scripts that they start, from the build
    context and the source in it, and from the rules of the tool chain; each path that is copied and each package that
    is installed is in the report, with what shows that it is needed, and so is what stays behind. The second stage
    starts from the run-time image of the same system: `golang:1.23` becomes `debian:bookworm-slim`, `python:3.12`
    becomes `python:3.12-slim`, `eclipse-temurin:17-jdk` becomes `eclipse-temurin:17-jre`; a static program of Go that
    needs nothing of a system gets an empty image (`scratch`). All that the file says of its image (ENV, WORKDIR, USER,
    EXPOSE, VOLUME, LABEL, HEALTHCHECK, STOPSIGNAL, ENTRYPOINT, CMD) is the same afterwards.

    ## Leaves alone

    - Files with several stages or ONBUILD triggers, and those that start nothing, or a part of the tool chain.
    - Base images without a known run-time image of the same libc, and those with a digest.
    - Files whose build context is not known, if sources come from it.
    - Programs whose source loads libraries at run time, starts programs that are not known, or calls a compiler.
    - RUNs with commands of which it is not known what they leave, with setuid programs, or that edit /etc.
    - Files where nothing is built.

    ## Safety

    What nothing shows to be needed is not in the image any more: a shell, an editor or a compiler in a running
    container, and files that only somebody who looks into it reads. Libraries that others wrote are not read, so a file
    that one of them opens outside the program's folders has to be looked for by running the program.
    """
    if not ctx.facts.stages:
        return
    stage = ctx.facts.stages[0]
    if len(ctx.facts.stages) > 1:
        yield Skip(stage.start.span, STAGES)
        return
    try:
        yield _converted(ctx, stage)
    except RefusedError as refused:
        yield Skip(stage.start.span, *refused.why)


def _converted(ctx: Context, stage: Stage) -> Patch:
    """The patch.

    Raises RefusedError.
    """
    old = _old(ctx, stage)
    _check(old)
    reached = Reached(old)
    if old.builder.language not in INTERPRETED:
        reaches_tools(old, reached)
    needs = Needs()
    _repeat(old, needs)
    if old.builder.language in INTERPRETED:
        interpreted(old, reached, needs)
    else:
        compiled(old, reached, needs)
    packages(old, reached, needs)
    for path in ctx.options[KEPT.name].split():
        if path != NOTHING:
            needs.copy(path, "it is to be kept")
    _check_tail(old, needs)
    _check_variables(old, needs)
    for path in needs.paths():
        if not _is_file(old, reached, path):
            _check_owner(old, needs, path)
    if needs.static and not (needs.packages or needs.repeated or needs.commands):
        old = msgspec.structs.replace(old, run_time=RunTime("scratch", needs.static))
    if not needs.paths():
        raise RefusedError(NO_BUILD, "no path is needed of it")
    writer = Writer(ctx, old, needs)
    edits = writer.edits()
    return Patch(
        edits,
        span=stage.start.span,
        why=f"what builds stays in the stage {writer.name}, and a container gets what it needs on {old.run_time.image}",
        evidence=_evidence(old, needs),
        delta=writer.delta(),
    )


def _old(ctx: Context, stage: Stage) -> Old:
    facts = ctx.facts
    base = facts.base(stage)
    name = base.reference.official if base.reference else None
    if any(isinstance(each, Onbuild) for each in stage.instructions):
        raise RefusedError(TRIGGERS)
    if not any(isinstance(each, Cmd | Entrypoint) for each in stage.instructions):
        raise RefusedError(NOTHING_STARTED)
    found = run_time(base, stage.start.image.text)
    if found is None or name is None or name not in BUILDERS or "$" in stage.start.image.text:
        raise RefusedError(BASE, stage.start.image.text)
    if base.is_root is not True:
        raise RefusedError(USER, stage.start.image.text)
    works = [done(facts, each) for each in stage.instructions if isinstance(each, Run)]
    if problem := next((each.problem for each in works if each.problem), None):
        raise RefusedError(*problem)
    heads = [each.run for each in works if each.work & (Work.BUILDS | Work.INSTALLS) or each.work is Work.NOTHING]
    if not any(each.work & Work.BUILDS for each in works):
        raise RefusedError(NO_BUILD)
    cut = stage.instructions.index(heads[-1]) + 1
    copies = [each for each in stage.instructions if isinstance(each, Copy) and each.flag("from") is None]
    files = ctx.files() if copies else None
    unread: tuple[Copy, ...] = ()
    if isinstance(files, NoFiles):
        if any(each in stage.instructions[:cut] for each in copies):
            raise RefusedError(files.reason, files.detail)
        files, unread = None, tuple(copies)
    laid = laid_out(facts, stage, files) if files is not None else []
    if isinstance(laid, str):
        raise RefusedError(laid)
    builder = BUILDERS[name]
    last = stage.instructions[-1]
    folder = after(facts.scope(last), last, ctx.dockerfile.escape).workdir or folder_of(facts, last) or builder.workdir
    first = next((each for each in stage.instructions if isinstance(each, Workdir)), None)
    if builder.workdir != "/" and first is not None and not first.path.text.startswith(("/", "$")):
        raise RefusedError(FOLDER, first.path.text)
    if "$" in folder or not folder.startswith("/"):
        raise RefusedError(FOLDER)
    return Old(facts, stage, base, builder, found, works, laid, files, cut, posixpath.normpath(folder), unread)


def _check(old: Old) -> None:
    """Raises RefusedError for what no recipe knows."""
    for each in old.done:
        shell = old.facts.shell(each.run)
        if shell is not None and not is_posix_shell(shell):
            raise RefusedError(SHELL)
        accounts = [view.base for view in each.commands if view.base in ("useradd", "groupadd", "adduser", "addgroup")]
        if accounts and each.run in old.head and not sets_up_only(each):
            raise RefusedError(ACCOUNTS, accounts[0] or "")
    for instruction in old.stage.instructions:
        if isinstance(instruction, Copy) and instruction.flag("from") is not None:
            raise RefusedError(NOT_ALONE, old.facts.dockerfile.text(instruction)[:60])
        if isinstance(instruction, Env):
            for pair in instruction.pairs:
                if pair.key in ("LANG", "LC_ALL", "LC_CTYPE") and (pair.value or "").strip("\"'") not in _LOCALES:
                    raise RefusedError(LOCALE, f"{pair.key}={pair.value}")
        if isinstance(instruction, Volume):
            _check_volume(old, instruction)


def _check_volume(old: Old, volume: Volume) -> None:
    """What comes into a volume behind it is lost with some builders, and kept with others."""
    for text in volume.paths:
        path = place(old.facts, volume, text.text) or "/"
        behind = [each for each in old.laid if each.copy.span.start > volume.span.start]
        named = [
            path for each in old.done if each.run.span.start > volume.span.start for path in (*each.made, *each.folders)
        ]
        if any(is_in(each, path) for each in (*(each.path for each in behind), *named)):
            raise RefusedError(EARLY_VOLUME, text.text)


def _repeat(old: Old, needs: Needs) -> None:
    """RUNs that only set up the system, above the cut: both stages have them."""
    trees = {folder for each in old.builds for folder in each.folders}
    trees |= {posixpath.dirname(each.path) for each in old.laid if each.copy in old.head}
    trees = {tree for tree in trees if not is_system(tree)}
    for each in old.builds:
        if not sets_up_only(each):
            continue
        places = [*each.made, *each.touched]
        outside = [path for path in places if not any(is_in(path, tree) or is_in(tree, path) for tree in trees)]
        accounts = any(view.base in ("useradd", "groupadd", "adduser", "addgroup", "usermod") for view in each.commands)
        if (outside and len(outside) == len(places)) or (accounts and not places):
            needs.repeated.append(each.run)
            needs.evidence.append(f"{old.facts.dockerfile.text(each.run)[:60]!r} sets up what a container has, too")
        elif accounts or (outside and not all(path in each.made for path in outside)):
            raise RefusedError(ACCOUNTS if accounts else MISSING, (outside or places)[0])


def _check_tail(old: Old, needs: Needs) -> None:
    """What works behind the cut finds there what it works with."""
    made: list[str] = [*(path for each in old.builds if each.run in needs.repeated for path in each.made)]
    for each in old.done:
        if each.run in old.head:
            continue
        made += each.made
        for path in each.touched:
            tails = [laid.path for laid in old.laid if laid.copy in old.tail]
            if not any(is_in(path, other) or is_in(other, path) for other in (*made, *tails, *needs.copied)):
                raise RefusedError(MISSING, path)
        for link, target in each.links.items():
            if target.startswith("/") and not needs.has(target) and not old.is_laid(target):
                raise RefusedError(MISSING, link)


def _is_file(old: Old, reached: Reached, path: str) -> bool:
    """True for a path that is known to be no folder: a copy has its owner and mode."""
    if any(each.path == path and each.entry.kind is Kind.FILE for each in old.laid):
        return True
    how = {found for each in old.builds for at, found in each.made.items() if at == path}
    if how and how <= _MAKES_FILES:
        return True
    return bool(how) and "mkdir" not in how and posixpath.basename(path) in reached.programs


_MAKES_FILES = frozenset("go gcc g++ cc c++ curl wget touch echo printf cat install strip sed tee".split())


def _check_owner(old: Old, needs: Needs, folder: str) -> None:
    """A copy of a folder has all that is in it, with owners and modes, but is itself made anew, as root's.

    Raises RefusedError if the folder has another owner or mode."""
    touched = [path for each in old.builds if each.run not in needs.repeated for path in each.touched]
    if any(is_in(folder, path) for path in touched):
        raise RefusedError(OWNER, folder)
    folders = [place(old.facts, each, each.path.text) for each in old.head if isinstance(each, Workdir)]
    if folder in folders:
        return
    for each in old.head:
        if isinstance(each, User) and each.user.text.partition(":")[0] not in ("root", "0"):
            raise RefusedError(OWNER, folder)
        if isinstance(each, Copy) and (each.flag("chown") or each.flag("chmod")):
            target = place(old.facts, each, each.destination.text)
            if target is None or is_in(folder, target):
                raise RefusedError(OWNER, folder)


def _check_variables(old: Old, needs: Needs) -> None:
    """What only the old base sets is used by nothing that a container has."""
    kept = [each for each in old.stage.instructions if each in old.tail or not isinstance(each, Run | Copy | Arg)]
    text = "\n".join(old.facts.dockerfile.text(each) for each in (*kept, *needs.repeated))
    for name in old.builder.variables:
        if re.search(rf"\$\{{?{name}\b", text) and not re.search(rf"(?m)^\s*ENV\s+{name}\b", text):
            raise RefusedError(VARIABLE, name)


def _evidence(old: Old, needs: Needs) -> list[str]:
    found = [f"{old.run_time.image}: {old.run_time.why}"]
    found += (f"{path} is copied: {needs.copied[path]}" for path in needs.paths())
    found += (f"{package} is installed: {why}" for package, why in sorted(needs.packages.items()))
    found += needs.evidence
    if needs.left:
        found.append(f"only the build needs {', '.join(dict.fromkeys(needs.left))}: nothing that is started calls them")
    return found
