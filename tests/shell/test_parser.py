"""The trees of the corners that other parsers got wrong."""

from __future__ import annotations

import pytest

from dfopt.shell.nodes import Escaped, Function, Literal, Parameter, Pipeline, Script, Simple, Subshell
from dfopt.shell.parser import parse
from dfopt.shell.walk import canonical, comments, simple_commands, words


def parsed(text: str) -> Script:
    script = parse(text)
    assert isinstance(script, Script)
    return script


def first_pipelines(text: str) -> tuple[Pipeline, ...]:
    return parsed(text).statements[0].list.pipelines


def first(text: str) -> Simple:
    command = first_pipelines(text)[0].commands[0]
    assert isinstance(command, Simple)
    return command


def values(text: str) -> list[str | None]:
    return [word.value for word in first(text).words]


def test_an_empty_text_has_no_statements() -> None:
    assert parsed("").statements == ()
    assert parsed(" # x").statements == ()


def test_a_text_is_parsed_once() -> None:
    assert parse("a | b") is parse("a | b")
    assert parse("a )") is parse("a )")


def test_a_redirect_behind_a_list_is_the_last_commands() -> None:
    left, right = (pipeline.commands[0] for pipeline in first_pipelines("cd b && make 2>/dev/null"))
    assert isinstance(left, Simple)
    assert isinstance(right, Simple)
    assert left.redirects == ()
    assert [(redirect.fd, redirect.operator, redirect.target.value) for redirect in right.redirects] == [
        (2, ">", "/dev/null")
    ]


def test_a_redirect_behind_a_pipeline_is_the_last_commands() -> None:
    (pipeline,) = first_pipelines("a | b >f")
    assert [len(command.redirects) for command in pipeline.commands if isinstance(command, Simple)] == [0, 1]


def test_text_and_expansions_are_one_word() -> None:
    command = first("n-$V-$T.tgz")
    assert [type(part) for part in command.words[0].parts] == [Literal, Parameter, Literal, Parameter, Literal]


def test_a_continuation_joins_a_word() -> None:
    assert values("a\\\nb c") == ["ab", "c"]
    assert isinstance(first("a\\\nb").words[0].parts[1], Escaped)


def test_an_escaped_blank_is_part_of_a_word() -> None:
    assert values("a \\ b") == ["a", " b"]


def test_a_heredoc_with_tabs_ends_at_a_tab_indented_delimiter_only() -> None:
    heredoc = first("cat <<-E\n\ta\n E\n\t\tE\n").redirects[0].heredoc
    assert heredoc is not None
    assert [part.text for part in heredoc.parts if isinstance(part, Literal)] == ["a\n", " E\n"]
    plain = first("cat <<E\n\tE\nE").redirects[0].heredoc
    assert plain is not None
    assert [part.text for part in plain.parts if isinstance(part, Literal)] == ["\tE\n"]


def test_a_negation_is_the_pipelines() -> None:
    pipelines = first_pipelines("! a | b && c")
    assert [(pipeline.negated, len(pipeline.commands)) for pipeline in pipelines] == [(True, 2), (False, 1)]
    assert [pipeline.negated for pipeline in first_pipelines("! { a; }")] == [True]


def test_a_duplicated_descriptor_is_no_background() -> None:
    assert values("echo >&2 x y") == ["echo", "x", "y"]
    assert len(parsed("echo >&2 x y").statements) == 1


def test_a_heredoc_may_stand_in_front() -> None:
    command = first("<<E cat >f\na\nE")
    assert [word.value for word in command.words] == ["cat"]
    assert [redirect.operator for redirect in command.redirects] == ["<<", ">"]


def test_commands_go_on_behind_a_heredoc() -> None:
    names = [command.words[0].value for command in simple_commands(parsed("cat <<E; x\na\nE\ny"))]
    assert names == ["cat", "x", "y"]


def test_two_heredocs_on_a_line() -> None:
    heredocs = [redirect.heredoc for redirect in first("cat <<A 3<<'B'\n$a\nA\n$b\nB").redirects]
    assert [(heredoc.delimiter, heredoc.quoted) for heredoc in heredocs if heredoc] == [("A", False), ("B", True)]


def test_a_function_does_not_take_what_follows() -> None:
    pipelines = first_pipelines("f() { a; } || b")
    assert isinstance(pipelines[0].commands[0], Function)
    assert len(pipelines) == 2


def test_read_write_redirect() -> None:
    assert [redirect.operator for redirect in first("a <>f").redirects] == ["<>"]


def test_parentheses_apart_are_subshells() -> None:
    outer = first_pipelines("( (a); b)")[0].commands[0]
    assert isinstance(outer, Subshell)
    assert isinstance(outer.body.statements[0].list.pipelines[0].commands[0], Subshell)


def test_a_hash_within_a_word_is_no_comment() -> None:
    assert values("echo a#b $# \\#c '#' #d") == ["echo", "a#b", None, "#c", "#"]
    assert [comment.text for comment in comments(parsed("echo a#b #d"))] == ["#d"]


def test_comments_are_kept_where_they_stand() -> None:
    script = parsed("# a\nb # c\nif d; then # e\nf; fi # g\n$(h # i\n)")
    assert [comment.text for comment in script.comments] == ["# a", "# c", "# g"]
    assert sorted(comment.text for comment in comments(script)) == ["# a", "# c", "# e", "# g", "# i"]


@pytest.mark.parametrize("word", ["]]", "function", "time", "select", "if", "}", "{", "!", "alias2", "esac"])
def test_reserved_words_are_arguments_behind_a_name(word: str) -> None:
    assert values(f"echo {word}") == ["echo", word]


def test_quotes_make_reserved_words_names() -> None:
    assert values("\\if x") == ["if", "x"]
    assert values("'if' x") == ["if", "x"]


def test_assignments_stand_in_front_only() -> None:
    command = first("x=1 y=$z a b=c")
    assert [assign.name for assign in command.assignments] == ["x", "y"]
    assert [word.value for word in command.words] == ["a", "b=c"]


def test_an_empty_assignment_has_an_empty_value() -> None:
    command = first("x= a")
    assert command.assignments[0].value.parts == ()
    assert command.assignments[0].value.value == ""


def test_only_one_digit_is_a_descriptor() -> None:
    assert values("a2>f") == ["a2"]
    assert values("a 2 >f") == ["a", "2"]
    assert values("a 2>f") == ["a"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("'a b'", "a b"), ('"a\\"b\\c"', 'a"b\\c'), ("a\\\\b", "a\\b"), ("''", ""), ("\"a\"'b'c", "abc"), ("$x", None),
    ('"`a`"', None)],
)  # fmt: skip
def test_static_values(text: str, value: str | None) -> None:
    assert values("x " + text)[1] == value


def test_operators_of_parameters() -> None:
    found = [
        (part.name, part.operator, part.word and part.word.value, part.braced)
        for word in words(parsed("a ${x:-b c} $x ${#x} ${x%%.*} ${x:=}"))
        for part in word.parts
        if isinstance(part, Parameter)
    ]
    assert found == [
        ("x", ":-", "b c", True),
        ("x", "", None, False),
        ("x", "#len", None, True),
        ("x", "%%", ".*", True),
        ("x", ":=", "", True),
    ]


def test_a_for_without_in_is_not_one_without_words() -> None:
    assert canonical(parsed("for i; do a; done")) != canonical(parsed("for i in; do a; done"))
