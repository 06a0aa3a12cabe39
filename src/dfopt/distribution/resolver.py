"""Digests by way of what is known already: this run, the cache, then the registry."""

from __future__ import annotations

from functools import cache
from typing import Final

from dfopt.distribution.cache import Cache, default_path
from dfopt.distribution.client import Client
from dfopt.distribution.credentials import credentials
from dfopt.distribution.http import NoDigestError
from dfopt.distribution.reasons import OF_THE_REGISTRY
from dfopt.model.digests import Digest, NoDigest, full_name
from dfopt.model.image_reference import ImageReference

SECONDS: Final = 10.0
"""How long one request may take."""


class Resolver:
    """Asks each registry once for each image; one that is not there is not waited for again."""

    def __init__(self, client: Client, cache: Cache) -> None:
        self._client = client
        self._cache = cache
        self._known: dict[str, Digest | NoDigest] = {}
        self._given_up: dict[str, NoDigest] = {}

    def of(self, reference: ImageReference) -> Digest | NoDigest:
        name = full_name(reference)
        if name not in self._known:
            self._known[name] = self._cache.get(name) or self._asked(reference, name)
        return self._known[name]

    def _asked(self, reference: ImageReference, name: str) -> Digest | NoDigest:
        if reference.registry in self._given_up:
            return self._given_up[reference.registry]
        try:
            found = self._client.digest(reference)
        except NoDigestError as error:
            answer = error.answer
            if answer.reason in OF_THE_REGISTRY:
                self._given_up[reference.registry] = answer
            return answer if answer.detail else NoDigest(answer.reason, name)
        self._cache.put(name, found)
        return found


@cache
def shared() -> Resolver:
    """The one of this process."""
    return Resolver(Client(credentials, SECONDS), Cache(default_path()))
