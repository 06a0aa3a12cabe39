"""The benchmark counts no run that did not do its work."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bench.__main__ import Tool, measure, select, table
from tests.bench.measure import RunError, run
from tests.corpus.registry import dockerfiles_below


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def test_a_run_has_costs(tmp_path: Path) -> None:
    cost = run(python("print('x' * 9)"), tmp_path, ends_with=[0], seconds=60)
    assert cost.printed == 10
    assert cost.seconds > 0
    assert cost.memory > 1


def test_memory_is_that_of_the_command(tmp_path: Path) -> None:
    small = run(python(""), tmp_path, ends_with=[0], seconds=60)
    large = run(python("bytearray(b'x' * 50_000_000)"), tmp_path, ends_with=[0], seconds=60)
    assert large.memory > small.memory + 40


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the system does not tell shared memory")
def test_memory_is_that_of_all_processes_together(tmp_path: Path) -> None:
    program = """
import os, time
children = [os.fork() for _ in range(2)]
if 0 in children:
    held = bytearray(b"x" * 50_000_000)
    time.sleep(1)
else:
    for child in children:
        os.waitpid(child, 0)
"""
    assert run(python(program), tmp_path, ends_with=[0], seconds=60).memory > 90


@pytest.mark.parametrize(
    ("program", "seconds", "message"),
    [("raise SystemExit(2)", 60, "ended with 2"), ("import time; time.sleep(60)", 0.2, "was ended after 0.2 s")],
)
def test_a_run_that_fails_has_none(tmp_path: Path, program: str, seconds: float, message: str) -> None:
    with pytest.raises(RunError, match=message):
        run(python(program), tmp_path, ends_with=[0, 1], seconds=seconds)


def test_a_tool_that_says_nothing_is_left_out() -> None:
    silent = Tool("silent", sys.executable, lambda _: ["-c", "pass"], (0,))
    with pytest.raises(RunError, match="nothing to say"):
        measure(silent, [b"FROM a\n", b"FROM b\n"], 60)


def test_every_run_covers_its_files() -> None:
    program = "import sys, pathlib; [print(p.write_bytes(b'')) for p in pathlib.Path(sys.argv[1]).iterdir()]"
    tool = Tool("dfopt", sys.executable, lambda folder: ["-c", program, str(folder)], (0,))
    row = measure(tool, [b"FROM a\n", b"FROM b\n", b"FROM c\n"], 60)
    assert (row.one.printed, row.half.printed, row.whole.printed) == (2, 2, 6)
    assert len(list(table([row, row], 3))) == 4


def test_selection_goes_by_content(tmp_path: Path) -> None:
    for name, content in (
        ("a/Dockerfile", "FROM a"),
        ("b/Dockerfile", "FROM a"),
        ("Dockerfile.c", "FROM c"),
        ("Dockerfile.d", "x"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "README.md").write_text("FROM d", encoding="utf-8")
    assert sorted(select(dockerfiles_below(tmp_path), 10)) == [b"FROM a", b"FROM c"]
    assert select(dockerfiles_below(tmp_path), 1) == select(dockerfiles_below(tmp_path), 10)[:1]
