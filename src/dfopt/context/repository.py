"""Where the repository is that a folder is in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def folders_around(folder: Path) -> list[Path]:
    """The folder and those above it up to the one that git tracks; outside a repository it is alone."""
    return list(up_to_repository(folder)) or [folder]


def up_to_repository(folder: Path) -> Iterator[Path]:
    """The folder and those above it up to the one that git tracks; nothing outside a repository."""
    found: list[Path] = []
    for each in (folder, *folder.parents):
        found.append(each)
        if os.path.lexists(each / ".git"):
            yield from found
            return
