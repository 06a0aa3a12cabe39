"""What counts in a Dockerfile, and what is layout: the plans of two files, and their comments."""

from __future__ import annotations

import pytest

from dfopt.facts.facts import Facts
from dfopt.source import Source
from dfopt.syntax.parser import parse
from dfopt.validation.check import difference
from dfopt.validation.comments import misplaced


def facts(text: str) -> Facts:
    return Facts(parse(Source(text)))


def differ(before: str, after: str) -> str | None:
    return difference(facts(before), facts(after), [])


SAME = [
    ("FROM a\nRUN b\n", "from a\n\n\nrun   b"),
    ("FROM a\nRUN b && c\n", "FROM a\nRUN b \\\n && c\n"),
    ("FROM a\nENV x=1 y=2\n", "FROM a\nENV x=1 \\\n  y=2\n"),
    ("FROM a\nENV x 1\n", "FROM a\nENV x=1\n"),
    ("FROM a\nLABEL x=1\nRUN b\nCMD c\n", "FROM a\nCMD c\nRUN b\nLABEL x=1\n"),
    ("FROM a\nEXPOSE 1\nSTOPSIGNAL x\nRUN b\n", "FROM a\nRUN b\nSTOPSIGNAL x\nEXPOSE 1\n"),
    ("FROM a\nHEALTHCHECK NONE\nRUN b\nMAINTAINER c\n", "FROM a\nRUN b\nMAINTAINER c\nHEALTHCHECK NONE\n"),
    ("FROM a\nCOPY b c /d/\n", "FROM a\nCOPY b  c \\\n /d/\n"),
    ("FROM a\nRUN # b\nCMD c\n", "FROM a\n# b\nCMD c\n"),
    ("FROM a\nRUN [[ b ]]\nLABEL x=1\n", "FROM a\nLABEL x=1\nRUN [[ b ]]\n"),
    ("FROM a\nRUN b # c\nRUN d\n", "FROM a\nRUN b \\\n# c\n && d\n"),
    ("FROM a\nRUN <<E\nb\nE\n", "FROM a\nRUN <<F\n( b )\nF\n"),
    ("FROM a\nRUN --mount=type=cache,target=/c b\n", 'FROM a\nRUN --mount="type=cache,target=/c" b\n'),
    (
        "FROM a\nRUN --mount=target=/c,ro=1 b\nRUN --mount=target=/c,ro=1 d\n",
        "FROM a\nRUN --mount=target=/c,ro=1 b && d\n",
    ),
    ("FROM a\r\nRUN b\r\n", "FROM a\nRUN b\n"),
]


@pytest.mark.parametrize(("before", "after"), SAME)
def test_layout_is_not_compared(before: str, after: str) -> None:
    assert differ(before, after) is None
    assert differ(before, before) is None


OTHER = [
    ("FROM a\nCMD b\nCMD c\n", "FROM a\nCMD c\nCMD b\n"),
    ("FROM a\nLABEL x=$y\nENV y=1\n", "FROM a\nENV y=1\nLABEL x=$y\n"),
    ("FROM a\nRUN [[ b ]]\n", "FROM a\nRUN [[ b  ]]\n"),
    ('FROM a\nRUN ["b"]\n', "FROM a\nRUN b\n"),
    ("FROM a\nRUN --mount=type=tmpfs,target=/t b && c\n", "FROM a\nRUN --mount=type=tmpfs,target=/t b\nRUN c\n"),
    (
        "FROM a\nRUN --mount=target=/c,ro=0 b\nRUN --mount=target=/c,ro=0 d\n",
        "FROM a\nRUN --mount=target=/c,ro=0 b && d\n",
    ),
    (
        "FROM a\nRUN --mount=target=/c,rw=$x b\nRUN --mount=target=/c,rw=$x d\n",
        "FROM a\nRUN --mount=target=/c,rw=$x b && d\n",
    ),
    ("FROM a\nRUN --mount=type=ssh # b\n", "FROM a\n# b\n"),
    ("FROM a AS x\nRUN b\n", "FROM a AS y\nRUN b\n"),
    ("FROM a\nRUN b\n", "FROM a\nRUN b\nFROM a\n"),
    ("FROM a\nVOLUME /b\nRUN c\n", "FROM a\nRUN c\nVOLUME /b\n"),
    ("FROM a\nENV x=1\nENV y=1\n", "FROM a\nENV y=1\nENV x=1\n"),
    ("ARG x\nARG y\nFROM a\n", "ARG y\nARG x\nFROM a\n"),
    ("FROM a\nRUN b; c\n", "FROM a\nRUN <<E\nb; c\nE\n"),
]


@pytest.mark.parametrize(("before", "after"), OTHER)
def test_all_else_is(before: str, after: str) -> None:
    assert differ(before, after) is not None


def test_operations_that_begin_and_end_alike_do_not_hide_what_differs() -> None:
    head, tail = "FROM a\nRUN b\nRUN c\n", "RUN b\nRUN c\n"
    assert differ(f"{head}{tail}", f"{head}RUN c\n{tail}") is not None
    assert differ(f"{head}RUN b\n{tail}", f"{head}{tail}") is not None
    assert differ(f"{head}RUN d\n{tail}", f"{head}RUN ( d )\n{tail}") is None


def test_a_script_that_is_too_long_already_is_not_the_rewriting() -> None:
    long = " \\\n".join(["RUN echo", *["x" * 1000] * 140])
    assert differ(f"FROM a\n{long}\nRUN b\n", f"FROM a\n{long}\nRUN ( b )\n") is None
    assert differ(f"FROM a\nRUN b\n{long} \\\n y\nRUN c\n", f"FROM a\nRUN ( b )\n{long} \\\n  y\nRUN ( c )\n") is None


PLACES = [
    ("FROM a\n# x\nRUN b\nRUN c\n", "FROM a\n# x\nRUN b && c\n", True),
    ("FROM a\nRUN b\n# x\nRUN c\n", "FROM a\nRUN b \\\n# x\n && c\n", True),
    ("FROM a\nRUN b\n# x\nRUN c\n", "FROM a\n# x\nRUN b && c\n", False),
    ("FROM a\nRUN b\n# x\nRUN c\n", "FROM a\nRUN b && c\n# x\n", False),
    ("FROM a\nRUN set -e; b\n# x\nRUN set -e; c\n", "FROM a\nRUN set -e; b; \\\n# x\n c\n", True),
    ("FROM a\nRUN <<E\nb # x\nc\nE\n", "FROM a\nRUN <<E\nb\nc # x\nE\n", False),
    ("FROM a\nRUN b\n# x\nLABEL y=1\nRUN c\n", "FROM a\nRUN b && c\n# x\nLABEL y=1\n", True),
    ("FROM a\nRUN b\n# x\nLABEL y=1\nRUN c\n", "FROM a\nRUN b \\\n# x\n && c\nLABEL y=1\n", False),
    ("FROM a\n# x\nCOPY b c\n# y\nCOPY d e\n", "FROM a\n# y\nCOPY b c\n# x\nCOPY d e\n", False),
    ("FROM a\n# x\n#\nRUN b\n", "FROM a\nRUN b\n# x\n#\n", True),
    ("FROM a\n# x y\nRUN b\n", "FROM a\n# xy\nRUN b\n", False),
    ("FROM a\n# x  y\nRUN b\n", "FROM a\n\n  # x y\nRUN b\n", True),
    ("FROM a\n# x\nENV y=1\nRUN b\n", "FROM a\nRUN b\n# x\nENV y=1\n", True),
    ("FROM a\n# x\nARG y\nRUN b\n", "FROM a\nARG y\n# x\nRUN b\n", False),
    ("FROM a\nUSER y\n# x\nRUN b\n", "FROM a\n# x\nUSER y\nRUN b\n", False),
    ("FROM a\n# x\n# x\nRUN b\n", "FROM a\n# x\nRUN b\n", False),
    ("FROM a\n# x\nRUN b\n", "FROM a\n# x\n# y\nRUN b\n", True),
    ("FROM a\nRUN b\n# x\n", "FROM a\nRUN b\n# x\n", True),
    ("FROM a\nRUN [[ b ]] # x\nRUN c\n", "FROM a\nRUN [[ b ]] # x\nRUN ( c )\n", True),
    ("FROM a\nRUN [[ b ]]\n# x\nRUN c\n", "FROM a\n# x\nRUN [[ b ]]\nRUN c\n", False),
    ('FROM a\nRUN ["b"]\n# x\nRUN c\n', 'FROM a\n# x\nRUN ["b"]\nRUN c\n', False),
]


@pytest.mark.parametrize(("before", "after", "expected"), PLACES)
def test_comments_stay_where_they_are(before: str, after: str, expected: bool) -> None:
    assert (misplaced(facts(before), facts(after), frozenset()) is None) is expected


def test_commands_that_come_or_go_move_no_comment() -> None:
    before, after = facts("FROM a\nRUN b\n# x\nRUN c\n"), facts("FROM a\nRUN b && d\n# x\nRUN c\n")
    assert misplaced(before, after, frozenset()) is not None
    assert misplaced(before, after, frozenset({("d",)})) is None
