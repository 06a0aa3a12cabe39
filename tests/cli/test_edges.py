"""Corners of the command line: pipes, and reports that would overwrite what they are about."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run, make


def _dfopt(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "dfopt", *arguments], capture_output=True, check=False, timeout=60)


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "Dockerfile"
    os.mkfifo(pipe)
    done = _dfopt("rewrite", "--in-place", str(pipe))
    assert done.returncode == 3
    assert b"it is not a regular file" in done.stderr + done.stdout


def test_a_report_does_not_overwrite_its_file(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text("FROM a\nRUN b\nRUN c\n")
    done = _dfopt("rewrite", "--output-file", str(file), str(file))
    assert done.returncode == 2
    assert b"would overwrite" in done.stderr
    assert file.read_text() == "FROM a\nRUN b\nRUN c\n"


@pytest.mark.parametrize("mode", [(), ("--check",), ("--in-place",)])
def test_a_mistyped_comment_is_a_warning(run: Run, mode: tuple[str, ...]) -> None:
    make("Dockerfile", content=b"FROM a\nRUN a\n# dfopt: ingore\nCMD b\n")
    ran = run("rewrite", *mode, "Dockerfile")
    assert ran.code == 0
    assert ran.err.startswith(b"warning: Dockerfile:3:1: 'ingore' says nothing to dfopt; did you mean 'ignore'?")
    assert run("rewrite", *mode, "-q", "Dockerfile").err == b""
    report = json.loads(run("rewrite", *mode, "--format", "json", "Dockerfile").out)
    (warning,) = report["files"][0]["warnings"]
    assert (warning["line"], warning["column"]) == (3, 1)
    assert warning["message"].startswith("'ingore' says nothing")
