"""Merged RUNs do what the RUNs did: both are run, in every shell that is here, and compared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import event, given, note, settings
from hypothesis import strategies as st

from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.facts.facts import Facts
from dfopt.source import Source
from dfopt.syntax.nodes import Run
from dfopt.syntax.parser import parse
from dfopt.validation.check import difference
from tests.merge_runs.scripts import pairs, stages
from tests.merge_runs.shells import Shell, build, installed

IS_NIGHTLY = settings().max_examples > 1000
EXAMPLES = settings(max_examples=2000 if IS_NIGHTLY else 200, print_blob=True)
FEWER = settings(EXAMPLES, max_examples=1000 if IS_NIGHTLY else 60)

AS_SH = installed(
    ("dash", "sh", "-c"),
    ("bash", "sh", "-c"),
    ("bash", "bash", "-c"),
    ("bash", "bash", "--posix", "-c"),
    ("busybox", "ash", "-c"),
)
"""What may stand behind ``/bin/sh``, and bash as itself."""

WITH_OPTIONS = (
    ("bash", "-eo", "pipefail", "-c"),
    ("bash", "-o", "pipefail", "-c"),
    ("bash", "-euxo", "pipefail", "-c"),
    ("bash", "-ec"),
    ("sh", "-ec"),
    ("sh", "-uc"),
)

NOTICED = (
    ("mkdir d && cd d", "touch f"),
    ("X=1; echo $X", "echo $X"),
    ("umask 077", "touch f"),
    ("exit 0", "touch f"),
    ("exec true", "touch f"),
    ("trap 'echo bye' EXIT", "echo hello"),
    ("false", "false || echo b"),
    ("touch f; set -f", "echo *"),
    ("echo() { :; }", "echo e"),
    ("set -e; true", "false; true"),
)


def scripts(dockerfile: str) -> list[str]:
    """What the shell gets for each RUN."""
    return [run.script.text for run in parse(Source(dockerfile)).find(Run) if run.script is not None]


def compare(before: str, after: str, shells: Sequence[Shell]) -> None:
    note(f"{before}\n--- became\n{after}")
    for shell in shells:
        assert build(shell, scripts(after)) == build(shell, scripts(before)), f"in {shell}"


def check(before: str, shells: Sequence[Shell]) -> None:
    """Merges what can be merged, and runs it if anything was."""
    only = Config(select=("merge-runs",))
    result = rewrite(Source(before), only)
    assert not result.failures, before
    event(f"{len(scripts(before))} RUNs became {len(scripts(result.after))}")
    if result.changed:
        assert rewrite(Source(result.after), only).after == result.after, "a second run changes it"
        compare(before, result.after, shells)


def test_there_are_shells_to_run_them_in() -> None:
    assert {"dash", "bash"} <= {shell.program.rpartition("/")[2] for shell in AS_SH}


@pytest.mark.parametrize("pair", NOTICED, ids=lambda pair: pair[0])
def test_the_comparison_notices_what_a_mere_and_changes(pair: tuple[str, str]) -> None:
    for shell in AS_SH:
        assert build(shell, pair) != build(shell, [" && ".join(pair)]), f"in {shell}"


@EXAMPLES
@given(stages())
def test_merged_runs_do_what_the_runs_did(runs: tuple[str, ...]) -> None:
    check("\n".join(("FROM x", *runs, "")), AS_SH)


@EXAMPLES
@given(stages(), st.sampled_from(WITH_OPTIONS))
def test_so_do_they_under_a_shell_with_options(runs: tuple[str, ...], shell: tuple[str, ...]) -> None:
    check(shell_instruction(shell) + "\n".join((*runs, "")), shells_of(shell))


@FEWER
@given(pairs(), st.sampled_from([None, None, *WITH_OPTIONS]))
def test_what_validation_lets_pass_does_the_same(pair: tuple[str, str], shell: tuple[str, ...] | None) -> None:
    """Whatever way two scripts are put together: what is proved holds."""
    heading = "FROM x\n" if shell is None else shell_instruction(shell)
    before = f"{heading}RUN {pair[0]}\nRUN {pair[1]}\n"
    facts = Facts(parse(Source(before)))
    proved = [
        after
        for together in sorted(set(joined(*pair)))
        if difference(facts, Facts(parse(Source(after := f"{heading}RUN {together}\n"))), []) is None
    ]
    event(f"{min(len(proved), 5)} or more are proved" if proved else "none is proved")
    for after in proved[:5]:
        compare(before, after, AS_SH if shell is None else shells_of(shell))


def shell_instruction(words: tuple[str, ...]) -> str:
    quoted = ", ".join(f'"{word}"' for word in (f"/bin/{words[0]}", *words[1:]))
    return f"FROM x\nSHELL [{quoted}]\n"


def shells_of(words: tuple[str, ...]) -> tuple[Shell, ...]:
    if words[0] == "bash":
        return installed(("bash", *words))
    return installed(("dash", *words), ("bash", *words), ("busybox", "ash", *words[1:]))


def joined(left: str, right: str) -> Iterator[str]:
    """Right and wrong ways to make one script of two."""
    left, right = re.sub(r";? # note$|;$", "", left), re.sub(r";? # note$|;$", "", right)
    for first in (left, f"{{ {left}; }}", f"( {left} )"):
        for second in (right, f"{{ {right}; }}", f"( {right} )"):
            yield f"{first} && {second}"
            yield f"{first}; {second}"
    setting = re.match(r"(set -[a-z]+(?: pipefail)?)(?:; | && )", left)
    if setting:
        heading, undoing = setting[1], setting[1].replace("-", "+")
        left = left.removeprefix(setting[0])
        right = re.sub(rf"^{heading}(?:; | && )", "", right)
        for first in (left, f"{{ {left}; }}", f"( {left} )"):
            yield f"{heading}; {first}; {right}"
            yield f"{heading}; {first}; ( {right} )"
            yield f"{heading}; {first} && {right}"
            yield f"{heading} && {first} && {right}"
            yield f"{heading} && {first}; {right}"
            yield f"{heading}; {first}; {undoing}; {right}"
            yield f"{heading} && {first} && {undoing} && {right}"
