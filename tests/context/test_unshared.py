"""What of a build context another checkout may be without, because git ignores it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from dfopt.context.build_context import read_context


def _context(root: Path, *names: str) -> frozenset[str]:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x", encoding="utf-8")
    return read_context(root / "Dockerfile", root).unshared


def test_what_git_ignores_and_folders_with_nothing_else(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("*.env\ncache/\n", encoding="utf-8")
    (tmp_path / "app" / "empty").mkdir(parents=True)
    found = _context(tmp_path / "app", "Dockerfile", "b.env", "cache/x", "src/a.env", "src/a.js", "logs/a.env")
    assert found == {"b.env", "cache", "cache/x", "src/a.env", "logs", "logs/a.env", "empty"}


def test_what_is_tracked_although_it_is_ignored(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("*.env\n", encoding="utf-8")
    (tmp_path / "b.env").write_text("x", encoding="utf-8")
    subprocess.run(["git", "-C", str(tmp_path), "add", "-f", "b.env"], check=True)
    assert "b.env" not in _context(tmp_path, "Dockerfile", "b.env")


def test_without_git_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "b.env" not in _context(tmp_path, "Dockerfile", "b.env")


def test_what_is_not_added_where_git_tracks_the_rest(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    names = ("Dockerfile", "src/a.js", "src/notes.txt", "tmp/x", ".npmrc")
    assert not _context(tmp_path, *names).intersection(names)
    subprocess.run(["git", "-C", str(tmp_path), "add", "Dockerfile", "src/a.js"], check=True)
    found = _context(tmp_path, *names)
    assert {"src/notes.txt", "tmp", "tmp/x", ".npmrc"} <= found
    assert found.isdisjoint({"Dockerfile", "src", "src/a.js"})


def test_a_new_project_in_a_repository_with_others(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "old").touch()
    subprocess.run(["git", "-C", str(tmp_path), "add", "old"], check=True)
    assert not _context(tmp_path / "new", "Dockerfile", "package.json")
