"""The files of an image's layers, and the root file system that they make together.

Source: the image specification's "Image Layer Filesystem Changeset"
(https://github.com/opencontainers/image-spec/blob/main/layer.md): later layers replace paths, ``.wh.NAME``
takes one away, ``.wh..wh..opq`` all that lower layers have in a folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

import msgspec

WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"


class Kind(Enum):
    FILE = "file"
    FOLDER = "folder"
    LINK = "symbolic link"
    DEVICE = "device"
    PIPE = "pipe"


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One path of a layer. ``path`` starts with a slash and is normal; sizes are in bytes."""

    path: str
    kind: Kind
    mode: int
    """The permission bits, with set-uid, set-gid and sticky."""
    uid: int
    gid: int
    size: int = 0
    digest: str = ""
    """SHA-256 of a file's content, after what differs at random was taken out of it."""
    target: str = ""
    """Of a symbolic link, or the numbers of a device."""
    attributes: tuple[tuple[str, str], ...] = ()
    """Extended attributes."""
    links_to: str = ""
    """The path in the same layer that a hard link shares its content with."""
    content: bytes | None = None
    """Kept for a few files that are read later, such as package databases."""


class Layer(msgspec.Struct, frozen=True, gc=False):
    """One layer: its entries in order of the archive, what it takes away, and sizes in bytes."""

    digest: str
    entries: tuple[Entry, ...]
    gone: tuple[str, ...]
    opaque: tuple[str, ...]
    size: int
    """Of the archive, uncompressed."""
    compressed: int
    """Of the archive as a push sends it, with gzip."""


class Placed(msgspec.Struct, frozen=True, gc=False):
    """A path of the root file system and the index of the layer that put it there."""

    entry: Entry
    layer: int


def file_system(layers: Sequence[Layer]) -> dict[str, Placed]:
    """The root file system that the layers make, from the lowest one."""
    found: dict[str, Placed] = {}
    for index, layer in enumerate(layers):
        if layer.gone or layer.opaque:
            _take_away(found, layer)
        own = {entry.path: entry for entry in layer.entries}
        for entry in own.values():
            before = found.get(entry.path)
            if before and before.entry.kind is Kind.FOLDER and entry.kind is not Kind.FOLDER:
                _take_below(found, [entry.path])
            found[entry.path] = Placed(_resolved(entry, own, found), index)
    return found


def _resolved(entry: Entry, own: dict[str, Entry], lower: dict[str, Placed]) -> Entry:
    """A hard link as the file that it is."""
    if not entry.links_to:
        return entry
    target = own.get(entry.links_to)
    if target is None and (placed := lower.get(entry.links_to)):
        target = placed.entry
    if target is None:
        return entry
    return msgspec.structs.replace(target, path=entry.path)


def _take_away(found: dict[str, Placed], layer: Layer) -> None:
    for path in layer.gone:
        found.pop(path, None)
    _take_below(found, [*layer.gone, *layer.opaque])


def _take_below(found: dict[str, Placed], folders: Iterable[str]) -> None:
    below = {f"{folder.rstrip('/')}/" for folder in folders}
    if not below:
        return
    gone = [path for path in found if any(prefix in below for prefix in _prefixes(path))]
    for path in gone:
        del found[path]


def _prefixes(path: str) -> Iterator[str]:
    """All folders that a path is below, each with a slash at its end."""
    at = path.find("/")
    while at != -1 and at < len(path) - 1:
        yield path[: at + 1]
        at = path.find("/", at + 1)
