"""Containers of an image that run-as-user has rewritten: who they run as, and where they can write."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt import api
from dfopt.config import Config
from dfopt.source import Source
from tests.engine.builds import output, rewritten

OWN = (".", "data.txt", "/srv/spool", "~", "/tmp")
OF_ROOT = ("/etc", "/usr/local/bin")
WRITES = f"""\
import os, pathlib
print("uid", os.getuid(), os.getgid())
for path in {OWN + OF_ROOT}:
    place = pathlib.Path(path).expanduser()
    place = place / "made" if place.is_dir() else place
    try:
        place.open("a").close()
        print("wrote", path)
    except OSError:
        print("failed", path)
"""


@pytest.fixture
def context(tmp_path: Path) -> Path:
    (tmp_path / "writes.py").write_text(WRITES)
    (tmp_path / "data.txt").write_text("data\n")
    (tmp_path / "app.js").write_text(
        'const fs = require("fs"), os = require("os");\n'
        'for (const path of ["./made", os.homedir() + "/made"]) fs.writeFileSync(path, "");\n'
        "console.log(process.getuid(), os.homedir());\n"
    )
    return tmp_path


def test_a_new_user_writes_where_it_must(context: Path) -> None:
    text = (
        "FROM python:3.11\nWORKDIR /srv/app\nCOPY writes.py .\nRUN python3 --version\nCOPY data.txt .\n"
        'VOLUME /srv/spool\nCMD ["python3", "writes.py"]\n'
    )
    after = rewritten("run-as-user", text, context)
    assert output(text, context).splitlines() == ["uid 0 0", *(f"wrote {path}" for path in OWN + OF_ROOT)]
    assert output(after, context).splitlines() == [
        "uid 10001 10001",
        *(f"wrote {path}" for path in OWN),
        *(f"failed {path}" for path in OF_ROOT),
    ]


def changed(text: str) -> str:
    result = api.rewrite(Source(text), Config(select=("run-as-user",), unsafe=True))
    assert result.changed
    return result.after


def test_the_user_that_an_image_has(context: Path) -> None:
    text = 'FROM node:18\nWORKDIR /app\nCOPY app.js .\nEXPOSE 3000\nCMD ["node", "app.js"]\n'
    assert output(text, context) == "0 /root"
    assert output(changed(text), context) == "1000 /home/node"


def test_a_number_without_a_passwd(context: Path) -> None:
    text = (
        "FROM debian:bookworm-slim AS build\n"
        "RUN apt-get update && apt-get install -y --no-install-recommends busybox-static make\n"
        'FROM scratch\nCOPY --from=build /bin/busybox /bin/id\nEXPOSE 8080\nCMD ["/bin/id"]\n'
    )
    assert output(text, context).startswith("uid=0")
    assert output(changed(text), context).startswith("uid=65532 gid=65532")
