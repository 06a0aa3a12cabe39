"""Walks a build context as the builder does, without following links (tonistiigi/fsutil: walker.go, filter.go)."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from dfopt.model.build_files import Entry, Kind
from dfopt.model.ignore import Ignore


def walk(root: Path, ignore: Ignore) -> Iterator[Entry]:
    """What a build gets of a folder, parents first, in the order of the names.

    A folder that is left out comes along if something in it does not stay out. What vanishes meanwhile is left out.
    """
    top = os.fspath(root)
    return _walk(lambda folder: _on_disk(top, folder), ignore)


def narrowed(entries: Iterable[Entry], ignore: Ignore) -> Iterator[Entry]:
    """The same of what was walked already, with patterns that take nothing back that is not there."""
    children: dict[str, list[Entry]] = {}
    for entry in entries:
        children.setdefault(entry.path.rpartition("/")[0], []).append(entry)
    return _walk(lambda folder: children.get(folder, ()), ignore)


class _Folder(msgspec.Struct):
    """A folder that is walked: what of it is to come, which patterns match it, and itself if it still waits."""

    entries: Iterator[Entry]
    matches: tuple[bool, ...] = ()
    waiting: Entry | None = None
    """A folder that is left out, as long as nothing in it is in the context."""


def _walk(inside: Callable[[str], Sequence[Entry]], ignore: Ignore) -> Iterator[Entry]:
    """``inside`` gives what is right in a folder. Folders may be deeper than Python can call."""
    open_folders = [_Folder(iter(inside("")))]
    while open_folders:
        folder = open_folders[-1]
        entry = next(folder.entries, None)
        if entry is None:
            open_folders.pop()
            continue
        left_out, matches = ignore.decide(entry.path, folder.matches)
        if not left_out:
            for above in open_folders:
                if above.waiting:
                    yield above.waiting
                    above.waiting = None
            yield entry
        if entry.kind is Kind.FOLDER and (not left_out or ignore.may_hold(entry.path)):
            below = inside(entry.path)
            open_folders.append(_Folder(iter(below), matches, entry if left_out else None))


def _on_disk(root: str, folder: str) -> list[Entry]:
    """What is right in a folder of the file system; what cannot be read has a problem."""
    prefix = f"{folder}/" if folder else ""
    found: list[Entry] = []
    try:
        with os.scandir(f"{root}/{folder}" if folder else root) as entries:
            for each in entries:
                try:
                    entry = _entry(prefix + each.name, each.stat(follow_symlinks=False))
                except FileNotFoundError:
                    continue
                except OSError as error:
                    entry = Entry(prefix + each.name, Kind.OTHER, problem=error.strerror or str(error))
                if entry is not None:
                    found.append(entry)
    except FileNotFoundError:
        return []
    except OSError as error:
        return [Entry(prefix, Kind.OTHER, problem=error.strerror or str(error))]
    return sorted(found, key=lambda entry: os.fsencode(entry.path))


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
