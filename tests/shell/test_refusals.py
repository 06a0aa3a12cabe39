"""What is not modelled, and why: the parser fails closed."""

from __future__ import annotations

import pytest

from dfopt.shell import reasons
from dfopt.shell.cursor import MAX_DEPTH
from dfopt.shell.nodes import NotModelled, Script
from dfopt.shell.parser import parse

INVALID = (
    "a;;b", "; a", ";", "&", "a ;; ", "a && ", "a ||", "| a", "a | ", "&& a", "a & & b", "a & ; b", "a ; ; b",
    "a\n&& b",
    "(", ")", "( )", "(a", "a)", "{ a", "{ }", "a; }", "}", "{ a } b", "{ a; } b", "(a) b", "{ (a) >f }",
    "if", "if a; fi", "if a; then fi", "if ; then b; fi", "if a then b; fi", "then", "if a; then b; else fi",
    "if a; then b; elif c; fi", "while a; b; done", "while; do a; done", "for", "for 1 in a; do b; done",
    "for i\"\" do a; done",
    "for i in a; b; done", "for i in a do b; done", "for i in a b; do; done", "for i; in a; do b; done",
    "for i in a & do b; done", "for i in a; { b; }", "case x in a) b", "case x a) b;; esac", "case x in a b;; esac",
    "case x in ) a;; esac", "done", "in a", "esac", "fi", "do", "!", "! ; a",
    "a 'x", 'a "x', "a `b", "a $(b", "a ${x", "a ${x:-b", "a $((1", "a >", "a > ; b", "a 2>2>f", "a <", "a >& ; b",
    "a <>", "a >>|f", "echo `a)`", "echo $(a; b", "echo `(a`", "a | ; b",
)  # fmt: skip

REFUSED = {
    reasons.BASH_KEYWORD: (
        "[[ -f x ]]", "echo [[ && b", "[ x [[", "function f { a; }", "time a", "select i in a; do b; done",
        "coproc a", "a; time b",
    ),
    reasons.BASH_ARITHMETIC: ("((a))", "((a) && b)", "a && (( b ))", "if ((x)); then a; fi"),
    reasons.BASH_OPERATOR: (
        "a &> f", "a &>> f", "a |& b", "a <<< b", "a <(b)", "a < <(b)", "a >(b)", "case x in a) b;& c) d;; esac",
        "case x in a) b;;& c) d;; esac", "echo ${x:-<(a)}", 'echo "${x:->(a)}"', "a ;& b",
    ),
    reasons.BASH_QUOTING: ("echo $'a'", 'echo $"a"', "cat <<E\n$'a'\nE", "echo ${x:-$'a'}"),
    reasons.BASH_EXPANSION: (
        "echo ${x:1:2}", "echo ${x:1}", "echo ${x: -1}", "echo ${x/a/b}", "echo ${x//a/b}", "echo ${x^}",
        "echo ${x,,}",
        "echo ${!x}", "echo ${x[1]}", "echo ${x@Q}", "echo $[1+2]", 'echo "$[1]"', "echo ${#x-y}", "echo ${##}",
        "echo ${}", "echo ${x y}", "echo ${01}", "echo ${*%a}", "echo ${#*}", "echo ${?-x}",
    ),
    reasons.BASH_ARRAY: (
        "a=(b)", "a=( b c )", "a+=b", "a[1]=b", "a[1 2]=b", "export a+=b", "x=1 a+=(b) c", "a=b(c)", "declare x a+=b",
    ),
    reasons.BASH_FUNCTION: ("f() a", "f-g() { a; }", "export() { a; }", "f() f", "f() ; a", "a.b() (c)",
    "f() [[ x ]]"),
    reasons.PARENTHESIS: (
        "echo @(a|b)", "echo a(b)", "ls !(x)", "a b()", "x=1 f() { a; }", "echo (a)", "f(a) { b; }", "export a=(b)",
    ),
    reasons.DESCRIPTOR: ("a 10>f", "a {x}>f", "exec {fd}<f", "a 12<&-"),
    reasons.DUPLICATED_DESCRIPTOR: ("a >&f", "a 2>&1-", "a >&10", "a >&$x", "a <&f", "a >&'f'"),
    reasons.NEGATION: ("! ! a", "a | ! b", "!(a)", "!>f"),
    reasons.RESERVED_WORD: (
        "x=1 if a", ">f then", "for if in a; do b; done", "case x in if) a;; esac", "for i\nin a; do b; done",
        "case x\nin a) b;; esac", "case x # y\nin a) b;; esac", "case x in (esac) a;; esac", "x=1 time a",
    ),
    reasons.ALIAS: ("alias q=z", "\\alias x=y", "command alias a=b", "'alias' a=b", "a; alias", "builtin alias x=y"),
    reasons.ARITHMETIC: (
        "echo $((a) b)", "echo $((a); (b))", "echo $(('1'))", 'echo $(("1"))', "echo $((1\\+2))", "echo $((`a`))",
    ),
    reasons.BRACE_QUOTES: (
        "echo \"${x:-'a'}\"", 'echo "${x:-"a"}"', 'echo "${x%\\*}"', "cat <<E\n${x:-'a'}\nE", 'echo "${x:-\\}}"',
    ),
    reasons.BACKQUOTES: ("echo `a \\`b\\``", 'echo "`a \\"b\\"`"', "echo `a \\\n b`"),
    reasons.FILE_SUBSTITUTION: ("echo $(<f)", "echo `< f`", "echo $( <f )"),
    reasons.POSITIONAL: ("echo $10", 'echo "$12"'),
    reasons.FINAL_BACKSLASH: ("a \\", "a b\\"),
    reasons.COMMENT: ("a \\\n# b", "# a\\\nb", "a # b \\\nc"),
    reasons.HASH: ("(a ''#b)", "echo $(a $x#b)", "(a; { b \"c\"#d; })", "echo `a ''#`", "case x in a) $x#b;; esac"),
    reasons.SPLIT_TOKEN: (
        "i\\\nf a; then b; fi", "a &\\\n& b", "a |\\\n| b", "a >\\\n>f", "a ;\\\n; b", "(\\\n(a))", "a$\\\nb",
        "$x\\\ny",
        "x\\\n=1", "2\\\n>f", "a \\\n2\\\n>f", "x=\\\ny", "al\\\nias x=y", "${x}$\\\n(a)", "f(\\\n) { a; }",
        "[\\\n[ a ]]", "a ${x:-b\\\n}",
    ),
    reasons.UNTERMINATED_HEREDOC: ("cat <<E", "cat <<E\na", "cat <<E\na\n E", "cat <<E\n\tE", "cat <<E <<F\na\nE\n"),
    reasons.HEREDOC_LINE: (
        "cat <<E \"a\nb\nE\n\"", "echo $(cat <<E)\na\nE", "echo `cat <<E\na\nE\n`", "cat <<E $(a\n)\nb\nE",
        "cat <<E\n$(a\nE\n)\nE", "cat <<E\nE\\\n\nE", "cat <<E\na\\\nE\nE", "cat <<E\nE\\\n\nb\nE",
        "cat <<E \\\n b\na\nE",
        "cat <<-E\n\ta \\\n\tb\n\tE", "cat <<-E\n\t$(a\n\tb)\n\tE", "cat <<E\n\\\nE\nE", "cat <<E\n${x}E\nE",
        "cat <<-E\n\t$(x)\tE\n\tE", "$(a <<E\nE)\nE\n)",
        "$(a <<-E\n\tEx)y\n\tE\n)",
    ),
    reasons.HEREDOC_DELIMITER: (
        "cat <<$x\na\n$x", "cat <<''\na\n\n", "cat <<''E\na\nE", "cat <<\"$x\"\na\n$x", "cat <<é\na\né",
    ),
    reasons.ODD_CHARACTER: (
        "a\r", "a\r\nb", "a \0b", "a\x0bb", "a '\x1b[1m'", "a\x7f", "a \udce9", "cat <<E\na\r\nE", "`a # \r`",
    ),
    reasons.REDIRECTED_GROUP: ("{ (a) >f; } >g", "{ { (a) 2>&1; }; } >g", "{ { (a); } <b; } >c",
    "f() { (a) <b; } >c"),
}  # fmt: skip


@pytest.mark.parametrize("text", INVALID)
def test_invalid_text_is_refused_as_such(text: str) -> None:
    refused = parse(text)
    assert isinstance(refused, NotModelled)
    assert refused.reason in (reasons.INVALID, reasons.PARENTHESIS)
    assert 0 <= refused.offset <= len(text)


@pytest.mark.parametrize(("reason", "text"), [(reason, text) for reason, texts in REFUSED.items() for text in texts])
def test_what_shells_read_differently_is_refused(reason: str, text: str) -> None:
    refused = parse(text)
    assert isinstance(refused, NotModelled)
    assert refused.reason == reason
    assert 0 <= refused.offset <= len(text)


def test_every_reason_has_a_case() -> None:
    texts = {value for name, value in vars(reasons).items() if name.isupper()}
    assert texts - set(REFUSED) == {reasons.INVALID, reasons.TOO_DEEP}


@pytest.mark.parametrize(
    ("opening", "closing"), [("(", " )"), ("$(", ")"), ("{ ", "; }"), ("if ", "; then a; fi"), ("${x:-", "}")]
)
def test_nesting_is_bounded(opening: str, closing: str) -> None:
    separator = " " if opening == "(" else ""
    fine = (opening + separator) * (MAX_DEPTH - 2) + "a" + closing * (MAX_DEPTH - 2)
    assert isinstance(parse(fine), Script)
    refused = parse((opening + separator) * 5000 + "a" + closing * 5000)
    assert isinstance(refused, NotModelled)
    assert refused.reason == reasons.TOO_DEEP


def test_long_flat_texts_are_no_nesting() -> None:
    script = parse(" && ".join(["a | b; (c)"] * 5000))
    assert isinstance(script, Script)
    assert len(script.statements) == 5001


@pytest.mark.parametrize(
    "text", ["a # x\r", "# x\r\n\r# y\r\na".replace("\r#", "#"), "a # caf\udce9\nb", "a\n# \x1b[0m"]
)
def test_odd_characters_in_comments_do_no_harm(text: str) -> None:
    assert isinstance(parse(text), Script)


def test_a_refusal_tells_where() -> None:
    assert parse("a && [[ x ]]") == NotModelled(reasons.BASH_KEYWORD, 5)
    assert parse("a; b ${x/y}") == NotModelled(reasons.BASH_EXPANSION, 5)
    assert parse("echo `a; [[ x ]]`") == NotModelled(reasons.BASH_KEYWORD, 5)
