"""BuildKit's cache over a history: which vertices hit and miss, commit by commit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import msgspec

from dfopt.context.history import LINK, Blob
from dfopt.model.copy_sources import copy_source
from dfopt.model.ignore import Ignore
from dfopt.model.links import followed
from dfopt.replay.vertices import Vertex

Digest = int


class Built(msgspec.Struct, frozen=True):
    """One build: what it cost in seconds, the vertices that were not cached, each with what it cost, and the bytes of
    the context in them."""

    seconds: float
    missed: tuple[tuple[int, float], ...]
    copied: int = 0


class Selected(msgspec.Struct, frozen=True):
    """What a source selects: a digest of it, and its bytes."""

    digest: Digest
    size: int


class _Source:
    """What one source selects under one ``.dockerignore``: the digest is a sum over the files, so in any order."""

    def __init__(self, source: str, ignore: Ignore, files: Mapping[str, Blob], sizes: Mapping[str, int]) -> None:
        wanted = copy_source(source)
        self._wanted, self._pattern = wanted.path, wanted.pattern
        self._ignore = ignore
        self._kept: dict[str, bool] = {}
        self._sizes = sizes
        self._sum: Digest = 0
        self._size = 0
        for path, blob in files.items():
            self.change(path, None, blob)

    @property
    def selected(self) -> Selected:
        return Selected(self._sum, self._size)

    def change(self, path: str, old: Blob | None, new: Blob | None) -> None:
        """Takes over what became of a file."""
        if not self._selects(path):
            return
        self._sum += self._part(path, new) - self._part(path, old)
        self._size += self._size_of(new) - self._size_of(old)

    def _size_of(self, blob: Blob | None) -> int:
        return 0 if blob is None else self._sizes.get(blob.sha, 0)

    def _part(self, path: str, blob: Blob | None) -> Digest:
        """What a file adds to the digest."""
        if blob is None:
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

    def __init__(
        self, files: Mapping[str, Blob], sizes: Mapping[str, int], read: Callable[[Blob], bytes] = lambda _: b""
    ) -> None:
        """``sizes`` are the bytes of all files there ever were, by what they are; ``read`` gives those of a link."""
        self._files = dict(files)
        self._sizes = sizes
        self._read = read
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
                source.change(path, old, new)

    def selected(self, source: str, name: str, ignore: Ignore) -> Selected:
        """What a source selects under the ``.dockerignore`` that is called so."""
        key = (followed(source, self._link), name)
        self._used.add(key)
        if key not in self._sources:
            self._sources[key] = _Source(key[0], ignore, self._files, self._sizes)
        return self._sources[key].selected

    def _link(self, path: str) -> str | None:
        """Where a link leads; None of what is none."""
        blob = self._files.get(path)
        if blob is None or blob.mode != LINK:
            return None
        return self._read(blob).decode("utf-8", "surrogateescape")


class Cache:
    """All keys that were built so far, and the cache mounts that were filled.

    ``content_stays`` is the kind bound: what a COPY takes from a stage is the same although the stage was built anew.
    """

    def __init__(self, *, content_stays: bool) -> None:
        self._content_stays = content_stays
        self._known: set[bytes] = set()
        self._filled: set[tuple[str, str]] = set()

    def build(self, found: Sequence[Vertex], selected: Callable[[str], Selected], *, dry: bool = False) -> Built:
        """Builds all vertices; what is new is known afterwards, unless it is ``dry``."""
        keys: list[bytes] = []
        missed: list[tuple[int, float]] = []
        filled = set(self._filled)
        size = 0
        for at, vertex in enumerate(found):
            copied = () if self._content_stays else tuple(keys[each] for each in vertex.copies)
            taken = [selected(source) for source in vertex.sources]
            content = tuple(each.digest for each in taken)
            parents = tuple(keys[each] for each in vertex.parents)
            key = hashlib.blake2b(repr((vertex.key, parents, copied, content)).encode("utf-8", "surrogateescape"))
            keys.append(key.digest())
            if keys[-1] not in self._known or not vertex.is_known:
                seconds = 0.0
                for charge in vertex.charges:
                    seconds += charge.cost(filled)
                    filled.update(charge.mounts)
                missed.append((at, seconds))
                size += sum(each.size for each in taken) if vertex.key[0] != "RUN" else 0
        if not dry:
            self._known.update(keys)
            self._filled = filled
        return Built(sum(seconds for _, seconds in missed), tuple(missed), size)
