"""Contexts as they are: links in circles, names that are no text, what cannot be read."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from dfopt.context.walk import walk
from dfopt.model.build_files import Kind
from dfopt.model.ignore import Ignore, read


def paths(root: Path, text: str = "") -> list[str]:
    return [entry.path for entry in walk(root, read(text))]


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/up").symlink_to("..")
    (tmp_path / "out").symlink_to("/etc")
    found = {entry.path: entry.kind for entry in walk(tmp_path, Ignore())}
    assert found == {"a": Kind.FOLDER, "a/up": Kind.LINK, "out": Kind.LINK}


def test_a_folder_that_is_left_out_comes_along_with_what_is_taken_back(tmp_path: Path) -> None:
    for name in ("a/b/c", "a/b/d", "a/e", "f/g"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert paths(tmp_path, "*\n!a/b/c") == ["a", "a/b", "a/b/c"]
    assert paths(tmp_path, "**\n!**/g") == ["f", "f/g"]
    assert paths(tmp_path, "**") == []


def test_names_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "a\nb").touch()
    (tmp_path / os.fsdecode(b"\xff\xfe")).touch()
    assert [os.fsencode(path) for path in paths(tmp_path)] == [b"a\nb", b"\xff\xfe"]
    assert paths(tmp_path, "a?b\n?\\?") == [os.fsdecode(b"\xff\xfe")]


def test_sockets_are_in_no_context(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.fspath(tmp_path / "s"))
        os.mkfifo(tmp_path / "pipe")
        assert [(entry.path, entry.kind) for entry in walk(tmp_path, Ignore())] == [("pipe", Kind.OTHER)]


def test_a_folder_that_vanishes_while_it_is_read(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").touch()
    found: list[str] = []
    for entry in walk(tmp_path, Ignore()):
        found.append(entry.path)
        if entry.path == "a":
            (tmp_path / "b/x").unlink()
            (tmp_path / "b").rmdir()
    assert [path for path in found if path[0] != "b"] == ["a", "a/x", "c", "c/x"]
    assert "b/x" not in found


def test_a_missing_root_is_an_empty_context(tmp_path: Path) -> None:
    assert paths(tmp_path / "missing") == []
