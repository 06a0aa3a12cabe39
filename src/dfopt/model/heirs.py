"""Other Dockerfiles whose images may start from those that one builds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from dfopt.source import Source


class Heir(msgspec.Struct, frozen=True):
    """Another Dockerfile, and which images of its FROMs, as they are written there, may be built from this one."""

    name: str
    """Its path, seen from this one's folder."""
    source: Source
    images: frozenset[str]


Heirs = Callable[[], Sequence[Heir]]
"""Looks for them when they are first asked for."""


def no_heirs() -> Sequence[Heir]:
    """Those of a Dockerfile that comes alone."""
    return ()
