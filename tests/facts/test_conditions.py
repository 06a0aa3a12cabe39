"""Which commands of a script may not run."""

from __future__ import annotations

import pytest

from dfopt.facts.conditions import optional
from dfopt.shell.nodes import Script
from dfopt.shell.parser import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a && b", []),
        ("a || b", ["b"]),
        ("a || exit 1; b", []),
        ("a && b || true", ["true"]),
        ("[ $X = 1 ] && a || b", ["a", "b"]),
        ("[ $X = 1 ] && a || exit 1", []),
        ("[ -f a ] || cp b a", []),
        ("if [ $X ]; then a; else b; fi; c", ["a", "b"]),
        ("if [ ! -f a ]; then cp b a; fi", []),
        ("case $X in a) b ;; esac", ["b"]),
    ],
)
def test_what_may_not_run(text: str, expected: list[str]) -> None:
    script = parse(text)
    assert isinstance(script, Script)
    assert [text[span.start : span.end] for span in sorted(optional(script), key=lambda span: span.start)] == expected
