"""Runs an engine's command: with a time limit, in a group of its own that ends with us."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO

from dfopt.verify.engines.protocol import EngineError

GRACE = 10
"""Seconds that a command has to end when it is told to."""


class TimedOutError(EngineError):
    """A command that took longer than its limit."""


def call(words: Sequence[str], seconds: float, *, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """The exit status of a command, and what it printed on both streams.

    Raises TimedOutError, EngineError if there is no such command.
    """
    with tempfile.TemporaryFile() as output:
        with _started(words, output, environment) as process:
            try:
                status = process.wait(seconds)
            except subprocess.TimeoutExpired:
                raise TimedOutError(f"{' '.join(words[:2])} took longer than {seconds:.0f} s") from None
        output.seek(0)
        return status, output.read().decode("utf-8", "replace")


def succeed(words: Sequence[str], seconds: float = 120) -> str:
    """What a command printed. Raises EngineError with its last line if it failed."""
    status, output = call(words, seconds)
    if status:
        last = (output.strip() or "no message").splitlines()[-1]
        raise EngineError(f"{' '.join(words[:2])} failed: {last}")
    return output


@contextmanager
def piped(words: Sequence[str]) -> Generator[IO[bytes]]:
    """The standard output of a command while it runs. Raises EngineError if it fails."""
    with tempfile.TemporaryFile() as errors:
        with _started(words, subprocess.PIPE, None, errors) as process:
            assert process.stdout is not None
            yield process.stdout
            while process.stdout.read(1 << 20):
                pass
            status = process.wait(GRACE)
        if status:
            errors.seek(0)
            raise EngineError(f"{' '.join(words[:2])} failed: {errors.read().decode('utf-8', 'replace').strip()}")


@contextmanager
def _started(
    words: Sequence[str],
    output: int | IO[bytes],
    environment: Mapping[str, str] | None,
    errors: int | IO[bytes] = subprocess.STDOUT,
) -> Generator[subprocess.Popen[bytes]]:
    """A command that has ended, with all that it started, when the block is left."""
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
            env={**os.environ, **environment} if environment else None,
        )
    except OSError as error:
        raise EngineError(f"{words[0]} cannot be started: {error.strerror}") from error
    try:
        yield process
    finally:
        if process.poll() is None:
            _end(process)
        if process.stdout is not None:
            process.stdout.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
            return
