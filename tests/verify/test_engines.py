"""Engines without an engine: what BuildKit prints is read, and what is missing is told."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from dfopt.verify.engines import EngineError, find, progress
from dfopt.verify.engines.process import TimedOutError, call, piped, succeed
from dfopt.verify.engines.protocol import Step

PLAIN = """\
#0 building with "default" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 120B done
#1 DONE 0.0s

#5 [build 2/3] RUN apt-get update
#5 CACHED

#6 [stage-1 1/2] FROM docker.io/library/debian
#6 CACHED

#7 [build 3/3] RUN make
#7 0.123 cc -c a.c
#7 0.456 a.c:1: error
#7 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 2
------
"""


def test_steps_and_cache_hits() -> None:
    assert progress.steps(PLAIN) == (
        Step("[build 2/3] RUN apt-get update", cached=True),
        Step("[stage-1 1/2] FROM docker.io/library/debian", cached=True),
        Step("[build 3/3] RUN make", cached=False),
    )


def test_the_failing_instruction_and_its_last_lines() -> None:
    error = progress.failure(PLAIN)
    assert error.step == "[build 3/3] RUN make"
    assert error.lines[:2] == ("cc -c a.c", "a.c:1: error")
    assert "exit code: 2" in error.lines[-1]


def test_a_failure_before_any_step_shows_the_last_lines() -> None:
    error = progress.failure("#1 [internal] load build definition\n#1 DONE 0.0s\nERROR: no such file\n")
    assert (error.step, error.lines[-1]) == ("", "ERROR: no such file")


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of programs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{text}\n")
    path.chmod(0o755)


@pytest.mark.parametrize("name", ["auto", "docker", "buildx", "podman", "buildah"])
def test_no_engine_is_told_with_what_to_install(name: str, bin_folder: Path) -> None:
    del bin_folder
    with pytest.raises(EngineError, match="install"):
        find(name)


def test_an_engine_that_does_not_answer_is_passed_over(bin_folder: Path) -> None:
    program(bin_folder, "docker", "import sys; sys.exit('Cannot connect to the Docker daemon')")
    with pytest.raises(EngineError, match="Cannot connect"):
        find()
    program(bin_folder, "podman", "print('podman version 5')")
    assert find().name == "podman"


def test_a_command_that_fails_or_does_not_end(bin_folder: Path) -> None:
    program(bin_folder, "fails", "import sys; print('why'); sys.exit(3)")
    assert call(["fails"], 30) == (3, "why\n")
    with pytest.raises(EngineError, match="why"):
        succeed(["fails"])
    program(bin_folder, "stays", "import subprocess, time; subprocess.Popen(['stays-too']); time.sleep(60)")
    program(bin_folder, "stays-too", "import time; time.sleep(60)")
    start = time.monotonic()
    with pytest.raises(TimedOutError):
        call(["stays"], 0.5)
    assert time.monotonic() - start < 20


def test_what_a_command_prints_is_a_stream_that_must_end_well(bin_folder: Path) -> None:
    program(bin_folder, "prints", "print('x' * 100000)")
    with piped(["prints"]) as stream:
        assert stream.read(3) == b"xxx"
    program(bin_folder, "breaks", "import sys; print('half'); sys.exit('gone')")
    with pytest.raises(EngineError, match="gone"), piped(["breaks"]) as stream:
        stream.read()


def test_a_missing_command_is_an_error(bin_folder: Path) -> None:
    del bin_folder
    with pytest.raises(EngineError, match="cannot be started"):
        call(["nothing-like-it"], 5)
