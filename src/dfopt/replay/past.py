"""The build context as it was at a commit: nothing is checked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from dfopt.context.build_context import IGNORE_FILE, BuildContext, Rules
from dfopt.model.build_files import Entry, Kind, folders_above
from dfopt.model.ignore import Ignore
from dfopt.replay.history import Blob, History

_LINK = "120000"
_PROGRAM = "100755"


class PastContext(BuildContext):
    """Sizes are not known: git has them only with the contents."""

    def __init__(
        self,
        history: History,
        root: Path,
        files: Mapping[str, Blob],
        ignore: str | None,
        rules: Ignore,
        decided: dict[str, bool] | None = None,
    ) -> None:
        """``decided`` says of paths whether the rules leave them out: it is filled, and good for all that have them."""
        self._history = history
        self._blobs = files
        self.seen: dict[str, str] = {}
        """The files that were read, with what they were."""
        path = None if ignore is None else root / IGNORE_FILE
        super().__init__(root, Rules(path, ignore or "", rules), _entries(files, rules, decided), lambda: ())

    def read(self, path: str) -> bytes | None:
        blob = self._blobs.get(path)
        if blob is None or blob.mode == _LINK or path not in self.by_path:
            return None
        self.seen[path] = blob.sha
        return self._history.read(blob)

    def _under(self, ignore: Ignore) -> tuple[Entry, ...]:
        return tuple(_entries(self._blobs, ignore))


def _entries(files: Mapping[str, Blob], ignore: Ignore, decided: dict[str, bool] | None = None) -> Iterator[Entry]:
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
        kind = Kind.LINK if blob.mode == _LINK else Kind.FILE
        yield Entry(path, kind, 0, 0o755 if blob.mode == _PROGRAM else 0o644)
