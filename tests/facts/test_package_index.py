"""The package index as data flow: a table of scripts, and random ones held against what a real shell does."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.facts.package_index import Index, IndexUse, index_use, removes
from dfopt.knowledge.package_managers import MANAGERS
from dfopt.shell.nodes import Script
from dfopt.shell.parser import parse

BY_NAME = {manager.name: manager for manager in MANAGERS}
CLEAN = "rm -rf /var/lib/apt/lists/*"


def use(text: str, manager: str = "apt", errexit: bool = False) -> IndexUse:
    script = parse(text)
    assert isinstance(script, Script)
    return index_use(script, BY_NAME[manager], errexit)


@pytest.mark.parametrize(
    ("text", "needs", "leaves"),
    [
        ("apt-get update && apt-get install x", False, Index.FRESH),
        ("apt-get install x", True, Index.ENTRY),
        ("apt-get install x && apt-get update", True, Index.FRESH),
        ("apt-get remove x && apt-get autoremove && apt-get clean", False, Index.ENTRY),
        ("apt-cache search x", True, Index.ENTRY),
        (f"apt-get update; apt-get install x; {CLEAN}", False, Index.ABSENT),
        ("install_packages x", False, Index.ABSENT),
        ("apt-get distclean", False, Index.ABSENT),
        ("test -f x && apt-get update; apt-get install x", True, Index.ENTRY | Index.FRESH),
        ("if a; then apt-get update; fi; apt-get install x", True, Index.ENTRY | Index.FRESH),
        ("if a; then apt-get update; else apt-get update; fi; apt-get install x", False, Index.FRESH),
        ("apt-get update || apt-get update; apt-get install x", False, Index.FRESH),
        ("export A=b && apt-get update; apt-get install x", False, Index.FRESH),
        ("(apt-get update); apt-get install x", False, Index.FRESH),
        ("for i in 1 2; do apt-get update && break; done; apt-get install x", True, Index.ENTRY | Index.FRESH),
        ("case $A in a) apt-get update;; b) :;; esac; apt-get install x", True, Index.ENTRY | Index.FRESH),
        ("[ -f x ] && exit 0; apt-get update; apt-get install x", False, Index.ENTRY | Index.FRESH),
        ("[ -f x ] || exit 1; apt-get update", False, Index.FRESH),
        ("f() { apt-get update; }; f && apt-get install x", False, Index.FRESH),
        ("f() { apt-get install x; }; true", True, Index.ENTRY),
        ("X=$(apt-cache policy y) true", True, Index.ENTRY),
        ("bash -c 'apt-get update && apt-get install x'", False, Index.FRESH),
        ('sh -ec "apt-get install x"', True, Index.ENTRY),
        ("apt-get update & wait; apt-get install x", True, Index.ENTRY | Index.FRESH | Index.ABSENT),
        ("yes | apt-get install x", True, Index.ENTRY),
    ],
)
def test_apt(text: str, needs: bool, leaves: Index) -> None:
    found = use(text)
    assert (bool(found.needs), found.leaves) == (needs, leaves)


@pytest.mark.parametrize(
    ("text", "needs", "leaves"),
    [
        ("apk add x", True, Index.ENTRY),
        ("apk add --no-cache x", False, Index.ENTRY),
        ("apk add -U x && apk add y", False, Index.FRESH),
        ("apk --update-cache upgrade", False, Index.FRESH),
        ("apk update --no-cache && apk add x", True, Index.ENTRY),
        ("apk add -U x && rm -rf /var/cache/apk/*", False, Index.ABSENT),
    ],
)
def test_apk_options_count_as_updates(text: str, needs: bool, leaves: Index) -> None:
    found = use(text, "apk")
    assert (bool(found.needs), found.leaves) == (needs, leaves)


def test_errexit_ends_a_script_only_where_it_does() -> None:
    assert use("set -e; a && exit 0; apt-get update").leaves == Index.ENTRY | Index.FRESH
    assert use("false || exit 1; apt-get update", errexit=True).leaves == Index.FRESH


def test_what_hides_behind_an_update_does_not_count() -> None:
    assert use("curl x | sh").hides
    assert not use("apt-get update && curl x | sh").hides
    assert use("test -f x && apt-get update; curl x | sh").hides


@pytest.mark.parametrize(
    ("word", "taken"),
    [
        ("/var/lib/apt/lists", "all"),
        ("/var/lib/apt/lists/", "all"),
        ("/var/lib/apt/lists/*", "all"),
        ("/var//lib/apt/*", "all"),
        ("/var", "all"),
        ("/var/lib/apt/lists/*_*", "some"),
        ("/var/lib/{apt,dpkg}/", "some"),
        ("/var/lib/apt/lists.old", ""),
        ("/var/lib/dpkg", ""),
        ("lists/*", ""),
        ("/*", ""),
        ("-rf", ""),
    ],
)
def test_what_a_removal_takes(word: str, taken: str) -> None:
    assert removes(word, "/var/lib/apt/lists") == taken


# Random scripts, and what a shell does with them: the commands are stand-ins that write down what they see.

STAND_INS = {
    "apt-get": """
case $1 in
update) echo FRESH > "$STATE" ;;
install) read -r state < "$STATE"; echo "$state" >> "$READ" ;;
esac""",
    "rm": 'echo ABSENT > "$STATE"',
    "sh": f'exec {shutil.which("sh")} "$@"',
    "grep": 'read -r n < "$COIN"; [ "$n" -gt 1 ] || exit 1; echo $((n / 2)) > "$COIN"; exit $((n % 2))',
}
"""``grep`` succeeds or fails as the next bit of a number says, and fails when none is left."""


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs")
    for name, text in STAND_INS.items():
        (folder / name).write_text(f"#!{shutil.which('sh')}\n{text}\n")
        (folder / name).chmod(0o755)
    return folder


COMMANDS = (
    *("apt-get update", "apt-get install x", CLEAN, "grep x", "true", "false"),
    *("exit 0", "exit 1", "break", "set -e", "set +e"),
)


def lists(*more: str) -> st.SearchStrategy[str]:
    """Random lists of the commands."""
    simple = st.sampled_from([*COMMANDS, *more])

    def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("{} {} {}".format, inner, st.sampled_from(["&&", "||", ";"]), inner),
            st.builds("( {} )".format, inner),
            st.builds("{{ {}; }}".format, inner),
            st.builds("if {}; then {}; fi".format, inner, inner),
            st.builds("if {}; then {}; else {}; fi".format, inner, inner, inner),
            st.builds("for i in 1 2; do {}; done".format, inner),
            st.builds("while grep x; do {}; done".format, inner),
            st.builds("case $X in FRESH) {};; *) {};; esac".format, inner, inner),
            st.builds("X=$({})".format, inner),
            st.builds("! {}".format, simple),
            st.builds("{} | {}".format, simple, simple),
            st.builds("sh -c '{}'".format, simple),
        )

    return st.recursive(simple, compound, max_leaves=8)


scripts = st.one_of(
    lists(),
    st.builds("set -e; {}".format, lists()),
    st.builds("f() {{ {}; return; {}; }}; {}".format, lists(), lists(), lists("f")),
)


@given(scripts, st.integers(1, 511))
def test_random_scripts_do_no_more_than_is_said(programs: Path, text: str, coin: int) -> None:
    script = parse(text)
    if not isinstance(script, Script):
        return
    found = index_use(script, BY_NAME["apt"])
    state, read, coins = (programs / name for name in ("state", "read", "coin"))
    state.write_text("ENTRY\n")
    read.write_text("")
    coins.write_text(f"{coin}\n")
    done = subprocess.run(
        [shutil.which("sh") or "sh", "-c", text.replace("/var/lib/apt/lists", "lists")],
        env={"PATH": str(programs), "STATE": str(state), "READ": str(read), "COIN": str(coins)},
        cwd=programs,
        timeout=20,
        check=False,
        capture_output=True,
    )
    if "ENTRY" in read.read_text().split():
        assert found.needs, text
    if done.returncode == 0:
        assert Index[state.read_text().strip()] in found.leaves, text
