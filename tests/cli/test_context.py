"""``dfopt context``: the survey on the terminal and as JSON, and its errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, make


@pytest.fixture(autouse=True)
def folder() -> None:
    make("Dockerfile", content=b"FROM debian\nCOPY a /a\nCOPY missing /b\n")
    make("a", content=b"x" * 2000)
    make(".idea/b\n", content=b"x" * 3000)
    make(".dockerignore", content=b"Dockerfile\n")


def test_the_survey(run: Run) -> None:
    done = run("context")
    assert done.code == 0
    assert done.out.decode().splitlines() == [
        ".: 3 files, 5.0 kB in the context (1 pattern in .dockerignore)",
        "      3.0 kB  .idea/",
        "      2.0 kB  a",
        "        11 B  .dockerignore",
        "line 2: COPY a: 1 file, 2.0 kB",
        "line 3: COPY missing: NOTHING",
        "no instruction uses: 2 files, 3.0 kB",
        "      3.0 kB  .idea/",
        "        11 B  .dockerignore",
        "should not be in the context:",
        "      3.0 kB  .idea  editor: **/.idea",
    ]


def test_as_json(run: Run) -> None:
    found = json.loads(run("context", "Dockerfile", "--format", "json").out)
    assert found["total"] == {"files": 3, "bytes": 5011}
    assert found["unwanted"][0]["pattern"] == "**/.idea"


def test_a_context_elsewhere(run: Run) -> None:
    Path("other").mkdir()
    assert b"line 2: COPY a: NOTHING" in run("context", "--context", "other").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing",), b"there is no such file"),
        ((".", "--context", "missing"), b"there is no folder"),
        ((".", "--format", "diff"), b"as text or json"),
    ],
)
def test_what_is_not_there(run: Run, arguments: tuple[str, ...], said: bytes) -> None:
    done = run("context", *arguments)
    assert (done.code, said in done.err) == (2, True)
