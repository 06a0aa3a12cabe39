"""Which Dockerfiles of a repository may start from the image of another one of it.

What an image is called is said when it is built. Mostly that is how its Dockerfile or a folder around it is called:
``base/Dockerfile``, ``base/3.11/Dockerfile`` and ``Dockerfile.base`` are looked for as ``registry.example/team/base``.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from dfopt.context.root import up_to_repository
from dfopt.discovery import discover
from dfopt.knowledge.base_images import OFFICIAL
from dfopt.model.heirs import Heir
from dfopt.source import Source

LARGEST = 1_000_000
"""Bytes of a file that is looked into."""

_FROM = re.compile(rb"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*([^\s#]+)", re.MULTILINE | re.IGNORECASE)
_VERSION = re.compile(r"v?\d")
_AFFIX = re.compile(r"(?i)[-_.]?(docker|container)file[-_.]?")


def heirs_of(dockerfile: Path, folder: str = "") -> Sequence[Heir]:
    """Those of its repository; where there is none, those below a folder that a run is about."""
    real = Path(os.path.realpath(dockerfile))
    above = list(up_to_repository(real.parent))
    root = str(above[-1]) if above else folder
    if not root:
        return ()
    found: dict[str, set[str]] = defaultdict(set)
    for name in _names(real, root):
        for path, image in _starting_from(root).get(name, ()):
            if path != str(real):
                found[path].add(image)
    names = {path: os.path.relpath(path, real.parent) for path in sorted(found)}
    return [Heir(name, _read(path), frozenset(found[path])) for path, name in names.items()]


def _names(dockerfile: Path, root: str) -> set[str]:
    """What its image may be called, in lower case."""
    *folders, own = Path(os.path.relpath(dockerfile, os.path.dirname(root))).parts
    names = [_AFFIX.sub("", own)]
    while folders:
        names.append(folders.pop())
        if not _VERSION.match(names[-1]):
            break
    return {name.lower() for name in names if name}


@lru_cache(maxsize=16)
def _starting_from(root: str) -> dict[str, list[tuple[str, str]]]:
    """The Dockerfiles below a folder, with an image, by the last part of the name of the image."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for target in discover([root]).targets:
        for image in {*map(os.fsdecode, _FROM.findall(_bytes(target.real)))}:
            folder, _, last = image.rpartition("/")
            name = re.split("[:@]", last)[0].lower()
            if folder or name not in OFFICIAL:
                found[name].append((target.real, image))
    return dict(found)


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
