"""What lies in a build context and should not be there, and which instructions take it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from dfopt.facts.context_sources import context_sources
from dfopt.facts.facts import Facts
from dfopt.facts.unwanted import all_below, is_beside, likely, names_in, unwanted
from dfopt.knowledge.unwanted import BUILD_DESCRIPTIONS, INSTALLED, LARGE, TEST_DATA, UNWANTED, Unwanted
from dfopt.model.build_files import BuildFiles, Entry, IgnoreFile, Kind, folders_above
from dfopt.model.copy_sources import context_path, copy_source
from dfopt.model.ignore import Ignore, read
from dfopt.model.stages import Stage, built_by_default
from dfopt.source import Span
from dfopt.syntax.nodes import Copy

SWEEPS = ("*", "**")
"""Last parts of patterns that name nothing."""


class Use(msgspec.Struct, frozen=True):
    """An instruction that takes something, and the source by which it does."""

    facts: Facts
    stage: Stage
    span: Span
    source: str
    written: str
    is_copied: bool
    """False for a mount, which the image does not get, and for what counts already."""


class Find(msgspec.Struct, frozen=True):
    """What a row of the table stands for in one context. Without ``tops`` it is not there, but usual."""

    row: Unwanted
    tops: tuple[Entry, ...]
    paths: frozenset[str]
    """Of all files and folders in it."""
    bytes: int
    uses: tuple[Use, ...]
    image: int
    """Bytes that the image has of it."""
    files: int = 0
    place: str = ""
    """The one place that it is about if it is not there, and git is told to ignore it."""

    @property
    def name(self) -> str:
        if len(self.tops) == 1:
            return self.tops[0].path
        if self.place:
            return self.place
        return _name(self.row)

    @property
    def said(self) -> str:
        where = f" in {len(self.tops)} places" if len(self.tops) > 1 else ""
        return f"{self.name} is there{where} ({self.row.kind}): {self.files} files, {self.bytes} bytes"


class Finds(msgspec.Struct, frozen=True):
    """``test_data`` is large and taken by nothing; ``descriptions`` are of the build itself, and taken along."""

    unwanted: tuple[Find, ...]
    test_data: tuple[Find, ...]
    descriptions: tuple[Find, ...]
    part: Callable[[Unwanted, Sequence[Entry]], Find]
    """The find of a row for some of what it stands for."""


def finds(dockerfiles: Sequence[Facts], files: BuildFiles, file: IgnoreFile) -> Finds:
    """All of it, for all Dockerfiles that are built from a context."""
    search = _Search(dockerfiles, files)
    ignore = read(file.text or "")
    there = unwanted(files.entries)
    found: list[Find] = []
    for row in UNWANTED:
        tops = [top for top in there.get(row, ()) if _is_meant(row, top, files)]
        by_name = [top for top in tops if search.is_named(top)]
        rest = [top for top in tops if top not in by_name]
        found += [search.find(row, some) for some in (by_name, rest) if some]
        if not tops and (usual := search.usual(row, ignore)):
            found.append(usual)
    found += search.ignored(there)
    described = [search.find(row, tops) for row, tops in unwanted(files.entries, BUILD_DESCRIPTIONS).items()]
    taken = tuple(find for find in described if find.uses)
    return Finds(tuple(found), tuple(search.test_data()), taken, search.find)


def taken_along(file: IgnoreFile, dockerfiles: Sequence[Facts], files: BuildFiles) -> bool:
    """True if an instruction takes the ignore file itself, or will once there is one."""
    if file.text is not None and files.get(file.path) is None:
        return False
    return any(_takes(use, file.path) for facts in dockerfiles for use in uses(facts, files))


def is_named(path: str, dockerfiles: Sequence[Facts], files: BuildFiles) -> bool:
    """True if an instruction of one of them is about a path."""
    return any(named(use, path) for facts in dockerfiles for use in uses(facts, files))


def uses(facts: Facts, files: BuildFiles) -> Iterator[Use]:
    """What instructions take; a source that leads through links stands for what it is behind them, too."""
    for instruction, written, value in context_sources(facts):
        if value is not None:
            stage = facts.stage_of(instruction)
            said = f"{instruction.keyword} {written}"
            use = Use(facts, stage, instruction.span, value, said, isinstance(instruction, Copy))
            yield use
            for end in {files.followed(value), *_ends(files, value)} - {context_path(value)}:
                yield msgspec.structs.replace(use, source=end, is_copied=False)


def _ends(files: BuildFiles, source: str) -> Iterator[str]:
    """What the links that a pattern fits stand for."""
    wanted = copy_source(source)
    if wanted.pattern is not None:
        yield from (files.followed(entry.path) for entry in files.select(source) if entry.kind is Kind.LINK)


def named(use: Use, path: str) -> bool:
    """True if a source is about a path, or about something below it: nobody takes that along by accident."""
    wanted = copy_source(use.source)
    if wanted.path == path or wanted.path.startswith(f"{path}/"):
        return True
    return (
        wanted.pattern is not None
        and wanted.path.rpartition("/")[2] not in SWEEPS
        and wanted.pattern.match(path) is not None
    )


def may_name(use: Use, row: Unwanted) -> bool:
    """True if a source is about what a row stands for, or about something in it, wherever that will be."""
    path = copy_source(use.source).path
    return named(use, _name(row)) or (bool(path) and read(row.pattern).leaves_out(path))


def _takes(use: Use, path: str) -> bool:
    """True if a source takes what is at a path, be it there or not."""
    wanted = copy_source(use.source)
    if not wanted.path or named(use, path):
        return True
    parts = path.split("/")
    heads = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    return any(wanted.pattern.match(head) if wanted.pattern else wanted.path == head for head in heads)


class _Search:
    def __init__(self, dockerfiles: Sequence[Facts], files: BuildFiles) -> None:
        self._files = files
        self._uses = [use for facts in dockerfiles for use in uses(facts, files)]
        self._final = {facts: built_by_default(facts.stages) for facts in dockerfiles}
        self._own = dockerfiles[0]
        self._selected: dict[str, frozenset[str]] = {}
        self._names = frozenset(names_in([""], files.entries)[""])

    def find(self, row: Unwanted, tops: Sequence[Entry]) -> Find:
        below = list(all_below(self._files.entries, tops))
        paths = frozenset(entry.path for entry in below)
        taking = [use for use in self._uses if not paths.isdisjoint(self._taken(use.source))]
        image = sum(
            entry.size
            for use in taking
            if use.is_copied and use.facts is self._own and use.stage.index in self._final[use.facts]
            for entry in below
            if entry.path in self._taken(use.source)
        )
        return Find(row, tuple(tops), paths, _size(below), tuple(taking), image, _count(below))

    def is_named(self, top: Entry) -> bool:
        return any(named(use, top.path) for use in self._uses)

    def usual(self, row: Unwanted, ignore: Ignore) -> Find | None:
        """A row that is not there, but may be, and would be taken along then."""
        likely = row.usual and not self._names.isdisjoint(row.usual) and is_beside(row, self._names)
        if not likely or any(pattern.text.removeprefix("**/") == _name(row) for pattern in ignore.patterns):
            return None
        taking = [use for use in self._uses if not copy_source(use.source).path or _sweeps(use.source)]
        taking += [use for use in self._uses if taking and may_name(use, row)]
        is_out = ignore.leaves_out(re.sub(r"\[(.).*?\]", r"\1", _name(row)).replace("*", "x"))
        return Find(row, (), frozenset(), 0, tuple(taking), 0) if taking and not is_out else None

    def ignored(self, there: Mapping[Unwanted, Sequence[Entry]]) -> Iterator[Find]:
        """What installs write and git is told to ignore: it is in other checkouts, though not in this one."""
        if not self._uses:
            return
        tops = {top.path for found in there.values() for top in found}
        outside = (each for each in self._files.entries if tops.isdisjoint(folders_above(each.path)))
        places = {f"{place}/": row for row, place in likely(outside, INSTALLED)}
        for folder in sorted(self._files.left_to_others(places) if places else ()):
            place = folder.rstrip("/")
            taking = [use for use in self._uses if _takes(use, place)]
            if taking:
                row = msgspec.structs.replace(places[folder], pattern=place)
                yield Find(row, (), frozenset(), 0, tuple(taking), 0, place=place)

    def test_data(self) -> Iterator[Find]:
        for name in TEST_DATA:
            top = self._files.get(name)
            if top is not None and top.kind is Kind.FOLDER:
                find = self.find(Unwanted(name, "cache"), [top])
                if not find.uses and find.bytes >= LARGE:
                    yield find

    def _taken(self, source: str) -> frozenset[str]:
        if source not in self._selected:
            self._selected[source] = frozenset(entry.path for entry in self._files.reach(source))
        return self._selected[source]


def _name(row: Unwanted) -> str:
    """The pattern of a row in the root of the context."""
    return row.pattern.removeprefix("**/")


def _is_meant(row: Unwanted, top: Entry, files: BuildFiles) -> bool:
    """True if a file holds what the row is about; one that cannot be read may be anything."""
    if not row.holds:
        return True
    content = files.read(top.path)
    return content is not None and re.search(row.holds.encode(), content) is not None


def _sweeps(source: str) -> bool:
    return copy_source(source).path in SWEEPS


def _size(entries: Sequence[Entry]) -> int:
    return sum(entry.size for entry in entries)


def _count(entries: Sequence[Entry]) -> int:
    return sum(entry.kind is not Kind.FOLDER for entry in entries)
