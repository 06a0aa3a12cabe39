"""The comment counter itself: it sees what is lost, and counts only what is a comment."""

from __future__ import annotations

import pytest

from tests.corpus import comments


@pytest.mark.parametrize(
    ("before", "after", "gone"),
    [
        ("FROM a\n# one\nRUN b\n", "FROM a\nRUN b\n", ["# one"]),
        ("FROM a\n# one\n# one\nRUN b\n", "FROM a\n# one\nRUN b\n", ["# one"]),
        ("FROM a\n# one\nRUN b\n", "FROM a\n\t#  one\r\nRUN b\n", []),
        ("FROM a\nRUN b \\\n # in\n  && c\n", "FROM a\nRUN b \\\n  && c\n", ["# in"]),
        ("FROM a\nRUN b # why\nRUN c\n", "FROM a\nRUN b && c\n", ["why"]),
        ("FROM a\nRUN b # why\nRUN c\n", "FROM a\n# why\nRUN b && c\n", []),
        ("FROM a\n# one\nRUN b\nRUN c\n", "FROM a\nRUN <<EOF\n# one\nb\nc\nEOF\n", []),
    ],
)
def test_lost(before: str, after: str, gone: list[str]) -> None:
    assert comments.lost(before, after) == gone


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nRUN <<EOF\n# of the script\nEOF\n",
        "FROM a\nCOPY <<-'E' /x\n\t# of the file\n\tE\n",
        "FROM a\nRUN b <<E \\\n  c\n# of the heredoc\nE\n",
        "FROM a\nRUN cat <<A <<B\n# a\nA\n# b\nB\n",
        "FROM a\nRUN echo '# quoted' # \"\n",
        "FROM a\nRUN echo a\\ # b\n",
        "FROM a\nRUN echo a#b\n",
        "FROM a\nENV A=1 # no comment\n",
    ],
)
def test_no_comment(text: str) -> None:
    assert comments.lost(text, "") == []


def test_what_follows_a_heredoc_counts() -> None:
    text = "FROM a\nRUN <<EOF\n# of the script\nEOF\n# one\nCOPY a b\n# two\n"
    assert list(comments.comment_lines(text)) == ["# one", "# two"]


def test_a_heredoc_without_an_end_hides_nothing() -> None:
    assert list(comments.comment_lines("FROM a\nRUN a <<EOF\n# one\n")) == ["# one"]
