"""Whether something in a build may need what should not be in its context."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

import msgspec

from dfopt.facts.facts import Facts
from dfopt.facts.mentions import said
from dfopt.facts.unwanted import is_beside
from dfopt.knowledge import unwanted as known
from dfopt.model.build_files import BuildFiles, Entry, Kind
from dfopt.model.copy_sources import copy_source
from dfopt.syntax.nodes import Add, Copy, Instruction, Onbuild
from dfopt_transforms._ignore_finds import Find, Finds, Use, may_name, named
from dfopt_transforms._ignore_made import Made, family, scripts
from dfopt_transforms._ignore_sources import Sources, is_asked

BY_NAME = "an instruction takes it by name"
NOT_MADE = "no RUN of the stage that takes it makes it anew"
NOT_MADE_THERE = "the RUN that makes such folders anew runs in another one"
READ = "a command may read it"
SAID = "an instruction names it"
GIT = "something in the build may ask git"
NAMED = "another file names it"
TOO_MANY = "there are too many files to look for what needs it"

_PLAIN = re.compile(r"[\w.@+-]+")

Why = tuple[str, str]


class Needs:
    """Answers about one context, for all Dockerfiles that are built from it."""

    def __init__(self, dockerfiles: Sequence[Facts], files: BuildFiles, finds: Finds) -> None:
        self._dockerfiles = dockerfiles
        self._files = files
        self._sources = Sources(files, finds.unwanted)
        self._made = Made(files)
        self._part = finds.part

    def parts(self, find: Find) -> Iterator[tuple[Find, Why | None]]:
        """A find, or the parts of it that stay for reasons of their own and what may go."""
        why = self.reason(find)
        if why or not find.uses:
            yield find, why
            return
        if find.place:
            top = Entry(find.place, Kind.FOLDER)
            left = next((use for use in find.uses if not self._made.is_made(find.row, top, use)), None)
            yield find, (NOT_MADE_THERE, left.written) if left else None
            return
        if not find.tops:
            yield self._as_far_as_made(find), None
            return
        by_reason: dict[Why | None, list[Entry]] = {}
        for top in find.tops:
            by_reason.setdefault(self._reason_of(find, top), []).append(top)
        if not by_reason.keys() - {None}:
            yield find, None
            return
        for why, tops in by_reason.items():
            yield self._part(find.row, tops), why

    def reason(self, find: Find) -> Why | None:
        """Why all of it must stay; None if nothing is known to need it."""
        if not find.uses:
            return None
        checks = (self._by_name, self._read, self._not_made, self._said, self._git)
        return next((why for check in checks if (why := check(find))), None)

    def _as_far_as_made(self, find: Find) -> Find:
        """What may come up, without the folders below the root in which no command makes it anew."""
        row, name = find.row, find.name
        if row.members is None or all(
            self._made.is_made(row, top, use) for top in self._below(row) for use in find.uses
        ):
            return find
        return msgspec.structs.replace(find, row=msgspec.structs.replace(row, pattern=name))

    def _below(self, row: known.Unwanted) -> Iterator[Entry]:
        """What would lie in the folders below the root that what a row stands for can lie in."""
        for entry in self._files.entries:
            folder, _, name = entry.path.rpartition("/")
            if folder and is_beside(row, [name]):
                yield Entry(f"{folder}/{row.pattern.removeprefix('**/')}", Kind.FOLDER)

    def _reason_of(self, find: Find, top: Entry) -> Why | None:
        """Why one of its files or folders must stay."""
        left = next((use for use in find.uses if not self._made.is_made(find.row, top, use)), None)
        if left:
            return NOT_MADE_THERE, left.written
        if is_asked(find.row):
            if self._sources.too_many:
                return TOO_MANY, ""
            if path := self._sources.naming(find.row, top):
                return NAMED, path
        return None

    def _by_name(self, find: Find) -> Why | None:
        for use in find.uses:
            is_named = any(named(use, top.path) for top in find.tops) if find.tops else may_name(use, find.row)
            if is_named or (find.row.kind == "secret" and _is_for_secrets(use)):
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
            stages = list(family(use.facts, use.stage))
            if not any(re.search(find.row.made_by, text) for stage in stages for text in scripts(use.facts, stage)):
                return NOT_MADE, use.written
        return None

    def _read(self, find: Find) -> Why | None:
        if not find.row.needed_by:
            return None
        for use in find.uses:
            for stage in family(use.facts, use.stage):
                for text in scripts(use.facts, stage):
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
            for stage in family(use.facts, use.stage):
                for text in scripts(use.facts, stage):
                    found = re.search(known.READS_GIT, text) or re.search(known.GIT_TOOLS, text)
                    if not found and "-buildvcs=false" not in text:
                        found = re.search(known.GO_STAMPS, text)
                    if found:
                        return GIT, found[0][:60]
        if self._sources.too_many:
            return TOO_MANY, ""
        path = self._sources.matching(re.compile(f"{known.READS_GIT}|{known.GIT_TOOLS[4:]}", re.IGNORECASE))
        return (GIT, path) if path else None


def _is_for_secrets(use: Use) -> bool:
    """True for ``COPY certs/ /etc/ssl``: a folder with such a name is taken for what is in it."""
    path = copy_source(use.source).path
    return bool(path) and re.search(known.FOR_SECRETS, path, re.IGNORECASE) is not None
