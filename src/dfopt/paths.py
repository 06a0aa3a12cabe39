"""Paths as they are shown to people and written into diffs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache

_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
}


def relative(path: str) -> str:
    """The path seen from the current folder if it lies below it, else the absolute path."""
    whole = os.path.abspath(path)
    here = os.getcwd().rstrip(os.sep) + os.sep
    return whole.removeprefix(here)


def place_of_diff(paths: Iterable[str]) -> str:
    """The folder in which a diff of some files is to be applied, as one that holds them all, behind all links.

    It is the current one, or the root of their repository, or the closest folder around them.
    """
    files = [os.path.realpath(path) for path in paths]
    here = os.path.realpath(os.curdir)
    if all(is_below(file, here) for file in files):
        return here
    roots = {_repository(os.path.dirname(file)) for file in files}
    only = next(iter(roots)) if len(roots) == 1 else None
    return only or os.path.commonpath([os.path.dirname(file) for file in files])


def is_below(path: str, folder: str) -> bool:
    """True if an absolute path lies in a folder."""
    return path.startswith(folder.rstrip(os.sep) + os.sep)


@cache
def _repository(folder: str) -> str | None:
    """The closest folder above, or the folder itself, that holds a ``.git``."""
    if os.path.lexists(os.path.join(folder, ".git")):
        return folder
    parent = os.path.dirname(folder)
    return None if parent == folder else _repository(parent)


def quoted(path: str) -> str:
    """The path itself, or in double quotes with C escapes, as git writes odd ones.

    Odd are quotes, backslashes, control characters and bytes that are not UTF-8; other letters
    stay readable, as with git's ``core.quotePath`` switched off.
    """
    if path.isprintable() and '"' not in path and "\\" not in path:
        return path
    return '"' + "".join(_ESCAPES.get(character) or _visible(character) for character in path) + '"'


def visible(text: str) -> str:
    """The text on one line, without anything that could steer a terminal."""
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return _ESCAPES.get(character) or "".join(f"\\{byte:03o}" for byte in os.fsencode(character))


def shown(path: str) -> str:
    """The path as a message tells it: short and on one line."""
    return quoted(relative(path))
