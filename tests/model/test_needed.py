"""What a stage is built from."""

from __future__ import annotations

import pytest

from dfopt.facts.facts import Facts
from dfopt.model.needed import needed, stage_named
from dfopt.source import Source
from dfopt.syntax.parser import parse

FILE = """\
FROM a AS base
FROM base AS Tools
FROM b AS unused
FROM c AS files
RUN --mount=from=tools,target=/t d
FROM base
COPY --from=3 /e /e
FROM f AS last
COPY --from=g /h /h
"""


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("base", {0}),
        ("tools", {0, 1}),
        ("TOOLS", {0, 1}),
        ("2", {2}),
        ("files", {0, 1, 3}),
        ("4", {0, 1, 3, 4}),
        ("last", {5}),
    ],
)
def test_a_stage_needs_what_it_starts_from_and_takes_files_from(target: str, expected: set[int]) -> None:
    stages = Facts(parse(Source(FILE))).stages
    stage = stage_named(stages, target)
    assert stage is not None
    assert needed(stages, stage) == expected


@pytest.mark.parametrize("name", ["none", "6", "-1", ""])
def test_there_may_be_no_such_stage(name: str) -> None:
    assert stage_named(Facts(parse(Source(FILE))).stages, name) is None


@pytest.mark.parametrize("text", ["FROM $x\n", "FROM b\nCOPY --from=$x /c /d\n", "FROM b\nONBUILD COPY --from=0 / /\n"])
def test_a_variable_or_a_trigger_may_need_any(text: str) -> None:
    stages = Facts(parse(Source(f"ARG x\nFROM a AS first\n{text}"))).stages
    assert needed(stages, stages[1]) == {0, 1}


def test_the_last_of_a_name_is_meant() -> None:
    stages = Facts(parse(Source("FROM a AS x\nFROM b AS x\n"))).stages
    assert stage_named(stages, "x") is stages[1]
