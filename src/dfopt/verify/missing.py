"""What an image lacks: paths that the processes of the other one asked for and found."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

import msgspec

from dfopt.facts.folders import is_in
from dfopt.knowledge.folders import ROOTS, THERE
from dfopt.verify.entries import Kind, Placed
from dfopt.verify.trace import Asked

MOST = 12
"""More paths than this are no gap that copies fill: another base, or packages, are missing."""
MANY = 4
"""So many paths of one folder stand for the folder."""
_LINKS = 40
"""So many symbolic links lead to a file at most, as in Linux."""
_LIBRARY = re.compile(r".*\.so(?:\.[\d.]+)?")
_OF_SYSTEM = re.compile(rf"/(?:{'|'.join(sorted(ROOTS))})|(?:/usr)?/lib(?:exec|32|64)?/[\w-]+-linux-\w+|/usr/\w+")


class Tree:
    """A root file system in which paths lead through symbolic links."""

    def __init__(self, files: Mapping[str, Placed]) -> None:
        self._files = files

    def named(self, path: str) -> str | None:
        """The path without links among its folders, whatever it is itself; None if there is nothing."""
        return self._walk(path, 0, is_last_followed=False)

    def real(self, path: str) -> str | None:
        """The file or folder that a path leads to in the end."""
        return self._walk(path, 0, is_last_followed=True)

    def is_folder(self, path: str) -> bool:
        real = self.real(path)
        return real == "/" or (real is not None and self._files[real].entry.kind is Kind.FOLDER)

    def _walk(self, path: str, depth: int, *, is_last_followed: bool) -> str | None:
        at = "/"
        parts = [part for part in posixpath.normpath(path).split("/") if part]
        for index, part in enumerate(parts):
            at = posixpath.join(at, part)
            placed, is_last = self._files.get(at), index == len(parts) - 1
            if placed is None:
                if is_last:
                    return None
                continue  # archives may leave folders out
            if placed.entry.kind is Kind.LINK and (is_last_followed or not is_last):
                target = posixpath.normpath(posixpath.join(posixpath.dirname(at), placed.entry.target))
                found = self._walk(target, depth + 1, is_last_followed=True) if depth < _LINKS else None
                if found is None:
                    return None
                at = found
        return at


class Lacks(msgspec.Struct, frozen=True):
    """What the other image lacks."""

    surely: tuple[str, ...] = ()
    """What its own processes looked for in vain."""
    maybe: tuple[str, ...] = ()
    """What processes of the first image opened as well."""

    @property
    def paths(self) -> tuple[str, ...]:
        return (*self.surely, *self.maybe)


def lacks(asked: Asked, again: Asked, before: Tree, after: Tree) -> Lacks:
    """What is in the first image and not in the second, of that which was asked for in the first one;
    ``again`` is what was asked for in the second."""
    missed = {before.named(path) for path in again.missed}
    surely: set[str] = set()
    maybe: set[str] = set()
    for path in asked.opened | asked.seen:
        named = before.named(path)
        if named is None or after.real(path) is not None:
            continue
        if named in missed:
            surely.add(named)
        elif path in asked.opened and not before.is_folder(named):
            maybe.add(named)
    return Lacks(_outermost(surely), _outermost(maybe - surely))


def to_copy(found: Lacks, before: Tree, after: Tree) -> tuple[str, ...]:
    """What should be copied next: what was missed, with the libraries beside it if one of these was; else all.

    Many paths of a folder that the second image lacks are the folder. Empty if it is too much.
    """
    chosen = set(found.surely or found.maybe)
    if any(_LIBRARY.fullmatch(path) for path in found.surely):
        chosen.update(path for path in found.maybe if _LIBRARY.fullmatch(path))
    folders = {path: _whole(path, before, after) for path in chosen}
    in_each = Counter(folders.values())
    paths = _outermost({folders[path] if in_each[folders[path]] >= MANY else path for path in chosen})
    return paths if len(paths) <= MOST else ()


def _whole(path: str, before: Tree, after: Tree) -> str:
    """The path, or the folder that the second image lacks altogether, unless that is one of the system's."""
    while True:
        folder = posixpath.dirname(path)
        if folder in THERE or _OF_SYSTEM.fullmatch(folder) or after.real(folder) is not None:
            return path
        if before.named(folder) != folder:
            return path
        path = folder


def superfluous(copied: Iterable[str], asked: Asked, tree: Tree) -> tuple[str, ...]:
    """The copied paths in which nothing was asked for."""
    used = {real for path in asked.opened | asked.seen if (real := tree.real(path))}
    used |= {named for path in asked.opened | asked.seen if (named := tree.named(path))}
    return tuple(path for path in copied if not any(is_in(each, path) for each in used))


def _outermost(paths: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(path for path in paths if not any(path != other and is_in(path, other) for other in paths)))
