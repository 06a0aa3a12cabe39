"""Builds both Dockerfiles and compares what comes out."""

from __future__ import annotations

import shutil
import signal
import tempfile
import uuid
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import msgspec

from dfopt.edits import Delta
from dfopt.errors import DfoptError
from dfopt.verify import context as contexts
from dfopt.verify import noise
from dfopt.verify.allowed import allowed, marked
from dfopt.verify.archive import Image, Reader
from dfopt.verify.calibration import without_noise
from dfopt.verify.engines import Build, BuildFailedError, Built, Engine, NotStartedError, Ran, Tracer
from dfopt.verify.entries import file_system
from dfopt.verify.findings import Finding, What, compared
from dfopt.verify.packages import Packages, is_database, packages
from dfopt.verify.workload import Use, Workload, declared, perform


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What to verify. Times are in seconds."""

    dockerfile: Path
    """The original; its ignore file is used for both builds."""
    before: bytes
    after: bytes
    context: Path
    ignore: bytes | None = None
    """The ignore file of the rewritten side, if it is another one."""
    deltas: tuple[Delta, ...] = ()
    allow: tuple[str, ...] = ()
    """Globs of paths that may differ."""
    target: str | None = None
    platform: str | None = None
    network: str | None = None
    arguments: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    run: tuple[str, ...] | None = None
    """The command to run in both images; an empty one is the image's own."""
    health: bool = False
    declared: bool = False
    """Without a command, the images do what the original says of itself."""
    calibrate: bool = False
    measure: bool = False
    touch: str | None = None
    """The file of the context to change for the rebuild."""
    rebuilds: int = 1
    """How often it is changed and built; the median counts."""
    seconds: float = 3600
    run_seconds: float = 60


NOT_STARTED = 127
"""The exit status of an image that cannot be started, as of a shell that does not find a command."""


class Timing(msgspec.Struct, frozen=True):
    """How long builds took, and how many of the steps of the rebuild came from the cache."""

    cold: float
    rebuild: float | None
    hits: int = 0
    steps: int = 0


class Side(msgspec.Struct, frozen=True):
    """One of the two images."""

    image: Image
    packages: Packages
    ran: Ran | None = None
    timing: Timing | None = None


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    engine: str
    before: Side
    after: Side
    findings: tuple[Finding, ...]
    """All differences; those that were not declared speak against the rewrite."""
    files_compared: bool
    """False if the patches declare another set of files, so that those differences are expected."""
    excused: tuple[str, ...] = ()
    """Paths on which two builds of the original differ."""
    touched: str | None = None

    @property
    def undeclared(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.declared)


class SideFailedError(DfoptError):
    """One of the two builds failed; ``which`` says which one."""

    def __init__(self, which: str, error: BuildFailedError) -> None:
        super().__init__(f"the {which} Dockerfile: {error}")
        self.which = which
        self.step = error.step
        self.lines = error.lines


def reader(*, compresses: bool = True) -> Reader:
    """What reads the images. One that is used for several verifications reads the layers that they share once."""
    return Reader(noise.normaliser, is_database, compresses=compresses)


def verify(
    engine: Engine, request: Request, progress: Callable[[str], None] = lambda _: None, images: Reader | None = None
) -> Verified:
    """Builds, compares, and removes what it made, whatever happens.

    Raises SideFailedError if one of the builds fails, EngineError for all else that the engine does not do.
    """
    with opened(engine, request, progress, images) as work:
        return work.verify()


@contextmanager
def opened(
    engine: Engine, request: Request, progress: Callable[[str], None] = lambda _: None, images: Reader | None = None
) -> Generator[Work]:
    """A verification whose images are there until the block is left."""
    with _ended_by_signals(), tempfile.TemporaryDirectory(prefix="dfopt-verify-") as folder:
        work = Work(engine, request, Path(folder), progress, images or reader())
        try:
            yield work
        finally:
            work.remove()


@contextmanager
def _ended_by_signals() -> Generator[None]:
    """SIGTERM ends us as SIGINT does: by way of what cleans up."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Work:
    """The builds of one verification."""

    def __init__(
        self, engine: Engine, request: Request, folder: Path, progress: Callable[[str], None], images: Reader
    ) -> None:
        self.request = request
        self.folder = folder
        self._engine = engine
        self._progress = progress
        self._id = uuid.uuid4().hex[:12]
        self._tags: list[str] = []
        self._reader = images
        self._images: dict[str, Image] = {}
        self._cold: dict[str, Built] = {}
        self._ran: dict[str, Ran] = {}
        self._files = {
            "original": contexts.place(request.before, "before.Dockerfile", folder, request.dockerfile),
            "rewritten": contexts.place(request.after, "after.Dockerfile", folder, request.dockerfile, request.ignore),
        }

    def rewrite(self, after: bytes, ignore: bytes | None, deltas: tuple[Delta, ...]) -> None:
        """Another rewritten Dockerfile takes the place of the one before, whose image goes."""
        self._engine.remove([tag for tag in self._tags if tag.startswith(self._tag("rewritten"))])
        self.request = msgspec.structs.replace(self.request, after=after, ignore=ignore, deltas=deltas)
        name = "after.Dockerfile"
        (self.folder / f"{name}.dockerignore").unlink(missing_ok=True)
        self._files["rewritten"] = contexts.place(after, name, self.folder, self.request.dockerfile, ignore)
        self._images.pop("rewritten", None)
        self._cold.pop("rewritten", None)

    def verify(self, *, calibrate: bool | None = None) -> Verified:
        request = self.request
        before, after = (self.image(which) for which in self._files)
        old = file_system(before.layers)
        installed = packages(old), packages(file_system(after.layers))
        findings = [*compared(before, after), *_package_findings(*installed)]
        cold = {which: self._built_cold(which) for which in self._files} if request.measure else {}
        excused = frozenset[str]()
        if request.calibrate if calibrate is None else calibrate:
            again = cold.get("original") or self._build("original", "-again", fresh=True)
            noise_found = list(compared(before, self._image(again)))
            findings, excused = without_noise(findings, noise_found)
        runs = self._runs()
        findings += _run_findings(*runs)
        permitted = allowed(request.deltas, request.allow)
        timings, touched = self._measured(list(cold.values())) if cold else ((None, None), None)
        return Verified(
            engine=self._engine.version(),
            before=Side(before, installed[0], runs[0], timings[0]),
            after=Side(after, installed[1], runs[1], timings[1]),
            findings=tuple(marked(findings, permitted, old)),
            files_compared=permitted.files,
            excused=tuple(sorted(excused)),
            touched=touched,
        )

    def remove(self) -> None:
        self._engine.remove(self._tags)

    def image(self, which: str) -> Image:
        """The image of one of the two Dockerfiles; it is built when it is asked for first."""
        if which not in self._images:
            self._images[which] = self._image(self._build(which))
        return self._images[which]

    def _built_cold(self, which: str) -> Built:
        if which not in self._cold:
            self._cold[which] = self._build(which, "-cold", fresh=True)
        return self._cold[which]

    @property
    def workload(self) -> Workload | None:
        """What both images do; None if nothing is asked for, or there is nothing."""
        if self.request.run is not None:
            return Workload(Use.COMMAND, self.request.run, is_given=True)
        if self.request.health:
            return Workload(Use.HEALTH, is_given=True)
        return declared(self.image("original").config) if self.request.declared else None

    def perform(self, which: str, workload: Workload, tracer: Tracer | None = None) -> Ran:
        """What one of the images does."""
        tag, seconds = self._tag(which), self.request.run_seconds
        return perform(self._engine, tag, workload, self.request.network, seconds, tracer)

    def _tag(self, which: str, name: str = "") -> str:
        return f"dfopt-verify:{self._id}-{which}{name}"

    def _build(self, which: str, name: str = "", *, fresh: bool = False, context: Path | None = None) -> Built:
        request, tag = self.request, self._tag(which, name)
        self._progress(f"building the {which} Dockerfile{' ' + name.strip('-') if name else ''}")
        if tag not in self._tags:
            self._tags.append(tag)
        try:
            return self._engine.build(
                Build(
                    dockerfile=str(self._files[which]),
                    context=str(context or request.context),
                    tag=tag,
                    target=request.target,
                    platform=request.platform,
                    network=request.network,
                    arguments=request.arguments,
                    secrets=request.secrets,
                    fresh=fresh,
                    seconds=request.seconds,
                )
            )
        except BuildFailedError as error:
            raise SideFailedError(which, error) from error

    def _image(self, built: Built) -> Image:
        with self._engine.archive(built.tag) as stream:
            return self._reader.read(stream)

    def _runs(self) -> tuple[Ran | None, Ran | None]:
        workload = self.workload
        if workload is None:
            return None, None
        self._progress(f"starting the images: {workload.words}")
        if "original" not in self._ran:
            self._ran["original"] = self.perform("original", workload)
        old = self._ran["original"]
        try:
            new = self.perform("rewritten", workload)
        except NotStartedError as error:
            return old, Ran(NOT_STARTED, str(error))
        if self.request.declared and old.status == new.status and old.output != new.output:
            again = self.perform("original", workload)
            if again.output != old.output:
                return _beginning(old, workload), _beginning(new, workload)
        return old, new

    def _measured(self, cold: Sequence[Built]) -> tuple[tuple[Timing, Timing], str | None]:
        """How long cold builds took, and rebuilds after one file of the context has changed."""
        request = self.request
        copy = contexts.copied(request.context, self.folder)
        chosen = copy / request.touch if request.touch else contexts.touchable(copy, copy / request.dockerfile.name)
        if request.touch and not (chosen and chosen.is_file()):
            raise contexts.ContextError(f"--touch: there is no file {request.touch} in the build context")
        if chosen is None:
            first, second = (Timing(built.seconds, None) for built in cold)
            return (first, second), None
        rebuilt: dict[str, list[Built]] = {which: [] for which in self._files}
        for _ in range(request.rebuilds):
            contexts.touch(chosen)
            for which, builds in rebuilt.items():
                builds.append(self._build(which, "-rebuild", context=copy))
        first, second = (_timing(a, builds) for a, builds in zip(cold, rebuilt.values(), strict=True))
        shutil.rmtree(copy, ignore_errors=True)
        return (first, second), str(chosen.relative_to(copy))


def _timing(cold: Built, rebuilt: Sequence[Built]) -> Timing:
    steps = rebuilt[-1].steps
    return Timing(
        cold.seconds, median(each.seconds for each in rebuilt), sum(step.cached for step in steps), len(steps)
    )


def _beginning(ran: Ran, workload: Workload) -> Ran:
    """What is compared where the output is another one each time: how an answer begins."""
    first = ran.output.partition("\n")[0] if workload.use is Use.PORTS else ""
    return msgspec.structs.replace(ran, output=first)


def _package_findings(old: Packages, new: Packages) -> Iterator[Finding]:
    for manager, name in sorted({*old, *new}):
        a, b = old.get((manager, name), ""), new.get((manager, name), "")
        if a != b:
            yield Finding(What.PACKAGE, f"{manager}: {name}", a, b)


def _run_findings(old: Ran | None, new: Ran | None) -> Iterator[Finding]:
    if old is None or new is None:
        return
    if old.status != new.status:
        yield Finding(What.RUN, "exit status", _status(old), _status(new))
    if old.status is not None and old.output != new.output:
        yield Finding(What.RUN, "output", _end(old.output), _end(new.output))


def _status(ran: Ran) -> str:
    return "ran until the time limit" if ran.status is None else str(ran.status)


def _end(text: str) -> str:
    return text if len(text) <= 400 else f"…{text[-400:]}"
