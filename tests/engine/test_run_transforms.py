"""Transforms that change commands of a RUN: what the images hold, and what no longer goes unnoticed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.engine.builds import image, output, rewritten

SLIM = "FROM debian:bookworm-slim\n"
CLEAN = "rm -rf /var/lib/apt/lists/*"


def is_built(text: str, context: Path) -> bool:
    try:
        image(text, context)
    except AssertionError:
        return False
    return True


def test_apt_get_installs_the_same_in_any_order(tmp_path: Path) -> None:
    text = f"{SLIM}RUN apt update && apt install -y \\\n    zstd \\\n    less \\\n    file \\\n    && {CLEAN}\n"
    after = rewritten("apt-get-over-apt", text, tmp_path)
    assert "apt-get install" in after
    assert rewritten("sort-packages", after, tmp_path).index("file") < after.index("zstd") + 3


def test_what_is_recommended_stays_out_and_what_is_needed_does_not(tmp_path: Path) -> None:
    text = (
        f"{SLIM}RUN apt-get update && apt-get install -y gcc && {CLEAN}\n"
        "RUN echo '#include <stdio.h>\\nint main() { puts(\"hi\"); }' > a.c && gcc a.c && ./a.out > /said\n"
        "CMD cat /said; dpkg --list | grep -c ^ii\n"
    )
    (said, many), (still, fewer) = (
        output(each, tmp_path).split() for each in (text, rewritten("without-recommends", text, tmp_path))
    )
    assert (said, still) == ("hi", "hi")
    assert int(fewer) < int(many) - 10


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "www"
    folder.mkdir()
    (folder / "tool").write_text("a tool\n")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=folder)) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{found.server_port}"
        found.shutdown()


def test_curl_stops_the_build_at_an_error_page(tmp_path: Path, server: str) -> None:
    context = tmp_path / "context"
    context.mkdir()
    base = f"{SLIM}RUN apt-get update && apt-get install -y --no-install-recommends curl && {CLEAN}\n"
    text = f"{base}RUN curl -sS {server}/missing -o /tool\n"
    assert is_built(text, context)
    after = text.replace("-sS", "-fsS")
    rewritten("curl-fail", text.replace("missing", "tool"), context)
    assert not is_built(after, context)


def test_a_failure_in_front_of_a_pipe_stops_the_build(tmp_path: Path) -> None:
    text = f'{SLIM}SHELL ["/bin/bash", "-c"]\nRUN cat /etc/hostname /etc/passwd | sort > /sorted\n'
    after = rewritten("pipefail", text, tmp_path)
    assert is_built(text.replace("/etc/passwd", "/missing"), tmp_path)
    assert not is_built(after.replace("/etc/passwd", "/missing"), tmp_path)


def test_an_update_moves_to_its_install(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    install = f"apt-get install -y --no-install-recommends less && {CLEAN}"
    text = f"{SLIM}RUN apt-get update\nCOPY a /a\nRUN {install}\nCMD less /a\n"
    after = rewritten("install-update-together", text, tmp_path)
    assert after.count("RUN") == 1
    assert output(after, tmp_path) == output(text, tmp_path) == "a"
