"""``python -m tests.corpus.check FOLDER``: the checks of the corpus tests over any folder of Dockerfiles."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from dfopt.config import Config
from tests.corpus.checks import Checked, check
from tests.corpus.invented_context import invented
from tests.corpus.registry import dockerfiles_below

_SHOWN = 10


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.check", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, help="at most so many files, in order of their paths")
    parser.add_argument("--unsafe", action="store_true", help="also run the transforms that are not safe")
    parser.add_argument("--select", default="", help="transform ids, separated by commas")
    parser.add_argument("--context", action="store_true", help="with a build context that is made up for each file")
    parser.add_argument("--all", action="store_true", help=f"show every finding, not only {_SHOWN} of each kind")
    arguments = parser.parse_args()
    config = Config(select=tuple(filter(None, arguments.select.split(","))), unsafe=arguments.unsafe)
    files = invented if arguments.context else None
    checked = [check(path, config, files) for path in dockerfiles_below(arguments.folder)[: arguments.limit]]
    if not checked:
        sys.exit(f"no Dockerfile below {arguments.folder}")
    for line in report(checked, None if arguments.all else _SHOWN):
        sys.stdout.write(line + "\n")
    return 1 if any(one.findings for one in checked) else 0


def report(checked: list[Checked], shown: int | None) -> Iterable[str]:
    """Counts, the slowest file, refusals by reason, and each kind of finding with the files it is in."""
    rewritten = sum(one.rewritten for one in checked)
    changed = sum(one.changed for one in checked)
    seconds = sum(one.seconds for one in checked)
    slowest = max(checked, key=lambda one: one.seconds)
    yield f"{len(checked)} files, {len(checked) - rewritten} of them not read as Dockerfiles, or with an error"
    yield f"{changed} changed ({changed / max(1, rewritten):.1%})"
    yield f"{seconds:.1f} CPU-s to rewrite, {seconds / len(checked) * 1000:.2f} ms a file"
    yield f"slowest: {slowest.path.name} {slowest.seconds * 1000:.0f} ms"
    yield from _counts("applied", Counter(name for one in checked for name in one.applied))
    yield from _counts("refused", Counter(reason for one in checked for reason in one.refused))
    kinds = Counter(finding.kind for one in checked for finding in one.findings)
    for kind, count in kinds.most_common():
        yield f"\nFOUND {kind}: {count}"
        found = [(one.path, finding) for one in checked for finding in one.findings if finding.kind == kind]
        for path, finding in found[:shown]:
            yield f"  {path.name}: {_one_line(finding.detail)}"
    yield f"\n{kinds.total()} findings"


def _counts(title: str, counts: Counter[str]) -> Iterable[str]:
    yield f"\n{title}: {counts.total()}"
    for name, count in counts.most_common():
        yield f"{count:8} {name}"


def _one_line(text: str) -> str:
    return ascii(text)[1:-1][:600]


if __name__ == "__main__":
    sys.exit(main())
