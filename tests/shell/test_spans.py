"""Every node says where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.shell.nodes import (
    Case,
    CommandSubstitution,
    DoubleQuoted,
    Escaped,
    For,
    Function,
    Group,
    HereDocument,
    If,
    Literal,
    Loop,
    Redirect,
    Script,
    ShellComment,
    ShellNode,
    Simple,
    SingleQuoted,
    Subshell,
    Word,
)
from dfopt.shell.parser import parse
from dfopt.shell.walk import canonical, children, nodes
from tests.shell.generate import Generator
from tests.shell.snippets import ACCEPTED

_COMPOUND = (Subshell, Group, If, Loop, For, Case, Function)


def parsed(text: str) -> Script:
    script = parse(text)
    assert isinstance(script, Script)
    return script


def simple(text: str) -> Simple:
    command = parsed(text).statements[0].list.pipelines[0].commands[0]
    assert isinstance(command, Simple)
    return command


def check(text: str) -> None:
    """Children lie within their parents, apart from one another; texts are what stands there."""
    script = parsed(text)
    assert script.span == (0, len(text))
    bodies = any(isinstance(node, HereDocument) for node in nodes(script))
    for node in nodes(script, backquotes=False):
        inner = [child for child in children(node) if not isinstance(child, HereDocument)]
        if isinstance(node, CommandSubstitution) and node.backquoted:
            continue
        assert all(node.span.start <= child.span.start <= child.span.end <= node.span.end for child in inner), node
        spans = sorted(child.span for child in inner if not isinstance(child, ShellComment))
        assert all(first.end <= second.start for first, second in pairwise(spans)), node
        check_text(text[node.span.start : node.span.end], node)
        if isinstance(node, _COMPOUND) and not bodies:
            alone = parsed(text[node.span.start : node.span.end]).statements
            assert [canonical(statement) for statement in alone] == [canonical(node)]


def check_text(piece: str, node: ShellNode) -> None:
    if isinstance(node, Literal):
        assert piece == node.text
    elif isinstance(node, SingleQuoted):
        assert piece == f"'{node.text}'"
    elif isinstance(node, Escaped):
        assert piece == "\\" + (node.text or "\n")
    elif isinstance(node, DoubleQuoted):
        assert piece[0] == piece[-1] == '"'
    elif isinstance(node, Word) and node.parts:
        assert (node.span.start, node.span.end) == (node.parts[0].span.start, node.parts[-1].span.end)


@pytest.mark.parametrize("text", ACCEPTED)
def test_spans_of_snippets(text: str) -> None:
    check(text)


def generated() -> Iterator[str]:
    generator = Generator(Random(5))
    for _ in range(400):
        text = generator.body()
        if isinstance(parse(text), Script):
            yield text


def test_spans_of_generated_texts() -> None:
    texts = list(generated())
    assert len(texts) > 100
    for text in texts:
        check(text)


@given(
    st.lists(
        st.sampled_from("a 'b' \"$c\" $(d) && || | ; & ( ) { } if then fi \n < > 2>f <<E \nE\n # \\ ` for".split(" "))
    )
)
def test_any_tokens_are_parsed_or_refused(tokens: list[str]) -> None:
    check_or_refused(" ".join(tokens))


@given(st.text(alphabet=" \t\n\r\\'\"`$#&|;<>(){}[]!=-+%:?@*012abEé"))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    check_or_refused(text)


def check_or_refused(text: str) -> None:
    tree = parse(text)
    if isinstance(tree, Script):
        check(text)
    else:
        assert 0 <= tree.offset <= len(text)


def test_words_and_redirects() -> None:
    command = simple("x=1 echo 'a b'$c  2>&1 >f # d")
    assert command.span == (0, 25)
    assert [assign.span for assign in command.assignments] == [(0, 3)]
    assert [word.span for word in command.words] == [(4, 8), (9, 16)]
    assert [redirect.span for redirect in command.redirects] == [(18, 22), (23, 25)]


def test_a_continuation_behind_a_word_is_not_part_of_it() -> None:
    assert [word.span for word in simple("a\\\n b\\\nc\\\n").words] == [(0, 1), (4, 8)]


def test_terminators() -> None:
    text = "a ; b & c\nd"
    spans = [(statement.terminator, statement.terminator_span) for statement in parsed(text).statements]
    assert spans == [(";", (2, 3)), ("&", (6, 7)), ("\n", (9, 10)), ("", None)]


def test_a_newline_terminates_behind_a_comment() -> None:
    first = parsed("a # b\nc").statements[0]
    assert (first.span, first.terminator, first.terminator_span) == ((0, 1), "\n", (5, 6))


def test_a_script_is_the_region_between_its_tokens() -> None:
    text = "if a; then b # c\nfi"
    command = parsed(text).statements[0].list.pipelines[0].commands[0]
    assert isinstance(command, If)
    branch = command.branches[0]
    assert text[slice(*branch.condition.span)] == " a; "
    assert text[slice(*branch.body.span)] == " b # c\n"


def heredoc(redirect: Redirect) -> HereDocument:
    assert redirect.heredoc is not None
    return redirect.heredoc


def test_a_here_document_lies_beyond_its_command() -> None:
    text = "cat <<A <<-B >f; x\na\nA\n\tb\n\tB\ny"
    script = parsed(text)
    command = simple(text)
    first, second, _ = command.redirects
    assert text[slice(*command.span)] == "cat <<A <<-B >f"
    assert text[slice(*heredoc(first).span)] == "a\n"
    assert text[heredoc(first).span.end : heredoc(first).end] == "A"
    assert text[slice(*heredoc(second).span)] == "\tb\n"
    assert text[heredoc(second).span.end : heredoc(second).end] == "\tB"
    assert [text[slice(*statement.span)] for statement in script.statements] == ["cat <<A <<-B >f", "x", "y"]


def test_spans_within_backquotes_are_those_of_the_inner_text() -> None:
    part = simple("echo `a \\$x b`").words[1].parts[0]
    assert isinstance(part, CommandSubstitution)
    assert part.text == "a $x b"
    inner = part.script.statements[0].list.pipelines[0].commands[0]
    assert isinstance(inner, Simple)
    assert [word.span for word in inner.words] == [(0, 1), (2, 4), (5, 6)]
