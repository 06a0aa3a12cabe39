"""Options and operands as getopt tells them apart."""

from __future__ import annotations

import pytest

from dfopt.knowledge.grammar import Grammar
from dfopt.shell.carried import text_of
from dfopt.shell.getopt import getopt
from dfopt.shell.nodes import Script
from dfopt.shell.parser import parse
from dfopt.shell.walk import simple_commands

GRAMMAR = Grammar(letters="oC", pairs="n", names=frozenset(["out"]), bundle=True)


@pytest.mark.parametrize(
    ("text", "given", "operands"),
    [
        ("-o a b", "o=a", "b"),
        ("-oa b", "o=a", "b"),
        ("-xo a b", "x o=a", "b"),
        ("-xoC a", "x o=C", "a"),
        ("-nvo a b", "nv o=a", "b"),
        ("--out a b --out=c", "out=a out=c", "b"),
        ("--other a", "other", "a"),
        ("./b -x -- -o a", "x", "./b -o a"),
        ("xoC a b c", "x o=a C=b", "c"),
        ("- a", "", "- a"),
        ("-o$A b", "o=${A}", "b"),
        ("--out=x$A", "out=x${A}", ""),
        ("$A -o", "o", "${A}"),
    ],
)
def test_getopt(text: str, given: str, operands: str) -> None:
    script = parse(f"run {text}")
    assert isinstance(script, Script)
    options = getopt(simple_commands(script)[0].words[1:], GRAMMAR)
    said = [each.name if each.value is None else f"{each.name}={text_of(each.value.parts)}" for each in options.given]
    assert (" ".join(said), " ".join(text_of(word.parts) for word in options.operands)) == (given, operands)


def test_a_quoted_option_has_a_value_that_is_not_known() -> None:
    script = parse('run "--out=a"')
    assert isinstance(script, Script)
    (value,) = getopt(simple_commands(script)[0].words[1:], GRAMMAR).values("out")
    assert value.value is None
