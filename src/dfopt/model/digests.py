"""Which digest the tag of an image stands for, and why that may not be known. Who asks a registry is not known here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Protocol

import msgspec

from dfopt.model.image_reference import ImageReference

DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
"""The one kind of digest that all registries have (OCI distribution and image specifications)."""


class Digest(msgspec.Struct, frozen=True):
    """What a tag stands for now."""

    text: str
    """Such as ``sha256:4f53…``."""
    is_index: bool = True
    """True if it names an index, in which each platform has an image of its own."""


class NoDigest(msgspec.Struct, frozen=True):
    """Why there is none: a fixed sentence, and what was seen."""

    reason: str
    detail: str = ""


class Digests(Protocol):
    """Who knows the digests of images; whatever goes wrong is an answer too."""

    def of(self, reference: ImageReference) -> Digest | NoDigest: ...


class Offline:
    """Nobody is asked."""

    REASON: Final = "registries are asked only if the setting `online` allows it"

    def of(self, reference: ImageReference) -> NoDigest:
        return NoDigest(self.REASON, full_name(reference))


class Given:
    """Digests from a table: full names of images, each with its digest or with the reason why there is none."""

    REASON: Final = "the registry has no such image"

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = table

    def of(self, reference: ImageReference) -> Digest | NoDigest:
        name = full_name(reference)
        text = self._table.get(name, self.REASON)
        return Digest(text) if DIGEST.fullmatch(text) else NoDigest(text, name)


def full_name(reference: ImageReference) -> str:
    """Registry, repository and tag: ``docker.io/library/debian:12``."""
    return f"{reference.registry}/{reference.repository}:{reference.tag or 'latest'}"
