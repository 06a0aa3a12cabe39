"""Credentials for registries, from the configuration of the docker command line (docs.docker.com, "docker login")."""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

import msgspec

from dfopt.model.image_reference import DOCKER_HUB

_HUB: Final = "https://index.docker.io/v1/"
"""By what name the docker command line keeps those for Docker Hub."""
_TOKEN: Final = "<token>"
_SECONDS: Final = 10.0


class Credentials(msgspec.Struct, frozen=True):
    """A user and a password, or an identity token."""

    user: str = ""
    password: str = ""
    identity_token: str = ""

    @property
    def basic(self) -> str:
        """The value of an Authorization header; empty if there is no user."""
        if not self.user:
            return ""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


ANONYMOUS: Final = Credentials()


def credentials(registry: str, environ: Mapping[str, str] | None = None) -> Credentials:
    """Those for a registry; anonymous if there are none, or none that can be read."""
    environ = os.environ if environ is None else environ
    config = _read(environ)
    key = _HUB if registry == DOCKER_HUB else registry
    helper = _table(config.get("credHelpers")).get(key) or config.get("credsStore")
    if isinstance(helper, str) and helper:
        found = _from_helper(helper, key, environ)
        if found != ANONYMOUS:
            return found
    for name, entry in _table(config.get("auths")).items():
        if _same(name, key):
            return _from_entry(_table(entry))
    return ANONYMOUS


def _read(environ: Mapping[str, str]) -> dict[str, Any]:
    folder = environ.get("DOCKER_CONFIG") or os.path.join(environ.get("HOME") or os.path.expanduser("~"), ".docker")
    try:
        return _table(json.loads(Path(folder, "config.json").read_bytes()))
    except (OSError, ValueError):
        return {}


def _table(value: Any) -> dict[str, Any]:
    """What JSON has as an object; empty for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _same(name: str, key: str) -> bool:
    """True if a name in ``auths`` is that of the registry; it may be a URL."""
    return name == key or (key != _HUB and re.sub(r"^https?://", "", name).partition("/")[0] == key)


def _from_entry(entry: dict[str, Any]) -> Credentials:
    token = entry.get("identitytoken")
    if isinstance(token, str) and token:
        return Credentials(identity_token=token)
    user, password = entry.get("username"), entry.get("password")
    if isinstance(user, str) and isinstance(password, str) and user:
        return Credentials(user, password)
    try:
        user, _, password = base64.b64decode(str(entry.get("auth", "")), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return ANONYMOUS
    return Credentials(user, password.strip("\0"))


def _from_helper(helper: str, key: str, environ: Mapping[str, str]) -> Credentials:
    """What ``docker-credential-HELPER get`` prints (github.com/docker/docker-credential-helpers, "Development")."""
    if not re.fullmatch(r"[\w.-]+", helper):
        return ANONYMOUS
    try:
        done = subprocess.run(
            [f"docker-credential-{helper}", "get"],
            input=key.encode(),
            env=dict(environ),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
        found = _table(json.loads(done.stdout))
    except (OSError, ValueError, subprocess.SubprocessError):
        return ANONYMOUS
    user, secret = found.get("Username"), found.get("Secret")
    if not isinstance(user, str) or not isinstance(secret, str):
        return ANONYMOUS
    return Credentials(identity_token=secret) if user == _TOKEN else Credentials(user, secret)
