"""Errors and warnings for people, one line each, on standard error."""

from __future__ import annotations

from dfopt.report import Out
from dfopt.report.colour import paint
from dfopt.report.text import oneline
from dfopt.report.values import FileReport, Proof

SHOWN = 5
"""So many paths are told; a report for programs has all."""


class Messages:
    """Writes to a binary stream; ``quiet`` leaves out the warnings."""

    def __init__(self, out: Out, *, colour: bool, quiet: bool) -> None:
        self._out = out
        self._colour = colour
        self._quiet = quiet

    def error(self, text: str) -> None:
        self._write(b"error", "red", text)

    def warning(self, text: str) -> None:
        if not self._quiet:
            self._write(b"warning", "yellow", text)

    def tell(self, text: str) -> None:
        """Says what is going on."""
        if not self._quiet:
            self._out.write(oneline(text) + b"\n")

    def about(self, report: FileReport) -> None:
        """Tells why a file was not rewritten, what was taken back in it, and which of its comments mean nothing."""
        for failure in report.failures:
            if failure.unproved:
                self.warning(f"{report.path}: {failure.transform} left alone what it could not prove: {failure.reason}")
            else:
                self.error(f"{report.path}: {failure.transform} was taken back: {failure.reason}")
        if report.proof is not None and not report.proof.holds:
            self.error(f"{report.path}: taken back, not proved by building: {report.proof.reason}{_lack(report.proof)}")
        for each in report.warnings:
            self.warning(f"{report.path}:{each.line}:{each.column}: {each.message}")
        if report.error is None:
            return
        place = f":{report.error.line}:{report.error.column}" if report.error.line is not None else ""
        self.error(f"{report.path}{place}: {report.error.message}")
        if report.error.traceback:
            self._out.write(report.error.traceback.encode())

    def _write(self, kind: bytes, style: str, text: str) -> None:
        head = paint(kind, style) if self._colour else kind
        self._out.write(head + b": " + oneline(text) + b"\n")


def _lack(proof: Proof) -> str:
    """What the rewritten image lacks, or why that is not known."""
    first = ", ".join(proof.missing[:SHOWN])
    more = f" and {len(proof.missing) - SHOWN} more" if len(proof.missing) > SHOWN else ""
    lack = [f"it lacks {first}{more}, which the original opens"] if first else []
    return "".join(f"; {each}" for each in (*lack, *proof.notes))
