"""What ``.gitignore`` files leave out, where there is no git to ask."""

from __future__ import annotations

import os

from pathspec import GitIgnoreSpec


class Rules:
    """The rules of the ``.gitignore`` files from the folder that was given down to a folder below it."""

    def __init__(self, specs: tuple[tuple[str, GitIgnoreSpec], ...] = ()) -> None:
        self._specs = specs

    def inside(self, folder: str) -> Rules:
        """These rules and those of the folder's own file, if it has one that can be read."""
        try:
            with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="surrogateescape") as file:
                spec = GitIgnoreSpec.from_lines(file.read().split("\n"))
        except OSError:
            return self
        return Rules((*self._specs, (folder, spec)))

    def ignore(self, path: str, *, is_folder: bool) -> bool:
        """True if the deepest file that speaks of a path leaves it out."""
        for folder, spec in reversed(self._specs):
            name = path.removeprefix(folder).lstrip(os.sep).replace(os.sep, "/")
            decision = spec.check_file(name + "/" if is_folder else name).include
            if decision is not None:
                return decision
        return False
