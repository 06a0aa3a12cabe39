"""Digests that were asked for a short while ago, in a file that all runs of dfopt share."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from dfopt.model.digests import Digest

LIFETIME: Final = 3600.0
"""Seconds that a digest counts as current: many files name the same image, and a tag moves a few times a month."""
_WAIT: Final = 5.0
_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS digest (image TEXT PRIMARY KEY, text TEXT NOT NULL, is_index INTEGER NOT NULL, "
    "at REAL NOT NULL)"
)


def default_path(environ: Mapping[str, str] | None = None) -> Path:
    """Where the file is: in the user's folder for caches (XDG Base Directory specification)."""
    environ = os.environ if environ is None else environ
    folder = environ.get("XDG_CACHE_HOME", "")
    base = Path(folder) if os.path.isabs(folder) else Path(environ.get("HOME") or Path.home(), ".cache")
    return base / "dfopt" / "digests.sqlite"


class Cache:
    """A file that cannot be used is as good as an empty one."""

    def __init__(self, path: Path, lifetime: float = LIFETIME) -> None:
        self._path = path
        self._lifetime = lifetime

    def get(self, image: str) -> Digest | None:
        if not self._path.exists():
            return None
        try:
            with closing(self._open()) as database:
                row = database.execute("SELECT text, is_index, at FROM digest WHERE image = ?", (image,)).fetchone()
        except sqlite3.Error:
            return None
        if row is None or not 0 <= time.time() - row[2] < self._lifetime:
            return None
        return Digest(row[0], bool(row[1]))

    def put(self, image: str, digest: Digest) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with closing(self._open()) as database, database:
                now = time.time()
                database.execute("DELETE FROM digest WHERE at < ?", (now - self._lifetime,))
                row = (image, digest.text, digest.is_index, now)
                database.execute("INSERT OR REPLACE INTO digest VALUES (?, ?, ?, ?)", row)
        except (OSError, sqlite3.Error):
            return

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=_WAIT)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(_TABLE)
        except sqlite3.Error:
            database.close()
            raise
        return database
