"""Contexts that are odd or broken: a clear result or message, whatever looks at them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run, make

DOCKERFILE = b"FROM debian:12\nCOPY . /a\nCOPY b /b\n"
WORDS = {
    "context": ("context", "--format", "json"),
    "rewrite": ("rewrite", "--select", "write-dockerignore", "--context", ".", "--format", "json"),
    "replay": ("replay", "--format", "json"),
}

every_command = pytest.mark.parametrize("command", WORDS)


@pytest.fixture(autouse=True)
def repository(in_an_empty_folder: Path) -> Path:
    make("Dockerfile", content=DOCKERFILE)
    make("b", content=b"1")
    git("init", "-q")
    commit()
    return in_an_empty_folder


def git(*words: str) -> None:
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words], check=True)


def commit() -> None:
    git("add", "-A")
    git("commit", "-qm", "a", "--allow-empty")


def result(run: Run, command: str) -> dict[str, object]:
    """What a command says, which must be no fault of its own."""
    done = run(*WORDS[command])
    assert done.code in (0, 1), done.err
    found: dict[str, object] = json.loads(done.out)
    if command == "rewrite":
        (file,) = json.loads(done.out)["files"]
        assert (file["error"], file["failures"]) == (None, [])
        return dict(file)
    return found


@every_command
def test_links_in_circles(command: str, run: Run) -> None:
    Path("c").mkdir()
    for name, target in (("a", "a"), ("c/up", ".."), ("c/over", "over"), ("nowhere", "/no/such"), ("root", "/")):
        Path(name).symlink_to(target)
    commit()
    found = result(run, command)
    if command == "context":
        assert found["problems"] == []


@every_command
def test_an_ignore_file_in_a_circle(command: str, run: Run) -> None:
    Path(".dockerignore").symlink_to(".dockerignore")
    commit()
    if command == "context":
        done = run(*WORDS[command])
        assert done.code == 2
        assert b".dockerignore: Too many levels of symbolic links" in done.err
        return
    found = result(run, command)
    if command == "rewrite":
        assert "the build context cannot be read" in str(found["refusals"])


@every_command
def test_an_ignore_file_that_is_a_folder(command: str, run: Run) -> None:
    make(".dockerignore/a")
    commit()
    if command == "context":
        assert run(*WORDS[command]).code == 2
    else:
        result(run, command)


@every_command
def test_names_that_are_no_text(command: str, run: Run) -> None:
    for name in (b"c\nd", b"\xff\xfe", b"e\r", b"\x1b[31m", b"f.log\n", b"\xe9.log", b" ", b"\\", b'"'):
        make(os.fsdecode(name), content=b"x" * 3000)
    make("node_modules/\udcff.js", "package.json")
    commit()
    make("b", content=b"2")
    commit()
    found = result(run, command)
    if command == "rewrite":
        assert "f.log" not in str(found["diff"])
        assert "+*.log\n" in str(found["diff"])
    text = run(*(word for word in WORDS[command] if word not in ("--format", "json")))
    assert b"\x1b" not in text.out


@every_command
@pytest.mark.parametrize("rule", ["*", "**", "./*", "/*", "**/*", "*\n!nothing"])
def test_rules_that_leave_out_everything(command: str, rule: str, run: Run) -> None:
    make(".dockerignore", content=f"{rule}\n".encode())
    make(".env", content=b"A=1")
    commit()
    found = result(run, command)
    if command == "rewrite":
        assert found["files"] == []


@every_command
def test_rules_that_no_builder_reads(command: str, run: Run) -> None:
    make(".dockerignore", content=b"a\n[\n")
    commit()
    done = run(*WORDS[command])
    if command == "context":
        assert (done.code, b".dockerignore: line 2: " in done.err) == (2, True)
    elif command == "rewrite":
        assert b"the build context cannot be read" in done.out
    else:
        assert (done.code, b"Traceback" in done.err) == (0, False), "such a commit builds nothing"


@every_command
def test_a_file_that_vanishes_while_it_is_read(command: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    make("key.pem", "a.js", content=b"PRIVATE KEY")
    commit()
    read = Path.read_bytes

    def vanishing(path: Path) -> bytes:
        if path.suffix in (".pem", ".js"):
            path.unlink(missing_ok=True)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", vanishing)
    result(run, command)


@every_command
def test_many_files(command: str, run: Run) -> None:
    make("package.json", content=b"{}")
    for number in range(5000):
        make(f"src/{number % 50}/{number}.js", content=b"")
    commit()
    result(run, command)


def test_a_context_that_is_no_folder(run: Run) -> None:
    Path("loop").symlink_to("loop")
    for command, words in WORDS.items():
        for name in ("loop", "b", "missing"):
            done = run(
                *(word if word != "." else name for word in words),
                *(("--context", name) if command != "rewrite" else ()),
            )
            assert done.code in ((2,) if command != "rewrite" else (0, 2)), done
            assert b"Traceback" not in done.err


@every_command
def test_a_dockerfile_that_is_no_text(command: str, run: Run) -> None:
    make("Dockerfile", content=b"FROM debian:12\nCOPY \xff /\xe9\nRUN echo \xff && apt-get update\n")
    make("\udcff")
    commit()
    make("\udcff", content=b"2")
    commit()
    result(run, command)
    assert run(*(word for word in WORDS[command] if word not in ("--format", "json"))).code in (0, 1)
