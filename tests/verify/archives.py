"""Image archives made in memory, as engines write them."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from typing import Any

from dfopt.verify.archive import Image
from dfopt.verify.verification import reader


def folder(path: str, mode: int = 0o755) -> tarfile.TarInfo:
    found = tarfile.TarInfo(path)
    found.type, found.mode = tarfile.DIRTYPE, mode
    return found


def link(path: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    found = tarfile.TarInfo(path)
    found.type, found.linkname = kind, target
    return found


def file(path: str, content: bytes = b"", mode: int = 0o644, owner: int = 0) -> tuple[tarfile.TarInfo, bytes]:
    found = tarfile.TarInfo(path)
    found.size, found.mode, found.uid, found.gid = len(content), mode, owner, owner
    return found, content


Member = tarfile.TarInfo | tuple[tarfile.TarInfo, bytes]


def layer(*members: Member) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for member in members:
            info, content = member if isinstance(member, tuple) else (member, b"")
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def docker_archive(layers: Sequence[bytes], config: Mapping[str, Any] | None = None) -> bytes:
    """What ``docker save`` writes: the manifest comes last."""
    names = [f"blobs/sha256/{hashlib.sha256(each).hexdigest()}" for each in layers]
    described = {"config": config or {}, "history": [{"created_by": f"RUN step {n}"} for n in range(len(layers))]}
    document = json.dumps(described).encode()
    manifest = json.dumps([{"Config": "config.json", "RepoTags": None, "Layers": names}]).encode()
    parts = [*zip(names, layers, strict=True), ("config.json", document), ("manifest.json", manifest)]
    return layer(*(file(name, content) for name, content in parts))


def oci_archive(layers: Sequence[bytes], config: Mapping[str, Any] | None = None) -> bytes:
    """The OCI layout, with compressed layers."""
    packed = [gzip.compress(each) for each in layers]
    described = json.dumps({"config": config or {}}).encode()
    digests = [_digest(each) for each in packed]
    manifest = json.dumps(
        {"config": {"digest": _digest(described)}, "layers": [{"digest": digest} for digest in digests]}
    ).encode()
    index = json.dumps({"manifests": [{"digest": _digest(manifest)}]}).encode()
    blobs = [*packed, described, manifest]
    parts = [(f"blobs/{_digest(each).replace(':', '/')}", each) for each in blobs]
    return layer(*(file(name, content) for name, content in [*parts, ("index.json", index)]))


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def image(*layers: bytes, config: Mapping[str, Any] | None = None) -> Image:
    return reader().read(io.BytesIO(docker_archive(layers, config)))
