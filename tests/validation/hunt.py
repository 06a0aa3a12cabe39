"""``python -m tests.validation.hunt MINUTES [SEED]``: mutants of right merges that validation lets pass, run in shells.

Prints each one that does something else than the RUNs that it was made of.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

import msgspec

from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.errors import DfoptError
from dfopt.facts.facts import Facts
from dfopt.source import Source
from dfopt.syntax.nodes import Run
from dfopt.syntax.parser import parse
from dfopt.validation.check import difference
from tests.merge_runs.scripts import Grammar
from tests.merge_runs.shells import Shell, build, installed
from tests.validation.mutants import may_run_on, mutant, programs, rearranged

AS_SH = installed(("dash", "sh", "-c"), ("bash", "sh", "-c"), ("bash", "bash", "-c"), ("busybox", "ash", "-c"))
WITH_OPTIONS = (
    ("bash", "-e"),
    ("bash", "-u"),
    ("bash", "-o", "pipefail"),
    ("bash", "-eo", "pipefail"),
    ("sh", "-e"),
    ("sh", "-u"),
    ("sh", "-ef"),
)
_FAILS = re.compile(r"false|! |\bexit\b|^(?:command )?[hc]\b|\?|^rm f|^shift|^\$X$|-e|-u|nounset|errexit|return|break")

FOLDER = """
mkdir -p d/e b1 b2 && echo a b >f && echo c >g && echo X=11 >s && touch d/f && : >o
for name in b1/c b2/c; do echo "echo $name" >$name && chmod +x $name; done
rm b1/c
"""
"""Makes what the scripts look for, so that they do not all fail at once."""

MUTANTS = 40
"""How many are made of one stage."""


class Mistake(msgspec.Struct, frozen=True):
    """A mutant that was taken for the same, and is not."""

    before: str
    mutant: str
    shell: str


def hunt(random: Random, counts: Counter[str]) -> Mistake | None:
    """Makes one stage, merges it, and tries mutants of the result; the first mistake, if there is one."""
    words = random.choice(((), (), *WITH_OPTIONS))
    heading = "FROM x\n" + (f"SHELL {json.dumps([f'/bin/{words[0]}', *words[1:], '-c'])}\n" if words else "")
    shells = _with_options(words) if words else AS_SH
    before = heading + "\n".join((*Grammar(_rather_successful(random)).stage(), ""))
    after = rewrite(Source(before), Config(select=("merge-runs",))).after
    tried: set[str] = set()
    for _ in range(MUTANTS):
        change = random.choice((mutant, rearranged))
        text = change(random.choice((after, before)), random)
        while random.random() < 0.4:
            text = change(text, random)
        if text in tried:
            continue
        tried.add(text)
        try:
            parse(Source(text))
        except DfoptError:
            counts["do not parse"] += 1
            continue
        if programs(text) == programs(after):
            counts["read the same"] += 1
            continue
        mistake = compare(before, text, shells, counts)
        if mistake:
            return mistake
    return None


def _with_options(words: tuple[str, ...]) -> tuple[Shell, ...]:
    if words[0] == "bash":
        return installed(("bash", *words, "-c"))
    return installed(("dash", *words, "-c"), ("bash", *words, "-c"), ("busybox", "ash", *words[1:], "-c"))


def _rather_successful(random: Random) -> Callable[[Sequence[str]], str]:
    """Choices in which what changes the shell, or fails, is rare, so that more is proved, and more can be compared."""

    def choose(options: Sequence[str]) -> str:
        found = random.choice(options)
        return random.choice(options) if found == "state" or _FAILS.search(found) else found

    return choose


def compare(before: str, text: str, shells: Sequence[Shell], counts: Counter[str]) -> Mistake | None:
    """Runs both files if validation takes the one for the other."""
    if difference(Facts(parse(Source(before))), Facts(parse(Source(text))), []) is not None:
        counts["rejected"] += 1
        return None
    if may_run_on(text) or may_run_on(before):
        counts["might not end"] += 1
        return None
    counts["accepted and run"] += 1
    for shell in shells:
        try:
            expected = build(shell, [FOLDER, *scripts(before)])
            if build(shell, [FOLDER, *scripts(text)]) != expected:
                return Mistake(before, text, str(shell))
            counts["succeeded" if expected.succeeded else "failed"] += 1
        except subprocess.TimeoutExpired:
            counts["did not end"] += 1
            return None
    return None


def scripts(text: str) -> list[str]:
    """What the shell gets for each RUN."""
    return [run.script.text for run in parse(Source(text)).find(Run) if run.script is not None]


def main() -> int:
    minutes = float(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    counts: Counter[str] = Counter()
    mistakes = 0
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        seed += 1
        mistake = hunt(Random(seed), counts)
        if mistake:
            mistakes += 1
            sys.stdout.write(
                f"== seed {seed}, {mistake.shell}\n{mistake.before}-- is not\n{mistake.mutant}\n{counts}\n"
            )
            sys.stdout.flush()
    sys.stdout.write(f"{seed} stages, {mistakes} mistakes, {dict(counts)}\n")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
