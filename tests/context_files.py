"""Build contexts that are not on the disk: a table of names with contents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dfopt.context.build_context import BuildContext, Rules
from dfopt.model.build_files import Entry, Kind, folders_above
from dfopt.model.ignore import read

_NOWHERE = Path("/nowhere")


class Table(BuildContext):
    """Files by their paths; folders come by themselves. A content that begins with ``->`` makes a link."""

    def __init__(self, files: Mapping[str, str], ignore: str = "") -> None:
        patterns = read(ignore)
        kept = {path: text for path, text in files.items() if not patterns.leaves_out(path)}
        folders = {folder for path in kept for folder in folders_above(path)}
        entries = [Entry(folder, Kind.FOLDER, 0, 0o755) for folder in sorted(folders)]
        entries += [
            Entry(path, Kind.LINK if text.startswith("->") else Kind.FILE, len(text), 0o644)
            for path, text in sorted(kept.items())
        ]
        super().__init__(_NOWHERE, Rules(None, ignore, patterns), sorted(entries, key=lambda entry: entry.path))
        self._texts = kept

    def link(self, path: str) -> str | None:
        text = self._texts.get(path, "")
        return text.removeprefix("->") if text.startswith("->") else None

    def read(self, path: str) -> bytes | None:
        text = self._texts.get(path)
        return None if text is None or text.startswith("->") else text.encode()
