"""Each law, where it holds and where it does not: which steps a script falls into."""

from __future__ import annotations

import pytest

from dfopt.shell.laws import aborts, errexit_setting, steps
from dfopt.shell.nodes import Script
from dfopt.shell.parser import parse

NO_OPTIONS: frozenset[str] = frozenset()
STRICT = frozenset({"errexit"})
PIPEFAIL = frozenset({"pipefail"})


def script(text: str) -> Script:
    found = parse(text)
    assert isinstance(found, Script), found
    return found


def are_equal(one: tuple[str, ...], other: tuple[str, ...], given: frozenset[str] = NO_OPTIONS) -> bool:
    """True if two sequences of RUNs have the same steps."""
    first, second = ([step for text in texts for step in steps(script(text), given)] for texts in (one, other))
    return first == second


AND = [
    ("a", "b", "a && b"),
    ("a | b", "c | d", "a | b && c | d"),
    ("! a", "! b", "! a && ! b"),
    ("a || true", "b", "a || true && b"),
    ("a && b || c", "d", "a && b || c && d"),
    ("if a; then b; fi", "c", "if a; then b; fi && c"),
    ("while a; do b; done", "c", "while a; do b; done && c"),
    ("case x in y) a ;; esac", "b", "case x in y) a ;; esac && b"),
    ("X=1 a", "b", "X=1 a && b"),
    ("a > f 2>&1", "b", "a > f 2>&1 && b"),
    ("> f", "b", "> f && b"),
    ("a ${x:-1}", "b", "a ${x:-1} && b"),
    ("a $((1 + 2))", "b", "a $((1 + 2)) && b"),
    ("make -j$(($(nproc) + 1))", "b", "make -j$(($(nproc) + 1)) && b"),
    ("a | while read x; do b; done", "c", "a | while read x; do b; done && c"),
    ("a $(cd /x && b)", "c", "a $(cd /x && b) && c"),
    ("command -v a", "b", "command -v a && b"),
    ("printf -- x", "b", "printf -- x && b"),
]


@pytest.mark.parametrize(("first", "second", "merged"), AND)
def test_a_list_is_its_parts_in_their_order(first: str, second: str, merged: str) -> None:
    assert are_equal((first, second), (merged,))
    assert not are_equal((second, first), (merged,))
    assert not are_equal((first,), (merged,))


@pytest.mark.parametrize(
    "left",
    """
    cd /x|X=1|for x in y; do a; done|read x|export A=1|set -f|set -- a|umask 77|trap a EXIT|f() { a; }|exec a|exec > f
    |exit|. f|eval a|$A|: ${x:=1}|: ${x?}|: $((x))|: $((x++))|A=1 :|printf -v x y|printf "$A" x|command cd /x|unset x
    |{ cd /x; }|if a; then cd /x; fi|while a; do cd /x; done|a && cd /x|( a & )|mount x|service x start|ln a b|nohup a
    |echo x > /etc/hosts|echo $LINENO|shopt -s x|ln -sf bash /bin/sh|builtin cd /x|chdir /x|wait|shift|local x
    """.replace("\n", "").split("|"),
)
def test_what_a_shell_keeps_is_not_cut_off(left: str) -> None:
    left = left.strip(" ")
    assert not are_equal((left, "b"), (f"{left} && b",))


@pytest.mark.parametrize("left", ["cd /x", "X=1", "exit", "f() { a; }", "a; cd /x", "cd /x || exit 1; a"])
def test_a_subshell_keeps_it(left: str) -> None:
    assert are_equal((left, "b"), (f"( {left} ) && b",))
    assert not are_equal((left, "b"), (f"{{ {left}; }} && b",))


@pytest.mark.parametrize("right", ["echo $_", "echo $-", "echo $LINENO", "hash", "type $A", "command -v $A"])
def test_who_asks_what_was_before_is_not_cut_off(right: str) -> None:
    assert not are_equal(("a", right), (f"a && {right}",))


def test_a_cut_is_behind_the_last_that_asks() -> None:
    assert are_equal(("a && echo $_", "b", "c"), ("a && echo $_ && b && c",))


@pytest.mark.parametrize("form", ["( a; b )", "{ a; b; }", "( ( a; b ) )", "{ ( a; b ); }", "( a; b; )"])
def test_brackets_around_all_are_nothing(form: str) -> None:
    assert are_equal(("a; b",), (form,))


@pytest.mark.parametrize(
    "form", ["( a; b ) > f", "! ( a; b )", "( a; b ) | c", "( a; b ) || c", "( a; b ) &", "a; ( b )"]
)
def test_other_brackets_are_something(form: str) -> None:
    assert not are_equal(("a; b",), (form,))


def test_brackets_are_something_to_who_looks_for_them() -> None:
    assert not are_equal(("echo $BASH_SUBSHELL",), ("( echo $BASH_SUBSHELL )",))


def test_a_sequence_is_no_list() -> None:
    assert not are_equal(("a; b",), ("a && b",))
    assert not are_equal(("a", "b"), ("a; b",))
    assert are_equal(("a; b", "c"), ("{ a; b; } && c",))
    assert are_equal(("a; b",), ("a\nb",))


def test_a_list_is_not_cut_in_front_of_an_or() -> None:
    assert not are_equal(("a", "b || c"), ("a && b || c",))
    assert are_equal(("a", "b || c"), ("a && { b || c; }",))


SET_E = [
    (("set -e; a; b", "set -e; c"), "set -e; a; b; c"),
    (("set -eux; a; b", "set -eux; c"), "set -eux; a; b; c"),
    (("set -eux; a", "set -e -x -u; c"), "set -eux; a; c"),
    (("set -e; a && b", "set -e; c"), "set -e; ( a && b ); c"),
    (("set -e; cd /x; a", "set -e; b"), "set -e; ( cd /x; a ); b"),
    (("set -e; a; b", "c; d"), "set -e; a; b; set +e; c; d"),
    (("set -eux; a", "c; d"), "set -eux; a; set +eux; c; d"),
    (("a", "set -e; b; c"), "a && { set -e; b; c; }"),
    (("set -eo pipefail; a | b", "c"), "set -eo pipefail; a | b; set +eo pipefail; c"),
]


@pytest.mark.parametrize(("runs", "merged"), SET_E)
def test_scripts_under_set_e_are_one_sequence(runs: tuple[str, ...], merged: str) -> None:
    assert are_equal(runs, (merged,))


NOT_SET_E = [
    (("set -e; a; b", "c"), "{ set -e; a; b; } && c"),
    (("set -e; a; b", "c"), "( set -e; a; b ) && c"),
    (("set -e; a; b", "c; d"), "set -e; a; b; c; d"),
    (("set -e; a && b", "set -e; c"), "set -e; a && b; c"),
    (("set -e; a || b", "set -e; c"), "set -e; a || b; c"),
    (("set -e; ! a", "set -e; c"), "set -e; ! a; c"),
    (("set -e; if a; then b; fi", "set -e; c"), "set -e; if a; then b; fi; c"),
    (("set -e; { a && b; }", "set -e; c"), "set -e; { a && b; }; c"),
    (("set -e; cd /x; a", "set -e; b"), "set -e; cd /x; a; b"),
    (("set -eu; a", "b"), "set -eu; a; set +e; b"),
    (("set -e; a", "set -eu; b"), "set -e; a; b"),
    (("set -en; a", "b"), "set -en; a; set +en; b"),
    (("set -e x; a", "set -e x; b $1"), "set -e x; a; set +e x; b $1"),
    (("a; b", "set -e; c; d"), "set -e; a; b; c; d"),
]


@pytest.mark.parametrize(("runs", "merged"), NOT_SET_E)
def test_that_has_its_conditions(runs: tuple[str, ...], merged: str) -> None:
    assert not are_equal(runs, (merged,))


def test_what_the_shell_gives_is_not_taken_back() -> None:
    runs = ("set -eo pipefail; a", "b | c")
    assert not are_equal(runs, ("set -eo pipefail; a; set +eo pipefail; b | c",), PIPEFAIL)
    assert are_equal(runs, ("set -eo pipefail; a; set +e; b | c",), PIPEFAIL)


STRICT_SHELL = [
    (("a; b", "c"), "a; b; c", True),
    (("a", "b"), "a && b", True),
    (("a; b", "c"), "{ a; b; } && c", False),
    (("a; b", "c"), "( a; b ) && c", False),
    (("a; b", "c"), "( a; b ); c", True),
    (("a && b", "c"), "a && b && c", True),
    (("a && b", "c"), "a && b; c", False),
    (("a && b", "c"), "( a && b ); c", True),
    (("cd /x; a", "b"), "( cd /x; a ); b", True),
    ((". /env", "b"), "( . /env ) && b", False),
    (("eval a", "b"), "( eval a ) && b", False),
    (("a $(b; c)", "d"), "a $(b; c) && d", False),
    (("a $(b)", "d"), "a $(b) && d", True),
    (("if a; then b; fi", "c"), "if a; then b; fi && c", False),
    (("! a", "b"), "! a && b", True),
    (("! { a; b; }", "c"), "( ! { a; b; } ); c", False),
    (("f() { a; b; }; f", "c"), "( f() { a; b; }; f ) && c", False),
]


@pytest.mark.parametrize(("runs", "merged", "expected"), STRICT_SHELL)
def test_a_shell_with_errexit(runs: tuple[str, ...], merged: str, expected: bool) -> None:
    assert are_equal(runs, (merged,), STRICT) is expected


LAST_SUBSHELL = [
    ("a && b; ( c; d )", "a && b; c; d", True),
    ("a && b; ( ! c )", "a && b; ! c", False),
    ("a && b; ( { ! c; } )", "a && b; ! c", True),
    ("a && b; ( { c; d; } )", "a && b; c; d", True),
    ("a && b; ( { c; d; } > e )", "a && b; c; d", False),
    ("a && b; ( { c; d; } & )", "a && b; c; d", False),
    ("a && b; ( { c; } && d )", "a && b; c", False),
    ("a && b; ( ! { c; } )", "a && b; c", False),
    ("a && b; ( { c; } | d )", "a && b; c", False),
    ("a && b; ( ! { c; d; } )", "a && b; ! { c; d; }", False),
    ("cd x && b; ( c; d )", "cd x && b; c; d", False),
    ("a && b $BASH_SUBSHELL; ( c )", "a && b $BASH_SUBSHELL; c", False),
    ("a && b; ( c ) > f", "a && b; c > f", False),
    ("a && b; ( c ) &", "a && b; c &", False),
    ("a && b; ! ( c )", "a && b; ! c", False),
    ("a && b; ( c ) | d", "a && b; c | d", False),
    ("a && b; ( c ) && d", "a && b; c", False),
    ("a && b; ( . c; d )", "a && b; . c; d", False),
    ("a && b; { c; d; }", "a && b; c; d", True),
    ("cd x && b; { c; d; }", "cd x && b; c; d", True),
    ("a && b; { c; d; } > e", "a && b; c; d", False),
    ("a && b; { c; d; } &", "a && b; c; d", False),
    ("a && b; { c; } && d", "a && b; c", False),
    ("a && b; ! { c; }", "a && b; c", False),
    ("a && b; { c; } | d", "a && b; c", False),
]


@pytest.mark.parametrize(("one", "other", "expected"), LAST_SUBSHELL)
def test_a_last_subshell_under_set_e(one: str, other: str, expected: bool) -> None:
    assert are_equal((one,), (other,), STRICT) is expected
    assert are_equal((f"set -e; {one}",), (f"set -e; {other}",)) is expected
    assert not are_equal((one,), (other,))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("( ! a )", "! a", False),
        ("( { ! a; } )", "! a", True),
        ("( ! a; b )", "! a; b", True),
        ("( { ! { a; b; }; } )", "! { a; b; }", True),
        ("( ! { set -e; a; b; } )", "! { set -e; a; b; }", False),
        ("{ ! { set -e; a; b; }; }", "! { set -e; a; b; }", True),
        ("( . a )", ". a", False),
        ("( a && ( . b ) )", "a && ( . b )", True),
    ],
)
def test_a_subshell_that_bash_reads_in_its_own_way(one: str, other: str, expected: bool) -> None:
    assert are_equal((one,), (other,)) is expected


SHARED = [
    (("set -f && a", "set -f && b"), "set -f && a && b", True),
    (("set -eu && a", "set -ue && b"), "set -eu && a && b", True),
    (("set -e && a", "set -e; b"), "set -e; a; b", True),
    (("set -f && a", "b"), "set -f && a && b", False),
    (("set -f && a || b", "set -f && c"), "set -f && a || b && c", False),
    (("a", "set -f && b"), "set -f && a && b", False),
    (("set -f && cd x", "set -f && b"), "set -f && cd x && b", False),
    (("set -e && set -f && a", "set -e && set -f && b"), "set -e && set -f && a && b", False),
]


@pytest.mark.parametrize(("runs", "merged", "expected"), SHARED)
def test_scripts_that_begin_with_one_setting(runs: tuple[str, ...], merged: str, expected: bool) -> None:
    assert are_equal(runs, (merged,)) is expected


@pytest.mark.parametrize("text", ["a +e", "set +e x", "set +eu", "set -e", "set +e > f", "set +e && c", "! set +e"])
def test_what_does_not_undo_set_e(text: str) -> None:
    assert not are_equal(("set -e; a", "b; c"), (f"set -e; a; {text}; b; c",))


def test_options_of_the_shell_are_part_of_a_step() -> None:
    assert steps(script("a"), NO_OPTIONS) != steps(script("a"), STRICT)
    assert steps(script("set -e; a"), NO_OPTIONS) != steps(script("a"), NO_OPTIONS)


@pytest.mark.parametrize("text", ["", "# only", "\n"])
def test_nothing_is_no_step(text: str) -> None:
    assert steps(script(text), NO_OPTIONS) == []


STALE = [
    (("pip install -U pip", "pip install x"), "pip install -U pip && pip install x"),
    (("pip3 a && pip3 install -U pip", "pip3 b"), "pip3 a && pip3 install -U pip && pip3 b"),
    (("foo && ./install.sh", "foo"), "foo && ./install.sh && foo"),
    (("foo && eval x", "foo"), "foo && eval x && foo"),
    (("foo | cat && gem install foo", "foo"), "foo | cat && gem install foo && foo"),
    (("command -v foo && gem install foo", "foo"), "command -v foo && gem install foo && foo"),
    (("foo && tar xz -C /usr/local", "foo"), "foo && tar xz -C /usr/local && foo"),
    (("foo && rm /usr/bin/foo", "foo"), "foo && rm /usr/bin/foo && foo"),
]


@pytest.mark.parametrize(("runs", "merged"), STALE)
def test_a_command_that_may_be_replaced_is_looked_up_anew(runs: tuple[str, ...], merged: str) -> None:
    assert not are_equal(runs, (merged,))


FRESH = [
    (("pip install a", "pip install b"), "pip install a && pip install b"),
    (("gem install foo", "foo"), "gem install foo && foo"),
    (("apt-get install -y a", "apt-get install -y b"), "apt-get install -y a && apt-get install -y b"),
    (("foo && tar xz -C /tmp", "foo"), "foo && tar xz -C /tmp && foo"),
    (("rm -rf a && ./x", "rm -rf b"), "rm -rf a && ./x && rm -rf b"),
]


@pytest.mark.parametrize(("runs", "merged"), FRESH)
def test_others_are_not(runs: tuple[str, ...], merged: str) -> None:
    assert are_equal(runs, (merged,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", True),
        ("a | b", True),
        ("( a && b )", True),
        ("a | ( b || c )", True),
        ("a && b", False),
        ("a || b", False),
        ("! a", False),
        ("{ a; }", False),
        ("if a; then b; fi", False),
        ("a | { b; }", False),
        ("a &", False),
    ],
)
def test_whose_failure_ends_a_script_under_set_e(text: str, expected: bool) -> None:
    assert aborts(script(text).statements[0]) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("set -e", {"errexit"}),
        ("set -eux", {"errexit", "nounset", "xtrace"}),
        ("set -e -o pipefail", {"errexit", "pipefail"}),
        ("set -u", None),
        ("set +e", None),
        ("set -e x", None),
        ("set -e $x", None),
        ("set -en", None),
        ("set -e > f", None),
        ("X=1 set -e", None),
        ("! set -e", None),
        ("set -e && a", None),
        ("set -e &", None),
        ("set -e | a", None),
        ("set", None),
        ("a -e", None),
    ],
)
def test_what_a_set_e_turns_on(text: str, expected: set[str] | None) -> None:
    assert errexit_setting(script(text).statements[0]) == expected
