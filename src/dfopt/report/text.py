"""The report for people: what is rewritten and why, the diff, the sums.

Nothing in it but the diffs looks like one, so ``git apply`` takes it whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum

from dfopt.discovery import Found
from dfopt.paths import quoted, visible
from dfopt.report import Out
from dfopt.report.colour import paint, paint_diff
from dfopt.report.outcome import Outcome
from dfopt.report.values import Counted, Estimate, FileReport, Patched, Refused, Summary

FEW = 10
"""So many missing paths are shown, unless all is to be told."""


class Tense(Enum):
    """Whether rewrites are shown or were written: how the report speaks of them."""

    PREVIEW = "to rewrite"
    WRITTEN = "rewritten"


class TextReport:
    """Writes to a binary stream. ``reasons`` adds why each patch was made, ``verbose`` what was left alone as well."""

    def __init__(self, out: Out, tense: Tense, *, colour: bool, reasons: bool, verbose: bool) -> None:
        self._out = out
        self._tense = tense
        self._colour = colour
        self._reasons = reasons or verbose
        self._verbose = verbose

    def file(self, outcome: Outcome) -> None:
        report = outcome.report
        rows = list(self._rows(report))
        if report.error is None and (report.changed or rows or self._verbose):
            self._print(self._bold(report.path) + f": {self._status(report)}".encode())
            self._print_rows(rows)
            for line in self._proof(report):
                self._print(b"  " + oneline(line))
        if outcome.diff:
            self._out.write(paint_diff(outcome.diff) if self._colour else outcome.diff)

    def end(self, found: Found, summary: Summary) -> None:
        states = [f"{summary.changed} {self._tense.value}", f"{summary.unchanged} unchanged"]
        if summary.errors:
            states.append(f"{summary.errors} with errors")
        self._print(self._bold(counted(summary.files, "file")) + f": {', '.join(states)}".encode())
        if summary.rewrites:
            self._print(f"rewrites: {_listed(summary.rewrites)}".encode())
        if summary.proved or summary.withdrawn:
            self._print(f"by building: {summary.proved} proved, {summary.withdrawn} taken back".encode())
        if summary.estimated_saving:
            self._print(f"saves {saving(summary.estimated_saving)}".encode())
        if summary.counted_saving:
            self._print(f"leaves out {left_out(summary.counted_saving)}".encode())
        if summary.failures:
            self._print(f"taken back: {_listed(summary.failures)}".encode())
        if summary.unproved:
            self._print(f"left alone, not proved: {_listed(summary.unproved)}".encode())
        if summary.refusals:
            self._print(f"left alone: {counted(sum(summary.refusals.values()), 'place')}".encode())
            for reason, count in summary.refusals.items():
                self._print(f"  {count:5}  ".encode() + oneline(reason))
        if found.templates:
            self._print(f"not looked at: {counted(len(found.templates), 'template')}, to be rendered first".encode())
            if self._verbose:
                self._print_all(found.templates)

    def _status(self, report: FileReport) -> str:
        if not report.changed:
            return "unchanged"
        count = sum(patch.applied for patch in report.patches)
        others = "".join(f", {'creates' if file.created else 'edits'} {file.path}" for file in report.files)
        return f"{counted(count, 'rewrite')}{others}{', written' if report.written else ''}"

    def _proof(self, report: FileReport) -> Iterator[str]:
        """What building showed, or that nobody has tried."""
        proof = report.proof
        if proof is None:
            if self._reasons and any(patch.applied and patch.safety == "unsafe" for patch in report.patches):
                yield "not proved by building (--prove does it)"
            return
        if not proof.holds:
            yield f"not proved by building, so all is as it was: {proof.reason}"
            yield from (f"missing: {path}" for path in (proof.missing if self._verbose else proof.missing[:FEW]))
            return
        sizes = [size(count) for count in (proof.before_bytes, proof.after_bytes) if count is not None]
        done = f"{proof.workload} does the same in both images" if proof.workload else "both images are the same"
        yield f"proved by building: {done}, {' → '.join(sizes)} ({proof.engine})"
        yield from (f"kept, since a trace shows that it is used: {path}" for path in proof.kept)
        yield from (f"superfluous: nothing used {path}" for path in proof.superfluous)
        yield from proof.notes

    def _rows(self, report: FileReport) -> Iterator[tuple[str, str, bytes]]:
        """Place, transform and what there is to say, in order of the places."""
        found: list[Patched | Refused] = list(report.patches) if self._reasons else []
        if self._verbose:
            found += report.refusals
        for each in sorted(found, key=lambda each: (each.line, each.column)):
            yield f"{each.line}:{each.column}", each.transform, self._said(each)

    def _said(self, each: Patched | Refused) -> bytes:
        if isinstance(each, Refused):
            detail = f" ({each.detail})" if each.detail else ""
            return self._styled(f"left alone: {each.reason}{detail}", "dim")
        note = "" if each.safety == "safe" else f"{each.safety}: "
        gain = f" [saves {saving(each.estimated_saving)}]" if each.estimated_saving else ""
        gain += f" [leaves out {left_out(each.counted_saving)}]" if each.counted_saving else ""
        danger = f"; {each.risk}" if each.risk else ""
        proof = f" ({'; '.join(each.evidence)})" if self._verbose and each.evidence else ""
        return (
            self._styled(note, "yellow")
            + oneline(each.why)
            + self._styled(danger, "yellow")
            + self._styled(gain + proof, "dim")
        )

    def _print_rows(self, rows: list[tuple[str, str, bytes]]) -> None:
        place = max((len(row[0]) for row in rows), default=0)
        name = max((len(row[1]) for row in rows), default=0)
        for where, transform, said in rows:
            self._print(f"  {where:>{place}}  ".encode() + self._styled(f"{transform:{name}}  ", "cyan") + said)

    def _print_all(self, paths: tuple[str, ...]) -> None:
        for path in paths:
            self._print(b"  " + quoted(path).encode("utf-8", "surrogateescape"))

    def _bold(self, text: str) -> bytes:
        return self._styled(text, "bold")

    def _styled(self, text: str, style: str) -> bytes:
        encoded = oneline(text)
        return paint(encoded, style) if self._colour and text else encoded

    def _print(self, line: bytes) -> None:
        self._out.write(line + b"\n")


class DiffReport:
    """Nothing but the diffs."""

    def __init__(self, out: Out, *, colour: bool) -> None:
        self._out = out
        self._colour = colour

    def file(self, outcome: Outcome) -> None:
        self._out.write(paint_diff(outcome.diff) if self._colour else outcome.diff)

    def end(self, found: Found, summary: Summary) -> None:
        pass


class NoReport:
    """Nothing at all: errors are told elsewhere, and the exit code says the rest."""

    def file(self, outcome: Outcome) -> None:
        pass

    def end(self, found: Found, summary: Summary) -> None:
        pass


def oneline(text: str) -> bytes:
    """The text as bytes, without what could end its line or steer a terminal."""
    return visible(text).encode()


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def saving(estimate: Estimate) -> str:
    """``2 layers and 52.6 MB, estimated``."""
    parts = [counted(estimate.layers, "layer")] if estimate.layers else []
    if estimate.bytes:
        parts.append(size(estimate.bytes))
    return " and ".join(parts) + ", estimated"


def left_out(counted: Counted) -> str:
    """``52.6 MB of the build context and 1.2 kB of the image, counted``."""
    parts = [f"{size(counted.context)} of the build context"] if counted.context else []
    if counted.image:
        parts.append(f"{size(counted.image)} of the image")
    return " and ".join(parts) + ", counted"


def size(count: float) -> str:
    """Bytes in the unit that leaves one to three digits before the point."""
    value = float(count)
    for unit in ("B", "kB", "MB"):
        if abs(value) < 999.95:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"
