"""``python -m tests.merge_runs.rate FOLDER``: how many pairs of RUNs merge, and why the others do not.

A pair is two RUNs of a Linux stage with nothing between them, or only what a merged RUN may cross.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec

from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.errors import DfoptError
from dfopt.facts.facts import Facts
from dfopt.source import Source
from dfopt.syntax.nodes import Cmd, Entrypoint, Expose, Healthcheck, Label, Maintainer, Run, Stopsignal
from dfopt.syntax.parser import parse
from tests.corpus.registry import dockerfiles_below

CROSSABLE = (Cmd, Entrypoint, Expose, Healthcheck, Label, Maintainer, Stopsignal)


class Tally(msgspec.Struct):
    """What was counted over many files."""

    pairs: int = 0
    merged: int = 0
    refused: Counter[str] = msgspec.field(default_factory=Counter[str])
    examples: dict[str, list[str]] = msgspec.field(default_factory=dict[str, list[str]])
    failures: list[str] = msgspec.field(default_factory=list[str])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.merge_runs.rate", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, help="at most so many files, in order of their paths")
    parser.add_argument("--examples", type=int, default=0, help="so many places of each reason")
    arguments = parser.parse_args()
    tally = Tally()
    for path in dockerfiles_below(arguments.folder)[: arguments.limit]:
        count(path, tally)
    if not tally.pairs:
        sys.exit(f"no pair of RUNs below {arguments.folder}")
    sys.stdout.writelines(f"{line}\n" for line in report(tally, arguments.examples))
    return 1 if tally.failures else 0


def count(path: Path, tally: Tally) -> None:
    """Adds one file; one that is not read as a Dockerfile is left out."""
    source = Source.from_bytes(path.read_bytes(), str(path))
    try:
        before = sum(1 for _ in pairs(source))
        result = rewrite(source, Config(select=("merge-runs",)))
    except DfoptError:
        return
    tally.failures += [f"{path.name}: {failure.reason}" for failure in result.failures]
    after = Source(result.after, str(path))
    reasons = {refusal.position.line: (refusal.reason, refusal.detail) for refusal in result.refusals}
    left = 0
    for first, second in pairs(after):
        left += 1
        place = after.position(second.span.start).line
        none = ("no reason is given", "")
        reason, detail = reasons.get(place) or reasons.get(after.position(first.span.start).line, none)
        text = f"{reason}: {detail}" if detail else reason
        tally.refused[text] += 1
        tally.examples.setdefault(text, []).append(f"{path.name}:{place}")
    tally.pairs += before
    tally.merged += before - left


def pairs(source: Source) -> Iterator[tuple[Run, Run]]:
    facts = Facts(parse(source))
    for stage in facts.stages:
        rest = [found for found in stage.instructions if not isinstance(found, CROSSABLE)]
        for first, second in pairwise(rest):
            if isinstance(first, Run) and isinstance(second, Run) and not facts.is_windows(first):
                yield first, second


def report(tally: Tally, examples: int) -> Iterator[str]:
    yield f"{tally.merged} of {tally.pairs} pairs merged ({tally.merged / tally.pairs:.1%})"
    for reason, number in tally.refused.most_common():
        yield f"{number:7} {number / tally.pairs:6.2%} {reason}"
        yield from (f"                 {place}" for place in tally.examples[reason][:examples])
    yield from (f"FAILED {failure}" for failure in tally.failures)


if __name__ == "__main__":
    sys.exit(main())
