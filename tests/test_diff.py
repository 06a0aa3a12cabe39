"""Diffs, judged by those who read them: git apply and unidiff."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unidiff.patch import PatchSet

from dfopt import diff


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def git_apply(patch: bytes, folder: Path) -> None:
    """Applies a patch outside of any repository, with nobody's settings."""
    environ = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CEILING_DIRECTORIES": "/",
    }
    done = subprocess.run(["git", "apply", "-"], input=patch, cwd=folder, env=environ, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode() + patch.decode("utf-8", "backslashreplace")


def round_trip(before: bytes, after: bytes, name: str | bytes = "Dockerfile", at: Path | None = None) -> bytes:
    path = Path(os.fsdecode(name)).absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(before)
    patch = diff.unified(before, after, os.fsdecode(name))
    git_apply(patch, at or Path.cwd())
    assert path.read_bytes() == after
    return patch


UGLY = {
    "one line": (b"FROM a\n", b"FROM b\n"),
    "crlf": (b"FROM a\r\nRUN x\r\nRUN y\r\n", b"FROM a\r\nRUN x \\\r\n && y\r\n"),
    "mixed line ends": (b"FROM a\r\nRUN x\nRUN y\r\n", b"FROM a\r\nRUN x && y\r\n"),
    "lone carriage return": (b"FROM a\rb\nRUN x\n", b"FROM a\rb\nRUN y\n"),
    "no newline at the end, kept": (b"FROM a\nRUN x", b"FROM b\nRUN x"),
    "no newline at the end, in the change": (b"FROM a\nRUN x", b"FROM a\nRUN y"),
    "newline added at the end": (b"FROM a\nRUN x", b"FROM a\nRUN x\n"),
    "newline taken from the end": (b"FROM a\nRUN x\n", b"FROM a\nRUN x"),
    "bom": ("\ufeffFROM a\nRUN x\n".encode(), "\ufeffFROM b\nRUN x\n".encode()),
    "invalid utf-8": (b"FROM a\nRUN echo \xff\xfe\n", b"FROM b\nRUN echo \xff\xfe \x80\n"),
    "lines that look like a diff": (
        b"FROM a\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n",
        b"FROM b\n--- a/x\n+++ b/y\n@@ -1 +1 @@\n",
    ),
    "form feed and friends": (b"FROM a\nRUN x\x0cy\x0bz\x1c\xc2\x85\n", b"FROM b\nRUN x\x0cy\x0bz\x1c\xc2\x85\n"),
    "lines added at the start": (b"FROM a\n", b"# syntax=x\n\nFROM a\n"),
    "all lines but one taken": (b"1\n2\n3\n4\n5\n", b"3\n"),
    "far apart": (b"a\n" + b"=\n" * 20 + b"z\n", b"b\n" + b"=\n" * 20 + b"y\n"),
    "contexts that touch": (b"a\n" + b"=\n" * 6 + b"z\n", b"b\n" + b"=\n" * 6 + b"y\n"),
    "blank lines": (b"FROM a\n\n\n\nRUN x\n", b"FROM a\n\n\nRUN x\n"),
}


@pytest.mark.parametrize("case", UGLY)
def test_git_applies_ugly_files(case: str) -> None:
    round_trip(*UGLY[case])


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile",
        "with space.Dockerfile",
        " leading",
        "trailing ",
        "with\ttab",
        "with\nnewline",
        'with "quotes"',
        "with\\backslash",
        "grün.Dockerfile",
        "non\u00a0breaking",
        b"latin1-\xfc.Dockerfile",
        "sub folder/deep er/Dockerfile",
        "a/b/a/b/Dockerfile",
        "-n",
        "Dockerfile 2020-01-01 10:00:00.000000000 +0000",
    ],
)
def test_git_applies_to_odd_names(name: str | bytes) -> None:
    round_trip(b"FROM a\n", b"FROM b\n", name)


def test_many_files_in_one_patch() -> None:
    patches = b""
    for name in ("one", "two words", "d/three"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(b"FROM a\nRUN x")
        patches += diff.unified(b"FROM a\nRUN x", b"FROM a\nRUN y", name)
    git_apply(patches, Path.cwd())
    assert {Path(name).read_bytes() for name in ("one", "two words", "d/three")} == {b"FROM a\nRUN y"}


def test_in_a_folder_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    round_trip(b"FROM a\n", b"FROM b\n", "x/Dockerfile")


def test_an_absolute_path_below_the_current_folder_is_seen_from_there() -> None:
    assert diff.unified(b"a\n", b"b\n", str(Path("x/Dockerfile").absolute())).startswith(b"--- a/x/Dockerfile\n")


def test_no_difference_is_no_diff() -> None:
    assert diff.unified(b"FROM a\n", b"FROM a\n", "Dockerfile") == b""


def test_too_many_changed_lines_are_one_change() -> None:
    old = [b"%d\n" % number for number in range(diff.MANY)]
    new = [b"first\n", *old, b"last\n"]
    assert len(list(diff.changes(old, new))) == 1
    round_trip(b"".join(old), b"".join(new))


def test_few_changed_lines_in_a_long_file_are_found_one_by_one() -> None:
    old = [b"%d\n" % number for number in range(1000)]
    new = [*old[:10], b"x\n", *old[10:500], *old[501:]]
    assert list(diff.changes(old, new)) == [diff.Change(10, 10, 10, 11), diff.Change(500, 501, 501, 501)]


def test_unidiff_agrees_on_what_was_added_and_removed() -> None:
    (file,) = PatchSet(round_trip(b"1\n2\n3\n4\n", b"1\ntwo\n3\n4\n5\n").decode())
    assert (file.path, file.added, file.removed) == ("Dockerfile", 2, 1)


texts = st.lists(st.sampled_from([b"a", b"b", b"", b"\r", b"+", b"--- a"]), min_size=1, max_size=30).map(b"\n".join)


@given(texts.filter(bool), texts.filter(bool))
def test_any_two_texts(before: bytes, after: bytes) -> None:
    if before != after:
        round_trip(before, after)


def test_a_file_elsewhere_is_named_from_the_root_of_its_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("one/.git", "one/deep", "elsewhere"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "elsewhere")
    patch = round_trip(b"FROM a\n", b"FROM b\n", "../one/deep/Dockerfile", at=tmp_path / "one")
    assert patch.startswith(b"--- a/deep/Dockerfile\n+++ b/deep/Dockerfile\n")


def test_without_a_repository_it_is_named_from_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    patch = diff.unified(b"FROM a\n", b"FROM b\n", "../Dockerfile")
    assert patch.startswith(b"--- a/Dockerfile\n")


def test_a_file_behind_a_linked_folder_is_named_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "alias").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    assert round_trip(b"FROM a\n", b"FROM b\n", "alias/Dockerfile").startswith(b"--- a/real/Dockerfile\n")
