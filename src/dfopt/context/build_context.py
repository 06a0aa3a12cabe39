"""The context of one Dockerfile: its root, what ``.dockerignore`` leaves of it, and what an instruction selects."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from dfopt.context.walk import walk
from dfopt.errors import ConfigError
from dfopt.model.build_files import Entry, Kind
from dfopt.model.copy_sources import copy_source
from dfopt.model.ignore import Ignore, PatternError, read

IGNORE_FILE = ".dockerignore"
LIMIT = 5_000_000
"""Bytes above which a file is not read."""


class BuildContext:
    """``entries`` are what a build gets, parents first."""

    def __init__(self, root: Path, ignore: Ignore, ignore_path: Path | None, entries: Iterable[Entry]) -> None:
        self.root = root
        self.ignore = ignore
        self.ignore_path = ignore_path
        self.entries = tuple(entries)

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


def read_context(dockerfile: Path, root: Path) -> BuildContext:
    """The context as it is now.

    ``NAME.dockerignore`` beside a Dockerfile called NAME goes before the file in the root
    (moby/buildkit, frontend/dockerui/config.go). Raises ConfigError for patterns that a builder refuses.
    """
    for path in (dockerfile.with_name(f"{dockerfile.name}{IGNORE_FILE}"), root / IGNORE_FILE):
        try:
            text = path.read_bytes().decode("utf-8", "surrogateescape")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror}") from error
        try:
            ignore = read(text)
        except PatternError as error:
            raise ConfigError(f"{path}: {error}") from error
        return BuildContext(root, ignore, path, walk(root, ignore))
    return BuildContext(root, Ignore(), None, walk(root, Ignore()))
