"""What differs between two builds of the same Dockerfile, and how it is kept out of a comparison."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable

from dfopt.knowledge.build_noise import CONTENT_DIFFERS, IGNORED, compiled

Normaliser = Callable[[bytes], bytes]

_ignored = compiled(IGNORED)
_content_differs = compiled(CONTENT_DIFFERS)


def is_ignored(path: str) -> bool:
    return _ignored.fullmatch(path) is not None


def content_differs(path: str) -> bool:
    return _content_differs.fullmatch(path) is not None


def normaliser(path: str) -> Normaliser | None:
    """What takes the noise out of a file's content; None if there is none in it."""
    for pattern, function in _NORMALISERS:
        if pattern.fullmatch(path):
            return function
    return None


def _without_days(content: bytes) -> bytes:
    """/etc/shadow without the day of the last change of each password (shadow(5))."""
    lines = content.split(b"\n")
    return b"\n".join(re.sub(rb"^([^:]*:[^:]*:)\d+:", rb"\1:", line) for line in lines)


def _record(content: bytes) -> bytes:
    """A wheel's RECORD in a fixed order, without compiled files."""
    lines = [line for line in content.split(b"\n") if b".pyc" not in line]
    return b"\n".join(sorted(lines))


def _without_times(content: bytes) -> bytes:
    """A zip archive as its entries, without the times in it: what a program reads from it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = sorted((each.filename, each.CRC, each.file_size) for each in archive.infolist())
    except (zipfile.BadZipFile, ValueError):
        return content
    return repr(entries).encode()


def _sorted_json(content: bytes) -> bytes:
    try:
        return json.dumps(json.loads(content), sort_keys=True).encode()
    except ValueError:
        return content


_NORMALISERS: tuple[tuple[re.Pattern[str], Normaliser], ...] = (
    (re.compile(r"/etc/shadow"), _without_days),
    (re.compile(r".*\.dist-info/RECORD"), _record),
    (re.compile(r".*\.(jar|war|ear|whl|zip)"), _without_times),
    (re.compile(r".*/node_modules/\.package-lock\.json"), _sorted_json),
)
