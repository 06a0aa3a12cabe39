"""Deliberately wrong rewritings as values, and how each is made a transform."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from dfopt.edits import Delta, Edit, Patch, Safety, Skip
from dfopt.source import Span
from dfopt.transform import Context, Transform


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What a wrong transform would do to a file; ``right`` is what the chain accepts in its place, if anything."""

    name: str
    hazard: int
    """The kind of harm that it would do, by its number in hazards.py."""
    before: str
    after: str
    delta: Delta = Delta()
    right: str = ""

    def transform(self, after: str) -> Transform:
        """A safe transform that makes one text out of the other by a single edit."""
        return Transform("try-it", lambda ctx: self._rewrite(ctx, after), Safety.SAFE, (), (), "Tries it.")

    def _rewrite(self, ctx: Context, after: str) -> Iterator[Patch | Skip]:
        if ctx.dockerfile.source.text == self.before:
            yield Patch([difference(self.before, after)], why="it is wrong", delta=self.delta)


def difference(old: str, new: str) -> Edit:
    """The shortest edit that turns one text into another."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    return Edit(Span(start, len(old) - end), new[start : len(new) - end])


def _common(a: str, b: str) -> int:
    """The length of what two texts begin with alike."""
    return next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def change(
    name: str, hazard: int, before: str, old: str, new: str, *, delta: Delta | None = None, right: str | None = None
) -> Attempt:
    """An attempt that puts ``new`` in the place of ``old``, which stands there once; so does ``right``."""
    assert before.count(old) == 1, name
    return Attempt(
        name=name,
        hazard=hazard,
        before=before,
        after=before.replace(old, new),
        delta=delta or Delta(),
        right="" if right is None else before.replace(old, right),
    )


def merge(
    name: str,
    hazard: int,
    first: str,
    second: str,
    merged: str = "",
    *,
    right: str = "",
    head: str = "FROM debian:12\n",
) -> Attempt:
    """An attempt to join two RUNs, naively if nothing else is given."""
    return Attempt(
        name=name,
        hazard=hazard,
        before=f"{head}RUN {first}\nRUN {second}\n",
        after=f"{head}RUN {merged or f'{first} && {second}'}\n",
        right=f"{head}RUN {right}\n" if right else "",
    )


def rows(table: str, head: str = "") -> tuple[Attempt, ...]:
    """Attempts from lines ``HAZARD NAME: before → after``, with ``⇒ right`` at the end if something is.

    ``⏎ ␉ ␍`` are a newline, a tab, a carriage return, ``0…`` and ``1…`` a digest. In front of each text goes the
    head, by default a FROM where there is none.
    """
    return tuple(_row(line, head) for line in table.split("\n") if line)


def _row(line: str, head: str) -> Attempt:
    hazard, _, rest = line.partition(" ")
    name, _, texts = rest.partition(": ")
    texts, _, right = texts.partition(" ⇒ ")
    before, _, after = texts.partition(" → ")
    return Attempt(
        name=name,
        hazard=int(hazard),
        before=_text(before, head),
        after=_text(after, head),
        right=_text(right, head) if right else "",
    )


def _text(row: str, head: str) -> str:
    for sign, meaning in (("⏎", "\n"), ("␉", "\t"), ("␍", "\r"), ("0…", "0" * 64), ("1…", "1" * 64)):
        row = row.replace(sign, meaning)
    return f"{head or ('' if 'FROM' in row else 'FROM a' + chr(10))}{row}\n"
