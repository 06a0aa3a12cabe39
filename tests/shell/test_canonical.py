"""Equal forms are equal programs: layout is no part of them, quoting and structure are."""

from __future__ import annotations

from random import Random

import pytest

from dfopt.shell.nodes import Script
from dfopt.shell.parser import parse
from dfopt.shell.walk import canonical, commands, nodes, parts, scripts, simple_commands
from tests.shell.generate import Generator
from tests.shell.oracle_dash import our_form


def parsed(text: str) -> Script:
    script = parse(text)
    assert isinstance(script, Script)
    return script


@pytest.mark.parametrize(
    "texts",
    [
        ("a b", "  a\tb  ", "a \\\n b", "a b # c", "a b;", "a b\n", "# x\na b"),
        ("a; b", "a\nb", "a;b", "a # x\n\nb;", "a;\n\nb"),
        ("a && b", "a&&b", "a &&\n# x\nb"),
        ("ab", "a\\\nb"),
        ('"ab"', '"a\\\nb"'),
        ("a >f", "a > f", ">f a", "a > \\\nf"),
        ("if a; then b; fi", "if a\nthen\nb\nfi"),
        ("case x in a) b;; esac", "case x in (a) b\nesac", "case x in\n a )\n b ;;\nesac"),
        ("for i in a; do b; done", "for i in a\ndo\nb\ndone"),
        ("f() { a; }", "f ( )\n{\na\n}"),
        ("(a)", "( a )", "(a;)"),
        ("cat <<E\na\nE", "cat << E # x\na\nE\n"),
        ("cat <<E\nab\nE", "cat <<E\na\\\nb\nE"),
        ("cat <<-E\n\ta\n\tE", "cat <<-E\na\nE"),
        ("x=$(a;b)", "x=$( a\nb )"),
    ],
)
def test_layout_is_no_part(texts: tuple[str, ...]) -> None:
    assert len({canonical(parsed(text)) for text in texts}) == 1


DIFFERENT = (
    "a b", "ab", "'a b'", '"a b"', "a\\ b", "a; b", "a & b", "a & b &", "a && b", "a || b", "a | b", "! a b",
    "(a b)", "{ a b; }",
    "a 'b'", 'a "b"', "a \\b", "a=b", "a =b", "a= b", "a >b", "a 1>b", "a >>b", "a <b", "a 2>b", "a >|b", "a <>b",
    "a 'b' ''",
    "$a b", "${a} b", "${a-b}", "${a:-b}", "${#a} b", "${a-}", '"${a-b}"', "$(a) b", "`a` b", "$((a)) b", '"$(a)" b',
    "$(a b)",
    "a $", "a '$'", "a \\$", "if a; then b; fi", "if a; then b; else b; fi", "while a; do b; done",
    "until a; do b; done",
    "for a in b; do c; done", "for a; do c; done", "for a in; do c; done", "case a in b) c;; esac",
    "case a in b|c) c;; esac",
    "case a in b) ;; c) c;; esac", "a() { b; }", "a() (b)", "a() { b; } >c", "cat <<E\na\nE", "cat <<'E'\na\nE",
    "cat <<-E\na\nE",
    "cat <<E\n$a\nE", "cat <<'E'\n$a\nE", "cat <<E\n\\$a\nE", "cat <<E\n a\nE", "cat <<E\n\ta\nE", "(a; b)",
    "(a); b", "a && b || c",
    "a && { b || c; }", "{ a && b; } || c", "a && b; c", "! a && b", "! { a && b; }", "a | b && c", "a && b | c",
    "(a) >b", "{ a; } >b",
    "if a; then b; elif c; then d; fi", "if a; then b; else if c; then d; fi; fi", "a {b,c}", "a {b, c}", "script",
    "simple",
)  # fmt: skip


def test_different_programs_have_different_forms() -> None:
    forms = {canonical(parsed(text)): text for text in DIFFERENT}
    assert len(forms) == len(set(DIFFERENT)) == len(DIFFERENT)


def test_what_differs_for_dash_differs_in_form() -> None:
    generator = Generator(Random(9))
    forms: dict[object, object] = {}
    for _ in range(1500):
        script = parse(generator.body())
        if isinstance(script, Script):
            ours = our_form(script)
            assert forms.setdefault(canonical(script), ours) == ours
    assert len(forms) > 200


def test_nodes_within_substitutions_functions_and_heredocs() -> None:
    script = parsed('f() { a "$(b `c`)"; }\ncat <<E\n$(d)\nE\n: ${x:-$(e)} $(($(g))) >"$(h)"')
    names = {command.words[0].value for command in simple_commands(script)}
    assert names == {"a", "b", "c", "cat", "d", ":", "e", "g", "h"}
    outside = {command.words[0].value for command in simple_commands(script, backquotes=False)}
    assert names - outside == {"c"}
    assert len(list(scripts(script))) == 8
    assert sum(1 for _ in commands(script)) == len(names) + 2
    assert sum(1 for _ in parts(script)) < sum(1 for _ in nodes(script))


def test_nodes_come_in_the_order_of_the_text() -> None:
    starts = [command.span.start for command in simple_commands(parsed("a && (b; c | d) || if e; then f; fi; g"))]
    assert starts == sorted(starts)
    assert len(starts) == 7


def test_parts_of_a_word_have_a_form_too() -> None:
    (word,) = parsed("a$x").statements[0].list.pipelines[0].commands
    forms = {canonical(part) for part in parts(word)}
    assert len(forms) == 2
