"""Colours for terminals, and nothing but colours and text: what a file holds cannot steer the terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping

_CODES = {"bold": b"1", "dim": b"2", "red": b"31", "green": b"32", "yellow": b"33", "cyan": b"36"}
_RESET = b"\x1b[m"
_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]")
_OF_DIFF = ((b"--- ", "bold"), (b"+++ ", "bold"), (b"@@ ", "cyan"), (b"-", "red"), (b"+", "green"))


def wanted(setting: str, environ: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether to use colours: ``always``, ``never``, or ``auto``, which asks the terminal and the environment.

    See https://no-color.org for ``NO_COLOR``.
    """
    if setting != "auto":
        return setting == "always"
    return terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def paint(text: bytes, style: str) -> bytes:
    return b"\x1b[" + _CODES[style] + b"m" + text + _RESET


def paint_diff(diff: bytes) -> bytes:
    """A diff with its lines in their colours; control characters are shown as ``^X`` or ``\\x9b``."""
    header = True
    painted: list[bytes] = []
    for line in diff.split(b"\n"):
        shown = _CONTROL.sub(_visible, line.removesuffix(b"\r"))
        header = header and not line.startswith(b"@@ ")
        style = next(
            (style for start, style in _OF_DIFF if line.startswith(start) and (header or style != "bold")), None
        )
        painted.append(paint(shown, style) if style else shown)
    return b"\n".join(painted)


def _visible(found: re.Match[bytes]) -> bytes:
    character = found[0]
    return b"^" + bytes([character[0] ^ 64]) if len(character) == 1 else b"\\x%02x" % character[1]
