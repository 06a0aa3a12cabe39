"""``python -m tests.bench.projects``: builds every project before and after its rewrite and writes docs/benchmarks.md.

Run on the engine lab, or with ``--engine`` on another one. A build or a check that fails is a row like any other.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Literal

import msgspec

from dfopt import api
from dfopt.config import Config
from dfopt.context.place import files_of
from dfopt.errors import DfoptError
from dfopt.report.text import size
from dfopt.results import Rewrite
from dfopt.source import Source
from dfopt.verify.archive import Reader
from dfopt.verify.engines import Engine, find
from dfopt.verify.findings import What
from dfopt.verify.proof import what_is_written
from dfopt.verify.verification import Request, Side, Verified, opened, reader
from tests.engine.lab import BASES, Lab, build
from tests.engine.projects import Project, load, served

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
Kind = Literal["safe", "unsafe"]
STAGING = "multi-stage"
CONVERTED = "yes"
REBUILDS = 3
_HEADS = ("Project", "Ecosystem", "Size", "Layers", "Cold build", "Rebuild", "Result", "Two stages")


class Row(msgspec.Struct, frozen=True):
    """One project under one kind of rewrite; ``problem`` says what went wrong, or nothing was to do."""

    project: Project
    kind: Kind
    verified: Verified | None
    problem: str
    stages: str = ""
    """Whether the rewrite made two stages of one, or why it did not."""

    @property
    def works(self) -> bool:
        """Both images build, and the command that shows that the image works passes in both and prints the same."""
        found = self.verified
        if found is None or found.before.ran is None or found.after.ran is None:
            return False
        return (found.before.ran.status, found.after.ran.status) == (0, 0) and not any(
            each.what is What.RUN for each in found.findings
        )

    @property
    def equal(self) -> bool:
        return self.verified is not None and not self.verified.undeclared


def measured(project: Project, engine: Engine, images: Reader) -> Iterator[Row]:
    """Builds a project before and after each kind of rewrite, and measures all; the original is built once."""
    todo: dict[Kind, Rewrite] = {"safe": rewritten(project, "safe"), "unsafe": rewritten(project, "unsafe")}
    if _same_text(todo["safe"], todo["unsafe"]):
        del todo["unsafe"]
    for kind, rewrite in todo.items():
        if not rewrite.changed:
            yield Row(project, kind, None, "nothing to rewrite", _stages(rewrite))
    changed: dict[Kind, Rewrite] = {kind: rewrite for kind, rewrite in todo.items() if rewrite.changed}
    if not changed:
        return
    with served(project) as arguments:
        request = _request(project, next(iter(changed.values())), arguments)
        with opened(engine, request, images=images) as work:
            for number, (kind, rewrite) in enumerate(changed.items()):
                if number:
                    written = what_is_written(rewrite, request.before)
                    work.rewrite(written.after, written.ignore, written.deltas)
                try:
                    yield Row(project, kind, work.verify(calibrate=kind == "safe"), "", _stages(rewrite))
                except DfoptError as error:
                    yield Row(project, kind, None, str(error), _stages(rewrite))


def _request(project: Project, rewrite: Rewrite, arguments: tuple[str, ...]) -> Request:
    path = project.folder / "Dockerfile"
    before = path.read_bytes()
    written = what_is_written(rewrite, before)
    return Request(
        dockerfile=path,
        before=before,
        after=written.after,
        context=project.folder,
        ignore=written.ignore,
        deltas=written.deltas,
        network="host",
        arguments=arguments,
        run=tuple(shlex.split(project.run)),
        measure=True,
        touch=project.touch,
        rebuilds=REBUILDS,
        seconds=900,
        run_seconds=60,
    )


def rewritten(project: Project, kind: Kind) -> Rewrite:
    path = project.folder / "Dockerfile"
    source = Source.from_bytes(path.read_bytes(), str(path))
    return api.rewrite(source, Config(unsafe=kind == "unsafe"), files=files_of(path, str(project.folder)))


def _stages(rewrite: Rewrite) -> str:
    if any(each.transform == STAGING for each in rewrite.applied):
        return CONVERTED
    return next((f"no: {each.reason}" for each in rewrite.refusals if each.transform == STAGING), "")


def _change(before: float, after: float) -> float:
    return (after - before) / before if before else 0.0


def _cells(row: Row) -> list[str]:
    found = row.verified
    if found is None:
        return [row.project.name, row.project.ecosystem, row.problem, "", "", "", "", row.stages]
    a, b = found.before, found.after
    return [
        row.project.name,
        row.project.ecosystem,
        f"{size(a.image.size)} → {size(b.image.size)} ({_change(a.image.size, b.image.size):+.1%})",
        f"{len(a.image.layers)} → {len(b.image.layers)}",
        _seconds(a, b, "cold"),
        _seconds(a, b, "rebuild"),
        _verdict(row),
        row.stages,
    ]


def _seconds(a: Side, b: Side, which: Literal["cold", "rebuild"]) -> str:
    one, two = (side.timing and getattr(side.timing, which) for side in (a, b))
    return f"{one:.1f} → {two:.1f} s" if one is not None and two is not None else ""


def _verdict(row: Row) -> str:
    if not row.works:
        return "**does not work**"
    return "equal" if row.equal else "**differs**" if row.kind == "safe" else "works"


def _table(rows: Sequence[Row]) -> Iterator[str]:
    cells = [_HEADS, *map(_cells, rows)]
    width = len(_HEADS) if any(row.stages for row in rows) else len(_HEADS) - 1
    first, *rest = (f"| {' | '.join(each[:width])} |" for each in cells)
    yield from (first, "|" + "---|" * width, *rest)


def _summary(rows: Sequence[Row]) -> Iterator[str]:
    done = [(row, row.verified) for row in rows if row.verified is not None]
    if not done:
        yield "No project is changed by these rewrites."
        return
    yield "| | Mean | Median |"
    yield "|---|---|---|"
    for name, read in _MEASURES:
        changes = [_change(a, b) for _, found in done if (a := read(found.before)) and (b := read(found.after))]
        yield f"| {name} | {mean(changes):+.1%} | {median(changes):+.1%} |"
    total = [
        sum(side.image.size for side in sides) for sides in zip(*[(f.before, f.after) for _, f in done], strict=True)
    ]
    yield ""
    failed = [row for row in rows if row.verified is None and row.problem != "nothing to rewrite"]
    yield (
        f"In total {size(total[0])} became {size(total[1])}. Of {len(rows)} projects {len(done) + len(failed)} were "
        f"rewritten; {len(done)} still build, {sum(row.works for row, _ in done)} work as before, and "
        f"{sum(row.equal for row, _ in done)} were proved equal but for what the rewrite declares."
    )


def _conversions(rows: Sequence[Row]) -> Iterator[str]:
    """How many images of one stage were made of two, and what that gained."""
    single = [row for row in rows if row.stages]
    converted = [row for row in single if row.stages == CONVERTED]
    found = [(row, row.verified) for row in converted if row.verified is not None]
    if not found:
        return
    changes = [_change(each.before.image.size, each.after.image.size) for _, each in found]
    yield ""
    yield (
        f"Of {len(single)} projects with one stage {len(converted)} got two "
        f"([multi-stage](transforms/multi-stage.md)); {len(found)} of these build and "
        f"{sum(row.works for row, _ in found)} work as before. Their images are {-mean(changes):.1%} smaller in the "
        f"mean, {-median(changes):.1%} in the median."
    )


_MEASURES: tuple[tuple[str, Callable[[Side], float | None]], ...] = (
    ("Size", lambda side: side.image.size),
    ("Size as pushed", lambda side: side.image.compressed),
    ("Layers", lambda side: len(side.image.layers)),
    ("Cold build", lambda side: side.timing.cold if side.timing else None),
    ("Rebuild after a change of one source file", lambda side: side.timing.rebuild if side.timing else None),
)

_INTRODUCTION = """\
# Benchmarks

What the rewrites gain, measured by building: every project under `fixtures/projects/` was built before and after,
compared by `dfopt verify`, run, and rebuilt after a change of one source file. `make benchmarks` does all of it and
writes this page.
"""


def page(rows: Sequence[Row], engine: str) -> str:
    """The page of the benchmark."""
    lines = [_INTRODUCTION]
    bases = ", ".join(f"`{base.tags[0]}`" for base in BASES)
    lines.append(
        f"Engine: {engine}, on two cores. Base images: stand-ins made from Debian 12, tagged {bases}. Sizes are those"
        " of the whole image, base included; a cold build was timed once, a rebuild is the median of {REBUILDS}, in"
        " turns; differences of a few tenths of a second mean nothing.\n"
    )
    for kind, title in (("safe", "Safe rewrites"), ("unsafe", "With unsafe rewrites")):
        own = [row for row in rows if row.kind == kind]
        if own:
            lines += [f"## {title}\n", *_summary(own), *_conversions(own), "", *_table(own), ""]
    return "\n".join(lines)


def main(words: Sequence[str] | None = None) -> int:
    """Runs the benchmark; 1 if a safe rewrite does not build, work or prove equal."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.projects", description=__doc__)
    parser.add_argument("names", nargs="*", help="projects; all by default, and then the page is written")
    parser.add_argument("--engine", help="an engine of this machine; by default the lab's Docker")
    options = parser.parse_args(words)
    lab = Lab()
    started = False
    if options.engine is None:
        with lab.locked():
            started = lab.up()
        lab.enter()
        build(lab)
    try:
        engine = find(options.engine or "docker")
        images = reader()
        rows: list[Row] = []
        for project in load():
            if options.names and project.name not in options.names:
                continue
            for row in measured(project, engine, images):
                rows.append(row)
                sys.stdout.write(f"{row.kind:6} {' | '.join(_cells(row))}\n")
                sys.stdout.flush()
                for each in row.verified.undeclared if row.verified else ():
                    sys.stdout.write(f"       {each.what.value} {each.path}: {each.before} → {each.after}\n")
        if not options.names:
            PAGE.write_text(page(rows, engine.version()), encoding="utf-8")
    finally:
        if started:
            lab.down()
    safe = [row for row in rows if row.kind == "safe" and row.problem != "nothing to rewrite"]
    return 0 if all(row.works and row.equal for row in safe) else 1


def _same_text(safe: Rewrite, unsafe: Rewrite) -> bool:
    """True if the unsafe rewrites change nothing more than the safe ones."""
    return (safe.after, safe.files) == (unsafe.after, unsafe.files)


if __name__ == "__main__":
    sys.exit(main())
