"""What is in a build context, what of it the image gets, what nothing uses, and what should not be there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

import msgspec

from dfopt.context.build_context import BuildContext
from dfopt.context.uses import uses
from dfopt.facts.facts import Facts
from dfopt.facts.unwanted import unwanted as unwanted_entries
from dfopt.knowledge.unwanted import Unwanted
from dfopt.model.build_files import Entry, Kind


class Sum(msgspec.Struct, frozen=True):
    """Files and their bytes."""

    files: int
    bytes: int


class Taken(msgspec.Struct, frozen=True):
    """What a source of an instruction takes; ``sum`` is None if a variable decides."""

    line: int
    keyword: str
    source: str
    sum: Sum | None


class Place(msgspec.Struct, frozen=True):
    """A folder (its name ends with a slash) or file; ``what`` says what it is."""

    path: str
    sum: Sum
    what: str = ""
    pattern: str = ""


class Survey(msgspec.Struct, frozen=True):
    """All of it. ``unused`` is None if a variable decides what is taken."""

    root: str
    ignore_file: str
    patterns: int
    total: Sum
    largest: tuple[Place, ...]
    taken: tuple[Taken, ...]
    unused: Sum | None
    largest_unused: tuple[Place, ...]
    unwanted: tuple[Place, ...]
    problems: tuple[str, ...]


def survey(facts: Facts, context: BuildContext, most: int = 12) -> Survey:
    """The survey; at most ``most`` places are named in a list."""
    found = list(uses(facts, context))
    source = facts.dockerfile.source
    taken = tuple(
        Taken(
            source.position(use.instruction.span.start).line,
            use.instruction.keyword,
            use.source,
            None if use.entries is None else total(use.copied),
        )
        for use in found
    )
    used = {entry.path for use in found for entry in use.entries or ()}
    rest = [entry for entry in context.entries if entry.path not in used]
    known = all(use.entries is not None for use in found)
    return Survey(
        str(context.root),
        str(context.ignore_path) if context.ignore_path else "",
        len(context.ignore.patterns),
        total(context.entries),
        tuple(largest(context.entries, most)),
        taken,
        total(rest) if known else None,
        tuple(largest(rest, most)) if known else (),
        tuple(unwanted(context)),
        tuple(f"{entry.path}: {entry.problem}" for entry in context.entries if entry.problem),
    )


def total(entries: Iterable[Entry]) -> Sum:
    sizes = [entry.size for entry in entries if entry.kind is not Kind.FOLDER]
    return Sum(len(sizes), sum(sizes))


def largest(entries: Iterable[Entry], most: int) -> list[Place]:
    """The largest folders and files: a folder instead of what is in it, unless one thing is most of it.

    Hidden folders are not looked into.
    """
    sums = _sums(entries)
    found: list[Place] = []
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        for path in sums.children.get(folder, ()):
            inner = [sums.of[below].bytes for below in sums.children.get(path, ())]
            if inner and max(inner) > 0.8 * sums.of[path].bytes > 0 and not posixpath.basename(path).startswith("."):
                waiting.append(path)
            else:
                found.append(Place(f"{path}/" if path in sums.children else path, sums.of[path]))
    found = [place for place in found if place.sum.bytes]
    return sorted(found, key=lambda place: (-place.sum.bytes, place.path))[:most]


class _Sums(msgspec.Struct):
    of: dict[str, Sum]
    children: dict[str, list[str]]


def _sums(entries: Iterable[Entry]) -> _Sums:
    """The sum of each path, folders included, and what is right below each."""
    counted: dict[str, list[int]] = {}
    children: dict[str, list[str]] = {}
    for entry in entries:
        path: str = "" if entry.kind is Kind.FOLDER else entry.path
        while path:
            folder: str = posixpath.dirname(path)
            known = counted.get(path)
            if known is None:
                known = counted[path] = [0, 0]
                children.setdefault(folder, []).append(path)
            known[0] += 1
            known[1] += entry.size
            path = folder
    return _Sums({path: Sum(files, size) for path, (files, size) in counted.items()}, children)


def unwanted(context: BuildContext) -> Iterator[Place]:
    """What is in the context and should not be, the largest first: one place for each row of the table."""
    places = [_place(context, row, entries) for row, entries in unwanted_entries(context.entries).items()]
    yield from sorted(places, key=lambda place: -place.sum.bytes)


def _place(context: BuildContext, row: Unwanted, entries: list[Entry]) -> Place:
    inside = [below for entry in entries for below in (entry, *context.below(entry.path))]
    more = f" and {len(entries) - 1} more" if len(entries) > 1 else ""
    return Place(f"{entries[0].path}{more}", total(inside), row.kind, row.pattern)
