"""What one run of a command costs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import msgspec

LAUNCHER = Path(__file__).with_name("launcher.py")


class Cost(msgspec.Struct, frozen=True):
    """CPU seconds of the command and all it waited for; the most memory that they held, in MB; bytes printed."""

    seconds: float
    memory: float
    printed: int


class RunError(Exception):
    """A command that did not finish its work; the message says how it ended."""


def run(words: Sequence[str], folder: Path, *, ends_with: Sequence[int], seconds: float) -> Cost:
    """Runs a command, its messages thrown away.

    Raises RunError if it ends with another exit code than the given ones, or takes longer than ``seconds``.
    """
    with tempfile.NamedTemporaryFile(prefix="bench-") as output:
        launcher = subprocess.Popen(
            [sys.executable, "-I", "-S", str(LAUNCHER), output.name, *words],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            told, _ = launcher.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            os.killpg(launcher.pid, signal.SIGKILL)
            launcher.communicate()
            raise RunError(f"was ended after {seconds:.1f} s") from error
    if launcher.returncode:
        raise RunError("could not be started")
    code, cpu, kilobytes, printed = told.split()
    if int(code) not in ends_with:
        raise RunError(f"ended with {code}")
    return Cost(float(cpu), int(kilobytes) / 1024, int(printed))


def typical(costs: Sequence[Cost]) -> Cost:
    """The median of several runs, each figure by itself."""
    return Cost(median(cost.seconds for cost in costs), median(cost.memory for cost in costs), costs[0].printed)
