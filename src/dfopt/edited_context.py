"""The build context of one Dockerfile, as patches that edit its files have made it; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.edits import FileEdit
from dfopt.facts.facts import Facts
from dfopt.model.build_files import NOT_GIVEN, BuildFiles, FilesOf, NoFiles
from dfopt.results import ContextFile

Edits = tuple[FileEdit, ...]
"""One for each file, since the beginning."""


class EditedContext:
    """Reads the context once, when it is first asked for, and knows how edits change it."""

    def __init__(self, facts: Facts, files: FilesOf | None) -> None:
        self._facts = facts
        self._files = files
        self._read: dict[Edits, BuildFiles | NoFiles] = {}

    def __call__(self, edits: Edits = ()) -> BuildFiles | NoFiles:
        if edits not in self._read:
            self._read[edits] = self._with(edits) if edits else self._as_it_is()
        return self._read[edits]

    def changed(self, edits: Edits) -> Iterator[ContextFile]:
        """The files that the edits are about, before and after."""
        files = self() if edits else NOT_GIVEN
        if not isinstance(files, NoFiles):
            for edit in edits:
                yield ContextFile(files.place(edit.path), edit.old, edit.new)

    def _as_it_is(self) -> BuildFiles | NoFiles:
        if self._files is None:
            return NOT_GIVEN
        from dfopt.facts.context_sources import context_sources

        return self._files([value for _, _, value in context_sources(self._facts) if value is not None])

    def _with(self, edits: Edits) -> BuildFiles | NoFiles:
        files = self()
        for edit in edits:
            if not isinstance(files, NoFiles):
                files = files.edited(edit.path, edit.new)
        return files
