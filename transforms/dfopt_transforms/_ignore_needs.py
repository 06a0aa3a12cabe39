"""Whether something in a build may need what should not be in its context."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from dfopt.facts.facts import Facts
from dfopt.facts.mentions import said
from dfopt.knowledge import unwanted as known
from dfopt.model.build_files import BuildFiles, Entry, Kind
from dfopt.model.copy_sources import copy_source
from dfopt.model.stages import Stage
from dfopt.syntax.nodes import Add, Copy, Instruction, Onbuild, Run
from dfopt_transforms._ignore_finds import Find, Use, named

BY_NAME = "an instruction takes it by name"
NOT_MADE = "no RUN of the stage that takes it makes it anew"
READ = "a command may read it"
SAID = "an instruction names it"
GIT = "something in the build may ask git"
NAMED_KEY = "another file names it"
TOO_MANY = "there are too many files to look for what needs it"

_MOST_FILES, _MOST_BYTES, _LARGEST = 4000, 40_000_000, 400_000
_PLAIN = re.compile(r"[\w.@+-]+")

Why = tuple[str, str]


class Needs:
    """Answers about one context, for all Dockerfiles that are built from it."""

    def __init__(self, dockerfiles: Sequence[Facts], files: BuildFiles, finds: Sequence[Find]) -> None:
        self._dockerfiles = dockerfiles
        self._files = files
        self._finds = finds

    def reason(self, find: Find) -> Why | None:
        """Why something must stay; None if nothing is known to need it."""
        if not find.uses:
            return None
        checks = (self._by_name, self._read, self._not_made, self._said, self._git, self._key)
        return next((why for check in checks if (why := check(find))), None)

    def _by_name(self, find: Find) -> Why | None:
        for use in find.uses:
            paths = [top.path for top in find.tops] or [find.row.pattern.removeprefix("**/")]
            if any(named(use, path) for path in paths) or (find.row.kind == "secret" and _is_for_secrets(use)):
                return BY_NAME, use.written
            inside = self._selected_inside(use, find)
            if inside:
                return BY_NAME, use.written
        return None

    def _selected_inside(self, use: Use, find: Find) -> bool:
        """True if a pattern names something in it: ``build/*/app.jar``."""
        wanted = copy_source(use.source)
        if wanted.pattern is None or wanted.path.rpartition("/")[2] in ("*", "**"):
            return False
        return any(wanted.pattern.match(path) for path in find.paths)

    def _not_made(self, find: Find) -> Why | None:
        if not find.row.made_by:
            return None
        for use in find.uses:
            stages = list(_family(use.facts, use.stage))
            if not any(re.search(find.row.made_by, text) for stage in stages for text in _scripts(use.facts, stage)):
                return NOT_MADE, use.written
        return None

    def _read(self, find: Find) -> Why | None:
        if not find.row.needed_by:
            return None
        for use in find.uses:
            for stage in _family(use.facts, use.stage):
                for text in _scripts(use.facts, stage):
                    if found := re.search(find.row.needed_by, text):
                        return READ, found[0][:60]
        return None

    def _said(self, find: Find) -> Why | None:
        """A RUN, CMD, HEALTHCHECK … that names it: unless the build makes it anew, it is that of the context."""
        if find.row.made_by:
            return None
        for name in {top.path.rpartition("/")[2] for top in find.tops}:
            if not _PLAIN.fullmatch(name):
                continue
            word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
            for facts, instruction in self._others:
                if word.search(said(instruction, facts.dockerfile.source)):
                    return SAID, instruction.keyword
        return None

    @cached_property
    def _others(self) -> list[tuple[Facts, Instruction]]:
        """What takes nothing from the context, or does more than that."""
        return [
            (facts, found)
            for facts in self._dockerfiles
            for found in facts.dockerfile.instructions
            if not isinstance(found, Add | Copy) or isinstance(found, Onbuild)
        ]

    def _git(self, find: Find) -> Why | None:
        if find.row.pattern != known.UNWANTED[0].pattern:
            return None
        for use in find.uses:
            for stage in _family(use.facts, use.stage):
                for text in _scripts(use.facts, stage):
                    found = re.search(known.READS_GIT, text) or re.search(known.GIT_TOOLS, text)
                    if not found and "-buildvcs=false" not in text:
                        found = re.search(known.GO_STAMPS, text)
                    if found:
                        return GIT, found[0][:60]
        return self._in_texts(re.compile(f"{known.READS_GIT}|{known.GIT_TOOLS[4:]}", re.IGNORECASE), GIT)

    def _key(self, find: Find) -> Why | None:
        if find.row.kind != "secret" or not find.tops:
            return None
        if find.row.pattern.startswith("**/*."):
            names = "|".join(re.escape(top.path.rpartition("/")[2]) for top in find.tops)
            return self._in_texts(re.compile(rf"(?<![\w.-])(?:{names})(?![\w-])"), NAMED_KEY)
        return None

    def _in_texts(self, wanted: re.Pattern[str], reason: str) -> Why | None:
        """The first file of the context that an expression is found in."""
        if self._texts is None:
            return TOO_MANY, ""
        return next(((reason, path) for path, text in self._texts if wanted.search(text)), None)

    @cached_property
    def _texts(self) -> list[tuple[str, str]] | None:
        """The small files of the context that may run or set up something; None if there are too many."""
        found: list[tuple[str, str]] = []
        size = 0
        for entry in self._sources():
            size += entry.size
            if len(found) >= _MOST_FILES or size > _MOST_BYTES:
                return None
            content = self._files.read(entry.path)
            if content is not None and b"\0" not in content[:1000]:
                found.append((entry.path, content.decode("utf-8", "replace")))
        return found

    def _sources(self) -> Iterator[Entry]:
        skipped = frozenset(path for find in self._finds if find.row.kind != "secret" for path in find.paths)
        for entry in self._files.entries:
            name = entry.path.lower()
            if (
                entry.kind is Kind.FILE
                and entry.size <= _LARGEST
                and entry.path not in skipped
                and not name.endswith(known.DOCUMENTS)
                and not name.rpartition("/")[2].startswith(("dockerfile", ".gitignore", ".dockerignore"))
            ):
                yield entry


def _is_for_secrets(use: Use) -> bool:
    """True for ``COPY certs/ /etc/ssl``: a folder with such a name is taken for what is in it."""
    path = copy_source(use.source).path
    return bool(path) and re.search(known.FOR_SECRETS, path, re.IGNORECASE) is not None


def _family(facts: Facts, stage: Stage) -> Iterator[Stage]:
    """A stage, those that it starts from, and those that start from it: they all see its files."""
    ancestors: set[int] = set()
    above: Stage | None = stage
    while above is not None:
        ancestors.add(above.index)
        above = above.parent
    for each in facts.stages:
        below: Stage | None = each
        while below is not None and below.index != stage.index:
            below = below.parent
        if each.index in ancestors or below is not None:
            yield each


def _scripts(facts: Facts, stage: Stage) -> Iterator[str]:
    for instruction in stage.instructions:
        if isinstance(instruction, Run):
            yield said(instruction, facts.dockerfile.source)
