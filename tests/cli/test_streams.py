"""Standard streams that are closed, full, or that nobody reads."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import BEFORE, Ran, command, make, run_apart

COMMANDS = [
    ("rewrite", "Dockerfile"),
    ("rewrite", "--check", "Dockerfile"),
    ("rewrite", "-"),
    ("rewrite", "--format", "json", "."),
    ("transforms",),
    ("explain", "merge-runs"),
    ("config", "show"),
    ("config", "schema"),
    ("report", "schema"),
    ("--help",),
    ("--version",),
]
every_command = pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)


def in_a_shell(redirections: str, *arguments: str) -> Ran:
    given, environ = command(*arguments)
    script = f'exec "$@" {redirections}'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *given], env=environ, input=BEFORE, capture_output=True, check=False, timeout=60
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(autouse=True)
def _dockerfile() -> None:
    make("Dockerfile")


@every_command
def test_a_pipe_that_nobody_reads_ends_a_command_quietly(arguments: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    given, environ = command(*arguments)
    done = subprocess.run(given, env=environ, input=BEFORE, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert done.returncode == 141
    assert b"Error" not in done.stderr
    assert b"error" not in done.stderr


@every_command
def test_a_closed_output_is_told(arguments: tuple[str, ...]) -> None:
    ran = in_a_shell(">&-", *arguments)
    assert ran == (2, b"", b"error: standard output is closed; send it to /dev/null if nobody is to see it\n")


@every_command
def test_a_closed_error_stream_is_told_on_the_other(arguments: tuple[str, ...]) -> None:
    ran = in_a_shell("2>&-", *arguments)
    assert ran == (2, b"error: standard error is closed; send it to /dev/null if nobody is to see it\n", b"")


def test_all_closed_is_an_exit_code() -> None:
    assert in_a_shell(">&- 2>&-", "rewrite", "-i", ".") == (2, b"", b"")
    assert Path("Dockerfile").read_bytes() == BEFORE


def test_a_closed_input_is_told() -> None:
    assert in_a_shell("<&-", "rewrite", "-") == (2, b"", b"error: standard input is closed\n")
    assert in_a_shell("<&-", "rewrite", "--check", ".").code == 1


full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")


@full
@every_command
def test_a_full_output_is_told(arguments: tuple[str, ...]) -> None:
    ran = in_a_shell(">/dev/full", *arguments)
    assert ran.code == 2
    assert ran.err.endswith(b"No space left on device\n")
    assert ran.err.count(b"error: ") == 1
    assert b"Traceback" not in ran.err
    assert b"Exception ignored" not in ran.err


@full
def test_a_full_output_leaves_files_whole() -> None:
    after = run_apart("rewrite", "-", stdin=BEFORE).out
    make(*(f"{number}/Dockerfile" for number in range(50)))
    ran = in_a_shell(">/dev/full", "rewrite", "--in-place", "--verbose", ".")
    assert ran == (2, b"", b"error: standard output cannot be written to: No space left on device\n")
    assert {path.read_bytes() for path in Path().rglob("Dockerfile")} <= {BEFORE, after}
    assert {path.name for path in Path().rglob("*") if path.is_file()} == {"Dockerfile"}


@full
def test_a_full_error_stream_is_an_exit_code() -> None:
    make("Dockerfile", content=b"NONSENSE\n")
    assert in_a_shell("2>/dev/full", "rewrite", "--check", ".").code == 2


@full
def test_a_full_report_is_told() -> None:
    ran = in_a_shell("", "rewrite", "--output-file", "/dev/full", ".")
    assert ran == (2, b"", b"error: /dev/full: the report cannot be written: No space left on device\n")
