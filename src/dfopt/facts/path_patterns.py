"""Paths as patterns, of which it can be said that one may be in the other."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

from dfopt.expression import Expression

Path = tuple[str, ...]
"""The parts of an absolute path, as patterns; ``**`` is any number of them."""

HERE = "\1"
"""The folder that a base image starts in."""

_GLOB = Expression(r"[*?\[{]")
_BRACE = Expression(r"\{.*")


def paths(text: str, folders: Sequence[str | None], unknown: str = HERE) -> Iterator[Path]:
    """The paths that a text may name in these folders; ``unknown`` stands for the first of them if it is None."""
    if text.startswith("~"):
        name, _, rest = text[1:].partition("/")
        homes = (f"/home/{name}",) if name not in ("", "root") else ("/root", "/home/*")
        yield from (_parts(f"{home}/{rest}") for home in homes)
    elif text.startswith("/"):
        yield _parts(text)
    else:
        for at, folder in enumerate(folders):
            if folder is None:
                yield _parts(f"/{'**' if at else unknown}/{text}")
            else:
                yield from paths(posixpath.join("/", folder, text) if folder[:1] != "~" else f"{folder}/{text}", ())


def _parts(path: str) -> Path:
    parts = posixpath.normpath("/" + path.lstrip("/")).split("/")
    return tuple(part for part in parts if part)


def is_exact(path: Path) -> bool:
    """True for a path that is no pattern."""
    return not any(part == HERE or _GLOB.search(part) for part in path)


@lru_cache(maxsize=4096)
def leads(one: Path, other: Path) -> bool:
    """True if a path may be what another one begins with, or the same."""
    if not one:
        return True
    if one[0] == "**":
        return any(leads(one[1:], other[at:]) for at in range(len(other) + 1))
    if not other:
        return False
    if other[0] == "**":
        return any(leads(one[at:], other[1:]) for at in range(len(one) + 1))
    return _may_be(one[0], other[0]) and leads(one[1:], other[1:])


def _may_be(one: str, other: str) -> bool:
    """True if two parts may be the same."""
    one, other = _BRACE.sub("*", one), _BRACE.sub("*", other)
    if _GLOB.search(one) and _GLOB.search(other):
        return True
    return fnmatchcase(one, other) or fnmatchcase(other, one)
