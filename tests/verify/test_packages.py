"""Package databases of an image are read from its files."""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path

from dfopt.verify.entries import file_system
from dfopt.verify.packages import packages
from tests.verify.archives import file, image, layer

STATUS = b"""Package: bash
Status: install ok installed
Version: 5.2-1

Package: gone
Status: deinstall ok config-files
Version: 1

"""


def read(path: str, content: bytes) -> dict[tuple[str, str], str]:
    return packages(file_system(image(layer(file(path, content))).layers))


def test_dpkg() -> None:
    assert read("var/lib/dpkg/status", STATUS) == {("dpkg", "bash"): "5.2-1"}
    assert read("var/lib/dpkg/status.d/base", b"Package: base\nVersion: 12\n") == {("dpkg", "base"): "12"}


def test_apk() -> None:
    assert read("lib/apk/db/installed", b"C:Q1\nP:musl\nV:1.2\n\nP:zlib\nV:1.3\n") == {
        ("apk", "musl"): "1.2",
        ("apk", "zlib"): "1.3",
    }


def test_pip_and_npm() -> None:
    assert read("usr/lib/python3/dist-packages/flask-3.0.dist-info/METADATA", b"") == {("pip", "flask"): "3.0"}
    assert read("app/node_modules/@a/b/package.json", b'{"version": "2.1.0"}') == {("npm", "@a/b"): "2.1.0"}
    assert read("app/node_modules/c/package.json", b"broken") == {}


def test_rpm(tmp_path: Path) -> None:
    data = b"thing\x001.0\x002.fc40\x00"
    tags = [(1000, 6, 0, 1), (1001, 6, 6, 1), (1002, 6, 10, 1)]
    blob = struct.pack(">II", 3, len(data)) + b"".join(struct.pack(">IIiI", *tag) for tag in tags) + data
    connection = sqlite3.connect(tmp_path / "db")
    connection.execute("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB)")
    connection.execute("INSERT INTO Packages (blob) VALUES (?)", (blob,))
    connection.commit()
    connection.close()
    content = (tmp_path / "db").read_bytes()
    assert read("var/lib/rpm/rpmdb.sqlite", content) == {("rpm", "thing"): "1.0-2.fc40"}
    assert read("usr/lib/sysimage/rpm/rpmdb.sqlite", b"broken") == {}
