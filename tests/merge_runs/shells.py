"""Runs the RUNs of a Dockerfile one after the other, each as a process of its own in one temporary folder."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

_LINE_NUMBER = re.compile(rb"\b(line|sh:) [0-9]+:")
_SECONDS = 10.0
_LIMITS = ((resource.RLIMIT_FSIZE, 1 << 20), (resource.RLIMIT_AS, 1 << 29))
_LONGEST_OUTPUT = 1 << 20


class Shell(msgspec.Struct, frozen=True):
    """A program and the words before the script; ``name`` is what it is started as."""

    program: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{Path(self.program).name} as {' '.join(self.words)}"


class Outcome(msgspec.Struct, frozen=True):
    """What a build leaves. After a failure nothing counts but that it failed."""

    succeeded: bool
    output: bytes = b""
    tree: tuple[tuple[str, int, bytes], ...] = ()


def installed(*shells: tuple[str, ...]) -> tuple[Shell, ...]:
    """Those whose program, the first word, is there; the rest are the words that it is started with."""
    found = ((shutil.which(program), words) for program, *words in shells)
    return tuple(Shell(program, tuple(words)) for program, words in found if program is not None)


def build(shell: Shell, scripts: Sequence[str]) -> Outcome:
    """Runs the scripts in a fresh folder, up to the first that fails."""
    with tempfile.TemporaryDirectory(prefix="merge-runs-") as name:
        folder = Path(name).resolve() / "outer" / "w"
        folder.mkdir(parents=True)
        outputs: list[bytes] = []
        for script in scripts:
            succeeded, output = _run(shell, script, folder)
            if not succeeded:
                return Outcome(False)
            outputs.append(_stable(output, folder))
        return Outcome(True, b"".join(outputs), tuple(_tree(folder)))


def _run(shell: Shell, script: str, folder: Path) -> tuple[bool, bytes]:
    environ = {"PATH": f"{folder}/b1:{folder}/b2:/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C"}
    process = subprocess.Popen(
        [*shell.words, script],
        executable=shell.program,
        cwd=folder,
        env=environ,
        umask=0o022,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _limit(process.pid)
    try:
        output, _ = process.communicate(timeout=_SECONDS)
    finally:
        _end(process)
    assert len(output) < _LONGEST_OUTPUT
    return process.returncode == 0, output


def _limit(pid: int) -> None:
    """Bounds what a script that does not end can use up."""
    with suppress(ProcessLookupError):
        for limit, most in _LIMITS:
            resource.prlimit(pid, limit, (most, most))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends what the script may have left running."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _stable(content: bytes, folder: Path) -> bytes:
    """Without the folder's name, and without the line numbers in the messages of shells."""
    return _LINE_NUMBER.sub(rb"\1:", content.replace(os.fsencode(folder), b"/w"))


def _tree(folder: Path) -> list[tuple[str, int, bytes]]:
    found: list[tuple[str, int, bytes]] = []
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            content = os.fsencode(os.readlink(path))
        else:
            content = path.read_bytes() if stat.S_ISREG(mode) else b""
        found.append((str(path.relative_to(folder)), mode, _stable(content, folder)))
    return found
