"""What may be declared, and how it is taken out of scripts so that the rest can be compared."""

from __future__ import annotations

import pytest

from dfopt.edits import Delta
from dfopt.facts.facts import Facts
from dfopt.knowledge.package_managers import MANAGERS, Manager
from dfopt.shell.nodes import Script
from dfopt.shell.parser import parse
from dfopt.shell.walk import canonical
from dfopt.source import Source
from dfopt.syntax.parser import parse as parse_file
from dfopt.validation.check import difference
from dfopt.validation.erasure import without_inner, without_tail
from dfopt.validation.options import option_changes, without_options
from dfopt.validation.permitted import is_removal, is_update, not_permitted

LISTS = ("rm", "-rf", "/var/lib/apt/lists/*")
CLEAN = " && rm -rf /var/lib/apt/lists/*"
UPDATE = ("apt-get", "update")


def script(text: str) -> Script:
    found = parse(text)
    assert isinstance(found, Script), found
    return found


def facts(*runs: str, head: str = "FROM debian:12") -> Facts:
    return Facts(parse_file(Source("\n".join((head, *(f"RUN {run}" for run in runs), "")))))


def manager(name: str) -> Manager:
    return next(found for found in MANAGERS if found.name == name)


@pytest.mark.parametrize(
    "delta",
    [
        Delta(),
        Delta(added_commands=(LISTS,)),
        Delta(added_commands=(("yum", "clean", "all"), ("rm", "-rf", "/var/cache/yum"))),
        Delta(dropped_commands=(UPDATE,)),
        Delta(dropped_commands=(("apk", "--quiet", "update"), ("rm", "-rf", "/var/cache/apk/*"))),
        Delta(added_options=(("pip", "--no-cache-dir"), ("apt-get", "-y"))),
        Delta(added_options=(("apk", "--no-cache"),), dropped_options=(("apk", "-U"),)),
    ],
)
def test_what_may_be_declared(delta: Delta) -> None:
    assert not_permitted([delta]) is None


@pytest.mark.parametrize(
    ("delta", "said"),
    [
        (Delta(added_commands=(("rm", "-rf", "/"),)), "rm -rf /"),
        (Delta(added_commands=(UPDATE,)), "apt-get update"),
        (Delta(dropped_commands=(("apt-get", "install"),)), "apt-get install"),
        (Delta(dropped_commands=(("rm", "-rf", "/var/lib/apt/lists/*", "/x"),)), "/x"),
        (Delta(added_options=(("apt-get", "--no-install-recommends"),)), "--no-install-recommends"),
        (Delta(added_options=(("apk", "-U"),)), "-U"),
        (Delta(dropped_options=(("pip", "--no-cache-dir"),)), "--no-cache-dir"),
        (Delta(added_options=(("poetry", ""),)), "not an option"),
    ],
)
def test_what_may_not(delta: Delta, said: str) -> None:
    problem = not_permitted([Delta(), delta])
    assert problem is not None
    assert said in problem


def test_housekeeping_is_that_of_a_manager() -> None:
    assert is_update(UPDATE, manager("apt"))
    assert not is_update(UPDATE, manager("apk"))
    assert not is_update(("apt-get", "upgrade"), manager("apt"))
    assert is_removal(("rm", "-rf", "/var/cache/apk/*"), manager("apk"))
    assert not is_removal(("rm", "-rf", "/var/cache/apk/*"), manager("apt"))
    assert not is_removal(("rm", "-rf"), manager("apk"))


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (f"a{CLEAN}", "a"),
        (f"a || b{CLEAN}", "a || b"),
        (f"a; b{CLEAN}", "a; b"),
        (f"a{CLEAN}{CLEAN}", "a"),
        ("set -e; a; rm -rf /var/lib/apt/lists/*", "set -e; a"),
        ("set -eux; a | b; rm -rf /var/lib/apt/lists/*", "set -eux; a | b"),
        ("set -e; a; set -u; b; rm -rf /var/lib/apt/lists/*", "set -e; a; set -u; b"),
        ("set -e; a; ( set +e; b ); rm -rf /var/lib/apt/lists/*", "set -e; a; ( set +e; b )"),
        ("set -e; ( set -ex; a ); b; rm -rf /var/lib/apt/lists/*", "set -e; ( set -ex; a ); b"),
    ],
)
def test_a_declared_tail_is_taken_off(text: str, rest: str) -> None:
    shorter, tail = without_tail(script(text), frozenset({LISTS}), strict=False)
    assert canonical(shorter) == canonical(script(rest))
    assert set(tail) == {LISTS}


@pytest.mark.parametrize(
    "text",
    [
        "a; rm -rf /var/lib/apt/lists/*",
        "a || rm -rf /var/lib/apt/lists/*",
        f"a{CLEAN} || b",
        f"a{CLEAN} &",
        f"a{CLEAN} > f",
        f"X=1 a && X=1 {' '.join(LISTS)}",
        "a && rm -rf '/var/lib/apt/lists/*'",
        f"a & b{CLEAN}",
        f"f() {{ a; }}; f{CLEAN}",
        f"trap a EXIT; b{CLEAN}",
        f"exec a{CLEAN}",
        f"a && unset PATH{CLEAN}",
        f"PATH=/x && a{CLEAN}",
        f"export PATH=/x && a{CLEAN}",
        f"read PATH < f{CLEAN}",
        f"for PATH in /x; do a; done && b{CLEAN}",
        "rm -rf /var/lib/apt/lists/*",
        "set -e; a && b; rm -rf /var/lib/apt/lists/*",
        "set -e; a; set +e; b; rm -rf /var/lib/apt/lists/*",
        "set -e; a; . f; b; rm -rf /var/lib/apt/lists/*",
        "set -e; a; $x; b; rm -rf /var/lib/apt/lists/*",
        "set -e; a; shopt -u x; b; rm -rf /var/lib/apt/lists/*",
        "set -e; a; b || rm -rf /var/lib/apt/lists/*",
        "set -e; a; { set +e; b; }; c; rm -rf /var/lib/apt/lists/*",
        "set -u; a; rm -rf /var/lib/apt/lists/*",
        "a; set -e; b; rm -rf /var/lib/apt/lists/*",
    ],
)
def test_what_is_no_tail_stays(text: str) -> None:
    shorter, tail = without_tail(script(text), frozenset({LISTS}), strict=False)
    assert tail == []
    assert shorter == script(text)


def test_a_strict_shell_has_tails_behind_semicolons() -> None:
    text = script("a; rm -rf /var/lib/apt/lists/*")
    assert without_tail(text, frozenset({LISTS}), strict=True)[1] == [LISTS]
    assert without_tail(text, frozenset({UPDATE}), strict=True)[1] == []


def test_declared_commands_inside_leave_gaps() -> None:
    shorter, gaps = without_inner(script("apt-get update && a && apt-get update && b"), frozenset({UPDATE}))
    assert canonical(shorter) == canonical(script("a && b"))
    assert [gap[UPDATE] for gap in gaps] == [1, 1, 0]


@pytest.mark.parametrize(
    "text", ["apt-get update || a", "apt-get update", "apt-get update | a", "! apt-get update && a"]
)
def test_others_leave_none(text: str) -> None:
    shorter, gaps = without_inner(script(text), frozenset({UPDATE}))
    assert canonical(shorter) == canonical(script(text))
    assert not any(gaps)


PIP = ("pip", "--no-cache-dir")
APK = frozenset({("apk", "--no-cache"), ("apk", "-U")})


def test_options_are_taken_off_the_commands_that_they_are_declared_for() -> None:
    text = script("pip --no-cache-dir install a && echo --no-cache-dir && if x; then pip install --no-cache-dir b; fi")
    inner = script("a $(pip install --no-cache-dir b)")
    assert without_options(inner, frozenset({PIP})) == (inner, [])
    shorter, found = without_options(text, frozenset({PIP}))
    assert canonical(shorter) == canonical(
        script("pip install a && echo --no-cache-dir && if x; then pip install b; fi")
    )
    assert len(found) == 2


def changes(
    old: str, new: str, declared: frozenset[tuple[str, str]]
) -> tuple[dict[str, int], dict[str, int], str | None]:
    ours, theirs = (without_options(script(text), declared)[1] for text in (old, new))
    added, dropped, problem = option_changes(ours, theirs, declared)
    return {name: n for (_, name), n in (+added).items()}, {name: n for (_, name), n in (+dropped).items()}, problem


@pytest.mark.parametrize(
    ("old", "new", "added", "dropped"),
    [
        ("apk add a", "apk add --no-cache a", {"--no-cache": 1}, {}),
        ("apk add a -U b", "apk add a --no-cache b", {"--no-cache": 1}, {"-U": 1}),
        ("apk add a && apk add b", "apk add --no-cache a && apk add --no-cache b", {"--no-cache": 2}, {}),
        ("apk add --no-cache a", "apk add --no-cache a", {}, {}),
        ("apk add -U --no-cache a", "apk add --no-cache a", {}, {"-U": 1}),
    ],
)
def test_options_in_their_place(old: str, new: str, added: dict[str, int], dropped: dict[str, int]) -> None:
    assert changes(old, new, APK) == (added, dropped, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("apk add a", "apk add a --no-cache"),
        ("apk add a", "apk --no-cache add a"),
        ("apk info a", "apk info --no-cache a"),
        ("apk add --no-cache a", "apk add a"),
        ("apk add -U a", "apk add a"),
        ("apk add --no-cache a && apk add b", "apk add a && apk add --no-cache b"),
        ("apk add --no-cache -U a", "apk add -U a"),
        ("echo apk a", "echo apk --no-cache a"),
    ],
)
def test_options_out_of_place(old: str, new: str) -> None:
    assert changes(old, new, APK)[2]


INSTALL = "apt-get update && apt-get install -y a"
YUM = ("yum", "clean", "all")
ADDED = Delta(added_commands=(LISTS,))
DROPPED = Delta(dropped_commands=(("apk", "update"),), added_options=(("apk", "--no-cache"),))
APK_RUNS = ("apk update && apk add a", "apk add --no-cache a")


@pytest.mark.parametrize(
    ("before", "after", "delta", "expected"),
    [
        (("b", "[[ x ]]", INSTALL), ("( b )", "[[ x ]]", INSTALL + CLEAN), ADDED, True),
        (("b", "[[ x ]]", INSTALL), ("( b )", "[[ y ]]", INSTALL + CLEAN), ADDED, False),
        (("b", "[[ x ]]", INSTALL), ("( b )", "x", INSTALL + CLEAN), ADDED, False),
        (("b", "x", INSTALL), ("( b )", "[[ x ]]", INSTALL + CLEAN), ADDED, False),
        (("b", "--network=none x", INSTALL), ("( b )", "x", INSTALL + CLEAN), ADDED, False),
        (("x", "b", INSTALL), ("b", INSTALL + CLEAN), ADDED, False),
        (("x", INSTALL), ("b", "x", INSTALL + CLEAN), ADDED, False),
        (("x", INSTALL), (INSTALL + CLEAN, "x"), ADDED, False),
        ((f"{INSTALL}{CLEAN}",), (f"{INSTALL}{CLEAN}{CLEAN}",), ADDED, True),
        ((f"{INSTALL}; b{CLEAN}",), (f"{INSTALL}; c{CLEAN}{CLEAN}",), ADDED, False),
        ((APK_RUNS[0], "true"), (APK_RUNS[1], "true"), DROPPED, True),
        ((APK_RUNS[0], "apk update && true && echo"), (APK_RUNS[1], "true && apk update && echo"), DROPPED, False),
        ((APK_RUNS[0], "true && echo"), (APK_RUNS[1], "apk update && true && echo"), DROPPED, False),
        ((APK_RUNS[0], "apk update && true"), (APK_RUNS[1], "true"), DROPPED, False),
        ((APK_RUNS[0], "pip install b"), (APK_RUNS[1], "pip install --no-cache-dir b"), DROPPED, False),
    ],
)
def test_each_run_is_compared_with_the_one_in_its_place(
    before: tuple[str, ...], after: tuple[str, ...], delta: Delta, expected: bool
) -> None:
    head = "FROM debian:12" if delta is ADDED else "FROM x"
    assert (difference(facts(*before, head=head), facts(*after, head=head), [delta]) is None) is expected


TWO = Delta(added_commands=(LISTS, LISTS))
OTHER = f"{INSTALL} && make"


@pytest.mark.parametrize(
    ("before", "after", "delta", "expected"),
    [
        (("b", INSTALL), (f"b && {INSTALL}{CLEAN}",), ADDED, True),
        (("b", INSTALL, "true"), (f"b && {INSTALL} && true{CLEAN}",), ADDED, True),
        (("b", INSTALL, "true"), (f"b && {INSTALL}{CLEAN}", "true"), ADDED, True),
        ((INSTALL + CLEAN, OTHER), (f"{INSTALL}{CLEAN} && {OTHER}{CLEAN}",), ADDED, True),
        (("b", INSTALL, "true", OTHER), (f"b && {INSTALL}{CLEAN}", f"true && {OTHER}{CLEAN}"), TWO, True),
        (("b", "pip install a"), ("b && pip install --no-cache-dir a",), Delta(added_options=(PIP,)), True),
        (("b", INSTALL, "true"), (f"b && {INSTALL} && true{CLEAN}",), TWO, False),
        (("b", INSTALL, "true"), (f"b && {INSTALL}{CLEAN} && true",), ADDED, False),
        (("b", INSTALL), (f"{INSTALL} && b{CLEAN}",), ADDED, False),
        (("b", "true", INSTALL), (f"b && {INSTALL}{CLEAN}",), ADDED, False),
        (("b", INSTALL), (f"b && {INSTALL}{CLEAN}", "true"), ADDED, False),
        (("b & c", INSTALL), (f"b & c && {INSTALL}{CLEAN}",), ADDED, False),
        (("cd /x", INSTALL), (f"cd /x && {INSTALL}{CLEAN}",), ADDED, False),
        (("[[ x ]]", INSTALL), (f"[[ x ]] && {INSTALL}{CLEAN}",), ADDED, False),
        (("--network=none b", INSTALL), (f"b && {INSTALL}{CLEAN}",), ADDED, False),
        ((INSTALL, "apt-get install -y d"), (f"{INSTALL} && apt-get install -y d{CLEAN}",), ADDED, True),
        ((INSTALL, "b", "apt-get install -y d"), (f"{INSTALL} && b{CLEAN}", "apt-get install -y d"), ADDED, False),
    ],
)
def test_what_is_merged_may_be_cleaned_up_at_once(
    before: tuple[str, ...], after: tuple[str, ...], delta: Delta, expected: bool
) -> None:
    head = "FROM python:3" if delta.added_options else "FROM debian:12"
    assert (difference(facts(*before, head=head), facts(*after, head=head), [delta]) is None) is expected


def test_a_reader_without_index_does_not_hide_another_that_took_its_place() -> None:
    before = facts("b", INSTALL, "c", "apt-get install -y d")
    after = facts(f"b && {INSTALL}{CLEAN}", "c", "apt-get install -y d")
    assert difference(before, after, [ADDED])
    early = "apt-get install -y d"
    before = facts(
        "rm -rf /var/lib/apt/lists/*", early, "apt-get update", "apt-get install -y a", "apt-get install -y e"
    )
    after = facts(
        "rm -rf /var/lib/apt/lists/*",
        f"{early} && apt-get update && apt-get install -y a{CLEAN}",
        "apt-get install -y e",
    )
    assert difference(before, after, [ADDED])


def test_cleanups_stand_behind_those_that_were_there() -> None:
    before = facts(f"yum install -y b && {INSTALL} && yum clean all", head="FROM x")
    delta = Delta(added_commands=(LISTS, YUM))
    one = facts(f"yum install -y b && {INSTALL} && yum clean all{CLEAN} && yum clean all", head="FROM x")
    other = facts(f"yum install -y b && {INSTALL}{CLEAN} && yum clean all && yum clean all", head="FROM x")
    assert difference(before, one, [delta]) is None
    assert difference(before, other, [delta]) is not None


@pytest.mark.parametrize("wrong", [0, 1])
def test_one_wrong_option_among_two_is_noticed(wrong: int) -> None:
    delta = Delta(added_options=(PIP, PIP))
    right, misplaced = "pip install --no-cache-dir a", "pip install a --no-cache-dir"
    before = facts("pip install a", "b", "pip install a", head="FROM python:3")
    assert difference(before, facts(right, "b", right, head="FROM python:3"), [delta]) is None
    after = facts(*((misplaced, "b", right) if wrong == 0 else (right, "b", misplaced)), head="FROM python:3")
    assert "right behind" in (difference(before, after, [delta]) or "")
