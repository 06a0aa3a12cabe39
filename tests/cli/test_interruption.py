"""Runs that are broken off: by a key, by a kill, by a worker that dies.

``DFOPT_TEST_KILLS`` says how often a run is killed; a few times by default, 50 for the whole proof.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dfopt.writing import is_temporary
from tests.cli.conftest import BEFORE, command, make, run_apart

FILES = 1000
KILLS = int(os.environ.get("DFOPT_TEST_KILLS", "4"))


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """A run in a group of processes of its own."""
    given, environ = command(*arguments)
    return subprocess.Popen(
        given, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "tree"
    make(*(f"tree/{number // 100}/{number}.Dockerfile" for number in range(FILES)))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def interrupts() -> Iterator[None]:
    """Processes start with interrupts heard: what a shell runs in the background inherits that they are not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def dockerfiles(tree: Path) -> list[Path]:
    return sorted(tree.rglob("*.Dockerfile"))


def wait_for_the_first_change(path: Path, process: subprocess.Popen[bytes]) -> None:
    while path.read_bytes() == BEFORE:
        assert process.poll() is None
        time.sleep(0.0005)


def test_a_killed_run_leaves_every_file_old_or_new(tree: Path) -> None:
    files = dockerfiles(tree)
    begun = time.monotonic()
    process = start("rewrite", "--in-place", str(tree))
    wait_for_the_first_change(files[0], process)
    first = time.monotonic()
    _, err = process.communicate()
    assert (process.returncode, err) == (0, b"")
    whole = time.monotonic()
    after = files[0].read_bytes()
    assert {file.read_bytes() for file in files} == {after}

    chance = random.Random()
    cut = 0
    for number in range(KILLS):
        for file in files:
            file.write_bytes(BEFORE)
        process = start("rewrite", "--in-place", str(tree))
        if number % 4 == 0:  # at any moment, be it before the first file
            time.sleep(chance.uniform(0, whole - begun))
        else:
            wait_for_the_first_change(files[0], process)
            time.sleep(chance.uniform(0, (whole - first) / 2))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        found = [file.read_bytes() for file in files]
        assert set(found) <= {BEFORE, after}
        cut += len(set(found)) == 2
        others = [path for path in tree.rglob("*") if path.is_file() and path not in files]
        assert all(is_temporary(path.name) for path in others)
    assert cut, "no kill came while files were written"

    assert run_apart("rewrite", "--in-place", "-q", str(tree)) == (0, b"", b"")
    assert {file.read_bytes() for file in files} == {after}


@pytest.mark.usefixtures("interrupts")
def test_an_interrupted_run_ends_cleanly(tree: Path) -> None:
    files = dockerfiles(tree)
    process = start("rewrite", "--in-place", str(tree))
    wait_for_the_first_change(files[0], process)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert err == b"interrupted: what is written is whole, all other files are as they were\n"
    found = [file.read_bytes() for file in files]
    assert len(set(found)) == 2
    assert [path for path in tree.rglob("*") if path.is_file() and path not in files] == []


DEADLY = """
import os, signal, sys
from dfopt import api
rewrite = api.rewrite
def deadly(source, config, **given):
    if "/7.Dockerfile" in source.path:
        os.kill(os.getpid(), signal.SIGKILL)
    return rewrite(source, config, **given)
api.rewrite = deadly
from dfopt.cli.app import main
main()
"""


def test_a_worker_that_dies_is_told_and_the_rest_goes_on(tree: Path) -> None:
    (python, *_), environ = command()
    arguments = [python, "-c", DEADLY, "rewrite", "--in-place", "--jobs", "2", "tree"]
    done = subprocess.run(arguments, env=environ, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        b"error: tree/0/7.Dockerfile: the process that worked on it died (signal 9); please report this\n"
    )
    assert b"1000 files: 999 rewritten, 0 unchanged, 1 with errors\n" in done.stdout
    assert [file.name for file in dockerfiles(tree) if file.read_bytes() == BEFORE] == ["7.Dockerfile"]
