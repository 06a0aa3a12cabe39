"""The image has the program that was built, not the folder that it was built in."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from dfopt.facts.built import done
from dfopt.facts.folders import folder_of, is_in, place
from dfopt.facts.layout import Laid, laid_out
from dfopt.facts.run_time import RunTime
from dfopt.knowledge.tool_chains import BUILDERS
from dfopt.model.build_files import NoFiles
from dfopt.model.needed import stage_named
from dfopt.model.scope import after
from dfopt.model.stages import Stage
from dfopt.syntax.nodes import Copy, Run, User, Volume
from dfopt.transform import Context, Delta, Differs, Edit, Patch, Safety, Skip, transform
from dfopt_transforms._stages_compiled import compiled, reaches_tools
from dfopt_transforms._stages_parts import Needs, Old, RefusedError
from dfopt_transforms._stages_reach import Reached

COMPILED = frozenset({"go", "rust", "c", ""})
"""The languages whose programs run without their sources."""
MOST = 6
FLAGS = "the COPY has flags beside --from"
ROOT = "it is copied into the root of the file system, or to a place that is not known"
NAMED = "the source names the folder that it is copied to"
BASE = "what the stage that builds starts from is not a known image with a compiler"
FROM_OTHERS = "the stage that builds has files of other stages"
OWNER = "what is copied has an owner or a mode of its own"
BEHIND = "a RUN behind the COPY may work with what is copied"
WHOLE = "the program needs the folder as a whole, or too much of it"
FOLDER = "the folder that a container starts in is not known"
VOLUME = "it is a VOLUME"
_PLAIN = re.compile(r"[\w./+@-]+")


@transform(
    safety=Safety.UNSAFE,
    links=["https://docs.docker.com/build/building/multi-stage/#use-multi-stage-builds"],
)
def without_sources(ctx: Context) -> Iterator[Patch | Skip]:
    """Copies the program out of the stage that builds, not the whole folder with its sources.

    ## Why

    `COPY --from=build /app /app` takes the sources, the tests and what the compiler left into the image, although a
    container starts one file of it: the image is larger, and who gets it gets the sources.

    What a container needs is told as `multi-stage` does it: from CMD, ENTRYPOINT and HEALTHCHECK, from the build
    context and the source in it, and from the rules of the tool chain. Files that the program may open are copied, too.

    ## Leaves alone

    - COPYs with flags beside `--from`, and those into `/`.
    - Stages that build from an image without a known tool chain for Go, Rust or C, or take files from other stages.
    - Files whose build context is not known.
    - Programs whose source loads libraries at run time, or starts programs that are not known.
    - Folders that a RUN behind the COPY may work with, that are a VOLUME, or of which some file has its own owner.

    ## Safety

    What nothing shows to be needed is not in the image any more. Libraries that others wrote are not read, so a file
    that one of them opens in the folder has to be looked for by running the program: `dfopt rewrite --prove` does that.
    """
    stages = ctx.facts.stages
    if len(stages) < 2:
        return
    last = stages[-1]
    for instruction in last.instructions:
        if not isinstance(instruction, Copy) or len(instruction.sources) != 1:
            continue
        flag = instruction.flag("from")
        builder = stage_named(stages[:-1], flag.value or "") if flag else None
        if builder is None or not _has_sources(ctx, builder, instruction):
            continue
        try:
            yield _narrowed(ctx, builder, last, instruction)
        except RefusedError as refused:
            yield Skip(instruction.span, *refused.why)


def _has_sources(ctx: Context, builder: Stage, copy: Copy) -> bool:
    """True if a folder is copied into which files of the build context come: sources, as it seems."""
    source = posixpath.normpath(copy.sources[0].text)
    if not source.startswith("/") or source == "/" or any(sign in source for sign in "$*?["):
        return False
    places = [
        place(ctx.facts, each, each.destination.text)
        for each in builder.instructions
        if isinstance(each, Copy) and each.flag("from") is None
    ]
    return any(path is not None and is_in(path, source) for path in places)


def _narrowed(ctx: Context, builder: Stage, last: Stage, copy: Copy) -> Patch:
    """The patch.

    Raises RefusedError.
    """
    tree = posixpath.normpath(copy.sources[0].text)
    target = posixpath.normpath(place(ctx.facts, copy, copy.destination.text) or "/")
    _check(ctx, builder, last, copy, target)
    old = _old(ctx, builder, last)
    if any(is_in(tree, path) or is_in(path, tree) for each in old.done for path in each.touched):
        raise RefusedError(OWNER, tree)
    reached = Reached(msgspec.structs.replace(old, stage=last))
    reached.start()
    reaches_tools(old, reached)
    if target != tree:
        old = _moved(old, reached, target, tree)
    needs = Needs()
    compiled(old, reached, needs)
    paths = [path for path in needs.paths() if is_in(path, tree)]
    if not paths or len(paths) > MOST or tree in paths:
        raise RefusedError(WHOLE, ", ".join(paths[:MOST]))
    if any(not _PLAIN.fullmatch(path) for path in paths):
        raise RefusedError(WHOLE, ", ".join(paths))
    flag = copy.flag("from")
    assert flag is not None
    keyword = ctx.dockerfile.source.slice(copy.keyword_span)
    lines = [f"{keyword} --from={flag.value} {path} {target + path.removeprefix(tree)}" for path in paths]
    return Patch(
        [Edit(copy.span, ctx.print.line_end(copy).join(lines))],
        why=f"of {tree}, a container needs {', '.join(paths)}",
        evidence=[*(f"{path} is copied: {needs.copied[path]}" for path in paths), *needs.evidence],
        delta=Delta(differs=(Differs(last.index, added=tuple(lines), removed=(ctx.dockerfile.text(copy),)),)),
    )


def _moved(old: Old, reached: Reached, target: str, tree: str) -> Old:
    """The stage as if a container ran in the folder that the stage builds in; so are the paths that are reached.

    Raises RefusedError.
    """
    named = next((each.entry.path for each in old.laid if target in old.text(each.path)), None)
    if named is not None:
        raise RefusedError(NAMED, f"{target}, in {named}")
    own = [each.path for each in old.laid if each.copy not in old.head]
    kept = {path: who for path, who in reached.paths.items() if not any(is_in(path, each) for each in own)}

    def moved(path: str) -> str:
        return tree + path.removeprefix(target) if is_in(path, target) else path

    reached.paths = {moved(path): who for path, who in kept.items()}
    return msgspec.structs.replace(old, folder=moved(old.folder))


def _check(ctx: Context, builder: Stage, last: Stage, copy: Copy, target: str) -> None:
    """Raises RefusedError for what is no plain copy of a folder."""
    if [flag.name for flag in copy.flags] != ["from"] or copy.inner_comments:
        raise RefusedError(FLAGS, ctx.dockerfile.text(copy)[:60])
    if target == "/" or "$" in target or "\1" in target:
        raise RefusedError(ROOT, ctx.dockerfile.text(copy)[:60])
    for each in builder.instructions:
        if isinstance(each, Copy) and each.flag("from"):
            raise RefusedError(FROM_OTHERS, ctx.dockerfile.text(each)[:60])
        if isinstance(each, Copy) and (each.flag("chown") or each.flag("chmod")):
            raise RefusedError(OWNER, ctx.dockerfile.text(each)[:60])
        if isinstance(each, User) and each.user.text.partition(":")[0] not in ("root", "0"):
            raise RefusedError(OWNER, each.user.text)
    for each in last.instructions:
        if isinstance(each, Run) and each.span.start > copy.span.start:
            raise RefusedError(BEHIND, ctx.dockerfile.text(each)[:60])
        for text in each.paths if isinstance(each, Volume) else ():
            path = place(ctx.facts, each, text.text) or "/"
            if is_in(path, target) or is_in(target, path):
                raise RefusedError(VOLUME, text.text)


def _old(ctx: Context, builder: Stage, last: Stage) -> Old:
    """The stage that builds as if it were followed by the last one.

    Raises RefusedError.
    """
    facts = ctx.facts
    base = facts.base(builder)
    name = (base.reference.official if base.reference else None) or ""
    if builder.parent is not None or name not in BUILDERS or BUILDERS[name].language not in COMPILED:
        raise RefusedError(BASE, builder.start.image.text)
    works = [done(facts, each) for each in builder.instructions if isinstance(each, Run)]
    if problem := next((each.problem for each in works if each.problem), None):
        raise RefusedError(*problem)
    files = ctx.files()
    if isinstance(files, NoFiles):
        raise RefusedError(files.reason, files.detail)
    laid: list[Laid] = []
    for stage in (builder, last):
        found = laid_out(facts, stage, files)
        if isinstance(found, str):
            raise RefusedError(found)
        laid += found
    end = last.instructions[-1]
    folder = after(facts.scope(end), end, ctx.dockerfile.escape).workdir or folder_of(facts, end)
    folder = folder or ("/" if last.image == "scratch" else "")
    if "$" in folder or not folder.startswith("/"):
        raise RefusedError(FOLDER, last.start.image.text)
    cut = len(builder.instructions)
    now = RunTime("", "it is the image that the last stage starts from")
    return Old(facts, builder, base, BUILDERS[name], now, works, laid, files, cut, posixpath.normpath(folder))
