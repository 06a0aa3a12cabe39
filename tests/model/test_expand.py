"""Words of a Dockerfile get the value that BuildKit gives them, or none at all."""

from __future__ import annotations

import pytest

from dfopt.model.expand import expand

VALUES = {"A": "1", "EMPTY": "", "HIDDEN": None}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("$A", "1"),
        ("${A}b", "1b"),
        ("$UNSET", ""),
        ("${UNSET:-x}", "x"),
        ("${EMPTY:-x}", "x"),
        ("${EMPTY-x}", ""),
        ("${A:+y}", "y"),
        ("${EMPTY:+y}", ""),
        ("${EMPTY+y}", "y"),
        ("${UNSET+y}", ""),
        ("${UNSET:-$A}", "1"),
        ("'$A'", "$A"),
        ('"$A b"', "1 b"),
        (r"\$A", "$A"),
        (r'"\n"', r"\n"),
        (r"a\ b", "a b"),
        ("$HIDDEN", None),
        ("${HIDDEN:-x}", None),
        ("${A%1}", None),
        ("${A:?no}", "1"),
        ("${UNSET:?no}", None),
        ("'open", None),
        ("a$", "a$"),
    ],
)
def test_values(text: str, value: str | None) -> None:
    assert expand(text, VALUES) == value


def test_the_escape_character_is_that_of_the_file() -> None:
    assert expand("c:\\dir`$A", VALUES, "`") == "c:\\dir$A"


def test_in_a_stage_an_unset_variable_is_unknown() -> None:
    assert expand("$UNSET", VALUES, unset=None) is None
    assert expand("${UNSET:-x}", VALUES, unset=None) is None
