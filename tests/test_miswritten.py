"""Comments that are meant for dfopt and not honoured are told, with what may be written."""

from __future__ import annotations

import pytest

from dfopt.api import rewrite
from dfopt.miswritten import mistakes
from dfopt.source import Source
from dfopt.syntax.parser import parse

KNOWN = ("merge-runs", "clean-package-cache")


def told(comment: str, below: str = "RUN a\n") -> list[str]:
    dockerfile = parse(Source(f"FROM a\n{comment}\n{below}"))
    return [problem for _, problem in mistakes(dockerfile, KNOWN)]


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("# dfopt: ingore", "'ingore' says nothing to dfopt; did you mean 'ignore'?"),
        ("# dfopt: skip", "'skip' says nothing to dfopt; allowed are ignore, ignore[ID, …], off, on and ignore-file"),
        ("# dfopt:", "says nothing to dfopt; allowed are"),
        ("# dfopt: ignore[merge-runs", "not closed"),
        ("# dfopt: ignore[merge-run]", "no transform 'merge-run'; did you mean 'merge-runs'?"),
        ("# dfopt: off[nothing-like-it]", "allowed are merge-runs, clean-package-cache"),
        ("# dfopt: ignore-file[merge-runs, x]", "no transform 'x'"),
        ("# dfopt: ignore[]", "an id is missing"),
        ("# dfopt: ignore because", "'because' is not a reason=…"),
        ("# dfopt: ignore[merge-runs] because", "'because' is not a reason=…"),
        ("# DFOPT: ignore", "written '# dfopt: ignore'"),
        ("# dfopt ignore", "written '# dfopt: ignore'"),
        ("# dfopt: on", "no off above"),
    ],
)
def test_what_is_not_honoured_is_told(comment: str, said: str) -> None:
    (problem,) = told(comment)
    assert said in problem


@pytest.mark.parametrize(
    "comment",
    [
        "# dfopt: ignore",
        "#dfopt:ignore[merge-runs , clean-package-cache]  reason=it is so",
        "# dfopt: off reason=\n# dfopt: on",
        "# dfopt: ignore-file",
        "# dfopt rewrote this file",
        "# dfoptical: off",
    ],
)
def test_what_is_honoured_is_not(comment: str) -> None:
    assert told(comment) == []


def test_an_ignore_needs_an_instruction_below_it() -> None:
    assert told("# dfopt: ignore", "") == ["there is no instruction right below this ignore"]
    assert told("RUN a \\\n# dfopt: ignore\n && b", "") == []


def test_a_result_names_the_place() -> None:
    result = rewrite(Source("FROM a\nRUN a\n # dfopt: of\nRUN b\n"))
    assert [ignored.position.line for ignored in result.ignored] == [3]
