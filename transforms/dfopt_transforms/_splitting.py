"""COPYs that move below installs: the patches, and why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from dfopt.edits import Edit, apply
from dfopt.facts.installs.project import Refused
from dfopt.facts.passing import stands_apart
from dfopt.model.build_files import BuildFiles, NoFiles
from dfopt.source import Span
from dfopt.suppress import SUPPRESSED
from dfopt.syntax.nodes import Copy
from dfopt.transform import Context, Delta, Lowered, Patch, Safety, Skip
from dfopt_transforms._lowering import Lowering, Move, candidates, lowerings
from dfopt_transforms._moved_blocks import moved, moved_into
from dfopt_transforms._split_text import first_copies, keeps_comments


def splits(ctx: Context) -> Iterator[Patch | Skip]:
    files = ctx.files()
    if isinstance(files, NoFiles):
        for copy in candidates(ctx.facts):
            yield Skip(copy.span, files.reason, files.detail)
        return
    limit = len(ctx.dockerfile.source.text)
    waiting = list(lowerings(ctx.facts, files))
    while waiting:
        lowering, *waiting = waiting
        copy, move = lowering.copy, lowering.result
        if isinstance(move, Refused):
            yield Skip(copy.span, move.reason, move.detail)
        elif any(ctx.is_off(place.span) for place in (copy, move.target)):
            yield Skip(copy.span, SUPPRESSED)
        elif move.target.span.end <= limit:  # what two patches pass must not be the same: the others follow
            group = [copy]
            while waiting and _joins(ctx, waiting[0], group, move, files):
                group = [waiting.pop(0).copy, *group]
            limit = group[0].span.start
            yield _split(ctx, group, move, files)


def _joins(ctx: Context, above: Lowering, group: Sequence[Copy], move: Move, files: BuildFiles) -> bool:
    """True if the COPY directly above some others can move with them, as a whole."""
    own = above.result
    if (
        isinstance(own, Refused)
        or own.target is not move.target
        or own.needed
        or move.needed
        or own.destination
        or move.destination
        or ctx.is_off(above.copy.span)
    ):
        return False
    is_next = own.passed[: len(group)] == tuple(group) and own.cut is None and move.cut is None
    return is_next and all(stands_apart(ctx.facts, each, above.copy, files, has_first=False) for each in group)


def _split(ctx: Context, copies: Sequence[Copy], move: Move, files: BuildFiles) -> Patch | Skip:
    """``move`` is that of the last of the COPYs; several of them move as a whole."""
    copy = copies[-1]
    first = first_copies(ctx.dockerfile, copy, move.placed, move.needed, files)
    if isinstance(first, Refused):
        return Skip(copy.span, first.reason, first.detail)
    members = [msgspec.structs.replace(copy, comments=())] if first and keeps_comments(copy) else copies
    end = ctx.print.line_end(copy)
    above = "".join(f"{each}{end}" for each in first)
    fixed = Edit(copy.destination.span, move.destination) if move.destination else None
    if move.cut is None:
        edits = moved(ctx.dockerfile, ctx.print, members, move.target, instead=above, changed=fixed)
    else:
        edits = moved_into(ctx.dockerfile, ctx.print, members[0], move.target, move.cut, instead=above, changed=fixed)
    passed = len(move.passed) + len(copies) - 1
    written = _written(ctx, copy, fixed) if fixed else ""
    lowered = tuple(Lowered(each.span, first, passed, move.doubts, written) for each in reversed(copies))
    rest = len(move.placed.paths) - len(move.needed)
    needed = ", ".join(move.placed.paths[path] for path in move.needed)
    return Patch(
        edits,
        why=_why(move),
        span=copies[0].span,
        safety=Safety.UNSAFE if move.doubts else Safety.SAFE,
        delta=Delta(lowered=lowered),
        evidence=(
            f"of what the COPY brings it reads {needed or 'nothing'}",
            f"paths that no longer stand above it: {rest}",
        ),
    )


def _written(ctx: Context, copy: Copy, fixed: Edit) -> str:
    """A COPY with another destination, as the text of a file says it."""
    start = copy.span.start
    inner = Edit(Span(fixed.span.start - start, fixed.span.end - start), fixed.text)
    return apply(ctx.dockerfile.source.slice(copy.span), [inner])


def _why(move: Move) -> str:
    if not move.needed:
        return "a change of what is copied no longer runs the installs below it again"
    return "a change of the sources no longer installs the dependencies again"
