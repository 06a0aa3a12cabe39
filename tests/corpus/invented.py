"""Digests for every image there may be, without a registry."""

from __future__ import annotations

from hashlib import sha256

from dfopt.model.digests import Digest, full_name
from dfopt.model.image_reference import ImageReference


class Invented:
    """The hash of an image's name is its digest."""

    def of(self, reference: ImageReference) -> Digest:
        return Digest(f"sha256:{sha256(full_name(reference).encode()).hexdigest()}")
