"""BuildKit's cache over a history: which vertices hit and miss, commit by commit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import msgspec

from dfopt.model.copy_sources import copy_source
from dfopt.model.ignore import Ignore
from dfopt.replay.history import Blob
from dfopt.replay.vertices import Vertex

Digest = int


class Built(msgspec.Struct, frozen=True):
    """One build: what it cost in seconds, and the vertices that were not cached, each with what it cost."""

    seconds: float
    missed: tuple[tuple[int, float], ...]


class _Source:
    """What one source selects under one ``.dockerignore``: the digest is a sum over the files, so in any order."""

    def __init__(self, source: str, ignore: Ignore, files: Mapping[str, Blob]) -> None:
        wanted = copy_source(source)
        self._wanted, self._pattern = wanted.path, wanted.pattern
        self._ignore = ignore
        self._kept: dict[str, bool] = {}
        self.sum: Digest = 0
        for path, blob in files.items():
            self.sum += self.part(path, blob)

    def part(self, path: str, blob: Blob | None) -> Digest:
        """What a file adds to the digest; 0 if it is not selected."""
        if blob is None or not self._selects(path):
            return 0
        name = path if self._pattern is not None else path[len(self._wanted) :]
        text = f"{blob.mode} {blob.sha} {name}".encode("utf-8", "surrogateescape")
        return int.from_bytes(hashlib.blake2b(text, digest_size=16).digest(), "big")

    def _selects(self, path: str) -> bool:
        known = self._kept.get(path)
        if known is None:
            known = self._kept[path] = self._is_wanted(path) and not self._ignore.leaves_out(path)
        return known

    def _is_wanted(self, path: str) -> bool:
        if self._pattern is not None:
            parts = path.split("/")
            return any(self._pattern.match("/".join(parts[:end])) for end in range(1, len(parts) + 1))
        return not self._wanted or path == self._wanted or path.startswith(f"{self._wanted}/")


class Contents:
    """The files of a build context, and the digests of what sources select, kept up to date while files change."""

    def __init__(self, files: Mapping[str, Blob]) -> None:
        self._files = dict(files)
        self._sources: dict[tuple[str, str], _Source] = {}
        self._used: set[tuple[str, str]] = set()

    @property
    def files(self) -> Mapping[str, Blob]:
        return self._files

    def change(self, changes: Mapping[str, Blob | None]) -> None:
        """Takes over what a commit changed."""
        self._sources = {key: source for key, source in self._sources.items() if key in self._used}
        self._used = set()
        for path, new in changes.items():
            old = self._files.pop(path, None)
            if new is not None:
                self._files[path] = new
            for source in self._sources.values():
                source.sum += source.part(path, new) - source.part(path, old)

    def digest(self, source: str, name: str, ignore: Ignore) -> Digest:
        """The digest of a source under the ``.dockerignore`` that is called so."""
        key = (source, name)
        self._used.add(key)
        if key not in self._sources:
            self._sources[key] = _Source(source, ignore, self._files)
        return self._sources[key].sum


class Cache:
    """All keys that were built so far, and the cache mounts that were filled.

    ``content_stays`` is the kind bound: what a COPY takes from a stage is the same although the stage was built anew.
    """

    def __init__(self, *, content_stays: bool) -> None:
        self._content_stays = content_stays
        self._known: set[bytes] = set()
        self._filled: set[tuple[str, str]] = set()

    def build(self, found: Sequence[Vertex], digest: Callable[[str], Digest], *, dry: bool = False) -> Built:
        """Builds all vertices; what is new is known afterwards, unless it is ``dry``."""
        keys: list[bytes] = []
        missed: list[tuple[int, float]] = []
        filled = set(self._filled)
        for at, vertex in enumerate(found):
            copied = () if self._content_stays else tuple(keys[each] for each in vertex.copies)
            content = tuple(digest(source) for source in vertex.sources)
            parents = tuple(keys[each] for each in vertex.parents)
            key = hashlib.blake2b(repr((vertex.key, parents, copied, content)).encode("utf-8", "surrogateescape"))
            keys.append(key.digest())
            if keys[-1] not in self._known or not vertex.is_known:
                missed.append((at, sum(charge.cost(filled) for charge in vertex.charges)))
                filled.update(mount for charge in vertex.charges for mount in charge.mounts)
        if not dry:
            self._known.update(keys)
            self._filled = filled
        return Built(sum(seconds for _, seconds in missed), tuple(missed))
