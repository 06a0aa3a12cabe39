"""``dfopt replay``: the report on the terminal and as JSON, and its errors."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run
from tests.replay.repository import commit, start

DOCKERFILE = "FROM debian\nCOPY . /src\nRUN make -C /src\nRUN touch /a\n"


def test_the_report(run: Run, tmp_path: Path) -> None:
    root = start(tmp_path)
    commit(root, {"Dockerfile": DOCKERFILE, "a.c": "1"})
    commit(root, {"a.c": "2"})
    done = run("replay", "--select", "merge-runs")
    assert done.code == 0, done.err
    assert done.out.decode().splitlines() == [
        "Dockerfile: 1 commit replayed",
        "rebuild               before     after",
        "mean                  21.3 s    20.3 s    -4.7%",
        "median                21.3 s    20.3 s    -4.7%",
        "cold build            21.3 s    20.3 s    -4.7%",
        "cheaper for 1 commit, dearer for 0",
        "once, for the rewrite itself: 20.0 s",
        "built anew most often, before:",
        "      1 ×  20.0 s  line 3: RUN make -C /src",
        "      1 ×   1.0 s  line 4: RUN touch /a",
        "      1 ×   0.3 s  line 2: COPY . /src",
        "seconds are those of a table of costs, not measured",
    ]
    found = json.loads(run("replay", "--format", "json", "--cost", "C build=5").out)
    assert (found["before"]["mean"], found["costs"]["C build"], found["schema"]) == (6.3, 5.0, 1)


def test_what_cannot_be_replayed(run: Run) -> None:
    Path("Dockerfile").write_text(DOCKERFILE)
    done = run("replay")
    assert (done.code, b"not a git repository" in done.err) == (2, True)
    assert b"--cost takes NAME=SECONDS" in run("replay", "--cost", "C build").err
    assert b"there is no cost" in run("replay", "--cost", "x=1").err
