"""Where a COPY puts what it takes from the build context (moby/buildkit, dockerfile2llb/convert.go: dispatchCopy)."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property

from dfopt.model.build_files import BuildFiles, Entry, Kind, folders_above
from dfopt.model.copy_sources import copy_source
from dfopt.model.ignore import PatternError


class Placed:
    """``paths`` are those in the image, each with the one in the context; folders too, ``folder`` itself left out.

    ``roots`` are the folders of the context of which all comes to ``folder``.
    """

    def __init__(self, folder: str, paths: Mapping[str, str], roots: Sequence[str] = ()) -> None:
        self.folder = folder
        self.paths = paths
        self._roots = roots

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.paths)

    def entry(self, path: str, files: BuildFiles) -> Entry | None:
        """What of the build context is at a path of the image."""
        return files.get(self.paths[path]) if path in self.paths else None

    def origins(self, path: str) -> list[str]:
        """From where in the context something that is not there would come to a path of the image."""
        above = next(
            (each for each in reversed(folders_above(path)) if each in self.paths or each == self.folder), None
        )
        if above is None:
            return [posixpath.join(root, path.lstrip("/")) for root in self._roots] if self.folder == "/" else []
        inner = path[len(above) :].lstrip("/")
        roots = [self.paths[above]] if above in self.paths else self._roots
        return [posixpath.join(root, inner) for root in roots]

    def below(self, path: str) -> list[str]:
        """What is at a path of the image, or below it."""
        start = "/" if path == "/" else f"{path}/"
        at = bisect_left(self._sorted, start)
        found = [path] if path in self.paths else []
        while at < len(self._sorted) and self._sorted[at].startswith(start):
            found.append(self._sorted[at])
            at += 1
        return found


def placed(files: BuildFiles, sources: Sequence[str], folder: str) -> Placed | str:
    """What sources put into a folder of the image, or why that is not known."""
    paths: dict[str, str] = {}
    roots: list[str] = []
    for source in sources:
        try:
            wanted = copy_source(source)
        except PatternError:
            return "a source of COPY is no pattern"
        selected = files.select(source)
        if not selected:
            return "a source of COPY is not in the build context"
        if any(entry.problem for entry in selected):
            return "a file of the build context cannot be read"
        tops = [wanted.path] if wanted.pattern is None else _tops([e.path for e in selected])
        for top in tops:
            entry = files.get(top)
            if entry is not None and entry.kind not in (Kind.FILE, Kind.FOLDER):
                return "a source of COPY is a link"
            is_folder = entry is None or entry.kind is Kind.FOLDER
            roots += [top] if is_folder else []
            start = (f"{top}/" if top else "") if is_folder else f"{posixpath.dirname(top)}/".lstrip("/")
            for found in selected:
                if (found.path == top and not is_folder) or (is_folder and found.path.startswith(start)):
                    paths[posixpath.join(folder, found.path[len(start) :])] = found.path
    return Placed(folder, paths, roots)


def _tops(paths: Sequence[str]) -> list[str]:
    """The paths that lie below none of the others."""
    known = set(paths)
    return [path for path in paths if not any(parent in known for parent in folders_above(path))]
