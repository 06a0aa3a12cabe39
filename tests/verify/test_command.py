"""``dfopt verify`` where nothing is built: bad input, and files that stay as they are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def call(*words: str, path: str = "/nowhere") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": path}
    words = (sys.executable, "-m", "dfopt", "verify", *words)
    return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_file_that_stays_needs_no_engine(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN echo a\n")
    done = call(str(tmp_path))
    assert done.returncode == 0
    assert "nothing to verify" in done.stderr


def test_without_an_engine_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN echo a\nRUN echo b\n")
    done = call(str(tmp_path))
    assert done.returncode == 2
    assert "install Docker" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("missing",), "no such file"),
        (("--engine", "rkt"), "--engine is one of"),
        (("--format", "pdf"), "--format is one of"),
        (("--run", "x", "--health"), "exclude each other"),
        (("--context", "missing"), "--context"),
    ],
)
def test_what_cannot_be_verified_is_told(
    words: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN echo a\nRUN echo b\n")
    done = call(*words)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_folder_without_a_dockerfile_is_told(tmp_path: Path) -> None:
    done = call(str(tmp_path))
    assert done.returncode == 2
    assert "no Dockerfile in it" in done.stderr
