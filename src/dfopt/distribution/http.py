"""One request and its answer, with time-outs and limits: what goes wrong on the way is a NoDigestError."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from email.message import Message
from http.client import HTTPException
from typing import IO, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

import msgspec

from dfopt import __version__
from dfopt.distribution import reasons
from dfopt.errors import DfoptError
from dfopt.model.digests import NoDigest

LIMIT: Final = 4 * 1024 * 1024
"""Bytes of an answer that are read: registries take no larger manifest (OCI distribution specification)."""


class NoDigestError(DfoptError):
    """A question that was not answered, and why."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.answer = NoDigest(reason, detail)


class Answer(msgspec.Struct, frozen=True):
    """What came back, whatever its status."""

    status: int
    headers: Message
    body: bytes

    def header(self, name: str) -> str:
        return str(self.headers.get(name, "")).strip()


def is_loopback(host: str) -> bool:
    """True for a host, with or without a port, that is this machine."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def ask(
    method: str,
    url: str,
    headers: Mapping[str, str],
    *,
    authorization: str = "",
    data: bytes | None = None,
    seconds: float,
) -> Answer:
    """Sends a request. Credentials go to the origin of the URL only, and nowhere without encryption but to loopback.

    Raises NoDigestError if nothing comes back that is HTTP, or not in time.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NoDigestError(reasons.GARBAGE, f"it leads to {url}")
    if authorization and parts.scheme == "http" and not is_loopback(parts.netloc):
        raise NoDigestError(reasons.DENIED, f"{parts.netloc} would get the credentials without encryption")
    request = Request(url, data, {"User-Agent": f"dfopt/{__version__}", **headers}, method=method)
    if authorization:
        request.add_unredirected_header("Authorization", authorization)
    end = time.monotonic() + seconds
    try:
        try:
            answer = _opener(parts.netloc).open(request, timeout=seconds)
        except HTTPError as error:
            answer = error
        with answer:
            body = _body(answer, end)
            if method != "HEAD" and answer.headers.get("Content-Length", str(len(body))) != str(len(body)):
                raise ValueError("the answer is cut off")
            return Answer(answer.status or 0, answer.headers, body)
    except TimeoutError as error:
        raise NoDigestError(reasons.SLOW, f"{parts.netloc}, {seconds:g} s") from error
    except URLError as error:
        slow = isinstance(error.reason, TimeoutError)
        reason = reasons.SLOW if slow else reasons.UNREACHABLE
        raise NoDigestError(reason, f"{parts.netloc}: {error.reason}") from error
    except OSError as error:
        raise NoDigestError(reasons.UNREACHABLE, f"{parts.netloc}: {error}") from error
    except (HTTPException, ValueError) as error:
        raise NoDigestError(reasons.GARBAGE, f"{parts.netloc}: {type(error).__name__}") from error


def _body(answer: IO[bytes], end: float) -> bytes:
    found = bytearray()
    while piece := answer.read(65_536):
        found += piece
        if len(found) > LIMIT:
            raise ValueError("the answer is too long")
        if time.monotonic() > end:
            raise TimeoutError
    return bytes(found)


class _Redirects(HTTPRedirectHandler):
    """Keeps the method, and the credentials as long as the origin stays; never leaves encryption."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        new = super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]
        if new is None:
            return None
        old, target = urlsplit(req.full_url), urlsplit(newurl)
        if old.scheme == "https" and target.scheme != "https":
            raise ValueError("a redirection leaves encryption")
        new.method = req.get_method()
        if (old.scheme, old.netloc) == (target.scheme, target.netloc) and req.has_header("Authorization"):
            new.add_unredirected_header("Authorization", str(req.get_header("Authorization")))
        return new


def _opener(host: str) -> OpenerDirector:
    """What opens URLs: of HTTP only, through the proxies of the environment but for loopback."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler({} if is_loopback(host) else None),
        UnknownHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPDefaultErrorHandler(),
        _Redirects(),
        HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener
