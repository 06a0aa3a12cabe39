"""What one run of a command costs."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import msgspec


class Cost(msgspec.Struct, frozen=True):
    """CPU seconds of the command and all it waited for; the memory of its largest process, in MB; bytes printed."""

    seconds: float
    memory: float
    printed: int


class RunError(Exception):
    """A command that did not finish its work; the message says how it ended."""


def run(words: Sequence[str], folder: Path, *, ends_with: Sequence[int], seconds: float) -> Cost:
    """Runs a command, its messages thrown away.

    Raises RunError if it ends with another exit code than the given ones, or takes longer than ``seconds``.
    """
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            words,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        timer = threading.Timer(seconds, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        printed = os.fstat(output.fileno()).st_size
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == -signal.SIGKILL:
        raise RunError(f"was ended after {seconds:.0f} s")
    if process.returncode not in ends_with:
        raise RunError(f"ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed)


def typical(costs: Sequence[Cost]) -> Cost:
    """The median of several runs, each figure by itself."""
    return Cost(median(cost.seconds for cost in costs), median(cost.memory for cost in costs), costs[0].printed)
