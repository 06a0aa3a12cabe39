"""The lexer for variables and heredoc words."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dfopt.syntax.lexer import Lexer, LexError, Word, check_expandable

_TEXTS = st.lists(
    st.sampled_from(
        [*"$'\"\\`{}#%/:-+?<_a1@ é²\t", "${", "${A}", "$A", "${A:-", "${A#", "<<", "\\}", "\\*", "\\x", "\u00a0"]
    ),
    max_size=9,
).map("".join)


def _lexes(text: str, escape: str) -> bool:
    try:
        Lexer(text, escape, strict=True).words()
    except LexError:
        return False
    return True


@given(_TEXTS, st.sampled_from(["\\", "`"]))
def test_the_quick_check_agrees_with_the_lexer(text: str, escape: str) -> None:
    try:
        check_expandable(text, escape)
    except LexError:
        assert not _lexes(text, escape)
    else:
        assert _lexes(text, escape)


@given(_TEXTS)
def test_raw_words_are_what_is_written(text: str) -> None:
    assume("$" not in text)
    assume('"' not in text or "\\" not in text)  # BuildKit doubles an escape in double quotes that escapes nothing
    try:
        words = Lexer(text, "\\", raw_quotes=True, raw_escapes=True).words()
    except LexError:
        return
    assert [text[word.start : word.end] for word in words] == [word.text for word in words]


REFUSED = [
    "'a",
    '"a',
    "${",
    "${A",
    "${}",
    "${:a}",
    "${A^^}",
    "${A:0:1}",
    "${A:#b}",
    "${A/b}",
    "${A//b}",
    "${A:-'}",
    '"${A"',
    "${A#\\x}",
    "${A//\\x/b}",
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_no_value_could_make_right(text: str) -> None:
    with pytest.raises(LexError):
        check_expandable(text, "\\")


FINE = [
    "",
    "a b",
    "$",
    "$$",
    "${A}",
    "${A:-}",
    "${A:?}",
    "${A##*\\*}",
    "${A/b/c}",
    "${A:-${B}}",
    "\\'",
    "'\"'",
    '"\\""',
    "a\\",
]


@pytest.mark.parametrize("text", FINE)
def test_what_some_value_makes_right(text: str) -> None:
    check_expandable(text, "\\")


def test_quotes_may_be_plain_characters() -> None:
    check_expandable("it's ${A}", "\\", quotes=False)
    with pytest.raises(LexError):
        check_expandable("'${A^}'", "\\", quotes=False)


def test_the_escape_is_the_files_own() -> None:
    check_expandable("`'", "`")
    with pytest.raises(LexError):
        check_expandable("\\'", "`")


WORDS: list[tuple[str, list[Word]]] = [
    ("a  <<E b", [Word("a", 0, 1), Word("<<E", 3, 6), Word("b", 7, 8)]),
    ("<< E", [Word("<< E", 0, 4)]),
    ("a'b c'd e", [Word("ab cd", 0, 7), Word("e", 8, 9)]),
    ("${A:-b c}", [Word("${A:-b", 0, 6), Word("c}", 7, 9)]),
    ("''", []),
    ("a b${C:-d}", [Word("a", 0, 1), Word("${C:-d}", 3, 10)]),  # BuildKit loses what stands before a modifier
]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_words(text: str, expected: list[Word]) -> None:
    assert Lexer(text, "\\").words() == expected
