"""A stage that builds, and one with what a container needs."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

import msgspec

from dfopt.facts.base_image import BaseImage
from dfopt.facts.built import RIGHTS, SYSTEM, done
from dfopt.facts.layout import lacking, laid_out
from dfopt.facts.process import start_folder
from dfopt.facts.run_time import RunTime, begins_as_root, builder_of, run_time
from dfopt.facts.run_work import Work
from dfopt.model.build_files import NoFiles
from dfopt.model.scope import after
from dfopt.model.stages import Stage
from dfopt.syntax.nodes import Cmd, Copy, Entrypoint, Onbuild, Run, Workdir
from dfopt.transform import Context, Option, Patch, Safety, Skip, transform
from dfopt_transforms._stages_checks import (
    check_folders,
    check_names,
    check_owner,
    check_stage,
    check_tail,
    check_variables,
    is_file,
    tools,
)
from dfopt_transforms._stages_compiled import compiled, reaches_tools
from dfopt_transforms._stages_conditions import check_conditions
from dfopt_transforms._stages_dotnet import dotnet
from dfopt_transforms._stages_installs import looked_up
from dfopt_transforms._stages_interpreted import INTERPRETED, check_gain, interpreted
from dfopt_transforms._stages_lacking import lacking_files
from dfopt_transforms._stages_packages import known_as, packages
from dfopt_transforms._stages_parts import Needs, Old, RefusedError
from dfopt_transforms._stages_reach import Reached
from dfopt_transforms._stages_repeated import drop_folders, repeat, set_again
from dfopt_transforms._stages_system_files import system_files
from dfopt_transforms._stages_text import Writer
from dfopt_transforms._stages_users import check_users, makers

STAGES = "it has several stages already"
TRIGGERS = "it has ONBUILD triggers: others build on it"
NOTHING_STARTED = "it starts nothing: what its image is for is not known"
BASE = "which smaller image runs what is built on its base is not known"
USER = "whether its base image leaves root is not known"
NO_BUILD = "nothing is built in it"
FOLDER = "the folder that a container starts in is not known"
OF_BASE = "a WORKDIR goes on from the folder of the old base image"
NOTHING = "nothing"
KEPT = Option(
    "keep",
    "absolute paths, with blanks between them, that are copied as well; `dfopt rewrite --prove` finds out which",
    (NOTHING,),
    r"/[\w.+@-]+(?:/[\w.+@-]+)*(?: /[\w.+@-]+(?:/[\w.+@-]+)*)*",
)


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
    needs nothing of a system gets an empty image (`scratch`). `dotnet/sdk:8.0` becomes `dotnet/aspnet:8.0`, or
    `dotnet/runtime:8.0` if no project and no package asks for ASP.NET Core, or `dotnet/runtime-deps:8.0` if the run
    time is a part of the program; a variable that the SDK's image sets otherwise and the program reads (where a server
    listens, how it is told of changed settings, cultures on Alpine) is set as it was. If that is the image which the
    file starts from (a slim one, Fedora, PHP), packages for builds, tools that install others, packages of Node for
    development and those of Python for tests stay behind. All that the file says of its image (ENV, WORKDIR, USER,
    EXPOSE, VOLUME, LABEL, HEALTHCHECK, STOPSIGNAL, ENTRYPOINT, CMD) is the same afterwards.

    ## Leaves alone

    - Files with several stages or ONBUILD triggers, and those that start nothing, or a part of the tool chain.
    - Base images without a known run-time image of the same libc, and those with a digest.
    - .NET: what the SDK starts (`dotnet run`, `watch`, `ef`), programs for another version than that of the base, and
      servers that were built and not published.
    - Files whose build context is not known, if sources come from it.
    - Programs whose source loads libraries at run time, starts programs that are not known, or calls a compiler,
      and what compose files start in its image, if it is none of that.
    - RUNs with commands of which it is not known what they leave, with setuid programs, or that edit /etc, and
      scripts that may write to other folders than those of the program.
    - Files that copy folders or sources which the build context lacks, and programs that read settings or keys which
      git ignores: another checkout may have them.
    - Programs that read what a build makes, if it is not known where that is: pages of a front end, data of a Makefile.
    - Files that name a user whom only the old base image has, and programs that name a file which it may bring.
    - Files where nothing is built, and those on a small image already to which nothing comes that only a build needs:
      what people use in a container, and caches, are the business of other transforms.

    ## Safety

    What nothing shows to be needed is not in the image any more: a shell, an editor or a compiler in a running
    container, and files that only somebody who looks into it reads. Libraries that others wrote are not read, so a file
    that one of them opens outside the program's folders has to be looked for by running the program. Commands that
    others start in the image in place of its own are read from compose files only: those of CI files, Makefiles and
    charts (`docker run IMAGE go test ./...`) are not looked at.
    """
    if not ctx.facts.stages:
        return
    stage = ctx.facts.stages[0]
    if len(ctx.facts.stages) > 1:
        if not any(isinstance(each, Copy) and each.flag("from") for each in ctx.facts.stages[-1].instructions):
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
    check_stage(old)
    reached = Reached(old)
    reached.start()
    if old.builder.language not in INTERPRETED:
        reaches_tools(old, reached)
    needs = Needs()
    repeat(old, needs)
    tools(old, reached, needs)
    if old.builder.language == "dotnet":
        old, language = dotnet(old, reached, needs)
    elif old.builder.language in INTERPRETED:
        language = interpreted(old, reached, needs)
    else:
        language = compiled(old, reached, needs)
    lacking_files(old, language, needs)
    packages(old, reached, needs)
    makers(old, needs)
    system_files(old, reached, language, needs)
    for path in ctx.options[KEPT.name].split():
        if path != NOTHING:
            needs.copy(path, "it is to be kept")
    looked_up(old, needs)
    check_conditions(old, needs)
    check_gain(old, needs)
    drop_folders(old, needs)
    check_names(needs)
    set_again(old, needs, {path for path in needs.paths() if is_file(old, reached, path)})
    check_folders(old, needs)
    check_tail(old, needs)
    check_variables(old, needs)
    check_users(old, needs)
    for path in needs.paths():
        if not is_file(old, reached, path):
            check_owner(old, needs, path)
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
    builder = builder_of(base)
    if any(isinstance(each, Onbuild) for each in stage.instructions):
        raise RefusedError(TRIGGERS)
    found = run_time(base, stage.start.image.text)
    if not any(isinstance(each, Cmd | Entrypoint) for each in stage.instructions) and not _serves(base, found, stage):
        raise RefusedError(NOTHING_STARTED)
    if found is None or builder is None or "$" in stage.start.image.text:
        raise RefusedError(BASE, stage.start.image.text)
    if not begins_as_root(base, stage):
        raise RefusedError(USER, stage.start.image.text)
    if found.family:
        base = msgspec.structs.replace(base, family=found.family)
    start = builder.folder(base.reference.tag if base.reference else None)
    first = next((each for each in stage.instructions if isinstance(each, Workdir)), None)
    if start != "/" and first is not None and not first.path.text.startswith(("/", "$")):
        raise RefusedError(OF_BASE, f"{first.path.text}, from {start}")
    works = [done(facts, each, start, builder.commands) for each in stage.instructions if isinstance(each, Run)]
    problems = [each.problem for each in works if each.problem]
    is_built = any(each.work & Work.BUILDS for each in works)
    if problems and (is_built or any(reason not in (SYSTEM, RIGHTS) for reason, _ in problems)):
        raise RefusedError(*problems[0])
    heads = [each.run for each in works if each.work & (Work.BUILDS | Work.INSTALLS) or each.work is Work.NOTHING]
    if not is_built:
        raise RefusedError(NO_BUILD)
    cut = stage.instructions.index(heads[-1]) + 1
    copies = [each for each in stage.instructions if isinstance(each, Copy) and each.flag("from") is None]
    files = ctx.files() if copies else None
    unread: tuple[Copy, ...] = ()
    if isinstance(files, NoFiles):
        if any(each in stage.instructions[:cut] for each in copies):
            raise RefusedError(files.reason, files.detail)
        files, unread = None, tuple(copies)
    laid = laid_out(facts, stage, files, start) if files is not None else []
    if isinstance(laid, str):
        raise RefusedError(laid)
    lacks = lacking(facts, stage, files, start) if files is not None else []
    last = stage.instructions[-1]
    folder = after(facts.scope(last), last, ctx.dockerfile.escape).workdir
    folder = folder or start_folder(stage, base, last.span.end) or start
    if "$" in folder or not folder.startswith("/"):
        raise RefusedError(FOLDER)
    return Old(facts, stage, base, builder, found, works, laid, files, cut, posixpath.normpath(folder), unread, lacks)


def _serves(base: BaseImage, found: RunTime | None, stage: Stage) -> bool:
    """True if the base starts a server by itself, and that one is the image to run on, too."""
    if found is None or base.reference is None or found.image != stage.start.image.text:
        return False
    builder = builder_of(base)
    serves = builder.serves if builder else None
    return serves is not None and serves.fullmatch(base.reference.tag or "") is not None


def _evidence(old: Old, needs: Needs) -> list[str]:
    found = [f"{old.run_time.image}: {old.run_time.why}"]
    found += (f"{path} is copied: {needs.copied[path]}" for path in needs.paths())
    others, reasons = known_as(old), dict[str, str]()
    for package, why in sorted(needs.packages.items()):
        reasons.setdefault(others.get(package, package), why)
    found += (f"{package} is installed: {why}" for package, why in sorted(reasons.items()))
    for run in needs.repeated:
        found.append(f"{old.facts.dockerfile.text(run)[:60]!r} sets up what a container has, too")
    found += dict.fromkeys(needs.evidence)
    if needs.left:
        found.append(f"only the build needs {', '.join(dict.fromkeys(needs.left))}: nothing that is started calls them")
    return found
