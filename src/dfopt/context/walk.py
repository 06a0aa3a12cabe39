"""Walks a build context as the builder does, without following links (tonistiigi/fsutil: walker.go, filter.go)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from dfopt.model.build_files import Entry, Kind
from dfopt.model.ignore import Ignore


def walk(root: Path, ignore: Ignore) -> Iterator[Entry]:
    """What a build gets of a folder, parents first, in the order of the names.

    A folder that is left out comes along if something in it does not stay out. What vanishes meanwhile is left out.
    """
    yield from _walk(os.fspath(root), "", ignore, (), [])


def _walk(folder: str, prefix: str, ignore: Ignore, above: tuple[bool, ...], waiting: list[Entry]) -> Iterator[Entry]:
    """``waiting`` are the folders above that are left out, as long as nothing in them is in the context."""
    for name, info in _names(folder):
        path = prefix + name
        left_out, found = ignore.decide(path, above)
        if isinstance(info, str):
            if not left_out:
                yield Entry(path, Kind.OTHER, problem=info)
            continue
        entry = _entry(path, info)
        if entry is None:
            continue
        if not left_out:
            yield from waiting
            waiting.clear()
            yield entry
        if entry.kind is Kind.FOLDER and (not left_out or ignore.may_hold(path)):
            inner = [*waiting, entry] if left_out else []
            for below in _walk(f"{folder}/{name}", f"{path}/", ignore, found, inner):
                waiting.clear()
                yield below


def _names(folder: str) -> list[tuple[str, os.stat_result | str]]:
    """The names in a folder with what they are, or why that cannot be told."""
    found: list[tuple[str, os.stat_result | str]] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    found.append((entry.name, entry.stat(follow_symlinks=False)))
                except FileNotFoundError:
                    continue
                except OSError as error:
                    found.append((entry.name, error.strerror or str(error)))
    except FileNotFoundError:
        return []
    except OSError as error:
        return [("", error.strerror or str(error))]
    return sorted(found, key=lambda pair: os.fsencode(pair[0]))


def _entry(path: str, info: os.stat_result) -> Entry | None:
    """None for a socket, which no build gets."""
    mode = stat.S_IMODE(info.st_mode)
    if stat.S_ISREG(info.st_mode):
        return Entry(path, Kind.FILE, info.st_size, mode)
    if stat.S_ISDIR(info.st_mode):
        return Entry(path, Kind.FOLDER, 0, mode)
    if stat.S_ISLNK(info.st_mode):
        return Entry(path, Kind.LINK, 0, mode)
    return None if stat.S_ISSOCK(info.st_mode) else Entry(path, Kind.OTHER, 0, mode)
