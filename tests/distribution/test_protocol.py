"""What registries answer, and what comes of it; also of answers that should not be."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from dfopt.distribution import reasons
from dfopt.distribution.cache import Cache
from dfopt.distribution.client import Client, base_url
from dfopt.distribution.credentials import ANONYMOUS, Credentials
from dfopt.distribution.http import NoDigestError, is_loopback
from dfopt.distribution.resolver import Resolver
from dfopt.model.digests import Digest, NoDigest
from dfopt.model.image_reference import ImageReference, parse_reference
from tests.distribution.standin import Answering, Asked, Reply, StandIn, answering

DIGEST = "sha256:" + "4f" * 32
INDEX = "application/vnd.oci.image.index.v1+json"
FOUND = Reply(200, {"Content-Type": INDEX, "Docker-Content-Digest": DIGEST})


def reference(host: str, name: str = "team/app:1.2") -> ImageReference:
    found = parse_reference(f"{host}/{name}")
    assert found is not None
    return found


def asked(host: str, credentials: Credentials = ANONYMOUS, seconds: float = 5) -> Digest | NoDigest:
    try:
        return Client(lambda _: credentials, seconds).digest(reference(host))
    except NoDigestError as error:
        return error.answer


def reason(answer: Digest | NoDigest) -> str:
    assert isinstance(answer, NoDigest)
    return answer.reason


def always(reply: Reply) -> Answering:
    return lambda _: reply


def test_one_question_without_a_body() -> None:
    with answering(lambda _: always(FOUND)) as registry:
        assert asked(registry.host) == Digest(DIGEST)
    (only,) = registry.asked
    assert (only.method, only.path) == ("HEAD", "/v2/team/app/manifests/1.2")
    assert only.headers["Accept"].split(", ")[:2] == [
        INDEX,
        "application/vnd.docker.distribution.manifest.list.v2+json",
    ]


def test_the_manifest_itself_where_no_digest_is_said() -> None:
    body = b'{"schemaVersion": 2}'
    kind = "application/vnd.oci.image.manifest.v1+json"
    with answering(lambda _: always(Reply(200, {"Content-Type": kind}, body))) as registry:
        expected = Digest(f"sha256:{hashlib.sha256(body).hexdigest()}", is_index=False)
        assert asked(registry.host) == expected
    assert [each.method for each in registry.asked] == ["HEAD", "GET"]


def guarded(registry: StandIn) -> Answering:
    """A registry that wants a token."""

    def answers(request: Asked) -> Reply:
        if request.path.startswith("/token"):
            return Reply(200, {}, json.dumps({"access_token": "abc.def"}).encode())
        if request.headers.get("Authorization") == "Bearer abc.def":
            return FOUND
        realm = f'Bearer realm="http://{registry.host}/token",service="the, service",scope="repository:team/app:pull"'
        return Reply(401, {"WWW-Authenticate": realm})

    return answers


def test_a_token_for_nobody_and_for_a_user() -> None:
    with answering(guarded) as registry:
        assert asked(registry.host) == Digest(DIGEST)
        assert asked(registry.host, Credentials("me", "pw")) == Digest(DIGEST)
    tokens = [each for each in registry.asked if each.path.startswith("/token")]
    assert parse_qs(urlsplit(tokens[0].path).query) == {
        "service": ["the, service"],
        "scope": ["repository:team/app:pull"],
    }
    assert [each.headers.get("Authorization") for each in tokens] == [None, "Basic bWU6cHc="]


def test_a_token_for_an_identity_token() -> None:
    with answering(guarded) as registry:
        assert asked(registry.host, Credentials(identity_token="long")) == Digest(DIGEST)
    (token,) = [each for each in registry.asked if each.path.startswith("/token")]
    assert token.method == "POST"
    form = parse_qs(token.body)
    assert (form["grant_type"], form["refresh_token"]) == (["refresh_token"], ["long"])


def test_credentials_go_nowhere_without_encryption() -> None:
    challenge = {"WWW-Authenticate": 'Bearer realm="http://192.0.2.1/token"'}
    with answering(lambda _: always(Reply(401, challenge))) as registry:
        for credentials in (Credentials("me", "pw"), Credentials(identity_token="long")):
            found = asked(registry.host, credentials)
            assert reason(found) == reasons.DENIED
            assert "without encryption" in str(found)


def test_a_redirection_to_another_host_gets_no_credentials() -> None:
    with answering(lambda _: always(FOUND)) as other:

        def moved(_: StandIn) -> Answering:
            def answers(request: Asked) -> Reply:
                if "Authorization" not in request.headers:
                    return Reply(401, {"WWW-Authenticate": "Basic realm=x"})
                return Reply(307, {"Location": f"http://{other.host}{request.path}"})

            return answers

        with answering(moved) as registry:
            assert asked(registry.host, Credentials("me", "pw")) == Digest(DIGEST)
    (last,) = other.asked
    assert last.method == "HEAD"
    assert "Authorization" not in last.headers


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(404), reasons.MISSING),
        (Reply(401), reasons.DENIED),
        (Reply(401, {"WWW-Authenticate": "Basic realm=x"}), reasons.DENIED),
        (Reply(401, {"WWW-Authenticate": "Bearer nonsense"}), reasons.GARBAGE),
        (Reply(401, {"WWW-Authenticate": 'Bearer realm="file:///etc/passwd"'}), reasons.GARBAGE),
        (Reply(403), reasons.DENIED),
        (Reply(429, {"Retry-After": "60"}), reasons.BUSY),
        (Reply(503), reasons.BROKEN),
        (Reply(418), reasons.GARBAGE),
        (Reply(302, {"Location": "file:///etc/passwd"}), reasons.GARBAGE),
        (Reply(302, {"Location": "/v2/team/app/manifests/1.2"}), reasons.GARBAGE),
        (Reply(200, {"Content-Type": "text/html"}, b"<html>"), reasons.GARBAGE),
        (Reply(200, {"Content-Type": INDEX, "Docker-Content-Digest": DIGEST[:-1]}, b"{}"), reasons.GARBAGE),
        (Reply(200, {"Content-Type": INDEX, "Content-Length": "100"}, b"{}"), reasons.GARBAGE),
        (Reply(200, {"Content-Type": "application/vnd.docker.distribution.manifest.v1+prettyjws"}), reasons.OLD),
    ],
)
def test_what_is_no_answer(reply: Reply, expected: str) -> None:
    with answering(lambda _: always(reply)) as registry:
        assert reason(asked(registry.host)) == expected


def test_a_digest_that_is_not_that_of_the_manifest() -> None:
    def liar(_: StandIn) -> Answering:
        said = iter(["", DIGEST])
        return lambda _: Reply(200, {"Content-Type": INDEX, "Docker-Content-Digest": next(said)}, b"{}")

    with answering(liar) as registry:
        assert reason(asked(registry.host)) == reasons.GARBAGE


def test_the_answer_to_a_retry_says_when() -> None:
    with answering(lambda _: always(Reply(429, {"Retry-After": "60"}))) as registry:
        found = asked(registry.host)
    assert found == NoDigest(reasons.BUSY, "again after 60 s")


def test_no_registry_at_all() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
        assert reason(asked(host)) == reasons.UNREACHABLE
    assert reason(asked("registry.invalid")) == reasons.UNREACHABLE


def test_one_that_does_not_answer() -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        start = time.monotonic()
        assert reason(asked(f"127.0.0.1:{mute.getsockname()[1]}", seconds=0.3)) == reasons.SLOW
        assert time.monotonic() - start < 3


def test_one_that_speaks_another_language() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        def serve() -> None:
            connection, _ = other.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"220 mail here\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        assert reason(asked(f"127.0.0.1:{other.getsockname()[1]}")) == reasons.GARBAGE
        thread.join()


def test_a_registry_that_is_down_is_asked_once(tmp_path: Path) -> None:
    with answering(lambda _: always(Reply(429))) as registry:
        resolver = Resolver(Client(lambda _: ANONYMOUS, 5), Cache(tmp_path / "digests"))
        for name in ("a:1", "a:1", "b:1"):
            assert reason(resolver.of(reference(registry.host, name))) == reasons.BUSY
    assert len(registry.asked) == 1


def test_an_image_that_is_missing_is_asked_for_once_and_others_still_are(tmp_path: Path) -> None:
    with answering(lambda _: always(Reply(404))) as registry:
        resolver = Resolver(Client(lambda _: ANONYMOUS, 5), Cache(tmp_path / "digests"))
        for name in ("a:1", "a:1", "b:1"):
            assert reason(resolver.of(reference(registry.host, name))) == reasons.MISSING
    assert len(registry.asked) == 2


@pytest.mark.parametrize(
    ("registry", "url"),
    [
        ("docker.io", "https://registry-1.docker.io"),
        ("ghcr.io", "https://ghcr.io"),
        ("localhost:5000", "http://localhost:5000"),
        ("127.0.0.9", "http://127.0.0.9"),
        ("[::1]:5000", "http://[::1]:5000"),
        ("localhost.example.com", "https://localhost.example.com"),
        ("127.0.0.1.example.com", "https://127.0.0.1.example.com"),
    ],
)
def test_where_a_registry_is(registry: str, url: str) -> None:
    assert base_url(registry) == url
    assert is_loopback(registry) is url.startswith("http:")
