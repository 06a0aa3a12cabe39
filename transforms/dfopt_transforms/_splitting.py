"""COPYs that move below installs: the patches, and why there is none."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from dfopt.facts.installs.project import Refused
from dfopt.model.build_files import NoFiles
from dfopt.suppress import SUPPRESSED
from dfopt.syntax.nodes import Copy
from dfopt.transform import Context, Delta, Lowered, Patch, Safety, Skip
from dfopt_transforms._lowering import Move, candidates, lowerings
from dfopt_transforms._moved_blocks import moved, moved_into
from dfopt_transforms._split_text import first_copies, keeps_comments


def splits(ctx: Context) -> Iterator[Patch | Skip]:
    files = ctx.files()
    if isinstance(files, NoFiles):
        for copy in candidates(ctx.facts):
            yield Skip(copy.span, files.reason, files.detail)
        return
    for lowering in lowerings(ctx.facts, files):
        if isinstance(lowering.result, Refused):
            yield Skip(lowering.copy.span, lowering.result.reason, lowering.result.detail)
        elif any(ctx.is_off(place.span) for place in (lowering.copy, lowering.result.target)):
            yield Skip(lowering.copy.span, SUPPRESSED)
        else:
            yield _split(ctx, lowering.copy, lowering.result)


def _split(ctx: Context, copy: Copy, move: Move) -> Patch | Skip:
    first = first_copies(ctx.dockerfile, copy, move.placed, move.needed)
    if first is None:
        return Skip(copy.span, "what the install needs lies in too many folders, or has names that need quotes")
    member = msgspec.structs.replace(copy, comments=()) if first and keeps_comments(copy) else copy
    end = ctx.print.line_end(copy)
    above = "".join(f"{each}{end}" for each in first)
    if move.cut is None:
        edits = moved(ctx.dockerfile, ctx.print, [member], move.target, instead=above)
    else:
        edits = moved_into(ctx.dockerfile, ctx.print, member, move.target, move.cut, instead=above)
    lowered = Lowered(copy.span, first, len(move.passed), move.doubts)
    rest = len(move.placed.paths) - len(move.needed)
    needed = ", ".join(move.placed.paths[path] for path in move.needed)
    return Patch(
        edits,
        why=_why(move),
        span=copy.span,
        safety=Safety.UNSAFE if move.doubts else Safety.SAFE,
        delta=Delta(lowered=(lowered,)),
        evidence=(
            f"of what the COPY brings it reads {needed or 'nothing'}",
            f"paths that no longer stand above it: {rest}",
        ),
    )


def _why(move: Move) -> str:
    if not move.needed:
        return "a change of what is copied no longer runs the installs below it again"
    return "a change of the sources no longer installs the dependencies again"
