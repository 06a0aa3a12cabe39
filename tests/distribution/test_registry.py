"""A real registry: what it says a tag stands for is what stands in the Dockerfile afterwards."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dfopt.distribution import reasons, resolver
from dfopt.model.digests import Digest, NoDigest
from dfopt.model.image_reference import parse_reference
from tests.cli.conftest import run_apart
from tests.corpus.registry import MissingError, in_ci
from tests.distribution.registry import DOCKER_LIST, DOCKER_MANIFEST, Registry, program, running


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Without the credentials and the cache of whoever runs the tests."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    resolver.shared.cache_clear()
    yield
    resolver.shared.cache_clear()


@contextmanager
def registry(*, passwords: bool = False) -> Generator[Registry]:
    """Skips a test where there can be no registry; under CI it fails."""
    try:
        program()
    except MissingError as error:
        if in_ci():
            raise
        pytest.skip(f"docker-registry: {error}")
    with running(passwords=passwords) as found:
        yield found


def digest(host: str, name: str) -> Digest | NoDigest:
    reference = parse_reference(f"{host}/{name}")
    assert reference is not None
    return resolver.shared().of(reference)


def test_every_kind_of_manifest() -> None:
    with registry() as found:
        assert digest(found.host, "a/b:index") == NoDigest(reasons.MISSING, f"{found.host}/a/b:index")
        resolver.shared.cache_clear()
        expected = [
            ("a/b:index", Digest(found.push_index("a/b", "index"))),
            ("a/b:list", Digest(found.push_index("a/b", "list", DOCKER_LIST))),
            ("a/b:one", Digest(found.push("a/b", "one"), is_index=False)),
            ("a/b:docker", Digest(found.push("a/b", "docker", DOCKER_MANIFEST), is_index=False)),
            ("a/b", Digest(found.push("a/b", "latest"), is_index=False)),
        ]
        for name, answer in expected:
            assert digest(found.host, name) == answer
    resolver.shared.cache_clear()
    assert digest(found.host, "a/b:index") == expected[0][1], "from the cache"
    (Path("cache") / "dfopt" / "digests.sqlite").unlink()
    resolver.shared.cache_clear()
    other = digest(found.host, "a/b:index")
    assert isinstance(other, NoDigest)
    assert other.reason == reasons.UNREACHABLE


def test_passwords() -> None:
    with registry(passwords=True) as found:
        expected = found.push_index("a/b", "1")
        answer = digest(found.host, "a/b:1")
        assert isinstance(answer, NoDigest)
        assert answer.reason == reasons.DENIED
        auths = {"auths": {found.host: {"auth": "c29tZWJvZHk6c2VjcmV0"}}}
        Path("config.json").write_text(json.dumps(auths))
        resolver.shared.cache_clear()
        assert digest(found.host, "a/b:1") == Digest(expected)


def test_the_command_line() -> None:
    with registry() as found:
        app, tools = found.push_index("app", "1"), found.push("tools", "latest")
        text = f"FROM {found.host}/app:1 AS a\nFROM {found.host}/app:2\nCOPY --from={found.host}/tools /t /\n"
        Path("Dockerfile").write_text(text)
        assert run_apart("rewrite", "--select", "pin-digest", "Dockerfile").code == 0, "offline nothing changes"
        told = run_apart("rewrite", "--select", "pin-digest", "--online", "--in-place", "-v", "Dockerfile").out.decode()
    assert reasons.MISSING in told
    after = text.replace("app:1", f"app:1@{app}").replace("tools", f"tools:latest@{tools}")
    assert Path("Dockerfile").read_text() == after
