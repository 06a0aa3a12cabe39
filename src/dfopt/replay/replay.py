"""Runs both Dockerfiles, as it was and as rewritten, over the history of their build context."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from statistics import mean, median

import msgspec

from dfopt.context.build_context import IGNORE_FILE
from dfopt.context.history import Blob, History, HistoryError
from dfopt.errors import DockerfileSyntaxError, TargetError
from dfopt.facts.facts import Facts
from dfopt.knowledge.installs import is_manifest
from dfopt.model.build_files import FilesOf
from dfopt.model.ignore import Ignore, PatternError, read
from dfopt.replay.costs import Table
from dfopt.replay.past import Past, PastContext
from dfopt.replay.simulate import Built, Cache, Contents, Selected
from dfopt.replay.vertices import Vertex, vertices
from dfopt.results import Rewrite
from dfopt.source import Source
from dfopt.syntax.parser import parse

Rewriter = Callable[[Source, FilesOf], Rewrite]
"""Rewrites a Dockerfile with the build context of its time."""


class Missed(msgspec.Struct, frozen=True):
    """A step that was built anew."""

    line: int
    text: str
    seconds: float


class Build(msgspec.Struct, frozen=True):
    """One build. ``seconds`` if what is copied from stages changes whenever they are built anew; ``least`` if never."""

    seconds: float
    least: float
    missed: tuple[Missed, ...]
    copied: int = 0
    """Bytes of the build context in layers that are made anew: these are pushed and pulled again."""


class Row(msgspec.Struct, frozen=True):
    """A commit that changed something in the context, and both builds of it."""

    commit: str
    time: int
    before: Build
    after: Build


class Replayed(msgspec.Struct, frozen=True):
    """``once`` is what the rewrite costs itself: the first build of it with the cache that is there.

    ``skipped`` are commits at which there was no Dockerfile that could be read; ``is_cut`` is True if a shallow clone
    has fewer commits than were asked for.
    """

    rows: tuple[Row, ...]
    cold_before: float
    cold_after: float
    once: float
    skipped: int
    is_cut: bool = False


class Figures(msgspec.Struct, frozen=True):
    """Seconds of one side over all commits."""

    mean: float
    median: float
    least_mean: float
    copied: float = 0
    """Bytes of the build context in new layers, the mean."""


def figures(builds: list[Build]) -> Figures:
    """The figures; zeros without builds."""
    if not builds:
        return Figures(0, 0, 0)
    seconds = [build.seconds for build in builds]
    copied = mean(build.copied for build in builds)
    return Figures(mean(seconds), median(seconds), mean(build.least for build in builds), copied)


def replay(
    dockerfile: Path, context: Path, commits: int, rewriter: Rewriter, *, target: str = "", table: Table | None = None
) -> Replayed:
    """The replay of the last ``commits`` commits that change something in the context.

    Raises HistoryError if there is no history, or no Dockerfile in it.
    """
    history = History(context)
    try:
        return _Replay(history, dockerfile, rewriter, target, table or Table()).run(commits)
    finally:
        history.close()


class _Plans(msgspec.Struct, frozen=True):
    before: list[Vertex]
    after: list[Vertex]
    ignore: tuple[str, Ignore] | None = None
    """The ignore file that the rewrite wrote: a name for its content, and what it says."""
    seen: Mapping[str, str] = {}
    """The files that the rewrite depends on, by their content then."""

    def holds(self, files: Mapping[str, Blob]) -> bool:
        """True if the rewrite would be the same now."""
        return all(path in files and files[path].sha == sha for path, sha in self.seen.items())


class _Replay:
    def __init__(self, history: History, dockerfile: Path, rewriter: Rewriter, target: str, table: Table) -> None:
        try:
            relative = dockerfile.resolve().relative_to(history.root.resolve())
        except ValueError:
            raise HistoryError("the Dockerfile is not in the build context: give a --context that holds it") from None
        self._name = str(PurePosixPath(relative))
        self._history = history
        self._rewriter = rewriter
        self._target = target
        self._table = table
        self._plans: dict[tuple[str, str, frozenset[str]], _Plans | None] = {}
        self._ignores: dict[str, Ignore | None] = {"": Ignore()}
        self._decided: dict[str, dict[str, bool]] = {}
        """What each ignore file, by its content, says of paths."""
        self._manifests: frozenset[str] = frozenset()
        self._past = Past(history)
        self._problem: TargetError | None = None
        """Why the target is not there, at the last commit that was planned."""
        self._before, self._after = _Side(), _Side()

    def run(self, commits: int) -> Replayed:
        files, found = self._history.commits(commits)
        blobs = [*files.values(), *(blob for commit in found for blob in commit.changes.values() if blob is not None)]
        self._past = Past(self._history, found, self._history.sizes(blobs))
        contents = Contents(files, self._past.sizes, self._history.read)
        self._manifests = _manifests(files)
        self._build(contents)
        rows: list[Row] = []
        skipped = 0
        for commit in found:
            contents.change(commit.changes)
            if _manifests(commit.changes):
                self._manifests = _manifests(contents.files)
            is_first = self._before.cold is None
            built = self._build(contents)
            if built is None:
                skipped += 1
            elif not is_first:
                rows.append(Row(commit.sha, commit.time, *built))
        plans = self._plan(contents.files)
        if plans is None and self._problem is not None:
            raise self._problem
        if plans is None or self._before.cold is None or self._after.cold is None:
            raise HistoryError("there is no Dockerfile in the last commit that can be read")
        once = self._before.caches[0].build(plans.after, self._selected(contents, plans.ignore), dry=True)
        return Replayed(tuple(rows), self._before.cold, self._after.cold, once.seconds, skipped, self._history.is_cut)

    def _build(self, contents: Contents) -> tuple[Build, Build] | None:
        """Both builds of the files as they are; None if there is nothing that can be built."""
        plans = self._plan(contents.files)
        if plans is None or self._ignore(contents.files)[1] is None:
            return None
        try:
            before = self._before.build(plans.before, self._selected(contents))
            return before, self._after.build(plans.after, self._selected(contents, plans.ignore))
        except PatternError:  # no builder reads such a source
            return None

    def _selected(self, contents: Contents, own: tuple[str, Ignore] | None = None) -> Callable[[str], Selected]:
        name, ignore = own or self._ignore(contents.files)
        return lambda source: contents.selected(source, name, ignore or Ignore())

    def _plan(self, files: Mapping[str, Blob]) -> _Plans | None:
        blob = files.get(self._name)
        if blob is None:
            return None
        name, ignore = self._ignore(files)
        key = blob.sha, name, self._manifests
        known = self._plans.get(key)
        if key not in self._plans or (known is not None and not known.holds(files)):
            self._plans[key] = self._planned(self._history.read(blob), files, ignore or Ignore())
        return self._plans[key]

    def _planned(self, data: bytes, files: Mapping[str, Blob], ignore: Ignore) -> _Plans | None:
        source = Source.from_bytes(data, self._name)
        blob = self._ignore_blob(files)
        text = None if blob is None else self._history.read(blob).decode("utf-8", "surrogateescape")
        decided = self._decided.setdefault("" if blob is None else blob.sha, {})
        context = PastContext(self._past, dict(files), text, ignore, decided)
        try:
            rewrite = self._rewriter(source, lambda _: context)
            both = source, Source(rewrite.after)
            before, after = (vertices(Facts(parse(each)), self._target, self._table) for each in both)
        except TargetError as error:
            self._problem = error
            return None
        except DockerfileSyntaxError:
            return None
        own = next((file.after for file in rewrite.files if file.path.endswith(IGNORE_FILE)), None)
        return _Plans(before, after, None if own is None else (own, read(own)), context.seen)

    def _ignore_blob(self, files: Mapping[str, Blob]) -> Blob | None:
        return files.get(f"{self._name}{IGNORE_FILE}") or files.get(IGNORE_FILE)

    def _ignore(self, files: Mapping[str, Blob]) -> tuple[str, Ignore | None]:
        """The patterns in force, by the name of their file's content; None if a builder refuses them."""
        blob = self._ignore_blob(files)
        if blob is None:
            return "", self._ignores[""]
        if blob.sha not in self._ignores:
            try:
                self._ignores[blob.sha] = read(self._history.read(blob).decode("utf-8", "surrogateescape"))
            except PatternError:
                self._ignores[blob.sha] = None
        return blob.sha, self._ignores[blob.sha]


def _manifests(paths: Iterable[str]) -> frozenset[str]:
    """Those that describe dependencies: the rewrite is another one where they come or go."""
    return frozenset(path for path in paths if is_manifest(path.rpartition("/")[2]))


class _Side:
    """One of the two Dockerfiles, with both bounds of its cache."""

    def __init__(self) -> None:
        self.caches = (Cache(content_stays=False), Cache(content_stays=True))
        self.cold: float | None = None

    def build(self, found: list[Vertex], selected: Callable[[str], Selected]) -> Build:
        worst, best = (cache.build(found, selected) for cache in self.caches)
        if self.cold is None:
            self.cold = worst.seconds
        return Build(worst.seconds, best.seconds, _missed(found, worst), worst.copied)


def _missed(found: list[Vertex], built: Built) -> tuple[Missed, ...]:
    return tuple(Missed(found[at].line, found[at].text, seconds) for at, seconds in built.missed if seconds)
