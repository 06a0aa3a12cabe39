"""The build context as it was at a commit: nothing is checked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import msgspec

from dfopt.context.build_context import IGNORE_FILE, BuildContext, Rules, Told
from dfopt.context.history import LINK, SUBMODULE, Blob, Commit, History, churn_of
from dfopt.model.build_files import Churn, Entry, Kind, folders_above
from dfopt.model.ignore import Ignore

_PROGRAM = "100755"


_KINDS = {LINK: Kind.LINK, SUBMODULE: Kind.FOLDER}


class Past(msgspec.Struct, frozen=True):
    """What a replay knows from the start: its commits, and the bytes of all files, by what they are."""

    history: History
    commits: Sequence[Commit] = ()
    sizes: Mapping[str, int] = {}


class PastContext(BuildContext):
    """``past`` is what the replay knows, ``files`` what was there at the commit."""

    def __init__(
        self,
        past: Past,
        files: Mapping[str, Blob],
        ignore: str | None,
        rules: Ignore,
        decided: dict[str, bool] | None = None,
    ) -> None:
        """``decided`` says of paths whether the rules leave them out: it is filled, and good for all that have them."""
        self._past = past
        self._blobs = files
        self.seen: dict[str, str] = {}
        """The files that were read, with what they were."""
        root = past.history.root
        path = None if ignore is None else root / IGNORE_FILE
        super().__init__(
            root,
            Rules(path, ignore or "", rules),
            _entries(past, files, rules, decided),
            lambda: (),
            told=Told(untracked=frozenset(), unshared=frozenset(), ignored=frozenset()),
        )

    def read(self, path: str) -> bytes | None:
        blob = self._blobs.get(path)
        if blob is None or blob.mode in _KINDS or path not in self.by_path:
            return None
        self.seen[path] = blob.sha
        return self._past.history.read(blob)

    def link(self, path: str) -> str | None:
        blob = self._blobs.get(path)
        if blob is None or blob.mode != LINK or path not in self.by_path:
            return None
        self.seen[path] = blob.sha
        return self._past.history.read(blob).decode("utf-8", "surrogateescape")

    @cached_property
    def _found_churn(self) -> Churn:
        """That of all commits that are replayed, not only of those up to now: who rewrites today knows them."""
        return churn_of(self._past.commits, self.ignore)

    def _under(self, ignore: Ignore) -> tuple[Entry, ...]:
        return tuple(_entries(self._past, self._blobs, ignore))


def _entries(
    past: Past, files: Mapping[str, Blob], ignore: Ignore, decided: dict[str, bool] | None = None
) -> Iterator[Entry]:
    """Files and the folders that they are in, parents first."""
    folders: set[str] = set()
    known = {} if decided is None else decided
    for path, blob in sorted(files.items()):
        is_out = known.get(path)
        if is_out is None:
            is_out = known[path] = ignore.leaves_out(path)
        if is_out:
            continue
        for folder in folders_above(path):
            if folder not in folders:
                folders.add(folder)
                yield Entry(folder, Kind.FOLDER, 0, 0o755)
        kind = _KINDS.get(blob.mode, Kind.FILE)
        yield Entry(path, kind, past.sizes.get(blob.sha, 0), 0o755 if blob.mode == _PROGRAM else 0o644)
