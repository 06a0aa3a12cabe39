"""Reads an image from the archive that an engine writes: ``docker save``'s and the OCI layout's, as a stream.

Only what is compared stays in memory, not the layers. Source: moby's ``image/tarexport`` and the image
specification's "Image Layout".
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Callable, Mapping
from typing import IO, Any

import msgspec

from dfopt.errors import DfoptError
from dfopt.verify.entries import OPAQUE, WHITEOUT, Entry, Kind, Layer
from dfopt.verify.noise import Normaliser

CHUNK = 1 << 20
CONTENT_LIMIT = 256 << 20
"""Files larger than this, in bytes, are hashed as they are: no whole content of theirs is held."""
DOCUMENT_LIMIT = 16 << 20
"""A JSON document of an image is smaller than this, in bytes."""
_KINDS = {
    tarfile.DIRTYPE: Kind.FOLDER,
    tarfile.SYMTYPE: Kind.LINK,
    tarfile.CHRTYPE: Kind.DEVICE,
    tarfile.BLKTYPE: Kind.DEVICE,
    tarfile.FIFOTYPE: Kind.PIPE,
}
_XATTR = "SCHILY.xattr."
_HEADER = 512
_GZIP = b"\x1f\x8b"


class ArchiveError(DfoptError):
    """An archive that is not an image."""


class _Parts(msgspec.Struct):
    """What an archive holds, by the names in it; links are the second names of layers in older archives."""

    documents: dict[str, bytes] = {}
    layers: dict[str, Layer] = {}
    links: dict[str, str] = {}


class Image(msgspec.Struct, frozen=True):
    """An image: its layers from the lowest one, what made each of them, and its configuration."""

    layers: tuple[Layer, ...]
    made_by: tuple[str, ...]
    """For each layer, the instruction that made it, or an empty text."""
    config: Mapping[str, Any]
    """The part ``config`` of the image's configuration."""

    @property
    def size(self) -> int:
        return sum(layer.size for layer in self.layers)

    @property
    def compressed(self) -> int:
        return sum(layer.compressed for layer in self.layers)


class Reader:
    """Reads images one after another; a layer that two of them share is read once.

    ``normaliser`` gives what to do with the content of a path before it is hashed, or None;
    ``kept`` says whether the content of a path is kept. Without ``compresses`` the compressed size of a layer that
    is not compressed is its size: to count it costs most of the time.
    """

    def __init__(
        self, normaliser: Callable[[str], Normaliser | None], kept: Callable[[str], bool], *, compresses: bool = True
    ) -> None:
        self._normaliser = normaliser
        self._kept = kept
        self._compresses = compresses
        self._layers: dict[str, Layer] = {}

    def read(self, stream: IO[bytes]) -> Image:
        """The image of an archive.

        Raises ArchiveError if it is none.
        """
        parts = _Parts()
        try:
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                for member in archive:
                    if member.issym() or member.islnk():
                        parts.links[member.name] = member.linkname.removeprefix("../")
                    elif member.isreg():
                        content = archive.extractfile(member)
                        assert content is not None
                        self._member(member, content, parts)
        except (tarfile.TarError, EOFError, zlib.error) as error:
            raise ArchiveError(f"the engine's archive cannot be read: {error}") from error
        return _image(parts)

    def _member(self, member: tarfile.TarInfo, content: IO[bytes], parts: _Parts) -> None:
        name = member.name
        known = self._layers.get(name)
        if known is not None:
            parts.layers[name] = known
            return
        head = content.read(_HEADER)
        if _is_layer(head):
            layer = parts.layers[name] = self._layer(_Joined(head, content))
            if name.startswith("blobs/"):  # the name is the digest of the content
                self._layers[name] = layer
        elif member.size > DOCUMENT_LIMIT:
            raise ArchiveError(f"{name} is no layer and too large for a document")
        else:
            parts.documents[name] = head + content.read()

    def _layer(self, stream: _Joined) -> Layer:
        packed = stream.head.startswith(_GZIP)
        content = gzip.GzipFile(fileobj=stream, mode="rb") if packed else stream
        measured = _Measured(content, compresses=self._compresses and not packed)
        entries: list[Entry] = []
        gone: list[str] = []
        opaque: list[str] = []
        with tarfile.open(fileobj=measured, mode="r|", errors="surrogateescape") as archive:
            for member in archive:
                path = _path(member.name)
                folder, _, name = path.rpartition("/")
                if name == OPAQUE:
                    opaque.append(folder or "/")
                elif name.startswith(WHITEOUT):
                    gone.append(f"{folder}/{name.removeprefix(WHITEOUT)}")
                else:
                    entries.append(self._entry(archive, member, path))
        measured.drain()
        return Layer(
            digest=measured.digest,
            entries=tuple(entries),
            gone=tuple(gone),
            opaque=tuple(opaque),
            size=measured.size,
            compressed=stream.size if packed else measured.compressed,
        )

    def _entry(self, archive: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> Entry:
        kind = _KINDS.get(member.type, Kind.FILE)
        digest, content = "", None
        target = member.linkname if kind is Kind.LINK else ""
        if kind is Kind.DEVICE:
            target = f"{member.type.decode()} {member.devmajor}:{member.devminor}"
        elif kind is Kind.FILE and not member.islnk():
            file = archive.extractfile(member)
            assert file is not None
            digest, content = self._hashed(path, file, member.size)
        return Entry(
            path=path,
            kind=kind,
            mode=member.mode & 0o7777,
            uid=member.uid,
            gid=member.gid,
            size=member.size if kind is Kind.FILE else 0,
            digest=digest,
            target=target,
            attributes=_attributes(member.pax_headers),
            links_to=_path(member.linkname) if member.islnk() else "",
            content=content,
        )

    def _hashed(self, path: str, file: IO[bytes], size: int) -> tuple[str, bytes | None]:
        normalise, keep = self._normaliser(path), self._kept(path)
        if (normalise is None and not keep) or size > CONTENT_LIMIT:
            digest = hashlib.sha256()
            while chunk := file.read(CHUNK):
                digest.update(chunk)
            return digest.hexdigest(), None
        content = file.read()
        plain = normalise(content) if normalise else content
        return hashlib.sha256(plain).hexdigest(), content if keep else None


def _is_layer(head: bytes) -> bool:
    """True for the first block of an archive; an empty one is all zeros."""
    return head[257:262] == b"ustar" or head.startswith(_GZIP) or head == bytes(_HEADER)


def _path(name: str) -> str:
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return "/" + "/".join(parts)


def _attributes(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        sorted((name.removeprefix(_XATTR), value) for name, value in headers.items() if name.startswith(_XATTR))
    )


class _Joined(io.RawIOBase):
    """A stream whose first bytes have been read already; counts what it gives."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        super().__init__()
        self.head = head
        self._left = head
        self._rest = rest
        self.size = 0

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            data, self._left = self._left + self._rest.read(), b""
        elif self._left:
            data, self._left = self._left[:size], self._left[size:]
            if len(data) < size:
                data += self._rest.read(size - len(data))
        else:
            data = self._rest.read(size)
        self.size += len(data)
        return data


class _Measured(io.RawIOBase):
    """Passes a stream on, with its digest, its size, and on request the size that gzip would make of it."""

    def __init__(self, stream: io.RawIOBase | gzip.GzipFile, *, compresses: bool) -> None:
        super().__init__()
        self._stream = stream
        self._hash = hashlib.sha256()
        self._gzip = zlib.compressobj(6, zlib.DEFLATED, 31) if compresses else None
        self.size = 0
        self._compressed = 0

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size) or b""
        self._hash.update(data)
        if self._gzip is not None:
            self._compressed += len(self._gzip.compress(data))
        self.size += len(data)
        return data

    def drain(self) -> None:
        """Reads what is left, such as the padding at the end of an archive."""
        while self.read(CHUNK):
            pass

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    @property
    def compressed(self) -> int:
        """To be asked once, at the end."""
        return self.size if self._gzip is None else self._compressed + len(self._gzip.flush())


def _image(parts: _Parts) -> Image:
    """Puts the parts together."""
    documents, layers = parts.documents, parts.layers
    try:
        if "manifest.json" in documents:
            manifest = json.loads(documents["manifest.json"])[0]
            config, names = manifest["Config"], manifest["Layers"]
        else:
            config, names = _oci(documents)
        described = json.loads(documents[config])
        found = tuple(layers[parts.links.get(name, name)] for name in names)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ArchiveError(f"the engine's archive is not an image: {error!r}") from error
    made = [str(step.get("created_by", "")) for step in described.get("history", []) if not step.get("empty_layer")]
    if len(made) != len(found):
        made = [""] * len(found)
    return Image(found, tuple(made), described.get("config") or {})


def _oci(documents: Mapping[str, bytes]) -> tuple[str, list[str]]:
    """The names of the configuration and the layers in an OCI layout."""
    manifest = json.loads(documents["index.json"])["manifests"][0]
    document = json.loads(documents[_blob(manifest["digest"])])
    return _blob(document["config"]["digest"]), [_blob(layer["digest"]) for layer in document["layers"]]


def _blob(digest: str) -> str:
    return f"blobs/{digest.replace(':', '/')}"
