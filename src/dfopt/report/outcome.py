"""From results to reports: the outcome of one file, and the sums over many."""

from __future__ import annotations

from collections import Counter

import msgspec

from dfopt.edits import Safety
from dfopt.paths import relative
from dfopt.report.values import (
    NONE,
    NOTHING,
    ContextEdit,
    Counted,
    Estimate,
    Failed,
    FileReport,
    Patched,
    Proof,
    Refused,
    Summary,
    Warned,
)
from dfopt.results import Applied, Refusal, Rewrite


class Outcome(msgspec.Struct, frozen=True):
    """What came of one file, and its diff as it is in bytes."""

    report: FileReport
    diff: bytes = b""


class Totals:
    """Sums up the reports of files one by one, without keeping them."""

    def __init__(self) -> None:
        self._files: Counter[str] = Counter()
        self._rewrites: Counter[str] = Counter()
        self._refusals: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._unproved: Counter[str] = Counter()
        self._saving = NOTHING
        self._counted = NONE
        self._proofs: Counter[bool] = Counter()
        self.internal = False
        """True if dfopt itself failed on some file."""

    def add(self, report: FileReport) -> None:
        self._files["error" if report.error else "changed" if report.changed else "unchanged"] += 1
        if report.error:
            self.internal |= report.error.kind == "internal"
            return
        if report.proof is not None:
            self._proofs[report.proof.holds] += 1
        applied = [patch for patch in report.patches if patch.applied]
        self._rewrites.update(patch.transform for patch in applied)
        self._refusals.update(refusal.reason for refusal in report.refusals)
        self._failures.update(failure.transform for failure in report.failures if not failure.unproved)
        self._unproved.update(failure.transform for failure in report.failures if failure.unproved)
        self._saving = sum((patch.estimated_saving for patch in applied), self._saving)
        self._counted = sum((patch.counted_saving for patch in applied), self._counted)

    def summary(self) -> Summary:
        """The sums so far, the most frequent first."""
        return Summary(
            files=self._files.total(),
            changed=self._files["changed"],
            unchanged=self._files["unchanged"],
            errors=self._files["error"],
            rewrites=dict(self._rewrites.most_common()),
            refusals=dict(self._refusals.most_common()),
            failures=dict(self._failures.most_common()),
            unproved=dict(self._unproved.most_common()),
            proved=self._proofs[True],
            withdrawn=self._proofs[False],
            estimated_saving=self._saving,
            counted_saving=self._counted,
        )


def file_report(rewrite: Rewrite, path: str, proof: Proof | None = None) -> FileReport:
    """What a rewrite says, ready to be shown."""
    return FileReport(
        path=plain(path),
        changed=rewrite.changed,
        patches=tuple(map(_patched, rewrite.applied)),
        refusals=tuple(map(_refused, rewrite.refusals)),
        failures=tuple(Failed(each.transform, plain(each.reason), each.unproved) for each in rewrite.failures),
        warnings=tuple(Warned(*each.position, plain(each.problem)) for each in rewrite.ignored),
        files=tuple(ContextEdit(plain(relative(file.path)), file.before is None) for file in rewrite.files),
        proof=proof,
    )


def _patched(applied: Applied) -> Patched:
    return Patched(
        transform=applied.transform,
        safety=applied.safety.value,
        applied=applied.safety is not Safety.REPORT,
        line=applied.position.line,
        column=applied.position.column,
        why=plain(applied.why),
        estimated_saving=Estimate(applied.saving.layers, applied.saving.size),
        evidence=tuple(map(plain, applied.evidence)),
        risk=plain(applied.risk),
        page=applied.page,
        counted_saving=Counted(applied.saving.context, applied.saving.image),
        files=tuple(map(plain, applied.files)),
    )


def _refused(refusal: Refusal) -> Refused:
    line, column = refusal.position
    return Refused(refusal.transform, line, column, plain(refusal.reason), plain(refusal.detail))


def plain(text: str) -> str:
    """Text that can be encoded: bytes that are not UTF-8 become ``\\xNN``."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
