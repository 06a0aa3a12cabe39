"""Archives that are downloaded and unpacked: the images before and after, from a server on loopback."""

from __future__ import annotations

import functools
import http.server
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dfopt import api
from dfopt.config import Config
from dfopt.source import Source
from dfopt.verify.verification import Side, Verified
from tests.engine.builds import verified
from tests.engine.projects import pack

TOOLS = "RUN apt-get update && apt-get install -y --no-install-recommends wget unzip && rm -rf /var/lib/apt/lists/*\n"
SIZE = 4_000_000


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def archive(folder: Path) -> Path:
    """``data.tar.gz`` in a folder, with one file that does not get smaller."""
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "file").write_bytes(os.urandom(SIZE))
    pack(folder / "data", folder / "data.tar.gz")
    return folder / "data.tar.gz"


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[str]:
    """The address of a server that has ``data.tar.gz``, and ``cut.tar.gz`` without the last bytes."""
    folder = tmp_path / "served"
    (folder / "cut.tar.gz").write_bytes(archive(folder).read_bytes()[:-5])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def rewritten(transform: str, text: str, context: Path) -> tuple[str, Verified]:
    """The result, which differs from the text in what is declared only; and what was found."""
    result = api.rewrite(Source(text, str(context / "Dockerfile")), Config(select=(transform,), unsafe=True))
    assert result.changed
    deltas = tuple(each.delta for each in result.applied)
    found = verified(text, result.after, context, deltas=deltas)
    assert found.undeclared == ()
    return result.after, found


def size(side: Side) -> int:
    return sum(layer.size for layer in side.image.layers)


def test_the_archive_is_gone_and_all_else_is_there(tmp_path: Path, mirror: str) -> None:
    context = tmp_path / "context"
    context.mkdir()
    text = f"FROM debian:bookworm-slim\n{TOOLS}RUN cd /opt && wget -q {mirror}/data.tar.gz && tar -xzf data.tar.gz\n"
    after, found = rewritten("remove-archives", text, context)
    assert after.endswith("&& rm data.tar.gz\n")
    assert [(each.what.value, each.path) for each in found.findings] == [("gone", "/opt/data.tar.gz")]
    assert size(found.before) - size(found.after) > SIZE


def test_a_pipe_leaves_the_same_files_and_fails_where_the_download_does(tmp_path: Path, mirror: str) -> None:
    context = tmp_path / "context"
    context.mkdir()
    head = f"FROM debian:bookworm-slim\n{TOOLS}RUN cd /opt && wget -q {mirror}/"
    text = f"{head}data.tar.gz && tar xf data.tar.gz && rm data.tar.gz\n"
    after, found = rewritten("stream-archive", text, context)
    assert after.endswith("data.tar.gz | tar xzf -\n")
    assert found.findings == ()
    for missing in ("cut.tar.gz", "none.tar.gz"):
        (context / "Dockerfile").write_text(after.replace("data.tar.gz", missing))
        built = subprocess.run(
            ["docker", "build", "--network", "host", str(context)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert built.returncode != 0
        assert "tar: Child returned status 1" in built.stderr


def test_add_unpacks_what_was_copied(tmp_path: Path) -> None:
    archive(tmp_path)
    text = (
        "FROM debian:bookworm-slim\nCOPY data.tar.gz /tmp/\n"
        "RUN mkdir -p /opt/x && tar -xzf /tmp/data.tar.gz -C /opt/x && rm /tmp/data.tar.gz\n"
    )
    after, _ = rewritten("stream-archive", text, tmp_path)
    assert after.endswith("\nADD data.tar.gz /opt/x/\n")
    found = verified(text, after, tmp_path)
    assert found.findings == ()
    assert size(found.before) - size(found.after) > SIZE
