"""Where the nodes of a tree lie, and that nothing of the text is lost."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given

from dfopt.errors import DockerfileSyntaxError
from dfopt.source import Source, Span
from dfopt.syntax import nodes
from dfopt.syntax.joined import Joined
from dfopt.syntax.parser import parse
from dfopt.syntax.printing import LostTextError, print_tree
from tests.syntax.ugly import dockerfiles


def _parsed(text: str) -> nodes.Dockerfile | None:
    try:
        return parse(Source(text))
    except DockerfileSyntaxError:
        return None


def _joined(instruction: nodes.Instruction) -> Iterator[Joined]:
    yield instruction.body
    match instruction:
        case nodes.Run(script=script) if script is not None:
            yield script
        case nodes.Healthcheck(command=command) if command is not None:
            yield command
        case nodes.Onbuild(trigger=trigger):
            yield from _joined(trigger)
        case _:
            pass


def _words(instruction: nodes.Instruction) -> Iterator[nodes.Argument]:
    match instruction:
        case nodes.From(image=image, name=name):
            yield image
            yield from [] if name is None else [name]
        case nodes.Copy() | nodes.Add() if not instruction.is_json:
            yield from (*instruction.sources, instruction.destination)
        case nodes.Env(pairs=pairs) | nodes.Label(pairs=pairs) | nodes.Arg(pairs=pairs):
            for pair in pairs:
                yield nodes.Argument(pair.key_span, pair.key)
                if pair.value_span is not None and pair.value is not None:
                    yield nodes.Argument(pair.value_span, pair.value)
        case nodes.Expose(ports=ports):
            yield from ports
        case nodes.Onbuild(trigger=trigger):
            yield from _words(trigger)
        case _:
            pass


@given(dockerfiles())
def test_printing_gives_the_text_back(text: str) -> None:
    tree = _parsed(text)
    assert tree is None or print_tree(tree) == text


@given(dockerfiles())
def test_each_character_of_a_joined_text_is_the_one_it_maps_to(text: str) -> None:
    tree = _parsed(text)
    for instruction in () if tree is None else tree.instructions:
        for joined in _joined(instruction):
            assert "".join(text[joined.offset(at)] for at in range(len(joined.text))) == joined.text


@given(dockerfiles())
def test_words_lie_in_the_body_where_they_stand(text: str) -> None:
    tree = _parsed(text)
    for instruction in () if tree is None else tree.instructions:
        body = instruction.body
        for word in _words(instruction):
            if not word.text:
                assert word.span.start == word.span.end
                continue
            start = body.index(word.span.start)
            assert body.text[start : start + len(word.text)] == word.text
            assert body.span(start, start + len(word.text)) == word.span


@given(dockerfiles())
def test_instructions_follow_each_other_and_hold_their_parts(text: str) -> None:
    tree = _parsed(text)
    at = 0
    for instruction in () if tree is None else tree.instructions:
        assert at <= instruction.span.start < instruction.span.end <= len(text)
        at = instruction.span.end
        parts = [instruction.keyword_span, *(flag.span for flag in instruction.flags)]
        parts += [heredoc.span for heredoc in instruction.heredocs]
        assert parts == sorted(parts)
        assert all(instruction.span.start <= part.start <= part.end <= instruction.span.end for part in parts)
        assert all(comment.span.end <= instruction.span.start for comment in instruction.comments)


@given(dockerfiles())
def test_comments_are_all_there(text: str) -> None:
    tree = _parsed(text)
    if tree is None:
        return
    assert all(tree.text(comment) == comment.text for comment in tree.comments)
    held = [comment for item in tree.instructions for comment in (*item.comments, *item.inner_comments)]
    assert held == sorted(held, key=lambda comment: comment.span)
    assert set(held) <= set(tree.comments)


UGLY = (
    "\ufeff# syntax=a\r\n\n# note\n \tfrom a \\\n  # inner\n\n as b\r\n"
    "RUN <<-A cat <<'B' \\\r\n && c\n\tx\r\n\tA\ny\nB\r\n"
    "COPY --from=b\\\n# in a flag\n\\\n2 -- d e\n"
    "onbuild R\\\nUN <<E\nE\n# last\nENV A=\\\n1 \\"
)


def test_an_ugly_file_is_printed_whole() -> None:
    tree = parse(Source(UGLY))
    assert print_tree(tree) == UGLY
    assert [comment.text for comment in tree.comments] == ["# note", "# inner", "# in a flag", "# last"]
    assert [instruction.keyword for instruction in tree.instructions] == ["FROM", "RUN", "COPY", "ONBUILD", "ENV"]


def test_bytes_that_are_no_text_come_back() -> None:
    data = b"FROM a\r\nRUN printf '\xff\x85 \xc3'\r\n\x0c\n"
    source = Source.from_bytes(data)
    print_tree(parse(source))
    assert source.to_bytes() == data


def _without(tree: nodes.Dockerfile, number: int) -> nodes.Dockerfile:
    left = tree.instructions[:number] + tree.instructions[number + 1 :]
    return msgspec.structs.replace(tree, instructions=left)


@pytest.mark.parametrize("number", range(5))
def test_a_lost_instruction_is_noticed(number: int) -> None:
    with pytest.raises(LostTextError):
        print_tree(_without(parse(Source(UGLY)), number))


@pytest.mark.parametrize("number", range(4))
def test_a_lost_comment_is_noticed(number: int) -> None:
    tree = parse(Source(UGLY))
    comments = tree.comments[:number] + tree.comments[number + 1 :]
    with pytest.raises(LostTextError):
        print_tree(msgspec.structs.replace(tree, comments=comments))


def test_text_that_belongs_to_two_leaves_is_noticed() -> None:
    tree = parse(Source(UGLY))
    with pytest.raises(LostTextError):
        print_tree(msgspec.structs.replace(tree, instructions=(tree.instructions[0], *tree.instructions)))


def test_a_changed_leaf_is_printed_as_it_is() -> None:
    tree = parse(Source("FROM a\n"))
    first = tree.instructions[0]
    changed = msgspec.structs.replace(first, body=Joined("b", (0,), (5,)))
    assert print_tree(msgspec.structs.replace(tree, instructions=(changed,))) == "FROM b\n"


def test_comments_belong_to_the_next_instruction_back_to_a_bare_one() -> None:
    tree = parse(Source("# lost\n#\n# a\n\n  # b\n  #\nFROM a\n# c\n#\t\nRUN b\n"))
    first, second = tree.instructions
    assert [comment.text for comment in first.comments] == ["# a", "# b", "#"]
    assert second.comments == ()


def test_a_directive_is_no_comment() -> None:
    tree = parse(Source("# escape=`\n# note\nFROM a\n"))
    assert [(directive.name, directive.value) for directive in tree.directives] == [("escape", "`")]
    assert [comment.text for comment in tree.comments] == ["# note"]


def test_inner_comments_stay_with_their_instruction() -> None:
    tree = parse(Source("FROM a\nRUN b \\\n  # why\n  c\nRUN d\n"))
    assert [comment.text for comment in tree.instructions[1].inner_comments] == ["# why"]
    assert tree.instructions[2].comments == ()


SPANS = [
    ("FROM a\nRUN b \\\n  c \\\n\nRUN d", "RUN b \\\n  c \\\n\nRUN d"),
    ("FROM a\nRUN b \\\n", "RUN b"),
    ("FROM a\n\tRUN <<E\nx\n E\nE\n", "RUN <<E\nx\n E\nE"),
    ("FROM a\nRUN --mount=type=tmpfs,target=/x  \n", "RUN --mount=type=tmpfs,target=/x"),
]


@pytest.mark.parametrize(("text", "expected"), SPANS)
def test_the_span_of_an_instruction(text: str, expected: str) -> None:
    tree = parse(Source(text))
    assert tree.text(tree.instructions[1]) == expected


def test_flags_hold_what_buildkit_reads() -> None:
    tree = parse(Source('FROM a\nCOPY --chown="a b":c --chmod=7\\\n55 --link -- --d e\n'))
    copy = next(tree.find(nodes.Copy))
    assert [(flag.name, flag.value) for flag in copy.flags] == [("chown", "a b:c"), ("chmod", "755"), ("link", None)]
    assert copy.flags_end is not None
    assert tree.source.slice(copy.flags_end) == "--"
    assert [source.text for source in copy.sources] == ["--d"]
    assert tree.source.slice(copy.flags[1].span) == "--chmod=7\\\n55"


def test_words_of_the_exec_form_have_the_spans_of_their_literals() -> None:
    tree = parse(Source('FROM a\nCOPY ["a\\u0062 c", \\\n "d"]\n'))
    copy = next(tree.find(nodes.Copy))
    assert copy.is_json
    assert [(word.text, tree.text(word)) for word in (*copy.sources, copy.destination)] == [
        ("ab c", '"a\\u0062 c"'),
        ("d", '"d"'),
    ]


def _script(text: str) -> tuple[nodes.Run, Joined]:
    run = next(parse(Source(text)).find(nodes.Run))
    assert run.script is not None
    return run, run.script


def test_a_bare_heredoc_is_the_script_without_its_leading_tabs() -> None:
    text = "FROM a\nRUN <<-EOF\n\t\ta\r\n\tb\n\tEOF\n"
    run, script = _script(text)
    assert run.is_heredoc_script
    assert script.text == "a\r\nb\n"
    assert [text[script.offset(at)] for at in range(len(script.text))] == list(script.text)


def test_a_shebang_stays_in_the_script() -> None:
    run, script = _script("FROM a\nRUN <<EOF\n#!/usr/bin/env python3\nprint()\nEOF\n")
    assert run.is_heredoc_script
    assert script.text.startswith("#!")


def test_other_heredocs_go_back_into_the_script() -> None:
    text = "FROM a\nRUN cat <<-A <<B \\\n | c\n\tx\n\t\tA\ny\r\nB\r\n"
    run, script = _script(text)
    assert not run.is_heredoc_script
    assert script.text == "cat <<-A <<B  | c\n\tx\nA\ny\r\nB"
    assert [text[script.offset(at)] for at in range(len(script.text))] == list(script.text)


def test_the_exec_form_has_no_script() -> None:
    run = next(parse(Source('FROM a\nRUN ["b", "c d"]\n')).find(nodes.Run))
    assert (run.argv, run.script) == (("b", "c d"), None)


def test_a_trigger_is_an_instruction_with_spans_of_its_own() -> None:
    text = "FROM a\n# why\nONBUILD COPY --from=b <<A \\\n # in\n /c\nx\nA\nRUN d\n"
    tree = parse(Source(text))
    onbuild = next(tree.find(nodes.Onbuild))
    trigger = onbuild.trigger
    assert isinstance(trigger, nodes.Copy)
    assert tree.text(trigger) == "COPY --from=b <<A \\\n # in\n /c\nx\nA"
    assert [comment.text for comment in onbuild.comments] == ["# why"]
    assert trigger.comments == ()
    assert trigger.heredocs == onbuild.heredocs
    assert trigger.destination.text == "/c"


@pytest.mark.parametrize("trigger", ["COPY --bogus a b", "COPY a", "BOGUS x", "ENV =a", 'USER "a', "SHELL a"])
def test_a_trigger_that_would_fail_is_not_looked_into(trigger: str) -> None:
    onbuild = next(parse(Source(f"FROM a\nONBUILD {trigger}\n")).find(nodes.Onbuild))
    assert type(onbuild.trigger) is nodes.Unchecked
    assert onbuild.trigger.keyword == trigger.split(maxsplit=1)[0]


def test_a_pair_knows_its_key_and_its_value_across_a_continuation() -> None:
    text = 'FROM a\nENV A\\\nB="c \\\n d" E=f\n'
    tree = parse(Source(text))
    first, second = next(tree.find(nodes.Env)).pairs
    assert (first.key, first.value) == ("AB", '"c  d"')
    assert tree.source.slice(first.key_span) == "A\\\nB"
    assert first.value_span is not None
    assert tree.source.slice(first.value_span) == '"c \\\n d"'
    assert (second.key, second.value, second.span) == ("E", "f", Span(len(text) - 4, len(text) - 1))


ERRORS = [
    ("FROM a\nRUN b \\\n c\nBOGUS d\n", 4, 1),
    ("FROM a\nENV A=b \\\n  C\n", 3, 3),
    ("FROM a AS b\nCOPY --from=b \\\n --from=c d e\n", 3, 2),
    ("# escape=`\n  # escape=\\\nFROM a\n", 2, 3),
    ("FROM a\nRUN x <<EOF\n", 2, 7),
]


@pytest.mark.parametrize(("text", "line", "column"), ERRORS)
def test_an_error_says_where(text: str, line: int, column: int) -> None:
    with pytest.raises(DockerfileSyntaxError) as caught:
        parse(Source(text, "some/Dockerfile"))
    assert (caught.value.path, caught.value.line, caught.value.column) == ("some/Dockerfile", line, column)


@pytest.mark.parametrize("keyword", ["ENV A=", "RUN <<E "])
def test_what_is_nested_too_deeply_is_refused(keyword: str) -> None:
    nested = "${a:-" * 2000 + "}" * 2000
    with pytest.raises(DockerfileSyntaxError, match=r"Dockerfile:2:1: .*nested too deeply"):
        parse(Source(f"FROM a\n{keyword}{nested}\nE\n"))
