"""Which packages an image has, read from the databases in it.

Sources: deb-control(5) for dpkg's status, https://wiki.alpinelinux.org/wiki/Apk_spec for apk's, rpm's
docs/manual/hregions.md for the headers in rpmdb.sqlite; a wheel's folder is named by PEP 376.
"""

from __future__ import annotations

import json
import re
import sqlite3
import struct
import tempfile
from collections.abc import Callable, Iterator, Mapping

from dfopt.verify.entries import Placed

Packages = dict[tuple[str, str], str]
"""The version by the manager and the name; a name that is there several times has all its versions."""

_DIST_INFO = re.compile(r".*/([^/]+)-([^/-]+)\.(?:dist|egg)-info(?:/(?:METADATA|PKG-INFO))?")
_NPM = re.compile(r".*/node_modules/((?:@[^/]+/)?[^/]+)/package\.json")
_RPM_TAGS = {1000: "name", 1001: "version", 1002: "release"}


def is_database(path: str) -> bool:
    """True for a path whose content packages() reads."""
    return any(pattern.fullmatch(path) for pattern, _ in _READERS)


def packages(files: Mapping[str, Placed]) -> Packages:
    """The packages of a root file system; what cannot be read counts as none."""
    found: dict[tuple[str, str], set[str]] = {}
    for path, placed in files.items():
        for pattern, read in _READERS:
            if placed.entry.content is not None and pattern.fullmatch(path):
                for manager, name, version in read(path, placed.entry.content):
                    found.setdefault((manager, name), set()).add(version)
    return {key: ", ".join(sorted(versions)) for key, versions in found.items()}


Found = Iterator[tuple[str, str, str]]


def _dpkg(path: str, content: bytes) -> Found:
    del path
    for record in content.decode("utf-8", "replace").split("\n\n"):
        fields = dict(re.findall(r"(?m)^(Package|Version|Status): (.*)$", record))
        if "Package" in fields and "installed" in fields.get("Status", "installed").split():
            yield "dpkg", fields["Package"], fields.get("Version", "")


def _apk(path: str, content: bytes) -> Found:
    del path
    for record in content.decode("utf-8", "replace").split("\n\n"):
        fields = dict(re.findall(r"(?m)^([PV]):(.*)$", record))
        if "P" in fields:
            yield "apk", fields["P"], fields.get("V", "")


def _python(path: str, content: bytes) -> Found:
    del content
    if found := _DIST_INFO.fullmatch(path):
        yield "pip", found[1], found[2]


def _npm(path: str, content: bytes) -> Found:
    found = _NPM.fullmatch(path)
    assert found is not None
    try:
        version = json.loads(content).get("version", "")
    except (ValueError, AttributeError):
        return
    yield "npm", found[1], str(version)


def _rpm(path: str, content: bytes) -> Found:
    del path
    with tempfile.NamedTemporaryFile(suffix=".sqlite") as file:
        file.write(content)
        file.flush()
        connection = sqlite3.connect(f"file:{file.name}?mode=ro&immutable=1", uri=True)
        try:
            rows = connection.execute("SELECT blob FROM Packages").fetchall()
        except sqlite3.Error:
            return
        finally:
            connection.close()
    for (blob,) in rows:
        tags = _rpm_header(blob)
        if "name" in tags:
            yield "rpm", tags["name"], f"{tags.get('version', '')}-{tags.get('release', '')}"


def _rpm_header(blob: bytes) -> dict[str, str]:
    """The few tags that are of use: two counts, the index of the tags, their data."""
    count, _ = struct.unpack_from(">II", blob)
    data = 8 + 16 * count
    found: dict[str, str] = {}
    for at in range(8, data, 16):
        tag, _, offset, _ = struct.unpack_from(">IIiI", blob, at)
        if tag in _RPM_TAGS:
            start = data + offset
            found[_RPM_TAGS[tag]] = blob[start : blob.index(b"\0", start)].decode("utf-8", "replace")
    return found


_READERS: tuple[tuple[re.Pattern[str], Callable[[str, bytes], Found]], ...] = (
    (re.compile(r"/var/lib/dpkg/status(\.d/[^/]+)?"), _dpkg),
    (re.compile(r"/(usr/)?lib/apk/db/installed"), _apk),
    (re.compile(r".*\.(dist|egg)-info/(METADATA|PKG-INFO)"), _python),
    (_NPM, _npm),
    (re.compile(r"/(var|usr)/lib/(sysimage/)?rpm/rpmdb\.sqlite"), _rpm),
)
