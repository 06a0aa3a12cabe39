"""Histories as git has them: merges, links, folders of a repository, shallow clones, none at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt.context.history import Blob, Commit, History, HistoryError, churn
from dfopt.model.build_files import Churn, NoFiles
from dfopt.model.ignore import Ignore
from dfopt.model.ignore import read as rules
from tests.replay.repository import commit, git, start


def read(root: Path, most: int = 10) -> tuple[set[str], list[Commit]]:
    history = History(root)
    try:
        files, commits = history.commits(most)
        return set(files), commits
    finally:
        history.close()


def test_each_commit_says_what_it_changes(tmp_path: Path) -> None:
    root = start(tmp_path)
    commit(root, {"a": "1", "b/c": "2"})
    (root / "a").chmod(0o755)
    (root / "link").symlink_to("b")
    commit(root, {"b/d\n\u00e9": "3"})
    commit(root, {"b/c": None})
    files, found = read(root)
    assert files == set()
    assert [sorted(each.changes) for each in found] == [["a", "b/c"], ["a", "b/d\n\u00e9", "link"], ["b/c"]]
    modes = {path: blob and blob.mode for path, blob in found[1].changes.items()}
    assert modes == {"a": "100755", "link": "120000", "b/d\n\u00e9": "100644"}
    assert found[2].changes == {"b/c": None}


def test_the_last_commits_begin_with_the_files_before_them(tmp_path: Path) -> None:
    root = start(tmp_path)
    for number in range(4):
        commit(root, {f"f{number}": "x"})
    files, found = read(root, 2)
    assert files == {"f0", "f1"}
    assert [list(each.changes) for each in found] == [["f2"], ["f3"]]


def test_a_merge_is_one_change_of_the_first_parent(tmp_path: Path) -> None:
    root = start(tmp_path)
    commit(root, {"a": "1"})
    git(root, "checkout", "--quiet", "-b", "side")
    commit(root, {"b": "1"})
    commit(root, {"c": "1"})
    git(root, "checkout", "--quiet", "main")
    commit(root, {"d": "1"})
    git(root, "merge", "--quiet", "--no-ff", "--message", "m", "side")
    assert [sorted(each.changes) for each in read(root)[1]] == [["a"], ["d"], ["b", "c"]]


def test_a_folder_of_a_repository(tmp_path: Path) -> None:
    root = start(tmp_path)
    commit(root, {"app/x": "1", "other": "1"})
    commit(root, {"other": "2"})
    commit(root, {"app/x": "2"})
    files, found = read(root / "app")
    assert [sorted(each.changes) for each in found] == [["x"], ["x"]]
    assert files == set()
    assert read(root / "app", 1)[0] == {"x"}


def test_the_bytes_of_a_file(tmp_path: Path) -> None:
    root = start(tmp_path)
    commit(root, {"a": "one\n", "b": ""})
    history = History(root)
    _, (found,) = history.commits(1)
    blobs = [found.changes["a"], found.changes["b"], found.changes["a"]]
    assert [history.read(blob) for blob in blobs if blob] == [b"one\n", b"", b"one\n"]
    with pytest.raises(HistoryError):
        history.read(Blob("100644", "0" * 40))
    history.close()


def test_a_shallow_clone_begins_where_it_is_cut_off(tmp_path: Path) -> None:
    root = start(tmp_path / "whole")
    for number in range(4):
        commit(root, {f"f{number}": "x"})
    git(tmp_path, "clone", "--quiet", "--depth", "2", f"file://{root}", "cut")
    files, found = read(tmp_path / "cut")
    assert files == {"f0", "f1", "f2"}
    assert [list(each.changes) for each in found] == [["f3"]]


def test_no_repository_is_an_error_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="not a git repository"):
        History(tmp_path)
    with pytest.raises(HistoryError):
        History(start(tmp_path)).commits(1)


def test_what_changes_how_often(tmp_path: Path) -> None:
    root = start(tmp_path)
    commit(root, {"a/x": "1", "b/y": "1", "left/out": "1"})
    commit(root, {"a/x": "2", "left/out": "2"})
    commit(root, {"left/out": "3"})
    commit(root, {"b/y": None, "a/z": "another"})
    found = churn(root, rules("left\n"))
    assert isinstance(found, Churn)
    assert [sorted(paths) for paths in found.commits] == [["a/x", "b/y"], ["a/x"], ["a/z", "b/y"]]
    assert churn(root / "a", Ignore()) == Churn((frozenset(["x"]), frozenset(["x"]), frozenset(["z"])))


def test_a_folder_without_a_history(tmp_path: Path) -> None:
    found = churn(tmp_path, Ignore())
    assert isinstance(found, NoFiles)
    assert found.reason == "the history of the build context cannot be read"
    assert "not a git repository" in found.detail


def test_bytes_of_files(tmp_path: Path) -> None:
    root = start(tmp_path)
    commit(root, {"a": "12345", "b": ""})
    files, _ = History(root).commits(1)
    _, (only,) = History(root).commits(1)
    blobs = {path: blob for path, blob in only.changes.items() if blob is not None}
    assert not files
    sizes = History(root).sizes(blobs.values())
    assert {path: sizes[blob.sha] for path, blob in blobs.items()} == {"a": 5, "b": 0}


def test_a_moved_file_has_changed_by_its_later_path_before(tmp_path: Path) -> None:
    root = start(tmp_path)
    text = "".join(f"line {number}\n" for number in range(40))
    commit(root, {"old/a": text, "b": "1"})
    commit(root, {"old/a": text + "more\n"})
    commit(root, {"old/a": None, "src/a": text + "more\nand more\n"})
    commit(root, {"src/a": None, "lib/a": text})
    commit(root, {"lib/a": text + "x\n"})
    assert churn(root, Ignore()) == Churn(
        (frozenset({"lib/a", "b"}), *[frozenset({"lib/a"})] * 4),
    )


def test_two_files_that_change_places(tmp_path: Path) -> None:
    root = start(tmp_path)
    one, two = ("".join(f"{word} {number}\n" for number in range(40)) for word in ("one", "two"))
    commit(root, {"a": one, "b": two})
    commit(root, {"a": one + "1\n"})
    commit(root, {"a": None, "b": None, "c": one, "d": two})
    commit(root, {"c": None, "d": None, "b": one, "a": two})
    commit(root, {"b": one + "2\n"})
    both, only = frozenset({"a", "b"}), frozenset({"b"})
    assert churn(root, Ignore()) == Churn((both, only, both, both, only))
