"""The progress bar: on a terminal only, and never in the way of what is written."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import command, make

EAGER = """
from dfopt.report import progress
progress.DELAY = progress.INTERVAL = 0
from dfopt.cli.app import main
main()
"""
FILES = 40


def on_a_terminal(*arguments: str, out: bool, code: str = EAGER) -> tuple[bytes, bytes]:
    """What a run writes to its standard output, if that is a file, and to its terminal."""
    (python, *_), environ = command()
    environ = {**environ, "TERM": "xterm", "COLUMNS": "80", "LINES": "24", "NO_COLOR": "1"}
    ours, theirs = pty.openpty()
    with Path("out").open("wb") as file:
        stdout = theirs if out else file
        process = subprocess.Popen([python, "-c", code, *arguments], env=environ, stdout=stdout, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:  # how a terminal says that nobody has it open any more
        pass
    os.close(ours)
    assert process.wait() == 1
    return Path("out").read_bytes(), shown


@pytest.fixture(autouse=True)
def _some_files() -> None:
    make(*(f"{number:02}/Dockerfile" for number in range(FILES)))


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_bar_counts_files_and_goes_away(jobs: str) -> None:
    out, shown = on_a_terminal("rewrite", "--check", "--jobs", jobs, ".", out=False)
    assert out.count(b": 1 rewrite\n") == FILES
    assert f"{FILES}/{FILES}".encode() in shown
    assert shown.rstrip().endswith(b"\x1b[2K"), "the line of the bar is not cleared"


def test_the_bar_is_cleared_before_other_output_on_the_same_terminal() -> None:
    _, shown = on_a_terminal("rewrite", "--check", "--jobs", "1", ".", out=True)
    told = [line for line in shown.split(b"\r\n") if b": 1 rewrite" in line]
    assert len(told) == FILES
    for line in told:
        before, _, name = line.rpartition(b"\x1b[2K")
        assert name.endswith(b"/Dockerfile: 1 rewrite")
        assert len(name) == len(b"00/Dockerfile: 1 rewrite"), before


def test_without_a_terminal_there_is_no_bar() -> None:
    (python, *_), environ = command()
    done = subprocess.run(
        [python, "-c", EAGER, "rewrite", "--check", "."], env=environ, capture_output=True, check=False
    )
    assert done.stderr == b""


def test_a_short_run_shows_no_bar() -> None:
    _, shown = on_a_terminal("rewrite", "--check", "00", out=False, code="from dfopt.cli.app import main; main()")
    assert shown == b""
