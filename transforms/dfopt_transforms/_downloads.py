"""Steps that only download: the patches, and why there is none."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.edits import Differs
from dfopt.facts.facts import Facts
from dfopt.facts.installs.project import Refused
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.dependency_downloads import DOWNLOADS, DependencyDownload
from dfopt.model.build_files import NoFiles
from dfopt.model.stages import Stage, chain
from dfopt.source import Span
from dfopt.suppress import SUPPRESSED
from dfopt.syntax.nodes import Copy, Run
from dfopt.transform import Context, Delta, Edit, Patch, Skip
from dfopt_transforms._downloads_needs import Download, download, is_of
from dfopt_transforms._downloads_place import Place, place
from dfopt_transforms._downloads_text import step
from dfopt_transforms._moved_blocks import Block, with_blank

_RISK = "the image may hold dependencies that the build would not have downloaded"


def downloads(ctx: Context) -> Iterator[Patch | Skip]:
    for stage in ctx.facts.stages:
        for row in DOWNLOADS:
            first = _first(ctx.facts, stage, row)
            if first is None or not _copies(stage, first[0]):
                continue
            run, call = first
            if _is_downloaded(ctx.facts, stage, run, call, row):
                continue
            found = _patch(ctx, stage, run, call, row)
            yield Skip(run.span, found.reason, found.detail) if isinstance(found, Refused) else found


def _first(facts: Facts, stage: Stage, row: DependencyDownload) -> tuple[Run, PackageCall] | None:
    """The first call of a stage that builds with a tool."""
    runs = (each for each in stage.instructions if isinstance(each, Run))
    calls = ((run, call) for run in runs for call in facts.calls(run))
    return next(((run, call) for run, call in calls if is_of(call, row, row.builds)), None)


def _copies(stage: Stage, run: Run) -> bool:
    """True if something of the build context is copied above a RUN."""
    above = [each for each in stage.instructions if each.span.start < run.span.start]
    return any(isinstance(each, Copy) and each.flag("from") is None for each in above)


def _is_downloaded(facts: Facts, stage: Stage, run: Run, call: PackageCall, row: DependencyDownload) -> bool:
    """True if a call above another one, or in front of it, downloads already."""
    for each in chain(stage):
        for above in each.instructions:
            if not isinstance(above, Run) or (each is stage and above.span.start > run.span.start):
                continue
            for other in facts.calls(above):
                is_before = above is not run or other.after_command < call.after_command
                fetches = is_of(other, row, row.downloads) or (each is not stage and is_of(other, row, row.builds))
                if is_before and fetches:
                    return True
    return False


def _patch(ctx: Context, stage: Stage, run: Run, call: PackageCall, row: DependencyDownload) -> Patch | Refused:
    files = ctx.files()
    if isinstance(files, NoFiles):
        return Refused(files.reason, files.detail)
    wanted = download(ctx.facts, run, call, row, files)
    if isinstance(wanted, Refused):
        return wanted
    found = place(ctx.facts, stage, run, wanted, files)
    if isinstance(found, Refused):
        return found
    if any(ctx.is_off(each.span) for each in (run, found.copy)):
        return Refused(SUPPRESSED)
    lines = step(ctx, run, wanted, found, files)
    return lines if isinstance(lines, Refused) else _written(ctx, stage, lines, wanted, found)


def _written(ctx: Context, stage: Stage, lines: tuple[str, ...], wanted: Download, found: Place) -> Patch:
    text, end = ctx.dockerfile.source.text, ctx.print.line_end(found.copy)
    at = Block(ctx.dockerfile, found.copy).span.start
    is_spaced = not text[text.rfind("\n", 0, max(at - 1, 0)) + 1 : at].strip()
    said = "".join(f"{line}{end}" for line in lines) + (end if is_spaced else "")
    needed = (
        ", ".join(sorted({found.sources[path] for path in wanted.reads if path in found.sources})) or "nothing else"
    )
    evidence = [f"it reads {needed}"]
    if found.stubs:
        evidence.append(f"sources that have to be there, and are empty at first: {len(found.stubs)}")
    moved = [part.copy for part in found.parts if part.is_whole and _moves(ctx, part.copy)]
    removed = tuple(ctx.dockerfile.text(copy) for copy in moved)
    gone = [Edit(with_blank(text, Block(ctx.dockerfile, copy).span), "") for copy in moved]
    return Patch(
        [Edit(Span(at, at), said), *gone],
        why=f"a change of the sources no longer downloads what {wanted.row.manager} builds with",
        span=found.copy.span,
        delta=Delta(differs=(Differs(stage.index, added=lines, removed=removed),)),
        evidence=evidence,
        risk=_RISK + (f", and the build still downloads {wanted.row.leaves}" if wanted.row.leaves else ""),
    )


def _moves(ctx: Context, copy: Copy) -> bool:
    """True if a COPY need not stand where it does once it stands above: nobody says anything about it there."""
    return not (copy.comments or ctx.is_off(copy.span) or "\n" in ctx.dockerfile.text(copy))
