"""Paths and texts as they are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt.paths import quoted, relative, shown, visible


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Dockerfile", "Dockerfile"),
        ("with space", "with space"),
        ("grün", "grün"),
        ('a"b', r'"a\"b"'),
        ("a\\b", r'"a\\b"'),
        ("a\tb\n", r'"a\tb\n"'),
        ("\udcff", r'"\377"'),
        ("\x1b", r'"\033"'),
        ("\u00a0", r'"\302\240"'),
    ],
)
def test_odd_paths_are_quoted_as_git_does(path: str, expected: str) -> None:
    assert quoted(path) == expected


def test_visible_text_has_no_control_characters_and_keeps_the_rest() -> None:
    assert visible('say "x" \\ \x1b[2J\r\n\udcff ü') == 'say "x" \\ \\033[2J\\r\\n\\377 ü'


def test_paths_are_relative_to_the_current_folder_if_they_are_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert relative(str(tmp_path / "a" / "b")) == "a/b"
    assert relative("./a/../b") == "b"
    assert relative("/elsewhere/b") == "/elsewhere/b"
    assert relative(f"{tmp_path}-not/b") == f"{tmp_path}-not/b"
    assert shown(str(tmp_path / "a\tb")) == r'"a\tb"'
