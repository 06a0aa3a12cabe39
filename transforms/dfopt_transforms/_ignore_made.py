"""Where a build makes anew what lies in its context."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfopt.facts.copied import destination
from dfopt.facts.facts import Facts
from dfopt.facts.mentions import said
from dfopt.facts.script_paths import ScriptPaths, join
from dfopt.knowledge.unwanted import FOLDER_OPTIONS, Unwanted
from dfopt.model.build_files import BuildFiles, Entry, folders_above
from dfopt.model.copy_sources import copy_source
from dfopt.model.stages import Stage
from dfopt.shell.nodes import NotModelled
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Copy, Run
from dfopt_transforms._ignore_finds import Use


class Made:
    """Answers for one context."""

    def __init__(self, files: BuildFiles) -> None:
        self._files = files
        self._places: dict[tuple[Facts, int, str], list[str]] = {}

    def is_made(self, row: Unwanted, top: Entry, use: Use) -> bool:
        """False if the commands that make such things run in other folders than the one that it gets into."""
        if not row.made_by or row.members is None:
            return True
        root, folder = _seen_from_source(use, top)
        target = _target(use)
        places = self._places_of(row, use)
        if not folder:
            return any(self._is_of_root(row, root, target, place) for place in places)
        if any(_is_at(place, folder, target) for place in places):
            return True
        return any(
            self._goes_on(row, f"{root}/{head}".strip("/"), folder[len(head) :].strip("/"))
            for head in ["", *folders_above(folder)]
            for place in places
            if _is_at(place, head, target) or not head
        )

    def _places_of(self, row: Unwanted, use: Use) -> list[str]:
        key = (use.facts, use.stage.index, row.made_by)
        if key not in self._places:
            stages = family(use.facts, use.stage)
            self._places[key] = [each for stage in stages for each in _places(use.facts, stage, row.made_by)]
        return self._places[key]

    def _is_of_root(self, row: Unwanted, root: str, target: str | None, place: str) -> bool:
        """False if a folder of a build is one below the root of what is copied, with a project of its own."""
        if target is None or not place.startswith(f"{target.rstrip('/')}/"):
            return True
        below = place.removeprefix(target).strip("/")
        is_project = any(self._files.get(f"{root}/{below}/{name}".strip("/")) is not None for name in row.beside)
        return not is_project or not below or self._goes_on(row, root, below)

    def _goes_on(self, row: Unwanted, folder: str, below: str) -> bool:
        """True if a file in a folder says that what is done there is done for one below it, too."""
        first = re.escape(below.partition("/")[0])
        for name, says in row.members or ():
            text = (self._files.read(f"{folder}/{name}".strip("/")) or b"").decode("utf-8", "replace")
            if re.search(says, text) and re.search(rf"(?<![\w-]){first}(?![\w-])|[\"'\s]\*", text):
                return True
        return False


def family(facts: Facts, stage: Stage) -> Iterator[Stage]:
    """A stage, those that it starts from, and those that start from it: they all see its files."""
    above = {each.index for each in stage.lineage}
    for each in facts.stages:
        if each.index in above or any(found.index == stage.index for found in each.lineage):
            yield each


def scripts(facts: Facts, stage: Stage) -> Iterator[str]:
    """The text of each RUN."""
    for instruction in stage.instructions:
        if isinstance(instruction, Run):
            yield said(instruction, facts.dockerfile.source)


def _seen_from_source(use: Use, top: Entry) -> tuple[str, str]:
    """The folder that a source takes the files of, and where below it something lies."""
    wanted = copy_source(use.source)
    folder = top.path.rpartition("/")[0]
    for head in reversed(["", *folders_above(top.path)]):
        is_taken = wanted.pattern.match(head) is not None if wanted.pattern else wanted.path == head
        if is_taken:
            return head, folder[len(head) :].strip("/")
    return "", folder


def _target(use: Use) -> str | None:
    """Where a COPY puts what it takes; None if that is not known."""
    copy = next((each for each in use.stage.instructions if each.span == use.span), None)
    return destination(use.facts, copy) if isinstance(copy, Copy) else None


def _is_at(place: str, folder: str, target: str | None) -> bool:
    """True if a folder of a build is one of the context; by its end alone where it is not known what it lies in."""
    if target is not None and place.startswith("/"):
        return place == join(target, folder)
    return bool(folder) and f"/{place}".endswith(f"/{folder}")


def _places(facts: Facts, stage: Stage, made_by: str) -> Iterator[str]:
    """The folders in which commands of a stage make something; those that are not known are empty."""
    for instruction in stage.instructions:
        if isinstance(instruction, Run) and re.search(made_by, said(instruction, facts.dockerfile.source)):
            yield from list(_places_in(facts, instruction, made_by)) or [""]


def _places_in(facts: Facts, run: Run, made_by: str) -> Iterator[str]:
    script = facts.script(run)
    if isinstance(script, NotModelled):
        return
    paths = ScriptPaths(facts, run, script)
    for command in simple_commands(script):
        words = " ".join(paths.text(word.parts) for word in command.words)
        if re.search(made_by, words):
            option = re.search(FOLDER_OPTIONS, words)
            folder = option[option.lastindex or 1] if option else "."
            yield paths.resolved(command, folder) if folder else paths.folder(command)
