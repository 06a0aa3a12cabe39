"""What lies in a build context and should not be there, by the table of such things."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase, translate
from functools import cache

from dfopt.knowledge.unwanted import UNWANTED, Unwanted
from dfopt.model.build_files import Entry
from dfopt.model.ignore import Pattern, read


def unwanted(entries: Sequence[Entry], rows: tuple[Unwanted, ...] = UNWANTED) -> dict[Unwanted, list[Entry]]:
    """What is found of each row of a table; what lies below a find is not one itself."""
    matchers, any_row = _matchers(rows)
    matching = [entry for entry in entries if any_row.match(entry.path)]
    names = names_in({_folder(entry) for entry in matching}, entries)
    tops: dict[str, Unwanted] = {}
    for entry in matching:
        for row, pattern in matchers:
            if pattern.matches(entry.path) and is_beside(row, names[_folder(entry)]):
                tops[entry.path] = row
                break
    found: dict[Unwanted, list[Entry]] = {}
    for entry in matching:
        if entry.path in tops and not _lies_below(entry.path, tops):
            found.setdefault(tops[entry.path], []).append(entry)
    return found


def _folder(entry: Entry) -> str:
    return entry.path.rpartition("/")[0]


def _lies_below(path: str, tops: Collection[str]) -> bool:
    while path := path.rpartition("/")[0]:
        if path in tops:
            return True
    return False


def names_in(folders: Collection[str], entries: Iterable[Entry]) -> Mapping[str, Collection[str]]:
    """The names in each of some folders; an empty one is the root."""
    found: dict[str, list[str]] = {folder: [] for folder in folders}
    for entry in entries:
        folder, _, name = entry.path.rpartition("/")
        if folder in found:
            found[folder].append(name)
    return found


def is_beside(row: Unwanted, names: Collection[str]) -> bool:
    """True if what a row stands for can lie in a folder with these names."""
    return not row.beside or any(fnmatchcase(name, pattern) for pattern in row.beside for name in names)


def likely(entries: Iterable[Entry], rows: Iterable[Unwanted]) -> Iterator[tuple[Unwanted, str]]:
    """The places where something of some rows may come up, as a description of its project is there."""
    known = [(row, re.compile("|".join(map(translate, row.beside))), row.pattern[3:]) for row in rows]
    for entry in entries:
        folder, _, name = entry.path.rpartition("/")
        for row, description, wanted in known:
            if description.match(name):
                yield row, f"{folder}/{wanted}".lstrip("/")


def all_below(entries: Sequence[Entry], tops: Iterable[Entry]) -> Iterator[Entry]:
    """Those of the entries that are one of ``tops``, or lie below one."""
    inside = {top.path for top in tops}
    for entry in entries:
        if entry.path in inside or _folder(entry) in inside:
            inside.add(entry.path)
            yield entry


@cache
def _matchers(rows: tuple[Unwanted, ...]) -> tuple[tuple[tuple[Unwanted, Pattern], ...], re.Pattern[str]]:
    """Each row with its pattern, and an expression for what matches any."""
    found = tuple((row, read(row.pattern).patterns[0]) for row in rows)
    return found, re.compile("|".join(f"(?:{pattern.expression.pattern})" for _, pattern in found), re.ASCII)
