"""Edits are applied as they say, and patches that overlap wait for the next pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.edits import Edit, Patch, apply, merge
from dfopt.source import Span


def _edit(start: int, end: int, text: str = "") -> Edit:
    return Edit(Span(start, end), text)


def test_edits_are_applied_in_any_order() -> None:
    edits = [_edit(4, 5, "E"), _edit(0, 1, "A"), _edit(2, 2, "-")]
    assert apply("abcdef", edits) == "Ab-cdEf"
    assert apply("abcdef", reversed(edits)) == "Ab-cdEf"


def test_an_edit_outside_the_text_is_an_error() -> None:
    with pytest.raises(ValueError, match="leave the text"):
        apply("abc", [_edit(2, 4)])


def test_overlapping_edits_are_an_error() -> None:
    with pytest.raises(ValueError, match="overlap"):
        apply("abcdef", [_edit(0, 3), _edit(2, 4)])


@pytest.mark.parametrize(
    ("first", "second"),
    [((0, 3), (2, 5)), ((0, 3), (0, 1)), ((2, 2), (2, 2)), ((1, 3), (3, 3)), ((3, 3), (1, 3)), ((0, 9), (4, 5))],
)
def test_touching_patches_are_not_applied_together(first: tuple[int, int], second: tuple[int, int]) -> None:
    a, b = Patch([_edit(*first)], why="a"), Patch([_edit(*second)], why="b")
    assert merge([a, b]) == ([a], [b])


def test_neighbours_are_applied_together() -> None:
    a, b = Patch([_edit(0, 3)], why="a"), Patch([_edit(3, 5)], why="b")
    assert merge([a, b]) == ([a, b], [])


def test_a_patch_is_all_or_nothing() -> None:
    wide = Patch([_edit(0, 1), _edit(8, 9)], why="wide")
    inner, blocked = Patch([_edit(4, 5)], why="inner"), Patch([_edit(8, 8), _edit(2, 3)], why="blocked")
    assert merge([wide, inner, blocked]) == ([wide, inner], [blocked])


def test_a_patch_without_edits_needs_a_place() -> None:
    with pytest.raises(ValueError, match="span"):
        Patch([], why="nothing")


@given(st.text(max_size=40), st.data())
def test_what_no_edit_touches_stays(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    new = data.draw(st.text(max_size=5))
    result = apply(text, [_edit(start, end, new)])
    assert result.startswith(text[:start])
    assert result.endswith(text[end:])
    assert len(result) == len(text) - (end - start) + len(new)
