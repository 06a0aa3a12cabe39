"""A registry on loopback: Debian's docker-registry, with images that are made by hand."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from tests.corpus.registry import CACHE, debian_package

_CONFIG = """\
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: FOLDER/data}}
http: {addr: ADDRESS}
"""
_HTPASSWD = "somebody:$2b$05$AlgnUgogoDLUC5wUr7vNLujMaWqw278KgsgqSphBXygY0mUXgXIT6\n"
"""The password is ``secret``."""

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


def program() -> str:
    """The registry's program. Raises MissingError if it is not here and cannot be had."""
    found = shutil.which("docker-registry")
    if found:
        return found
    folder = CACHE.parent / "docker-registry"
    debian_package("docker-registry", folder)
    return str(folder / "usr" / "bin" / "docker-registry")


class Registry:
    """A registry that runs, at ``host``."""

    def __init__(self, host: str, headers: Mapping[str, str]) -> None:
        self.host = host
        self._headers = dict(headers)

    def push(self, name: str, tag: str, kind: str = MANIFEST) -> str:
        """Pushes a small image for one platform; returns its digest."""
        config = self._blob(name, json.dumps({"architecture": "amd64", "os": "linux", "tag": tag}).encode())
        config_kind = kind.replace("manifest.v1+json", "config.v1+json")
        if kind == DOCKER_MANIFEST:
            config_kind = "application/vnd.docker.container.image.v1+json"
        layers: list[Any] = []
        config = {"mediaType": config_kind, **config}
        manifest = {"schemaVersion": 2, "mediaType": kind, "config": config, "layers": layers}
        return self._manifest(name, tag, kind, manifest)

    def push_index(self, name: str, tag: str, kind: str = INDEX) -> str:
        """Pushes an image for two platforms; returns the digest of its index."""
        manifests: list[dict[str, Any]] = []
        inner = MANIFEST if kind == INDEX else DOCKER_MANIFEST
        for architecture in ("amd64", "arm64"):
            digest = self.push(name, f"{tag}-{architecture}", inner)
            size = int(self._call("HEAD", f"{name}/manifests/{digest}", {"Accept": inner})["Content-Length"])
            platform = {"architecture": architecture, "os": "linux"}
            manifests.append({"mediaType": inner, "digest": digest, "size": size, "platform": platform})
        return self._manifest(name, tag, kind, {"schemaVersion": 2, "mediaType": kind, "manifests": manifests})

    def _manifest(self, name: str, tag: str, kind: str, manifest: dict[str, Any]) -> str:
        data = json.dumps(manifest).encode()
        self._call("PUT", f"{name}/manifests/{tag}", {"Content-Type": kind}, data)
        return f"sha256:{hashlib.sha256(data).hexdigest()}"

    def _blob(self, name: str, data: bytes) -> dict[str, Any]:
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        place = self._call("POST", f"{name}/blobs/uploads/", {}, b"")["Location"]
        separator = "&" if "?" in place else "?"
        headers = {"Content-Type": "application/octet-stream"}
        self._call("PUT", f"{place}{separator}digest={digest}", headers, data)
        return {"digest": digest, "size": len(data)}

    def _call(self, method: str, place: str, headers: Mapping[str, str], data: bytes | None = None) -> Any:
        url = place if place.startswith("http") else f"http://{self.host}/v2/{place}"
        with urlopen(Request(url, data, {**self._headers, **headers}, method=method), timeout=20) as answer:
            return answer.headers


@contextmanager
def running(*, passwords: bool = False) -> Generator[Registry]:
    """Starts a registry for a while; with ``passwords``, for somebody with the password ``secret`` only."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            host = f"127.0.0.1:{free.getsockname()[1]}"
        text = _CONFIG.replace("FOLDER", name).replace("ADDRESS", host)
        if passwords:
            (folder / "htpasswd").write_text(_HTPASSWD)
            text += f"auth: {{htpasswd: {{realm: here, path: {name}/htpasswd}}}}\n"
        (folder / "config.yml").write_text(text)
        environ = {key: value for key, value in os.environ.items() if not key.startswith("REGISTRY_")}
        command = [program(), "serve", str(folder / "config.yml")]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
        try:
            _wait(host, folder / "log")
            yield Registry(host, {"Authorization": "Basic c29tZWJvZHk6c2VjcmV0"} if passwords else {})
        finally:
            process.terminate()
            process.wait(20)


def _wait(host: str, log: Path) -> None:
    for _ in range(200):
        with contextlib.suppress(ConnectionError, TimeoutError, URLError):
            address, _, port = host.partition(":")
            socket.create_connection((address, int(port)), 1).close()
            return
        time.sleep(0.1)
    raise AssertionError(f"the registry did not start:\n{log.read_text()[-2000:]}")
