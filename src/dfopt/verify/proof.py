"""Proves a rewrite by building: both images do the same, or the rewrite is not one to keep.

Where a container of the rewritten image lacks files, a trace of the original says which, and the file is rewritten
once more with these kept: a few times, as each start of a program may stop at the next thing that is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from dfopt.edits import Delta
from dfopt.report.values import Proof
from dfopt.results import Rewrite
from dfopt.source import Source
from dfopt.verify import report
from dfopt.verify.archive import Reader
from dfopt.verify.engines import Engine, EngineError, Ran
from dfopt.verify.entries import file_system
from dfopt.verify.findings import What
from dfopt.verify.image_config import folder
from dfopt.verify.missing import Lacks, Tree, lacks, superfluous, to_copy
from dfopt.verify.trace import Asked, asked, tracer
from dfopt.verify.verification import Request, SideFailedError, Verified, Work, opened
from dfopt.verify.workload import Workload

ROUNDS = 3
"""So often a rewrite is tried with more files than before."""
SHOWN = 5
NO_WORKLOAD = "the image starts nothing, and the rewrite changes its files: name a command with --run"


class Rewritten(msgspec.Struct, frozen=True):
    """A rewritten file, the ignore file that came with it, and what the patches declare."""

    after: bytes
    ignore: bytes | None = None
    deltas: tuple[Delta, ...] = ()


def what_is_written(rewrite: Rewrite, before: bytes) -> Rewritten:
    """A rewrite as a build sees it."""
    after = Source(rewrite.after).to_bytes() if rewrite.after != rewrite.before else before
    ignore = next((Source(file.after).to_bytes() for file in rewrite.files), None)
    return Rewritten(after, ignore, tuple(each.delta for each in rewrite.applied))


Again = Callable[[Sequence[str]], Rewritten | None]
"""Rewrites the original with some paths kept; None if that does not help."""


def prove(
    engine: Engine, request: Request, again: Again, progress: Callable[[str], None], images: Reader | None = None
) -> Proof:
    """Builds both, lets them work, compares, and removes what it made, whatever happens.

    Raises EngineError if the engine cannot be used.
    """
    with opened(engine, request, progress, images) as work:
        return _Prover(work, engine.version(), again, progress).prove()


class _Prover:
    """One proof, round by round."""

    def __init__(self, work: Work, engine: str, again: Again, progress: Callable[[str], None]) -> None:
        self._work = work
        self._engine = engine
        self._again = again
        self._progress = progress
        self._kept: tuple[str, ...] = ()
        self._traces: dict[str, Asked] = {}
        self._notes: list[str] = []

    def prove(self) -> Proof:
        for number in range(ROUNDS + 1):
            try:
                verified = self._verified()
            except SideFailedError as error:
                return self._failed(f"{error}: {error.lines[-1]}" if error.lines else str(error))
            except EngineError as error:
                return self._failed(str(error))
            workload = self._work.workload
            problem = _problem(verified, workload)
            if not problem:
                return self._proved(verified, workload)
            if workload is None or not any(each.what is What.RUN for each in verified.undeclared):
                return self._failed(problem, verified, workload)
            lacking, paths = self._lacking(workload)
            rewritten = self._again((*self._kept, *paths)) if paths and number < ROUNDS else None
            if rewritten is None:
                return self._failed(problem, verified, workload, lacking)
            self._progress(f"trying again with {', '.join(paths)}")
            self._kept += paths
            self._work.rewrite(rewritten.after, rewritten.ignore, rewritten.deltas)
            self._traces.pop("rewritten", None)
        raise AssertionError("the last round returns")

    def _verified(self) -> Verified:
        """Files that differ may do so from build to build: the original is built again then."""
        verified = self._work.verify()
        if verified.files_compared and any(each.what not in (What.RUN, What.CONFIG) for each in verified.undeclared):
            verified = self._work.verify(calibrate=True)
        return verified

    def _lacking(self, workload: Workload) -> tuple[Lacks, tuple[str, ...]]:
        """What the rewritten image lacks, and what of it is to be copied."""
        before, after = self._tree("original"), self._tree("rewritten")
        found = lacks(self._asked("original", workload), self._asked("rewritten", workload), before, after)
        return found, to_copy(found, before, after)

    def _tree(self, which: str) -> Tree:
        return Tree(file_system(self._work.image(which).layers))

    def _asked(self, which: str, workload: Workload) -> Asked:
        """What the processes of an image ask for while it works; nothing if that cannot be traced."""
        if which in self._traces:
            return self._traces[which]
        config = self._work.image(which).config
        watcher = tracer(self._work.folder / f"trace-{which}-{len(self._kept)}", config)
        traces: tuple[str, ...] = ()
        if isinstance(watcher, str):
            self._note(f"what it opens cannot be traced: {watcher}")
        else:
            self._progress(f"tracing the {which} image")
            try:
                traces = self._work.perform(which, workload, watcher).traces
            except EngineError as error:
                self._note(f"the {which} image cannot be traced: {error}")
        found = self._traces[which] = asked(traces, folder(config))
        return found

    def _note(self, text: str) -> None:
        if text not in self._notes:
            self._notes.append(text)

    def _proved(self, verified: Verified, workload: Workload | None) -> Proof:
        split = next((delta.split for delta in self._work.request.deltas if delta.split), None)
        unused: tuple[str, ...] = ()
        if split is not None and workload is not None:
            found = self._asked("rewritten", workload)
            unused = superfluous(split.copied, found, self._tree("rewritten")) if found.opened else ()
        return self._proof(verified, workload, holds=True, superfluous=unused)

    def _failed(
        self,
        reason: str,
        verified: Verified | None = None,
        workload: Workload | None = None,
        lacking: Lacks | None = None,
    ) -> Proof:
        missing = lacking.paths if lacking else ()
        return self._proof(verified, workload, holds=False, reason=reason, missing=missing)

    def _proof(
        self,
        verified: Verified | None,
        workload: Workload | None,
        *,
        holds: bool,
        reason: str = "",
        missing: tuple[str, ...] = (),
        superfluous: tuple[str, ...] = (),
    ) -> Proof:
        return Proof(
            holds=holds,
            engine=self._engine,
            workload=workload.words if workload else "",
            reason=reason,
            kept=self._kept,
            missing=missing,
            superfluous=superfluous,
            notes=tuple(self._notes),
            before_bytes=verified.before.image.size if verified else None,
            after_bytes=verified.after.image.size if verified else None,
        )


def _problem(verified: Verified, workload: Workload | None) -> str:
    """Why the two images do not prove the rewrite; empty if they do."""
    undeclared = verified.undeclared
    ran = verified.before.ran
    if not verified.files_compared:
        if workload is None or ran is None:
            return NO_WORKLOAD
        if problem := _shows_nothing(ran, workload):
            return problem
    if not undeclared:
        return ""
    told = [f"{each.what} {each.where}: {each.detail}" for each in report.lines(undeclared)]
    more = f" and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
    return f"the images differ: {'; '.join(told[:SHOWN])}{more}"


def _shows_nothing(ran: Ran, workload: Workload) -> str:
    """Why what the original image did does not show that it works; empty if it does."""
    if ran.status in (0, None) or (workload.is_given and ran.status < 125):
        return ""
    last = (ran.output.strip() or "no output").splitlines()[-1]
    return f"{workload.words} fails in the original image (status {ran.status}: {last}): name a command with --run"
