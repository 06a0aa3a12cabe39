"""Which files of a build context git does not track."""

from __future__ import annotations

import subprocess
from pathlib import Path

from dfopt.context.build_context import read_context


def test_what_git_does_not_track(tmp_path: Path) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    for name in ("Dockerfile", "a.txt", "b.env"):
        (folder / name).write_text("x", encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "add", "app/Dockerfile", "app/a.txt"], check=True)
    assert read_context(folder / "Dockerfile", folder).untracked == {"b.env"}


def test_without_git_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a", encoding="utf-8")
    assert not read_context(tmp_path / "Dockerfile", tmp_path).untracked


def test_what_git_ignores_and_a_build_may_get(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("*.env\n/config.json\n/there.env\nlogs/\n", encoding="utf-8")
    (tmp_path / ".dockerignore").write_text("out.env\n", encoding="utf-8")
    (tmp_path / "there.env").touch()
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    files = read_context(tmp_path / "Dockerfile", tmp_path)
    paths = ["a/b.env", "out.env", "there.env", "config.json", "a/config.json", "logs/x"]
    assert files.left_to_others(paths) == {"a/b.env", "config.json", "logs/x"}
    assert not files.left_to_others([])


def test_a_folder_that_git_ignores_and_of_which_a_build_gets_something(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("node_modules/\nvenv/*\nobj/\n", encoding="utf-8")
    (tmp_path / ".dockerignore").write_text("**/venv/*\n**/obj\n", encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    files = read_context(tmp_path / "Dockerfile", tmp_path)
    paths = ["node_modules/", "a/node_modules/", "venv/", "obj/", "lib/"]
    assert files.left_to_others(paths) == {"node_modules/", "a/node_modules/"}


def test_git_is_asked_once_for_each_path(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("a\n", encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    files = read_context(tmp_path / "Dockerfile", tmp_path)
    assert files.left_to_others(["a", "b"]) == {"a"}
    (tmp_path / ".gitignore").unlink()
    assert files.edited(".dockerignore", "b\n").left_to_others(["a", "b"]) == {"a"}
