"""``dfopt rewrite --prove``: what is proved is written, what is not stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from dfopt.verify.engines import Ran
from dfopt.verify.engines.find import ENGINES
from tests.cli.conftest import BEFORE, Run
from tests.verify.archives import file
from tests.verify.engine import FakeEngine, Made

UNSAFE = b'FROM gcc:12\nWORKDIR /src\nCOPY main.c .\nRUN gcc -o main main.c\nCMD ["./main"]\n'
GOOD = Made((file("src/main", b"program"),))
Put = Callable[[Callable[[str], Made]], FakeEngine]


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Puts an engine on the machine, and nothing else: no strace."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "docker").write_text("#!/bin/sh\n")
    (folder / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))

    def with_images(makes: Callable[[str], Made]) -> FakeEngine:
        engine = FakeEngine(makes)
        monkeypatch.setitem(ENGINES, "docker", lambda: engine)
        return engine

    return with_images


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Dockerfile").write_bytes(UNSAFE)
    (folder / "main.c").write_text("int main(void) { return 0; }\n")
    return folder


def differs(text: str) -> Made:
    return Made((file("src/main", b"program"),), Ran(1, "oh\n")) if "--from" in text else GOOD


PROVE = ("rewrite", "--select", "multi-stage", "--prove")


def test_what_is_proved_is_written(run: Run, put: Put, project: Path) -> None:
    engine = put(lambda _: GOOD)
    done = run(*PROVE, "--in-place", "--context", str(project), str(project))
    assert done.code == 0, done
    assert b"proved by building: its own command does the same in both images" in done.out
    assert b"1 proved, 0 taken back" in done.out
    assert b"AS build" in (project / "Dockerfile").read_bytes()
    assert engine.left == []


def test_what_is_not_proved_stays_as_it_was(run: Run, put: Put, project: Path) -> None:
    put(differs)
    done = run(*PROVE, "--in-place", "--context", str(project), str(project))
    assert done.code == 3
    assert b"taken back, not proved by building: the images differ" in done.err
    assert b"0 proved, 1 taken back" in done.out
    assert (project / "Dockerfile").read_bytes() == UNSAFE


def test_one_file_that_is_not_proved_does_not_stop_the_others(run: Run, put: Put, project: Path) -> None:
    put(lambda text: differs(text) if "CMD" in text else Made(config={}))
    (project / "b").mkdir()
    (project / "b" / "Dockerfile").write_bytes(BEFORE)
    done = run("rewrite", "--unsafe", "--prove", "--in-place", "--context", str(project), str(project))
    assert done.code == 3
    assert (project / "Dockerfile").read_bytes() == UNSAFE
    assert (project / "b" / "Dockerfile").read_bytes() != BEFORE


def test_a_preview_writes_nothing_and_the_report_has_the_proof(run: Run, put: Put, project: Path) -> None:
    put(lambda _: GOOD)
    done = run(*PROVE, "--format", "json", "--context", str(project), str(project), "--run", "check")
    assert done.code == 1
    report = msgspec.json.decode(done.out)
    proof = report["files"][0]["proof"]
    assert (proof["holds"], proof["workload"], proof["engine"]) == (True, "the command 'check'", "Fake 1")
    assert report["summary"]["proved"] == 1
    assert (project / "Dockerfile").read_bytes() == UNSAFE
    put(differs)
    done = run(*PROVE, "--format", "json", "--context", str(project), str(project))
    assert done.code == 3
    report = msgspec.json.decode(done.out)
    assert report["files"][0]["changed"] is False
    assert report["files"][0]["patches"] == []
    assert report["files"][0]["proof"]["withdrawn"] == ["multi-stage"]


def test_files_that_stay_are_not_built(run: Run, put: Put, tmp_path: Path) -> None:
    engine = put(lambda _: GOOD)
    (tmp_path / "Dockerfile").write_text("FROM debian:12\nRUN touch /a\n")
    assert run("rewrite", "--prove", "Dockerfile").code == 0
    assert engine.texts == []


def test_without_an_engine_nothing_is_written(
    run: Run, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run(*PROVE, "--in-place", "--context", str(project), str(project))
    assert done.code == 2
    assert b"install Docker" in done.err
    assert (project / "Dockerfile").read_bytes() == UNSAFE


def test_without_it_an_unsafe_rewrite_is_not_proved_by_building(run: Run, project: Path) -> None:
    done = run("rewrite", "--select", "multi-stage", "--context", str(project), str(project))
    assert b"not proved by building" in done.out
    (project / "Dockerfile").write_bytes(BEFORE)
    assert b"not proved by building" not in run("rewrite", str(project)).out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--run", "x"), b"go with --prove"),
        (("--network", "host"), b"go with --prove"),
        (("--prove", "-"), b"standard input (-) is none"),
        (("--prove", "--engine", "rkt"), b"--engine is one of"),
    ],
)
def test_options_that_do_not_fit(words: tuple[str, ...], message: bytes, run: Run) -> None:
    done = run("rewrite", *words)
    assert done.code == 2
    assert message in done.err
