"""What the configuration of the docker command line says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dfopt.distribution.credentials import ANONYMOUS, Credentials, credentials

ME = Credentials("me", "p:w")
AUTH = {"auth": "bWU6cDp3"}


def found(folder: Path, config: Any, registry: str = "ghcr.io", **environ: str) -> Credentials:
    text = config if isinstance(config, str) else json.dumps(config)
    (folder / "config.json").write_text(text)
    return credentials(registry, {"DOCKER_CONFIG": str(folder), **environ})


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"auths": {"ghcr.io": AUTH}}, ME),
        ({"auths": {"https://ghcr.io/v2/": AUTH}}, ME),
        ({"auths": {"ghcr.io": {"username": "me", "password": "p:w"}}}, ME),
        ({"auths": {"ghcr.io": {**AUTH, "identitytoken": "long"}}}, Credentials(identity_token="long")),
        ({"auths": {"ghcr.io:5000": AUTH, "evil.example/ghcr.io": AUTH}}, ANONYMOUS),
        ({"auths": {"ghcr.io": {"auth": "?"}}}, ANONYMOUS),
        ({"auths": {"ghcr.io": None}}, ANONYMOUS),
        ({"auths": []}, ANONYMOUS),
        ({"credsStore": "is-not-installed", "auths": {"ghcr.io": AUTH}}, ME),
        ({"credsStore": "../../bin/sh"}, ANONYMOUS),
        ([], ANONYMOUS),
        ("{", ANONYMOUS),
    ],
)
def test_entries(tmp_path: Path, config: Any, expected: Credentials) -> None:
    assert found(tmp_path, config) == expected


def test_docker_hub_has_a_name_of_its_own(tmp_path: Path) -> None:
    assert found(tmp_path, {"auths": {"https://index.docker.io/v1/": AUTH}}, "docker.io") == ME
    assert found(tmp_path, {"auths": {"docker.io": AUTH}}, "docker.io") == ANONYMOUS


def test_there_may_be_no_configuration(tmp_path: Path) -> None:
    assert credentials("ghcr.io", {"HOME": str(tmp_path)}) == ANONYMOUS
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text(json.dumps({"auths": {"ghcr.io": AUTH}}))
    assert credentials("ghcr.io", {"HOME": str(tmp_path)}) == ME


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('read at; echo "{\\"Username\\": \\"$at\\", \\"Secret\\": \\"$1\\"}"', Credentials("ghcr.io", "get")),
        ('echo \'{"Username": "<token>", "Secret": "long"}\'', Credentials(identity_token="long")),
        ("echo credentials not found; exit 1", ANONYMOUS),
        ("echo nonsense", ANONYMOUS),
        ("echo '[]'", ANONYMOUS),
    ],
)
def test_a_helper(tmp_path: Path, script: str, expected: Credentials) -> None:
    program = tmp_path / "docker-credential-mine"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkey = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    assert found(tmp_path, {"credHelpers": {"ghcr.io": "mine"}}, **monkey) == expected
    assert found(tmp_path, {"credsStore": "mine"}, **monkey) == expected
    assert found(tmp_path, {"credHelpers": {"quay.io": "mine"}}, **monkey) == ANONYMOUS
