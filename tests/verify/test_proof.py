"""Rewrites are proved by what their images do, or are not to be kept; missing files are found by traces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dfopt.edits import Delta, Split
from dfopt.report.values import Proof
from dfopt.verify.engines import EngineError, NotStartedError, Ran
from dfopt.verify.proof import ROUNDS, Again, Rewritten, prove
from dfopt.verify.verification import Request
from tests.verify.archives import file
from tests.verify.engine import CMD, FakeEngine, Made

BEFORE = "FROM debian\nRUN make\n"
AFTER = "FROM debian AS build\nRUN make\nFROM debian:slim\nCOPY --from=build /app /app\n"
DELTAS = (Delta(split=Split("build", "debian:slim", ("/app", "/docs"))),)
APP, DATA = file("app", b"program", 0o755), file("usr/share/app/data", b"data")
OPENS_DATA = 'openat(AT_FDCWD</>, "/usr/share/app/data", O_RDONLY) = 3</usr/share/app/data>\n'
LACKS_DATA = 'openat(AT_FDCWD</>, "/usr/share/app/data", O_RDONLY) = -1 ENOENT (No such file or directory)\n'


@pytest.fixture(autouse=True)
def with_strace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of programs has something of that name."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("strace", "ldd"):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return folder


def never(paths: Sequence[str]) -> Rewritten | None:
    del paths
    return None


def proved(engine: FakeEngine, folder: Path, again: Again = never, run: tuple[str, ...] | None = None) -> Proof:
    request = Request(
        dockerfile=folder / "Dockerfile",
        before=BEFORE.encode(),
        after=AFTER.encode(),
        context=folder,
        deltas=DELTAS,
        run=run,
        declared=True,
    )
    found = prove(engine, request, again, lambda _: None)
    assert engine.left == []
    return found


def two(before: Made, after: Made) -> FakeEngine:
    return FakeEngine(lambda text: after if "--from" in text else before)


def test_images_that_do_the_same_prove_a_rewrite(tmp_path: Path) -> None:
    trace = 'execve("/app", ["/app"], 0x7f) = 0\n'
    engine = two(Made((APP, DATA)), Made((APP, file("docs", b"text")), traces=(trace,)))
    found = proved(engine, tmp_path)
    assert (found.holds, found.workload, found.engine) == (True, "its own command", "Fake 1")
    assert found.before_bytes is not None
    assert found.superfluous == ("/docs",)


@pytest.mark.parametrize(
    ("config", "used"),
    [
        (CMD, "run"),
        ({**CMD, "ExposedPorts": {"80/tcp": {}, "8125/udp": {}, "79": {}}}, "probe 79 80"),
        ({**CMD, "ExposedPorts": {"80/tcp": {}}, "Healthcheck": {"Test": ["CMD", "/ok"]}}, "health"),
        ({**CMD, "Healthcheck": {"Test": ["NONE"]}}, "run"),
    ],
)
def test_the_image_says_what_shows_that_it_works(config: dict[str, Any], used: str, tmp_path: Path) -> None:
    engine = two(Made((APP,), config=config), Made((APP,), config=config))
    assert proved(engine, tmp_path).holds
    assert engine.used[:2] == [used, used]
    assert proved(engine, tmp_path, run=("check", "it")).workload == "the command 'check it'"


def test_an_image_that_starts_nothing_proves_no_other_files(tmp_path: Path) -> None:
    found = proved(two(Made((APP,), config={}), Made((APP,), config={})), tmp_path)
    assert not found.holds
    assert "name a command with --run" in found.reason


@pytest.mark.parametrize("ran", [Ran(1, "no database"), NotStartedError("no such file")])
def test_an_original_that_does_not_work_proves_nothing(ran: Ran | EngineError, tmp_path: Path) -> None:
    found = proved(two(Made((APP,), ran), Made((APP,), ran)), tmp_path)
    assert not found.holds
    assert "no database" in found.reason or "no such file" in found.reason


@pytest.mark.parametrize("which", ["original", "rewritten"])
def test_a_build_that_fails_is_told(which: str, tmp_path: Path) -> None:
    good, bad = Made((APP,)), Made(fails=("cc: not found",))
    found = proved(two(bad, good) if which == "original" else two(good, bad), tmp_path)
    assert not found.holds
    assert f"the {which} Dockerfile" in found.reason
    assert found.reason.endswith("cc: not found")


def test_a_config_that_differs_is_no_matter_of_files(tmp_path: Path) -> None:
    other = {**CMD, "StopSignal": "SIGINT"}
    found = proved(two(Made((APP,)), Made((APP,), config=other)), tmp_path)
    assert (found.holds, found.missing) == (False, ())
    assert "StopSignal" in found.reason


def test_output_that_is_another_one_each_time_is_not_compared(tmp_path: Path) -> None:
    count = iter(range(100))

    class Clock(FakeEngine):
        def _use(self, how: str, tag: str, tracer: Any) -> Ran:
            super()._use(how, tag, tracer)
            return Ran(0, f"it is {next(count)}")

    assert proved(Clock(lambda _: Made((APP,))), tmp_path).holds


def with_data() -> FakeEngine:
    """The image works once the data is copied."""

    def makes(text: str) -> Made:
        if "--from" not in text or "/usr/share/app" in text:
            return Made((APP, DATA), traces=(OPENS_DATA,))
        return Made((APP,), Ran(1, "no data"), traces=(LACKS_DATA,))

    return FakeEngine(makes)


def test_what_a_trace_finds_missing_is_kept(tmp_path: Path) -> None:
    asked: list[tuple[str, ...]] = []

    def again(paths: Sequence[str]) -> Rewritten:
        asked.append(tuple(paths))
        return Rewritten(
            (AFTER + "".join(f"COPY --from=build {path} {path}\n" for path in paths)).encode(), None, DELTAS
        )

    found = proved(with_data(), tmp_path, again)
    assert (found.holds, found.kept) == (True, ("/usr/share/app/data",))
    assert asked == [("/usr/share/app/data",)]


def test_what_cannot_be_kept_is_told(tmp_path: Path) -> None:
    found = proved(with_data(), tmp_path)
    assert (found.holds, found.missing) == (False, ("/usr/share/app/data",))
    assert "exit status: 0 → 1" in found.reason


def test_a_program_that_is_not_there_is_missing(tmp_path: Path) -> None:
    trace = 'execve("/app", ["/app"], 0x7f) = 0\n'
    engine = two(Made((APP,), traces=(trace,)), Made((DATA,), NotStartedError("/app: not found")))
    found = proved(engine, tmp_path)
    assert (found.holds, found.missing) == (False, ("/app",))


def test_the_rounds_come_to_an_end(tmp_path: Path) -> None:
    """Each round another file is missing."""
    files = [file(f"data/{number}", b"x") for number in range(20)]
    opens = "".join(f'open("/data/{number}", O_RDONLY) = 3\n' for number in range(20))

    def makes(text: str) -> Made:
        if "--from" not in text:
            return Made((APP, *files), traces=(opens,))
        has = text.count("/data/") // 2
        missed = f'open("/data/{has}", O_RDONLY) = -1 ENOENT (No such file or directory)\n'
        return Made((APP, *files[:has]), Ran(1, ""), traces=(missed,))

    def again(paths: Sequence[str]) -> Rewritten:
        return Rewritten(
            (AFTER + "".join(f"COPY --from=build {path} {path}\n" for path in paths)).encode(), None, DELTAS
        )

    engine = FakeEngine(makes)
    found = proved(engine, tmp_path, again)
    assert not found.holds
    assert found.kept == ("/data/0", "/data/1", "/data/2")
    assert len([text for text in engine.texts if "--from" in text]) == ROUNDS + 1


def test_without_strace_the_report_says_so(tmp_path: Path, with_strace: Path) -> None:
    (with_strace / "strace").unlink()
    found = proved(with_data(), tmp_path)
    assert (found.holds, found.missing) == (False, ())
    assert found.notes == ("what it opens cannot be traced: strace and ldd are not both installed on this machine",)


def _interrupted(_: str) -> Made:
    raise KeyboardInterrupt


@pytest.mark.parametrize("makes", [_interrupted])
def test_an_interruption_leaves_nothing(makes: Callable[[str], Made], tmp_path: Path) -> None:
    engine = FakeEngine(makes)
    with pytest.raises(KeyboardInterrupt):
        proved(engine, tmp_path)
    assert engine.left == []
