"""The skeleton of a new transform is one that the registry and the fixture runner can read."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from dfopt import scaffold, testing
from dfopt.edits import Safety
from dfopt.transform import Transform


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "acme_transforms"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "acme_transforms", raising=False)
    return folder


def test_the_module_holds_a_transform(package: Path, tmp_path: Path) -> None:
    scaffold.create("copy-over-add", package, tmp_path / "fixtures")
    module = importlib.import_module("acme_transforms.copy_over_add")
    made = module.copy_over_add
    assert isinstance(made, Transform)
    assert (made.id, made.safety) == ("copy-over-add", Safety.SAFE)
    assert "## Why" in made.doc
    assert "## Leaves alone" in made.doc


def test_the_fixtures_are_a_rewriting_and_a_refusing_case(package: Path, tmp_path: Path) -> None:
    scaffold.create("copy-over-add", package, tmp_path / "fixtures")
    cases = testing.cases(tmp_path / "fixtures")
    assert [(case.transform, case.name) for case in cases] == [
        ("copy-over-add", "example"),
        ("copy-over-add", "refuses"),
    ]
    assert [case.after for case in cases] == [cases[0].before, None], "the same until it is filled in"


@pytest.mark.parametrize("name", ["class", "lambda", "transform"])
def test_an_id_is_no_word_of_the_language(
    package: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert scaffold.main([name, str(package), str(tmp_path / "fixtures")]) == 2
    assert capsys.readouterr().err.startswith(f"{name!r} cannot name a function")
    assert list(package.iterdir()) == []


@pytest.mark.parametrize("name", ["", "Copy", "copy_over_add", "copy--add", "-copy", "copy-", "1st", "a/b", "copy\n"])
def test_an_id_is_made_of_words_and_dashes(package: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(scaffold.ScaffoldError, match="is no id"):
        scaffold.create(name, package, tmp_path / "fixtures")
    assert list(package.iterdir()) == []


@pytest.mark.parametrize("taken", ["acme_transforms/copy_add.py", "fixtures/copy-add/x"])
def test_nothing_is_written_over(package: Path, tmp_path: Path, taken: str) -> None:
    there = tmp_path / taken
    there.parent.mkdir(parents=True, exist_ok=True)
    there.write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    assert scaffold.main(["copy-add", str(package), str(tmp_path / "fixtures")]) == 2
    assert sorted(tmp_path.rglob("*")) == before
    assert there.read_text() == "mine"


def test_the_files_are_named(package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert scaffold.main(["copy-add", str(package), str(tmp_path / "fixtures")]) == 0
    assert f"{package}/copy_add.py\n" in capsys.readouterr().out


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert scaffold.main(["copy-add"]) == 2
    assert "usage" in capsys.readouterr().err
