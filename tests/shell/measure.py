"""Over a file of bodies: how many are accepted, why the others are not, how fast, and whether the oracles agree.

    python -m tests.shell.measure FILE [--oracles N]

A line of the file is a JSON string, or an object with the text under ``body``.
"""
# ruff: noqa: T201 - a command

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dfopt.shell.nodes import NotModelled, Script
from dfopt.shell.parser import parse
from tests.shell.oracle import against_dash, against_shfmt
from tests.shell.oracle_dash import DashWorker


def read_bodies(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return list(dict.fromkeys(row if isinstance(row, str) else row["body"] for row in rows))


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("file", type=Path)
    options.add_argument("--oracles", type=int, default=0, help="how many accepted bodies to compare")
    arguments = options.parse_args()
    bodies = read_bodies(arguments.file)
    accepted = _measure(bodies)
    if arguments.oracles:
        compare(accepted[: arguments.oracles])


def _measure(bodies: list[str]) -> list[tuple[str, Script]]:
    started = time.process_time()
    trees = [parse(body) for body in bodies]
    seconds = time.process_time() - started
    accepted = [(body, tree) for body, tree in zip(bodies, trees, strict=True) if isinstance(tree, Script)]
    size = sum(map(len, bodies)) / len(bodies)
    print(f"{len(bodies)} bodies of {size:.0f} characters on average, {len(bodies) / seconds:.0f} a CPU second")
    print(f"{len(accepted)} accepted: {len(accepted) / len(bodies):.2%}")
    for reason, count in Counter(tree.reason for tree in trees if isinstance(tree, NotModelled)).most_common():
        print(f"{count:6} {reason}")
    return accepted


def compare(accepted: list[tuple[str, Script]]) -> int:
    """Print each difference from an oracle; how many there are."""
    with ThreadPoolExecutor(2) as pool:
        from_shfmt = list(pool.map(against_shfmt, *zip(*accepted, strict=True)))
    worker = DashWorker()
    differences = 0
    for (body, script), shfmt in zip(accepted, from_shfmt, strict=True):
        dash = against_dash(body, script, worker)
        for oracle, difference in (("shfmt", shfmt), ("dash", dash)):
            if difference is not None:
                differences += 1
                print(f"--- {oracle}: {body!r}\n{difference}")
    worker.close()
    print(f"{len(accepted)} compared with shfmt and dash, {differences} differences")
    return differences


if __name__ == "__main__":
    main()
