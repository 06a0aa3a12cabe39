"""What a command may leave for the commands behind it."""

from __future__ import annotations

import pytest

from dfopt.shell.isolation import depends_on_place, errexit_is_inert, keeps_state, piece
from dfopt.shell.nodes import Script
from dfopt.shell.parser import parse


def script(text: str) -> Script:
    found = parse(text)
    assert isinstance(found, Script), found
    return found


KEEPING = """
a
a; b
a | cd /x
( cd /x; X=1; exit )
{ a; b; }
if a; then b; else c; fi
while a; do b; done
case $x in y) a ;; esac
X=1 a
a ${x:-$(cd /x)}
a "$(X=1)"
> f
echo $((1 + 0x1F == 2))
echo $(($(nproc) * 2))
command -v cd
printf '%s' -v
echo export
:
""".strip("\n").split("\n")

CHANGING = """
cd /x
X=1
a; cd /x
a && X=1
{ cd /x; }
if cd /x; then a; fi
if a; then b; else cd /x; fi
while cd /x; do a; done
case ${x:=1} in y) a ;; esac
case $x in ${y:=1}) a ;; esac
for x in y; do a; done
f() { a; }
X=1 :
X=1 export Y
a ${x:=1}
a "${x:=1}"
a ${x:-${y:=1}}
a > ${x:=1}
{ a; } > ${x:=1}
( a ) > ${x:=1}
a ${x:?}
echo $((x))
echo $(($(a)))
echo $(($x))
$a
command cd /x
exec a
builtin cd /x
printf -v x y
printf -vx y
""".strip("\n").split("\n")


@pytest.mark.parametrize("text", KEEPING)
def test_scripts_that_leave_their_shell_as_it_was(text: str) -> None:
    assert keeps_state(script(text))


@pytest.mark.parametrize("text", CHANGING)
def test_scripts_that_may_change_it(text: str) -> None:
    assert not keeps_state(script(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("cat <<E\n${x:-1}\nE", True), ("cat <<E\n${x:=1}\nE", False), ("cat <<'E'\n${x:=1}\nE", True)],
)
def test_here_documents_are_expanded_by_the_shell(text: str, expected: bool) -> None:
    assert keeps_state(script(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", True),
        ("a && b | c", True),
        ("( a || b )", True),
        ("{ a && b; }", True),
        ("a $(b)", True),
        ("a; b", False),
        ("( a; b )", False),
        ("{ a; b; }", False),
        ("if a; then b; fi", False),
        ("a $(b; c)", False),
        ("a | ( b; c )", False),
        (". /env", False),
        ("eval a", False),
        ("$a", False),
        ("trap a EXIT", False),
    ],
)
def test_where_set_e_makes_no_difference_in_front_of_and(text: str, expected: bool) -> None:
    assert errexit_is_inert(script(text)) is expected


@pytest.mark.parametrize("text", ["echo $LINENO", 'a "${PPID}"', "a $(echo $-)", "shopt -s x", "f() { return; }; f"])
def test_scripts_that_depend_on_their_place(text: str) -> None:
    assert depends_on_place(script(text))


@pytest.mark.parametrize("text", ["echo $x", "echo LINENO", "echo '$LINENO'", "a return", "echo $?"])
def test_scripts_that_do_not(text: str) -> None:
    assert not depends_on_place(script(text))


def test_a_piece_tells_what_others_could_notice() -> None:
    found = piece(script("( a & ) ; b").statements[0])
    assert found.stays
    assert found.keeps_state
    assert piece(script("echo $_").statements[0]).reads_past
    assert piece(script("( set -e; a )").statements[0]).touches_errexit
    assert not piece(script("( set -u; a )").statements[0]).touches_errexit
