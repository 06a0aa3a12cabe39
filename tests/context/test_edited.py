"""Contexts under other ignore files: in memory as on the disk."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dfopt.context.build_context import read_context
from dfopt.context.place import files_of
from dfopt.context.walk import narrowed, walk
from dfopt.model.build_files import BuildFiles, Entry, IgnoreFile, Kind, NoFiles
from dfopt.model.ignore import Ignore, read

NAMES = ("a", "b", "c.log")
TREE = tuple(
    Entry("/".join(path), Kind.FILE if path[-1] == "c.log" else Kind.FOLDER)
    for depth in (1, 2, 3)
    for path in product(NAMES, repeat=depth)
    if "c.log" not in path[:-1]
)
PATTERNS = st.sampled_from(
    ["a", "b", "*", "**", "a/*", "**/a", "**/*.log", "a/b", "b/**", "*/a", "a/**/b", "?", "[ab]", "a/b/c.log", "**/b/a"]
)
LINES = st.lists(st.tuples(st.booleans(), PATTERNS), max_size=4)


def text(lines: Sequence[tuple[bool, str]]) -> str:
    return "".join(f"{'!' if back else ''}{pattern}\n" for back, pattern in lines)


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.path.split("/"))


@given(LINES, st.lists(PATTERNS, max_size=3))
@settings(max_examples=400, deadline=None)
def test_rules_behind_the_others_only_leave_out_more(old: list[tuple[bool, str]], more: list[str]) -> None:
    """So what is left can be told from what was there before: nothing comes back."""
    new = [*old, *((False, pattern) for pattern in more)]
    everything = in_order(TREE)
    before = list(narrowed(everything, read(text(old))))
    after = list(narrowed(everything, read(text(new))))
    assert list(narrowed(before, read(text(new)))) == after


def test_in_memory_as_on_the_disk(tmp_path: Path) -> None:
    for entry in TREE:
        path = tmp_path / entry.path
        if entry.kind is Kind.FOLDER:
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    whole = list(walk(tmp_path, Ignore()))
    for lines in ("a\n", "*\n!a/b\n", "**/*.log\n!b/c.log\n", "a/**\n!**/b\n"):
        assert list(narrowed(whole, read(lines))) == list(walk(tmp_path, read(lines)))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(name)
    (tmp_path / "Dockerfile").write_text("FROM debian\n")
    return tmp_path


def context(root: Path) -> BuildFiles:
    found = files_of(root / "Dockerfile", str(root))(())
    assert not isinstance(found, NoFiles)
    return found


def paths(files: BuildFiles) -> set[str]:
    return {entry.path for entry in files.entries}


def test_a_new_ignore_file(root: Path) -> None:
    files = context(root)
    assert files.ignore_file == IgnoreFile(".dockerignore", None)
    edited = files.edited(".dockerignore", "a\n")
    assert paths(edited) == {"b", "c", "Dockerfile", ".dockerignore"}
    assert edited.ignore_file == IgnoreFile(".dockerignore", "a\n")
    assert edited.read(".dockerignore") == b"a\n"
    assert paths(edited.edited(".dockerignore", "b\n.dockerignore\n")) == {"a", "c", "Dockerfile"}
    assert paths(files) == {"a", "b", "c", "Dockerfile"}
    assert not os.path.lexists(files.place(".dockerignore"))


def test_another_file(root: Path) -> None:
    (root / ".dockerignore").write_text("c\n")
    edited = context(root).edited("a", "four").edited("c", "five").edited("new", "")
    assert (edited.read("a"), edited.read("c"), edited.read("new")) == (b"four", None, b"")
    found = edited.get("a")
    assert found is not None
    assert (found.size, found.mode) == (4, (root / "a").stat().st_mode & 0o7777)
    assert paths(edited.edited(".dockerignore", "b\n")) == {"a", "c", "new", ".dockerignore", "Dockerfile"}


def test_a_rule_in_front_of_an_exception_may_bring_something_back(root: Path) -> None:
    (root / "d/e").mkdir(parents=True)
    (root / ".dockerignore").write_text("d/*\n!d\n")
    files = context(root)
    assert "d/e" not in paths(files)
    assert "d/e" in paths(files.edited(".dockerignore", "d\nd/*\n!d\n"))


def test_an_ignore_file_of_its_own_and_one_that_lies_elsewhere(root: Path) -> None:
    (root / "Dockerfile.dockerignore").write_text("a\n")
    assert context(root).ignore_file == IgnoreFile("Dockerfile.dockerignore", "a\n")
    (root / "d").mkdir()
    found = read_context(root / "Dockerfile", root / "d", tuple).ignore_file
    assert isinstance(found, NoFiles)
    assert found.reason == "its ignore file does not lie in the build context"


def test_a_folder_deeper_than_python_can_call(tmp_path: Path) -> None:
    here = os.getcwd()
    os.chdir(tmp_path)
    try:
        for _ in range(1500):
            os.mkdir("d")
            os.chdir("d")
    finally:
        os.chdir(here)
    try:
        found = list(walk(tmp_path, Ignore()))
        assert len(found) >= 1500
        assert len(list(walk(tmp_path, read("**/x\n!d/d\n")))) == len(found)
    finally:  # pytest calls itself for each folder that it removes
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)
