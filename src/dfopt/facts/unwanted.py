"""What lies in a build context and should not be there, by the table of such things."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache

from dfopt.knowledge.unwanted import UNWANTED, Unwanted
from dfopt.model.build_files import Entry
from dfopt.model.ignore import Pattern, read


def unwanted(entries: Iterable[Entry], rows: tuple[Unwanted, ...] = UNWANTED) -> dict[Unwanted, list[Entry]]:
    """What is found of each row of a table; what lies below a find is not one itself."""
    known = list(entries)
    names = names_in_folders(known)
    found: dict[Unwanted, list[Entry]] = {}
    covered: set[str] = set()
    matchers, any_row = _matchers(rows)
    for entry in known:
        folder = posixpath.dirname(entry.path)
        if folder in covered:
            covered.add(entry.path)
            continue
        if any_row.match(entry.path) is None:
            continue
        for row, pattern in matchers:
            if pattern.matches(entry.path) and is_beside(row, names.get(folder, frozenset())):
                found.setdefault(row, []).append(entry)
                covered.add(entry.path)
                break
    return found


def names_in_folders(entries: Iterable[Entry]) -> Mapping[str, frozenset[str]]:
    """The names in each folder."""
    found: dict[str, set[str]] = {}
    for entry in entries:
        found.setdefault(posixpath.dirname(entry.path), set()).add(posixpath.basename(entry.path))
    return {folder: frozenset(names) for folder, names in found.items()}


def is_beside(row: Unwanted, names: frozenset[str]) -> bool:
    """True if what a row stands for can lie in a folder with these names."""
    return not row.beside or any(fnmatchcase(name, pattern) for pattern in row.beside for name in names)


def all_below(entries: Sequence[Entry], tops: Iterable[Entry]) -> Iterator[Entry]:
    """Those of the entries that are one of ``tops``, or lie below one."""
    inside = {top.path for top in tops}
    for entry in entries:
        if entry.path in inside or posixpath.dirname(entry.path) in inside:
            inside.add(entry.path)
            yield entry


@cache
def _matchers(rows: tuple[Unwanted, ...]) -> tuple[tuple[tuple[Unwanted, Pattern], ...], re.Pattern[str]]:
    """Each row with its pattern, and an expression for what matches any."""
    found = tuple((row, read(row.pattern).patterns[0]) for row in rows)
    return found, re.compile("|".join(f"(?:{pattern.expression.pattern})" for _, pattern in found), re.ASCII)
