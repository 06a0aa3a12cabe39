"""``.dockerignore`` by the pattern; tests/engine/test_ignore.py compares with a real engine."""

from __future__ import annotations

import pytest

from dfopt.model.ignore import PatternError, read

LEFT_OUT = [
    ("**/foo", "a/foo"),
    ("**/foo", "foo"),
    ("**foo", "barfoo"),
    ("foo/**", "foo/a/b"),
    ("a*", "ab/c"),
    ("a/**/b", "a/b"),
    ("a/**/b", "a/x/y/b"),
    ("/a", "a"),
    ("./a/", "a"),
    ("[a-c]x", "bx"),
    ("a\\*", "a*"),
    ("**/*.pyc", "b.pyc"),
    ("a\n!a/b", "a/c"),
    ("!a\na", "a"),
    ("\ufeffa\r\nb", "a"),
    ("a\r\nb", "b"),
    ("a\nb", "a/b\nc"),
]
KEPT = [
    ("foo/**", "foo"),
    ("*.md", "x/y.md"),
    ("a\n!a/b", "a/b"),
    ("*\n!x", "x"),
    ("..", "x"),
    (".", "x"),
    ("# a", "a"),
    ("", "a"),
    ("a", "A"),
]


@pytest.mark.parametrize(
    "text", ["[a-c]x", "[^a-a]x", "[\\]b]x", "[a\\-]x", "[[b]x", "\u2003?x\u3000", "! \u1680q\n\u205fbx"]
)
def test_classes_and_blanks(text: str) -> None:
    assert read(text).leaves_out("bx") is (text != "[a\\-]x")


@pytest.mark.parametrize(("text", "path"), LEFT_OUT)
def test_a_path_is_left_out(text: str, path: str) -> None:
    assert read(text).leaves_out(path)


@pytest.mark.parametrize(("text", "path"), KEPT)
def test_a_path_is_kept(text: str, path: str) -> None:
    assert not read(text).leaves_out(path)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        *(("a\n!", 2), ("a[", 1), ("#\n\na\\", 3), ("[]a", 1), ("a\n!/..", 2), ("!/", 1), ("./!", 1)),
        *((f"a{part}b", 1) for part in ("[]a]", "[-a]", "[a-]", "[^]a]", "[^-]", "[a-]]", "[\\", "[a\\]", "[]")),
    ],
)
def test_what_the_builder_refuses_is_an_error_with_its_line(text: str, line: int) -> None:
    with pytest.raises(PatternError, match=f"line {line}: "):
        read(text)
