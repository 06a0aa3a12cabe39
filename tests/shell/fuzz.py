"""Damaged texts: whatever is accepted must have the tree that shfmt, dash and bash see, and be valid for ash.

    python -m tests.shell.fuzz CASES SEED [FILE]

Bodies are generated; with a FILE (as for ``measure``) half of them are taken from there.
"""
# ruff: noqa: T201 - a command

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from dfopt.shell.nodes import Script
from dfopt.shell.parser import parse
from tests.shell.generate import Generator, dense, mutated
from tests.shell.measure import read_bodies
from tests.shell.oracle import REJECTED, against_dash, against_shfmt
from tests.shell.oracle_ash import against_ash
from tests.shell.oracle_bash import against_bash
from tests.shell.oracle_dash import DashWorker


def cases(count: int, seed: int, bodies: list[str]) -> Iterator[str]:
    """Distinct texts: a generated or given one, most often damaged."""
    random = Random(seed)
    generator = Generator(random)
    seen: set[str] = set()
    for _ in range(count):
        text = random.choice(bodies) if bodies and random.random() < 0.5 else generator.body()
        kind = random.random()
        if kind < 0.3:
            text = dense(random)
        elif kind < 0.9:
            text = mutated(text, random)
        if text not in seen:
            seen.add(text)
            yield text


def accepted(texts: Iterator[str]) -> list[tuple[str, Script]]:
    found: list[tuple[str, Script]] = []
    for text in texts:
        tree = parse(text)
        if isinstance(tree, Script):
            found.append((text, tree))
    return found


def differences(text: str, script: Script, worker: DashWorker) -> list[str]:
    """What the oracles say against a tree. That shfmt alone rejects a text which the shells take is no difference:
    it is strict about here-documents that are opened on the first line of another construct."""
    shells = [
        against_dash(text, script, worker),
        against_ash(text),
        against_bash(text, script),
        against_bash(text, script, "--posix"),
    ]
    found = list(dict.fromkeys(difference for difference in shells if difference is not None))
    shfmt = against_shfmt(text, script)
    if shfmt is not None and (found or shfmt != REJECTED):
        found.append(shfmt)
    return found


def run(count: int, seed: int, bodies: list[str]) -> list[tuple[str, list[str]]]:
    """The accepted texts on which an oracle differs."""
    pairs = accepted(cases(count, seed, bodies))
    print(f"{count} texts, {len(pairs)} accepted")
    halves = [pairs[0::2], pairs[1::2]]
    with ThreadPoolExecutor(2) as pool:
        return [found for half in pool.map(_check, halves) for found in half]


def _check(pairs: list[tuple[str, Script]]) -> list[tuple[str, list[str]]]:
    worker = DashWorker()
    found = [(text, wrong) for text, script in pairs if (wrong := differences(text, script, worker))]
    worker.close()
    return found


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("cases", type=int)
    options.add_argument("seed", type=int)
    options.add_argument("file", type=Path, nargs="?")
    arguments = options.parse_args()
    bodies = read_bodies(arguments.file) if arguments.file else []
    found = run(arguments.cases, arguments.seed, bodies)
    for text, wrong in found:
        print(f"--- {text!r}", *wrong, sep="\n")
    print(f"{len(found)} texts with differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
