"""Other Dockerfiles of a repository: those that may start from an image, and those that may build one."""

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
    heirs: Callable[[], Sequence[Heir]]
    """Those that may start from its image."""


def _no_heirs() -> Sequence[Heir]:
    return ()


def _no_makers(_image: str) -> Sequence[Source]:
    return ()


class Relatives(msgspec.Struct, frozen=True):
    """How those of a Dockerfile are found, when they are first asked for; by default it comes alone."""

    heirs: Callable[[], Sequence[Heir]] = _no_heirs
    """Those that may start from its image."""
    makers: Callable[[str], Sequence[Source]] = _no_makers
    """Those that may build an image that it starts from."""


NO_RELATIVES = Relatives()
