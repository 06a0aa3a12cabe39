"""The context of one Dockerfile: its root, what ``.dockerignore`` leaves of it, and what an instruction selects."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import msgspec

from dfopt.context.walk import narrowed, walk
from dfopt.errors import ConfigError
from dfopt.model.build_files import Churn, Entry, IgnoreFile, Kind, NoFiles, Sharer, Starter, folders_above
from dfopt.model.copy_sources import context_path, copy_source
from dfopt.model.ignore import Ignore, PatternError, read
from dfopt.model.links import followed

IGNORE_FILE = ".dockerignore"
LIMIT = 5_000_000
"""Bytes above which a file is not read."""
_MODE = 0o644
"""Of files that come in."""

NOT_WRITTEN = NoFiles("there is no Dockerfile beside which other files could be written")


class Rules(msgspec.Struct, frozen=True):
    """The ignore file in force: where it lies (None: there is none) and what it says."""

    path: Path | None = None
    text: str = ""
    ignore: Ignore = Ignore()


class Told(msgspec.Struct, frozen=True):
    """What is said of the history of a context; git is asked for what is None."""

    churn: Churn | None = None
    untracked: frozenset[str] | None = None
    unshared: frozenset[str] | None = None
    ignored: frozenset[str] | None = None
    """Paths that are not there."""


_NOTHING = Told()


class BuildContext:
    """``entries`` are what a build gets, parents first."""

    def __init__(
        self,
        root: Path,
        rules: Rules,
        entries: Iterable[Entry],
        sharers: Callable[[], Sequence[Sharer] | NoFiles] | None = None,
        edits: Mapping[str, bytes] | None = None,
        starters: Callable[[], Sequence[Starter]] | None = None,
        told: Told = _NOTHING,
        answers: dict[str, bool] | None = None,
    ) -> None:
        """``sharers`` is None where no files are written; ``edits`` are files that are not yet written.

        ``answers`` are what git said of which paths, which editing changes nothing about.
        """
        self.root = root
        self.ignore = rules.ignore
        self.ignore_path = rules.path
        self.entries = tuple(entries)
        self._rules = rules
        self._sharers = sharers
        self._starters = starters
        self._edits = edits or {}
        self._told = told
        self._answers: dict[str, bool] = {} if answers is None else answers

    @cached_property
    def by_path(self) -> Mapping[str, Entry]:
        return {entry.path: entry for entry in self.entries}

    @cached_property
    def _by_folder(self) -> Mapping[str, Sequence[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(posixpath.dirname(entry.path), []).append(entry)
        return found

    def get(self, path: str) -> Entry | None:
        """What is at a path."""
        return self.by_path.get(path)

    def read(self, path: str) -> bytes | None:
        """The content of a file; None if there is none, or none that is small enough to be a description."""
        entry = self.by_path.get(path)
        if entry is None or entry.kind is not Kind.FILE or entry.size > LIMIT:
            return None
        if path in self._edits:
            return self._edits[path]
        try:
            return (self.root / path).read_bytes()
        except OSError:
            return None

    def below(self, folder: str) -> list[Entry]:
        """All that is in a folder, at any depth; an empty name is the root."""
        found: list[Entry] = []
        waiting = [folder]
        while waiting:
            for entry in self._by_folder.get(waiting.pop(), ()):
                found.append(entry)
                if entry.kind is Kind.FOLDER:
                    waiting.append(entry.path)
        return found

    def select(self, source: str) -> list[Entry]:
        """What a source of COPY names, a pattern too, with all below it; empty if there is nothing."""
        wanted = copy_source(source)
        if not wanted.path:
            return list(self.entries)
        if wanted.pattern is None:
            named = [self.by_path[wanted.path]] if wanted.path in self.by_path else []
        else:
            named = [entry for entry in self.entries if wanted.pattern.match(entry.path)]
        found = {entry.path: entry for entry in named}
        for entry in named:
            if entry.kind is Kind.FOLDER:
                found.update((below.path, below) for below in self.below(entry.path))
        return list(found.values())

    def followed(self, source: str) -> str:
        """A source without the links that it leads through."""
        return followed(source, self.link)

    def reach(self, source: str) -> list[Entry]:
        """What a source names, the links that lead to it, and what links that it names stand for."""
        found = {entry.path: entry for entry in self.select(source)}
        wanted = copy_source(source)
        links = [entry.path for entry in found.values() if wanted.pattern and wanted.pattern.match(entry.path)]
        for each in (source, *links):
            end = self.followed(each)
            if end != context_path(each):
                found.update((entry.path, entry) for entry in self.select(end))
                folders = [*folders_above(context_path(each)), context_path(each)]
                found.update((path, self.by_path[path]) for path in folders if path in self.by_path)
        return list(found.values())

    def link(self, path: str) -> str | None:
        """Where a link leads, as it says; None of what is none."""
        entry = self.by_path.get(path)
        if entry is None or entry.kind is not Kind.LINK:
            return None
        try:
            return os.readlink(self.root / path)
        except OSError:
            return None

    @property
    def starters(self) -> Sequence[Starter]:
        """The commands that compose files start in the image."""
        return self._starters() if self._starters else ()

    @property
    def ignore_file(self) -> IgnoreFile | NoFiles:
        """What says which files are left out; why it cannot be edited."""
        if self._sharers is None:
            return NOT_WRITTEN
        path = self.ignore_path
        if path is None:
            return IgnoreFile(IGNORE_FILE, None)
        name = os.path.relpath(os.path.realpath(path), os.path.realpath(self.root))
        if os.path.islink(path):
            return NoFiles("its ignore file is a link", path.name)
        if name.startswith(os.pardir):
            return NoFiles("its ignore file does not lie in the build context", path.name)
        return IgnoreFile(name.replace(os.sep, "/"), self._rules.text)

    @property
    def sharers(self) -> Sequence[Sharer] | NoFiles:
        """The Dockerfiles that the ignore file is for, too; why that is not known."""
        return self._found_sharers

    @cached_property
    def _found_sharers(self) -> Sequence[Sharer] | NoFiles:
        return NOT_WRITTEN if self._sharers is None else self._sharers()

    @property
    def churn(self) -> Churn | NoFiles:
        """What changed how often, as git has it; why that is not known."""
        return self._found_churn if self._told.churn is None else self._told.churn

    @cached_property
    def _found_churn(self) -> Churn | NoFiles:
        from dfopt.context.history import churn

        return churn(self.root, self.ignore)

    @property
    def untracked(self) -> frozenset[str]:
        """The files that git does not track; empty if it does not say."""
        return self._found_untracked if self._told.untracked is None else self._told.untracked

    @cached_property
    def _found_untracked(self) -> frozenset[str]:
        from dfopt.context.history import tracked

        found = tracked(self.root)
        files = (entry.path for entry in self.entries if entry.kind is not Kind.FOLDER)
        return frozenset(path for path in files if found and found.isdisjoint((path, *folders_above(path))))

    def left_to_others(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of some paths that git is told to ignore, and a build gets where somebody has them."""
        kept = frozenset(path for path in paths if path.rstrip("/") not in self.by_path and not self._is_left_out(path))
        return self._ignored(kept)

    def _is_left_out(self, path: str) -> bool:
        """True for a path that is left out, and for a folder of which all is."""
        return self.ignore.leaves_out(f"{path}any" if path.endswith("/") else path)

    def _ignored(self, paths: frozenset[str]) -> frozenset[str]:
        """What git says, which is asked once for each path: patterns of a build have no part in it."""
        if self._told.ignored is not None:
            return frozenset(path for path in paths if path.rstrip("/") in self._told.ignored)
        asked = paths.difference(self._answers)
        if asked:
            from dfopt.context.history import ignored

            found = ignored(self.root, sorted(asked))
            self._answers.update((path, path in found) for path in asked)
        return frozenset(path for path in paths if self._answers[path])

    @property
    def unshared(self) -> frozenset[str]:
        """What git does not track, and folders without anything else; empty if it does not say."""
        return self._found_unshared if self._told.unshared is None else self._told.unshared

    @cached_property
    def _found_unshared(self) -> frozenset[str]:
        files = {entry.path for entry in self.entries if entry.kind is not Kind.FOLDER}
        missing = self.untracked
        if not missing or len(missing) == len(files):
            from dfopt.context.history import left_out

            found = left_out(self.root)
            if found is None:
                return frozenset()
            missing = frozenset(path for path in files if not found.isdisjoint((path, *folders_above(path))))
        shared = files - missing
        return frozenset(self.by_path) - shared.union(*(folders_above(path) for path in shared))

    def told(self, told: Told, entries: Sequence[Entry] | None = None) -> BuildContext:
        """The same context with another history, and with what is said of its files."""
        said = self.entries if entries is None else entries
        return BuildContext(self.root, self._rules, said, self._sharers, self._edits, self._starters, told)

    def edited(self, path: str, text: str) -> BuildContext:
        """The context when a file has this text.

        Raises PatternError for an ignore file that no builder reads.
        """
        data = text.encode("utf-8", "surrogateescape")
        rules, entries = self._rules, self.entries
        if isinstance(self.ignore_file, IgnoreFile) and path == self.ignore_file.path:
            rules = Rules(self.ignore_path or self.root / path, text, read(text))
            entries = self._under(rules.ignore)
        edits = {**self._edits, path: data}
        files = _with_files(entries, rules.ignore, edits)
        return BuildContext(self.root, rules, files, self._sharers, edits, self._starters, self._told, self._answers)

    def _under(self, ignore: Ignore) -> tuple[Entry, ...]:
        """What is in the context under other patterns."""
        if _only_more_is_left_out(self.ignore, ignore):
            return tuple(narrowed(self.entries, ignore))
        return tuple(walk(self.root, ignore))

    def place(self, path: str) -> str:
        """Where a file of it lies, for whoever writes it."""
        return os.path.join(self.root, path)


def _with_files(entries: Sequence[Entry], ignore: Ignore, edits: Mapping[str, bytes]) -> list[Entry]:
    """The entries as they are once the files are written."""
    found = {entry.path: entry for entry in entries}
    for path, data in edits.items():
        if not ignore.leaves_out(path):
            found[path] = Entry(path, Kind.FILE, len(data), found[path].mode if path in found else _MODE)
    return list(found.values())


def _only_more_is_left_out(old: Ignore, new: Ignore) -> bool:
    """True if patterns that take nothing back came in behind the others.

    In front of a ``!`` they may bring back what is below a folder: the builder asks for an exception only where
    something is left out, and what matches a folder holds for all that is in it.
    """
    same = [(pattern.text, pattern.takes_back) for pattern in new.patterns[: len(old.patterns)]]
    if same != [(pattern.text, pattern.takes_back) for pattern in old.patterns]:
        return False
    return not any(pattern.takes_back for pattern in new.patterns[len(old.patterns) :])


def read_context(
    dockerfile: Path,
    root: Path,
    sharers: Callable[[], Sequence[Sharer] | NoFiles] | None = None,
    starters: Callable[[], Sequence[Starter]] | None = None,
) -> BuildContext:
    """The context as it is now. ``sharers`` are not None where files of it may be written.

    ``NAME.dockerignore`` beside a Dockerfile called NAME goes before the file in the root
    (moby/buildkit, frontend/dockerui/config.go). Raises ConfigError for patterns that a builder refuses.
    """
    rules = _rules(dockerfile, root)
    return BuildContext(root, rules, walk(root, rules.ignore), sharers, starters=starters)


def own_ignore_file(dockerfile: Path) -> Path:
    """The ignore file that is for one Dockerfile alone, if there is one."""
    return dockerfile.with_name(f"{dockerfile.name}{IGNORE_FILE}")


def _rules(dockerfile: Path, root: Path) -> Rules:
    for path in (own_ignore_file(dockerfile), root / IGNORE_FILE):
        try:
            text = path.read_bytes().decode("utf-8", "surrogateescape")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror}") from error
        try:
            return Rules(path, text, read(text))
        except PatternError as error:
            raise ConfigError(f"{path}: {error}") from error
    return Rules()
