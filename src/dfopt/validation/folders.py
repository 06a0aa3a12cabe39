"""Which of the folders that WORKDIR makes are there already: then it only changes the folder that is in force.

WORKDIR makes the folder and its parents with one owner and mode, and leaves alone what is there (BuildKit,
frontend/dockerfile/dockerfile2llb/convert.go: dispatchWorkdir; solver/llbsolver/file/backend.go: mkdir).
"""

from __future__ import annotations

import posixpath

from dfopt.facts.facts import Facts
from dfopt.facts.folders import is_in
from dfopt.model.build_files import folders_above
from dfopt.shell.nodes import NotModelled
from dfopt.syntax.nodes import Run


class Folders:
    """The folders of a stage that its WORKDIRs made, as far as it is read."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._runs: list[tuple[Run, str | None]] = []
        """Each RUN and the folder that it is started in."""
        self._made: dict[str, int] = {}
        """How many RUNs stand before the place where a folder is surely there."""

    def run(self, run: Run, path: str | None) -> None:
        self._runs.append((run, path))

    def made(self, path: str) -> None:
        self._made.update(dict.fromkeys((path, *folders_above(path)), len(self._runs)))

    def is_there(self, path: str) -> bool:
        """True if a folder was made, and every RUN since leaves it where it is."""
        if path == "/":
            return True
        since = self._made.get(path)
        return since is not None and all(self._keeps(run, folder, path) for run, folder in self._runs[since:])

    def _keeps(self, run: Run, folder: str | None, path: str) -> bool:
        """True if a RUN leaves a folder where it is: known of the one that it is started in, and those above.

        Where WORKDIRs alone do not tell its folder, it may be any for what the RUN removes.
        """
        known = self._facts.scope(run).workdir
        return (
            folder is not None
            and (known is None or posixpath.normpath(known) == folder)
            and is_in(folder, path)
            and not isinstance(self._facts.script(run), NotModelled)
            and not self._facts.changes_process(run)
        )


def makes_parent(made: str, path: str) -> bool:
    """True if making one folder makes another one as well."""
    return made not in (path, "/") and is_in(path, made)
