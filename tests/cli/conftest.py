"""Runs the command line, in this process or in one of its own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from dfopt import api
from dfopt.cli.app import main
from dfopt.config import Config
from dfopt.results import Rewrite
from dfopt.source import Source

BEFORE = b"FROM debian:bookworm-slim\nRUN touch /a\nRUN touch /b\n"
"""A Dockerfile with something to rewrite."""


class Ran(NamedTuple):
    """How a run ended, and what it wrote."""

    code: int
    out: bytes
    err: bytes


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("DFOPT_")] + ["NO_COLOR"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs dfopt in this process: ``run("rewrite", "-", stdin=b"…")``."""

    def in_this_process(*arguments: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["dfopt", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsysbinary.readouterr()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        return Ran(code or 0, out, err)

    return in_this_process


def command(*arguments: str) -> tuple[Sequence[str], Mapping[str, str]]:
    """The command and the environment of a process of its own, which finds the same packages as this one."""
    path = os.pathsep.join(os.path.abspath(folder) for folder in sys.path if folder)
    return [sys.executable, "-m", "dfopt", *arguments], {**os.environ, "PYTHONPATH": path}


Engine = Callable[[Source, Config], Rewrite]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[Engine], None]:
    """Puts another engine under the command line: ``engine(lambda source, config: …)``."""

    def replace(other: Engine) -> None:
        def rewrite(source: Source, config: Config, **_: object) -> Rewrite:
            return other(source, config)

        monkeypatch.setattr(api, "rewrite", rewrite)

    return replace


def run_apart(*arguments: str, stdin: bytes = b"") -> Ran:
    """Runs dfopt in a process of its own."""
    arguments_, environ = command(*arguments)
    done = subprocess.run(arguments_, env=environ, input=stdin, capture_output=True, check=False, timeout=120)
    return Ran(done.returncode, done.stdout, done.stderr)


def make(*names: str, content: bytes = BEFORE) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(content)
