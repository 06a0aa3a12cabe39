"""Files have no stages that nothing uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dfopt.model.needed import needed
from dfopt.model.stages import Stage
from dfopt.source import Span
from dfopt.syntax.nodes import Copy, Instruction, Run
from dfopt.transform import Context, Delta, Edit, Option, Patch, Safety, Skip, transform

NAMED = "it has a name that a build may ask for by --target"
NUMBERED = "an instruction names a stage by its number, which would be another one"
OPEN = "a variable decides which stage is used"

_NAMES = r"[A-Za-z][\w.-]*(?:[ ,]+[A-Za-z][\w.-]*)*"
_NONE = "none"
_LEAST = 2
"""The lines of a heading around what it says."""


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/build/building/multi-stage/#differences-between-legacy-builder-and-buildkit",
        "https://docs.docker.com/build/building/multi-stage/#stop-at-a-specific-build-stage",
    ],
    options=[Option("also", "names of stages that go, too, separated by blanks or commas", (_NONE,), _NAMES)],
)
def without_unused_stages(ctx: Context) -> Iterator[Patch | Skip]:
    """Removes stages that nothing in the file uses.

    ## Why

    A stage that is left over from an older version of a file is read, updated and scanned by people who take it for a
    part of the image. BuildKit does not build it; builders without BuildKit do, and stop where it fails.

    A stage is used if it is the last one, or if a used one starts from it (`FROM`), copies from it (`COPY --from`) or
    mounts it (`RUN --mount=from=`). The comments at once above its FROM, a heading above these, and the comments in it
    go with it.

    ## Leaves alone

    - Stages with a name: `docker build --target` may ask for them, in a compose or bake file, in CI, or by hand. Most
      stages that nothing in their file uses are made for that (`test`, `dev`, `lint`). The option `also` names those
      that may go.
    - Stages above one that an instruction names by its number.
    - Files in which a variable decides from which stage something comes.

    ## Safety

    `docker build --target 0` asks for a stage by its number. Whoever does that gets an error, or another stage.
    """
    stages = ctx.facts.stages
    if len(stages) < 2:
        return
    used = needed(stages, stages[-1])
    unused = [stage for stage in stages if stage.index not in used]
    if not unused:
        return
    sources = list(_sources(ctx))
    is_open = any("$" in stage.start.image.text for stage in stages)
    if any("$" in name for name in sources):
        yield Skip(unused[0].start.span, OPEN)
        return
    also = frozenset(name.lower() for name in re.split("[ ,]+", ctx.options["also"]) if name != _NONE)
    asked_for = [stage for stage in unused if stage.name and stage.name not in also]
    kept = frozenset(index for stage in asked_for for index in needed(stages, stage))
    for stage in asked_for:
        yield Skip(stage.start.span, NAMED, stage.name or "")
    numbers = [int(name) for name in sources if name.isdecimal()]
    for stage in unused:
        if stage.index in kept:
            continue
        if stage.name and is_open:
            yield Skip(stage.start.span, OPEN, stage.name)
        elif any(number > stage.index for number in numbers):
            yield Skip(stage.start.span, NUMBERED)
        else:
            yield _patch(ctx, stage)


def _sources(ctx: Context) -> Iterator[str]:
    """What instructions take files from, by name or by number."""
    for stage in ctx.facts.stages:
        for instruction in stage.instructions:
            flag = instruction.flag("from") if isinstance(instruction, Copy) else None
            if flag is not None:
                yield flag.value or ""
            elif isinstance(instruction, Run):
                yield from (mount.fields.get("from", "") for mount in ctx.facts.mounts(instruction))


def _patch(ctx: Context, stage: Stage) -> Patch:
    name = f"the stage {stage.name}" if stage.name else f"stage {stage.index}"
    return Patch(
        [Edit(_place(ctx, stage), "")],
        why=f"nothing uses {name}",
        span=stage.start.span,
        evidence=["no FROM, COPY --from or mount names it", "BuildKit builds what the last stage needs"],
        delta=Delta(removed_stages=(stage.index,)),
    )


def _place(ctx: Context, stage: Stage) -> Span:
    """A stage with the comments that speak of it, and the blank lines behind it."""
    instructions = ctx.dockerfile.instructions
    at = instructions.index(stage.start)
    last = stage.instructions[-1] if stage.instructions else stage.start
    end = _behind_comments(ctx, _line_behind(ctx, _end(last)))
    start, behind = _start(ctx, stage.start, instructions[:at]), _behind_blanks(ctx, end)
    text = ctx.dockerfile.source.text
    stays = text[:start].rpartition("\n")[0].rpartition("\n")[2].startswith("#")
    return Span(start, end if stays and text.startswith("#", behind) else behind)


def _start(ctx: Context, start: Instruction, before: Sequence[Instruction]) -> int:
    """Where a stage begins with its comments: those at once above it, and the heading above them.

    What stands at the head of a file is about the whole file."""
    text = ctx.dockerfile.source.text
    first = text.rfind("\n", 0, start.span.start) + 1
    at = _above_comments(text, first)
    if not before:
        behind = max((directive.span.end for directive in ctx.dockerfile.directives), default=0)
        return at if text[behind:at].strip() else first
    least = _behind_blanks(ctx, _behind_comments(ctx, _line_behind(ctx, _end(before[-1]))))
    above = _above_blanks(text, at)
    top = _above_comments(text, above)
    if at == first or _is_heading(text[top:above]):
        at = top
    return max(at, least) if text[least:at].strip() else least


def _above_comments(text: str, at: int) -> int:
    while at and text[(above := text.rfind("\n", 0, at - 1) + 1) : at].lstrip(" \t").startswith("#"):
        at = above
    return at


def _above_blanks(text: str, at: int) -> int:
    while at and not text[(above := text.rfind("\n", 0, at - 1) + 1) : at].strip():
        at = above
    return at


def _is_heading(text: str) -> bool:
    """True for a comment between two lines without words."""
    lines = text.splitlines()
    return len(lines) > _LEAST and not any(re.search(r"\w", line) for line in (lines[0], lines[-1]))


def _end(instruction: Instruction) -> int:
    return max([instruction.span.end, *(heredoc.span.end for heredoc in instruction.heredocs)])


def _line_behind(ctx: Context, at: int) -> int:
    text = ctx.dockerfile.source.text
    end = text.find("\n", at)
    return len(text) if end == -1 else end + 1


def _behind_comments(ctx: Context, at: int) -> int:
    """Behind the comment lines that follow at once, if no instruction does: those belong to what stands above."""
    text = ctx.dockerfile.source.text
    end = at
    while text[end:].lstrip(" \t").startswith("#"):
        end = _line_behind(ctx, end)
    rest = text[end : _line_behind(ctx, end)]
    return end if not rest.strip() else at


def _behind_blanks(ctx: Context, at: int) -> int:
    text = ctx.dockerfile.source.text
    while at < len(text) and not text[at : (end := _line_behind(ctx, at))].strip():
        at = end
    return at
