"""Archives that are downloaded and unpacked: the images before and after, from a server on loopback."""

from __future__ import annotations

import functools
import http.server
import os
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


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[str]:
    """The address of a server that has ``data.tar.gz``, with one file that does not get smaller."""
    folder = tmp_path / "served"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "file").write_bytes(os.urandom(SIZE))
    pack(folder / "data", folder / "data.tar.gz")
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
