"""Paths that the engine makes anew for each RUN: what is written there is gone in the next one.

Source: the mounts of a container in moby and BuildKit (``/proc``, ``/dev``, ``/sys`` and the files of the network).
"""

from __future__ import annotations

import posixpath
import re
from typing import Final

from dfopt.shell.nodes import DoubleQuoted, Escaped, Literal, Part, SingleQuoted, Word, static_text

_VALUE: Final = re.compile(r"(?:--?[A-Za-z0-9][A-Za-z0-9-]*=?|[^=/]*=)(?=[/.])")
"""What stands in front of a path in an option, or in ``of=/path``."""

_VOLATILE: Final = re.compile(
    r"/etc/(?:hosts|resolv\.conf|hostname)|/(?:dev|proc|sys)(?:/.*)?"
    r"|(?:\.\./)*(?:(?:etc/)?(?:hosts|resolv\.conf)|etc/hostname|dev/shm(?:/.*)?)",
    re.DOTALL,
)
_MAY_BE: Final = re.compile(r"dev|proc|sys|host|resolv")
"""What is in each of them."""
_KEPT: Final = re.compile(r"/dev/(?:null|zero|full|u?random|std(?:in|out|err)|tty|fd(?:/.*)?)")


def is_volatile(word: Word) -> bool:
    """True if a word is, or may be, such a path, or an option with one."""
    first = word.parts[0] if word.parts else None
    if not isinstance(first, Literal | SingleQuoted | DoubleQuoted | Escaped):
        return False
    value = word.value
    if value is None:
        return _VOLATILE.fullmatch(_path(_leading_text(word.parts))) is not None
    return is_volatile_text(value)


def is_volatile_text(text: str) -> bool:
    """The same of a text."""
    if not _MAY_BE.search(text):
        return False
    path = _path(text)
    return _VOLATILE.fullmatch(path) is not None and not _KEPT.fullmatch(path)


def _path(text: str) -> str:
    """The path in a text, the shortest one that means the same."""
    option = _VALUE.match(text)
    path = text[option.end() :] if option else text
    return posixpath.normpath("/" + path.lstrip("/") if path.startswith("/") else path) if path else ""


def _leading_text(parts: tuple[Part, ...]) -> str:
    """The text in front of the first expansion."""
    text = ""
    for part in parts:
        if isinstance(part, DoubleQuoted):
            text += _leading_text(part.parts)
            if static_text(part.parts) is None:
                break
        elif isinstance(part, Literal | SingleQuoted | Escaped):
            text += part.text
        else:
            break
    return text
