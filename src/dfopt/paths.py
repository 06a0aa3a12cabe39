"""Paths as they are shown to people and written into diffs."""

from __future__ import annotations

import os
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


def in_diff(path: str, *, from_root: bool = False) -> str:
    """The path from where a diff of it is to be applied: the current folder, or, for a file that does not lie below it,
    the root of its repository; without one that of the file system. A link is changed behind it, where its file is.

    ``from_root`` takes the root for those below the current folder, too: a diff is applied in one place.
    """
    if not (from_root or lies_elsewhere(path)):
        return relative(_changed(path))
    whole = os.path.abspath(_changed(path))
    root = _repository(os.path.dirname(whole))
    return os.path.relpath(whole, root) if root else whole.lstrip(os.sep)


def lies_elsewhere(path: str) -> bool:
    """True if what a change of a path changes does not lie below the current folder."""
    return os.path.isabs(relative(_changed(path)))


def _changed(path: str) -> str:
    return os.path.realpath(path) if os.path.islink(path) else path


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
