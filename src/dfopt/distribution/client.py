"""Asks one registry for the digest of one tag (OCI distribution specification, "Pulling manifests")."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlencode

from dfopt.distribution import reasons
from dfopt.distribution.credentials import Credentials
from dfopt.distribution.http import Answer, NoDigestError, ask, is_loopback
from dfopt.model.digests import DIGEST, Digest
from dfopt.model.image_reference import DOCKER_HUB, ImageReference

_INDEXES: Final = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_MANIFESTS: Final = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_ACCEPT: Final = {"Accept": ", ".join(_INDEXES + _MANIFESTS)}
_HUB_HOST: Final = "registry-1.docker.io"
_PARAMETER: Final = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


class Client:
    """Asks registries; ``credentials`` gives those for a registry, ``seconds`` is the time for each request."""

    def __init__(self, credentials: Callable[[str], Credentials], seconds: float) -> None:
        self._credentials = credentials
        self._seconds = seconds

    def digest(self, reference: ImageReference) -> Digest:
        """The digest of the index that a tag stands for, or of its manifest if it has only one.

        Raises NoDigestError if there is no answer, or none that can be used.
        """
        url = f"{base_url(reference.registry)}/v2/{reference.repository}/manifests/{reference.tag or 'latest'}"
        authorization = ""
        answer = self._manifest("HEAD", url, authorization)
        if answer.status == 401:
            authorization = self._authorization(answer, reference)
            answer = self._manifest("HEAD", url, authorization)
        if answer.status in (200, 405) and not DIGEST.fullmatch(answer.header("Docker-Content-Digest")):
            answer = self._manifest("GET", url, authorization)
        _check(answer)
        return _digest(answer)

    def _manifest(self, method: str, url: str, authorization: str) -> Answer:
        return ask(method, url, _ACCEPT, authorization=authorization, seconds=self._seconds)

    def _authorization(self, answer: Answer, reference: ImageReference) -> str:
        """What answers a challenge: the credentials themselves, or a token that somebody gives for them."""
        given = self._credentials(reference.registry)
        for challenge in map(str, answer.headers.get_all("WWW-Authenticate", [])):
            scheme, _, rest = challenge.strip().partition(" ")
            if scheme.lower() == "bearer":
                return f"Bearer {self._token(rest, given, reference)}"
            if scheme.lower() == "basic" and given.basic:
                return given.basic
        raise NoDigestError(reasons.DENIED, f"{reference.name}: there are no credentials")

    def _token(self, challenge: str, given: Credentials, reference: ImageReference) -> str:
        """A token that allows to pull (distribution.github.io, "Token Authentication Specification", "OAuth2")."""
        parameters = {found[1].lower(): found[2] or found[3] or "" for found in _PARAMETER.finditer(challenge)}
        realm = parameters.get("realm", "")
        query = {"scope": parameters.get("scope") or f"repository:{reference.repository}:pull"}
        if "service" in parameters:
            query["service"] = parameters["service"]
        if given.identity_token:
            query |= {"grant_type": "refresh_token", "client_id": "dfopt", "refresh_token": given.identity_token}
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            self._check_realm(realm)
            answer = ask("POST", realm, headers, data=urlencode(query).encode(), seconds=self._seconds)
        else:
            url = f"{realm}{'&' if '?' in realm else '?'}{urlencode(query, quote_via=quote, safe=':/,')}"
            answer = ask("GET", url, {}, authorization=given.basic, seconds=self._seconds)
        _check(answer)
        try:
            said = json.loads(answer.body)
            token = said.get("token") or said.get("access_token")
        except (ValueError, AttributeError):
            token = None
        if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]+", token):
            raise NoDigestError(reasons.GARBAGE, f"{reference.registry}: no token comes back")
        return token

    def _check_realm(self, realm: str) -> None:
        """A secret in a form needs encryption as much as one in a header."""
        if not realm.startswith("https://") and not is_loopback(realm.removeprefix("http://").partition("/")[0]):
            raise NoDigestError(reasons.DENIED, f"{realm} would get the credentials without encryption")


def base_url(registry: str) -> str:
    """Where a registry is: that of Docker Hub has a host of its own, and one on loopback needs no encryption."""
    if registry == DOCKER_HUB:
        return f"https://{_HUB_HOST}"
    return f"{'http' if is_loopback(registry) else 'https'}://{registry}"


def _check(answer: Answer) -> None:
    """Raises NoDigestError for an answer that is none."""
    status = answer.status
    if status in (401, 403):
        raise NoDigestError(reasons.DENIED, f"status {status}")
    if status == 404:
        raise NoDigestError(reasons.MISSING)
    if status == 429:
        wait = answer.header("Retry-After")
        raise NoDigestError(reasons.BUSY, f"again after {wait} s" if wait.isdecimal() else "")
    if status >= 500:
        raise NoDigestError(reasons.BROKEN, f"status {status}")
    if status != 200:
        raise NoDigestError(reasons.GARBAGE, f"status {status}")


def _digest(answer: Answer) -> Digest:
    kind = answer.header("Content-Type").partition(";")[0].strip().lower()
    if kind.startswith("application/vnd.docker.distribution.manifest.v1+"):
        raise NoDigestError(reasons.OLD)
    if kind not in _INDEXES + _MANIFESTS:
        raise NoDigestError(reasons.GARBAGE, f"a manifest of type {kind or 'none'}")
    said = answer.header("Docker-Content-Digest")
    if answer.body:
        computed = f"sha256:{hashlib.sha256(answer.body).hexdigest()}"
        if said not in ("", computed):
            raise NoDigestError(reasons.GARBAGE, "the digest is not that of the manifest")
        said = computed
    if not DIGEST.fullmatch(said):
        raise NoDigestError(reasons.GARBAGE, "there is no digest in the answer")
    return Digest(said, kind in _INDEXES)
