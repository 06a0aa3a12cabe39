"""Unified diffs of bytes that ``git apply`` and ``patch -p1`` take as they are.

Lines end at a line feed and nowhere else, so carriage returns, a BOM and bytes that are not UTF-8
come out as they went in. Names in the header are written as git writes them, without a
``diff --git`` line: git then reads them from the current folder on, like everybody else. All of one diff are seen
from one folder, behind all links.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from dfopt.paths import place_of_diff, quoted

CONTEXT = 3
MANY = 20_000
"""Above so many lines between the first and the last change they are shown as one: matching takes quadratic time."""

NO_NEWLINE = b"\\ No newline at end of file\n"


class Change(NamedTuple):
    """The lines ``old[a:b]`` became ``new[c:d]``."""

    a: int
    b: int
    c: int
    d: int


def unified(before: bytes | None, after: bytes, path: str, place: str = "") -> bytes:
    """The diff of one file, nothing if there is no difference; ``before`` is None for a new one.

    ``place`` is the folder from where its name is seen, by default ``paths.place_of_diff``."""
    if before == after:
        return b""
    old, new = lines(before or b""), lines(after)
    real = os.path.realpath(path)
    name = os.path.relpath(real, place or place_of_diff([real]))
    pieces = [b"--- ", b"/dev/null" if before is None else _name("a/" + name), b"\n+++ ", _name("b/" + name), b"\n"]
    for hunk in _hunks(list(changes(old, new))):
        pieces += _written(hunk, old, new)
    return b"".join(pieces)


def lines(data: bytes) -> list[bytes]:
    """The lines with their line feeds, which the last one may lack."""
    *whole, last = data.split(b"\n")
    found = [line + b"\n" for line in whole]
    if last:
        found.append(last)
    return found


def changes(old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[Change]:
    """The differences, in order; unchanged lines lie between any two of them."""
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    if not old or not new or len(old) + len(new) > MANY:
        yield Change(head, head + len(old), head, head + len(new))
        return
    for tag, a, b, c, d in _matcher()(None, old, new).get_opcodes():
        if tag != "equal":
            yield Change(head + a, head + b, head + c, head + d)


@cache
def _matcher() -> Any:
    """cydifflib's SequenceMatcher where it is installed: the same results, faster."""
    try:
        return import_module("cydifflib").SequenceMatcher
    except ImportError:
        return import_module("difflib").SequenceMatcher


def _hunks(found: Sequence[Change]) -> Iterator[list[Change]]:
    """Changes whose context would touch belong together."""
    hunk = [found[0]]
    for change in found[1:]:
        if change.a - hunk[-1].b > 2 * CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    yield hunk


def _written(hunk: Sequence[Change], old: Sequence[bytes], new: Sequence[bytes]) -> Iterator[bytes]:
    first, last = hunk[0], hunk[-1]
    start = max(first.a - CONTEXT, 0)
    end = min(last.b + CONTEXT, len(old))
    removed = _range(start, end)
    added = _range(start + first.c - first.a, end + last.d - last.b)
    yield f"@@ -{removed} +{added} @@\n".encode()
    at = start
    for change in hunk:
        yield from _marked(b" ", old[at : change.a])
        yield from _marked(b"-", old[change.a : change.b])
        yield from _marked(b"+", new[change.c : change.d])
        at = change.b
    yield from _marked(b" ", old[at:end])


def _marked(mark: bytes, some: Sequence[bytes]) -> Iterator[bytes]:
    for line in some:
        yield mark + line
        if not line.endswith(b"\n"):
            yield b"\n" + NO_NEWLINE


def _range(start: int, end: int) -> str:
    """Lines count from 1; an empty range is named by the line before it; the length 1 is not said."""
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _name(path: str) -> bytes:
    """A tab after a name with spaces: whatever follows it would be taken for a time."""
    return os.fsencode(quoted(path) + ("\t" if " " in path and quoted(path) == path else ""))
