"""Many items on several processes: in order, and whatever happens to one of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dfopt import batch

pytestmark = pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning")


def double(item: int) -> tuple[int, str]:
    return item * 2, ""


def lost(item: int, how: str) -> tuple[int, str]:
    return item, how


def test_results_come_in_the_order_of_the_items() -> None:
    def uneven(item: int) -> tuple[int, str]:
        time.sleep(0.002 * (item % 3))
        return double(item)

    assert list(batch.run(range(200), uneven, lost, 4)) == [(item * 2, "") for item in range(200)]


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_fewer_items_than_processes(count: int) -> None:
    assert list(batch.run(range(count), double, lost, 4)) == [(item * 2, "") for item in range(count)]


def test_a_killed_worker_costs_one_item_only() -> None:
    def deadly(item: int) -> tuple[int, str]:
        if item % 50 == 7:
            os.kill(os.getpid(), signal.SIGKILL)
        return double(item)

    results = list(batch.run(range(200), deadly, lost, 3))
    assert [index for index, result in enumerate(results) if result == (index, "signal 9")] == [7, 57, 107, 157]
    assert [result for index, result in enumerate(results) if index % 50 != 7] == [
        (item * 2, "") for item in range(200) if item % 50 != 7
    ]


def test_a_worker_that_exits_is_named_by_its_status() -> None:
    def leaving(item: int) -> tuple[int, str]:
        if item == 3:
            os._exit(5)
        return double(item)

    assert list(batch.run(range(6), leaving, lost, 2))[3] == (3, "exit status 5")


def test_every_item_may_be_deadly() -> None:
    def deadly(item: int) -> tuple[int, str]:
        os.kill(os.getpid(), signal.SIGTERM)
        return double(item)

    assert list(batch.run(range(5), deadly, lost, 2)) == [(item, "signal 15") for item in range(5)]


def test_results_may_be_larger_than_a_pipe() -> None:
    def large(item: int) -> tuple[int, str]:
        return item, "x" * 300_000

    results = list(batch.run(range(60), large, lost, 2))
    assert [(item, len(text)) for item, text in results] == [(item, 300_000) for item in range(60)]


def test_items_are_not_worked_on_far_ahead(tmp_path: Path) -> None:
    """While the first item takes its time, the results of few others may pile up."""

    def noted(item: int) -> tuple[int, str]:
        if item == 0:
            time.sleep(0.3)
            return len(os.listdir(tmp_path)), ""
        (tmp_path / str(item)).touch()
        return item, ""

    first, _ = next(batch.run(range(10_000), noted, lost, 2))
    assert first <= batch.CHUNK * batch.AHEAD * 2


def test_breaking_off_lets_each_worker_end_its_item_and_leaves_no_process(tmp_path: Path) -> None:
    def careful(item: int) -> tuple[int, str]:
        (tmp_path / f"{item}.begun").touch()
        time.sleep(0.02)
        (tmp_path / f"{item}.ended").touch()
        return double(item)

    results = batch.run(range(1000), careful, lost, 3)
    next(results)
    results.close()
    assert multiprocessing.active_children() == []
    begun = {path.stem for path in tmp_path.glob("*.begun")}
    assert begun == {path.stem for path in tmp_path.glob("*.ended")}
    assert len(begun) < 1000


ORPHANS = """
import os, sys, time
from dfopt import batch

def slow(item):
    time.sleep(0.02)
    with open(os.path.join(sys.argv[1], str(os.getpid())), "w") as file:
        file.write(str(item))
    return item

for result in batch.run(range(100_000), slow, lambda item, how: item, 3):
    print(result, flush=True)
"""


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(os.path.abspath(folder) for folder in sys.path)}
    parent = subprocess.Popen([sys.executable, "-c", ORPHANS, str(tmp_path)], env=environ, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    parent.stdout.readline()
    parent.kill()
    parent.wait()
    workers = [int(name) for name in os.listdir(tmp_path)]
    assert workers
    deadline = time.monotonic() + 30
    while any(map(_is_running, workers)):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    parent.stdout.close()


def _is_running(process: int) -> bool:
    """False for a zombie too: nobody may be there to bury it."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
