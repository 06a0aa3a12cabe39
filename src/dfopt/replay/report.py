"""The report of a replay, for people and as values for JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from dfopt.replay.costs import Table
from dfopt.replay.replay import Build, Figures, Replayed, Row, figures
from dfopt.report.text import counted

MB = 1_000_000
MOST = 5
"""So many steps are named."""


class Step(msgspec.Struct, frozen=True):
    """A step of the Dockerfile as it was, and how often it was built anew."""

    times: int
    seconds: float
    line: int
    text: str


class Line(msgspec.Struct, frozen=True):
    """A line of the figures, in seconds."""

    name: str
    before: float
    after: float
    change: str
    """In percent; empty if there was nothing."""


class ReplayReport(msgspec.Struct, frozen=True):
    """All seconds come from the table of costs: they were not measured."""

    path: str
    commits: int
    skipped: int
    before: Figures
    after: Figures
    cheaper: int
    dearer: int
    once: float
    cold_before: float
    cold_after: float
    steps: tuple[Step, ...]
    costs: dict[str, float]
    rows: tuple[Row, ...]
    is_cut: bool = False
    """True if a shallow clone has fewer commits than were asked for."""
    schema: int = 1


def report(path: str, found: Replayed, table: Table) -> ReplayReport:
    changes = [row.after.seconds - row.before.seconds for row in found.rows]
    return ReplayReport(
        path,
        len(found.rows),
        found.skipped,
        figures([row.before for row in found.rows]),
        figures([row.after for row in found.rows]),
        sum(change < 0 for change in changes),
        sum(change > 0 for change in changes),
        found.once,
        found.cold_before,
        found.cold_after,
        tuple(_steps([row.before for row in found.rows])),
        table.seconds(),
        found.rows,
        found.is_cut,
    )


def _steps(builds: list[Build]) -> Iterator[Step]:
    """The dearest ones: an instruction may have moved, and stands where it did last."""
    missed = [each for build in builds for each in build.missed]
    lines = {(each.text, each.seconds): each.line for each in missed}
    times = Counter((each.text, each.seconds) for each in missed)
    for (text, seconds), count in sorted(times.items(), key=lambda item: -item[0][1] * item[1])[:MOST]:
        yield Step(count, seconds, lines[text, seconds], text)


def rows(found: ReplayReport) -> Iterator[Line]:
    """The seconds of both sides, with what changes."""
    before, after = found.before, found.after
    yield _line("mean", before.mean, after.mean)
    yield _line("median", before.median, after.median)
    if (before.mean, after.mean) != (before.least_mean, after.least_mean):
        yield _line("mean, at best", before.least_mean, after.least_mean)
    yield _line("cold build", found.cold_before, found.cold_after)


def _line(name: str, before: float, after: float) -> Line:
    return Line(name, before, after, f"{(after - before) / before:+.1%}" if before else "")


def lines(found: ReplayReport) -> Iterator[str]:
    """The report for people."""
    skipped = f" ({counted(found.skipped, 'commit')} without a Dockerfile that can be read)" if found.skipped else ""
    yield f"{found.path}: {counted(found.commits, 'commit')} replayed{skipped}"
    if found.is_cut:
        yield "the clone is shallow: there are no older commits in it (git fetch --unshallow brings them)"
    yield f"{'rebuild':18} {'before':>9} {'after':>9}"
    for row in rows(found):
        yield f"{row.name:18} {row.before:7.1f} s {row.after:7.1f} s {row.change:>8}".rstrip()
    before, after = found.before.copied, found.after.copied
    if before != after:
        change = f"{(after - before) / before:+.1%}" if before else ""
        yield f"{'copied anew, mean':18} {before / MB:6.1f} MB {after / MB:6.1f} MB {change:>8}".rstrip()
    yield f"cheaper for {counted(found.cheaper, 'commit')}, dearer for {found.dearer}"
    yield f"once, for the rewrite itself: {found.once:.1f} s"
    if found.steps:
        yield "built anew most often, before:"
    for step in found.steps:
        yield f"  {step.times:5} × {step.seconds:5.1f} s  line {step.line}: {step.text[:80]}"
    yield "seconds are those of a table of costs, not measured"
