"""How two images differ: findings, each about one path or one part of the configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

import msgspec

from dfopt.verify import noise
from dfopt.verify.archive import Image
from dfopt.verify.entries import Entry, Kind, Placed, file_system

CONFIG = (
    "Env",
    "Cmd",
    "Entrypoint",
    "User",
    "WorkingDir",
    "Labels",
    "ExposedPorts",
    "Volumes",
    "Healthcheck",
    "StopSignal",
    "Shell",
    "OnBuild",
)


class What(Enum):
    """In what a path or the image differs."""

    GONE = "gone"
    ADDED = "added"
    TYPE = "type"
    MODE = "mode"
    OWNER = "owner"
    CONTENT = "content"
    TARGET = "link target"
    ATTRIBUTES = "extended attributes"
    CONFIG = "config"
    PACKAGE = "package"
    RUN = "behaviour"


class Finding(msgspec.Struct, frozen=True):
    """One difference. ``path`` is a path of the root file system, or the name of what differs."""

    what: What
    path: str
    before: str
    after: str
    layer: str = ""
    """The instruction that made it, in the image that has it."""
    declared: bool = False
    """The patches said so."""


def compared(before: Image, after: Image) -> Iterator[Finding]:
    """All differences between the root file systems and configurations of two images but noise."""
    yield from _configs(before.config, after.config)
    old, new = file_system(before.layers), file_system(after.layers)
    for path in sorted({*old, *new}):
        if noise.is_ignored(path):
            continue
        a, b = old.get(path), new.get(path)
        if a is None and b is not None:
            yield Finding(What.ADDED, path, "", _described(b.entry), after.made_by[b.layer])
        elif b is None and a is not None:
            yield Finding(What.GONE, path, _described(a.entry), "", before.made_by[a.layer])
        elif a is not None and b is not None and a.entry != b.entry:
            yield from _entries(a, b, after.made_by)


def _entries(old: Placed, new: Placed, made_by: Sequence[str]) -> Iterator[Finding]:
    a, b = old.entry, new.entry
    if a.kind is not b.kind:
        yield Finding(What.TYPE, a.path, a.kind.value, b.kind.value, made_by[new.layer])
        return
    for what, show in _SHOWN:
        if show(a) != show(b) and not (what is What.CONTENT and noise.content_differs(a.path)):
            yield Finding(what, a.path, show(a), show(b), made_by[new.layer])


def _content(entry: Entry) -> str:
    return f"sha256 {entry.digest[:12]}" if entry.digest else ""


def _mode(entry: Entry) -> str:
    return f"{entry.mode:04o}" if entry.kind is not Kind.LINK else ""


_SHOWN: tuple[tuple[What, Callable[[Entry], str]], ...] = (
    (What.MODE, _mode),
    (What.OWNER, lambda entry: f"{entry.uid}:{entry.gid}"),
    (What.TARGET, lambda entry: entry.target),
    (What.ATTRIBUTES, lambda entry: ", ".join(f"{name}={value!r}" for name, value in entry.attributes)),
    (What.CONTENT, _content),
)


def _described(entry: Entry) -> str:
    size = f", {entry.size} bytes" if entry.kind is Kind.FILE else ""
    return f"{entry.kind.value}{size}"


def _configs(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
    for name in CONFIG:
        a, b = old.get(name) or None, new.get(name) or None
        if a == b:
            continue
        if name == "Env":
            yield from _variables(a or [], b or [])
        elif isinstance(a or {}, Mapping) and isinstance(b or {}, Mapping) and name != "Healthcheck":
            yield from _keys(name, a or {}, b or {})
        else:
            yield Finding(What.CONFIG, name, _plain(a), _plain(b))


def _variables(old: Sequence[str], new: Sequence[str]) -> Iterator[Finding]:
    a, b = (dict(pair.split("=", 1) for pair in pairs) for pairs in (old, new))
    yield from _keys("Env", a, b)


def _keys(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Finding]:
    for key in sorted({*old, *new}):
        if old.get(key, _MISSING) != new.get(key, _MISSING):
            yield Finding(What.CONFIG, f"{name}: {key}", _plain(old.get(key)), _plain(new.get(key)))


_MISSING = object()


def _plain(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
