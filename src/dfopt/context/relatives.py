"""Which Dockerfiles of a repository may start from the images of others of it.

What an image is called is said when it is built. Mostly that is how its Dockerfile or a folder around it is called:
``base/Dockerfile``, ``base/3.11/Dockerfile`` and ``Dockerfile.base`` are looked for as ``registry.example/team/base``
and ``team/product-base``, and ``noetic/base/Dockerfile`` as ``team/base-noetic`` too.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path

import msgspec

from dfopt.context.repository import up_to_repository
from dfopt.discovery import discover
from dfopt.knowledge.base_images import OFFICIAL
from dfopt.model.relatives import Heir, Relatives
from dfopt.source import Source

LARGEST = 1_000_000
"""Bytes of a file that is looked into."""

_FROM = re.compile(r"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*([^\s#]+)", re.MULTILINE | re.IGNORECASE)
_ARG = re.compile(r"^[ \t]*ARG[ \t]+(\w+)=[\"']?([^\s\"']*)", re.MULTILINE | re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})")
_VERSION = re.compile(r"v?\d")
_VARIANT = re.compile(
    r"(?:v|py|python|php|node|go|java|jdk|jre|ruby|r)?-?\d.*|latest|stable|edge|focal|jammy|noble|bionic|xenial|trusty"
    r"|buster|bullseye|bookworm|trixie|arm.*|aarch.*|amd64|x86.*|x64|i386|linux|windows.*|nanoserver|alpine|debian"
    r"|ubuntu|centos|slim|full|docker|dockerfiles?|files?|images?|containers?|build"
)
"""Words in names of folders and Dockerfiles that tell variants of an image, or nothing."""
_AFFIX = re.compile(r"(?i)[-_.]?(docker|container)file[-_.]?")


class _Member(msgspec.Struct, frozen=True):
    """A Dockerfile of a repository."""

    path: str
    names: frozenset[str]
    """What its image may be called, in lower case."""
    words: frozenset[str]
    """Those of its path, in lower case."""
    has_version: bool
    """True if the folder around it is called by one."""


def relatives_of(dockerfile: Path, folder: str = "") -> Relatives:
    """Those of its repository; where there is none, those below a folder that a run is about."""
    real = Path(os.path.realpath(dockerfile))
    above = list(up_to_repository(real.parent))
    root = str(above[-1]) if above else folder
    if not root:
        return Relatives()
    return Relatives(partial(_heirs, real, root), partial(_makers, real, root))


def _heirs(dockerfile: Path, root: str) -> Sequence[Heir]:
    own = _member(str(dockerfile), root)
    found: dict[str, set[str]] = defaultdict(set)
    for word in {word for name in own.names for word in _words(name)}:
        for path, written, image in _starting_from(root).get(word, ()):
            if path != own.path and _may_build(own, image):
                found[path].add(written)
    return [
        Heir(
            os.path.relpath(path, dockerfile.parent),
            _read(path),
            frozenset(found[path]),
            partial(_heirs, Path(path), root),
        )
        for path in sorted(found)
    ]


def _makers(dockerfile: Path, root: str, image: str) -> Sequence[Source]:
    """Of several, those whose folders are called most like its tag."""
    if not _is_own(image):
        return ()
    words = [word for name in _names(image) for word in _words(name)]
    candidates = {each.path: each for word in words for each in _members(root).get(word, ())}
    found = [each for each in candidates.values() if each.path != str(dockerfile) and _may_build(each, image)]
    tag = _tag(image)
    alike = {each.path: _alike(each, tag) for each in found}
    most = max(alike.values(), default=0)
    if not most and _VERSION.match(tag) and all(each.has_version for each in found):
        return ()
    return [_read(path) for path in sorted(alike) if alike[path] == most]


def _alike(member: _Member, tag: str) -> int:
    """How many parts of a tag, or longer versions of one, are folders around a Dockerfile."""
    return sum(
        any(f"{part}.".startswith(f"{own}.") or f"{own}.".startswith(f"{part}.") for own in member.words)
        for part in filter(None, tag.split("-"))
    )


def _may_build(member: _Member, image: str) -> bool:
    """True if the image has a name of it, alone or behind that of a product, or all words of it are in its path."""
    return any(_may_be_called(member, name, own) for name in _names(image) for own in member.names)


def _may_be_called(member: _Member, name: str, own: str) -> bool:
    words = frozenset(_words(name))
    is_behind = name.endswith((f"-{own}", f"_{own}")) and not _is_variant(own)
    return name == own or is_behind or set(_words(own)) <= words <= member.words


def _member(path: str, root: str) -> _Member:
    start = f"{os.path.dirname(root).rstrip(os.sep)}{os.sep}"
    below = path[len(start) :] if path.startswith(start) else os.path.relpath(path, start)
    *folders, own = below.lower().split(os.sep)
    names, versions = [_AFFIX.sub("", own)], list[str]()
    words = frozenset(word for part in (*folders, names[0]) for word in _words(part))
    while folders:
        names.append(folders.pop())
        if not _is_variant(names[-1]):
            break
        versions.append(names[-1])
    return _Member(path, frozenset(filter(None, names)), words, any(map(_VERSION.match, versions)))


def _name(image: str) -> str:
    """The last part of the name of an image, in lower case."""
    return re.split("[:@]", image.rpartition("/")[2])[0].lower()


@lru_cache(maxsize=4096)
def _is_variant(name: str) -> bool:
    return all(_VARIANT.fullmatch(word) for word in re.split(r"[-_.]", name))


def _names(image: str) -> list[str]:
    """The last part of its name, and its tag if that is a name and no version: ``project:base``."""
    tag = _tag(image)
    return [_name(image), *([tag] if tag and not _is_variant(tag) and "$" not in tag else [])]


def _tag(image: str) -> str:
    return image.rpartition("/")[2].partition("@")[0].partition(":")[2].lower()


def _words(name: str) -> list[str]:
    return [word for word in name.replace("_", "-").split("-") if word]


def _is_own(image: str) -> bool:
    """True if a repository may call its own image so."""
    return "/" in image or _name(image) not in OFFICIAL


@lru_cache(maxsize=16)
def _paths(root: str) -> tuple[str, ...]:
    return tuple(target.real for target in discover([root]).targets)


@lru_cache(maxsize=16)
def _members(root: str) -> dict[str, list[_Member]]:
    """The Dockerfiles below a folder, by the words of what their images may be called."""
    found: dict[str, list[_Member]] = defaultdict(list)
    for path in _paths(root):
        member = _member(path, root)
        for word in {word for name in member.names for word in _words(name)}:
            found[word].append(member)
    return dict(found)


@lru_cache(maxsize=16)
def _starting_from(root: str) -> dict[str, list[tuple[str, str, str]]]:
    """The Dockerfiles below a folder, with an image as it is written and as it is, by the words of its names."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for path in _paths(root):
        for written, image in _images(os.fsdecode(_bytes(path))):
            for word in {word for name in _names(image) for word in _words(name)} if _is_own(image) else ():
                found[word].append((path, written, image))
    return dict(found)


def _images(text: str) -> set[tuple[str, str]]:
    """The images of the FROMs of a Dockerfile, as they are written and with the defaults of global arguments."""
    first = _FROM.search(text)
    defaults: dict[str, str] = dict(_ARG.findall(text[: first.start()] if first else ""))

    def value(found: re.Match[str]) -> str:
        return str(defaults.get(found[1] or found[2]) or found[3] or found[0])

    return {(written, _VARIABLE.sub(value, written)) for written in _FROM.findall(text)}


def _bytes(path: str) -> bytes:
    """The beginning of a file; nothing of one that cannot be read, which starts from no image."""
    try:
        with open(path, "rb") as file:
            return file.read(LARGEST)
    except OSError:
        return b""


@lru_cache(maxsize=256)
def _read(path: str) -> Source:
    return Source.from_bytes(_bytes(path), path)
