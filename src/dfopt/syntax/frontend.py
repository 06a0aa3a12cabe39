"""Which frontend image a build uses: another one than Docker's may read another grammar.

BuildKit looks for it before it parses (directives.go, DetectSyntax): unlike the parser it passes over a
``#!`` line and takes no indentation.
"""

from __future__ import annotations

import re

from dfopt.source import BOM
from dfopt.syntax.directives import parse_directive

_DOCKERS_OWN = re.compile(
    r"(?:(?:[^/:@]+\.[^/:@]+|localhost)(?::[0-9]+)?/(?:[^/:@]+/)*)?docker/dockerfile(?:-upstream)?(?:[:@].*)?\Z"
)


def frontend(text: str) -> str | None:
    """The image that ``# syntax=`` names, None if there is none and the builder's own frontend is used."""
    lines = text.removeprefix(BOM).split("\n")
    seen: set[str] = set()
    for line in lines[1:] if lines[0].startswith("#!") else lines:
        directive = parse_directive(line) if line.startswith("#") else None
        if directive is None or directive[0] in seen:
            return None
        if directive[0] == "syntax":
            return directive[1].split(" ", 1)[0]
        seen.add(directive[0])
    return None


def is_dockers_own(image: str) -> bool:
    """True for an image of ``docker/dockerfile``, in any registry: its grammar is the one that dfopt reads."""
    return _DOCKERS_OWN.match(image) is not None


_VERSION = re.compile(r"docker/dockerfile:(?:(1)(?:\.([0-9]+))?(?:\.[0-9]+)?(?:-labs)?|latest|labs)\Z")


def has_since(image: str, minor: int) -> bool:
    """True if the tag of Docker's own frontend gives version 1.``minor`` or a later one; ``1`` is the newest."""
    found = _VERSION.search(image)
    return found is not None and (found[2] is None or int(found[2]) >= minor)
