"""Files of the build context that change along with a Dockerfile: shown, checked, written, or not."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from dfopt import work, writing
from dfopt.writing import Replacement, WriteError
from tests.cli.conftest import Run, make, run_apart

WORDS = ("rewrite", "--select", "write-dockerignore,consistent-keywords")
DOCKERFILE = b"FROM debian:12\r\ncopy . /srv\r\n"
BETTER = b"FROM debian:12\r\nCOPY . /srv\r\n"
RULES = b".idea\nDockerfile\n.dockerignore\n"


@pytest.fixture(autouse=True)
def repository(in_an_empty_folder: Path) -> Path:
    make("Dockerfile", content=DOCKERFILE)
    make("run", ".idea/a.xml", content=b"x" * 1000)
    subprocess.run(["git", "init", "-q"], check=True)
    make(".git/info/exclude", content=b"/.git\n")
    make(".ignored", content=b"")
    return in_an_empty_folder


def contents() -> dict[str, bytes]:
    found = [path for path in Path().rglob("*") if path.is_file() and path.parts[0] != ".git"]
    return {str(path): path.read_bytes() for path in found}


def rules() -> bytes:
    """What came into ``.dockerignore``: the repository of the test goes, too."""
    return b".git\n" + RULES


def test_the_report_and_the_diff(run: Run) -> None:
    done = run(*WORDS)
    assert done.code == 1
    assert b"Dockerfile: 2 rewrites, creates .dockerignore\n" in done.out
    assert b"unsafe: .dockerignore leaves out .git, .idea; " in done.out
    assert b" of the build context and " in done.out
    assert b"--- /dev/null\n+++ b/.dockerignore\n@@ -0,0 +1,4 @@\n" in done.out


def test_git_applies_the_diff_of_both_files(run: Run) -> None:
    for old in (None, b"# here\r\n*.tmp", b"\xff\n", b""):
        make("Dockerfile", content=DOCKERFILE)
        Path(".dockerignore").unlink(missing_ok=True)
        if old is not None:
            make(".dockerignore", content=old)
        diff = run(*WORDS, "--format", "diff").out
        subprocess.run(["git", "apply", "--whitespace=nowarn"], input=diff, check=True)
        applied = contents()
        assert applied["Dockerfile"] == BETTER
        assert applied[".dockerignore"].startswith(old or b"")
        assert run(*WORDS, "--check").code == 0
        make("Dockerfile", content=DOCKERFILE)
        Path(".dockerignore").unlink()
        if old is not None:
            make(".dockerignore", content=old)
        assert run(*WORDS, "--in-place").code == 0
        assert contents() == applied


def test_written_together_and_quiet_afterwards(run: Run) -> None:
    done = run(*WORDS, "--in-place")
    assert (done.code, done.err) == (0, b"")
    assert b"2 rewrites, creates .dockerignore, written" in done.out
    assert contents()["Dockerfile"] == BETTER
    assert contents()[".dockerignore"] == rules()
    written = contents()
    assert run(*WORDS, "--in-place", "--format", "json").code == 0
    assert contents() == written


def test_a_check_fails_for_another_file_alone(run: Run) -> None:
    make("Dockerfile", content=BETTER)
    before = contents()
    assert run("rewrite", "--check", "--select", "write-dockerignore").code == 1
    assert contents() == before


def test_as_json(run: Run) -> None:
    make(".dockerignore", content=b"\xff\n")
    found = json.loads(run(*WORDS, "--format", "json").out)
    (file,) = found["files"]
    assert file["files"] == [{"path": ".dockerignore", "created": False}]
    (patch,) = (each for each in file["patches"] if each["transform"] == "write-dockerignore")
    assert patch["files"] == [".dockerignore"]
    assert patch["counted_saving"] == found["summary"]["counted_saving"]
    assert patch["counted_saving"]["context"] >= 1000
    assert file["diff"] is None
    assert file["diff_base64"]


def test_standard_input_has_no_files_beside_it(run: Run) -> None:
    before = contents()
    for words in ((), ("--context", ".")):
        done = run(*WORDS, *words, "-", stdin=DOCKERFILE)
        assert (done.code, done.out, done.err) == (0, BETTER, b"") or b"left alone" in done.err
        assert done.out == BETTER
    assert contents() == before


def test_without_being_asked_for_it_is_reported_only(run: Run) -> None:
    done = run("rewrite")
    assert b"write-dockerignore   report: .dockerignore leaves out" in done.out
    assert b"/dev/null" not in done.out


@pytest.mark.parametrize("changed", ["Dockerfile", ".dockerignore"])
@pytest.mark.parametrize("old", [None, b"a\n"])
def test_nothing_is_written_if_one_of_them_changed(
    changed: str, old: bytes | None, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    if old is not None:
        make(".dockerignore", content=old)

    def late(replacements: list[Replacement]) -> None:
        make(changed, content=b"FROM somebody\n")
        writing.replace_all(replacements)

    monkeypatch.setattr(work, "replace_all", late)
    before = contents()
    done = run(*WORDS, "--in-place")
    assert done.code == 3
    assert contents() == {**before, changed: b"FROM somebody\n"}


def test_the_context_comes_first_and_is_put_back_if_the_dockerfile_cannot_be_written(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    replace, link = os.replace, os.link

    def failing(source: str, target: str) -> None:
        order.append(os.path.basename(target))
        if order[-1] == "Dockerfile":
            raise OSError(28, "No space left on device")
        replace(source, target)

    def noted(source: str, target: str) -> None:
        if not writing.is_temporary(os.path.basename(target)):
            order.append(os.path.basename(target))
        link(source, target)

    monkeypatch.setattr(os, "replace", failing)
    monkeypatch.setattr(os, "link", noted)
    for old in (None, b"a\n"):
        if old is not None:
            make(".dockerignore", content=old)
        before = contents()
        done = run(*WORDS, "--in-place")
        assert (done.code, order[:2]) == (3, [".dockerignore", "Dockerfile"])
        assert b"No space left on device" in done.err
        assert contents() == before
        order.clear()


def test_two_dockerfiles_of_one_context(run: Run) -> None:
    make("worker/Dockerfile", content=b"FROM debian:12\nCOPY worker/run .idea /srv/\n")
    make("worker/run", "debug.log", content=b"x")
    done = run(*WORDS, "--in-place", ".")
    assert done.code == 0
    assert contents()[".dockerignore"] == rules().replace(b".idea\n", b"*.log\n")
    assert run(*WORDS, "--check", ".").code == 0


def test_many_dockerfiles_in_parallel_write_one_ignore_file_once() -> None:
    for number in range(40):
        make(f"services/s{number}/Dockerfile", content=b"FROM debian:12\ncopy run services /srv/\n")
    done = run_apart(*WORDS, "--in-place", "--jobs", "4", ".")
    assert (done.code, done.err) == (0, b"")
    assert contents()[".dockerignore"] == rules()
    again = run_apart(*WORDS, "--check", ".")
    assert again.code == 0


def test_a_replacement_that_is_new_takes_nobodys_place(tmp_path: Path) -> None:
    path = tmp_path / "new"
    writing.replace_all([Replacement(str(path), b"1", is_new=True)])
    assert path.read_bytes() == b"1"
    with pytest.raises(WriteError, match="came into being"):
        writing.replace_all([Replacement(str(path), b"2", is_new=True)])
    assert path.read_bytes() == b"1"
    assert not [name for name in os.listdir(tmp_path) if writing.is_temporary(name)]
