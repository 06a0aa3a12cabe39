"""Each conformance case is read, or refused at the same step, as BuildKit does it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from dfopt.errors import DockerfileSyntaxError
from dfopt.source import Source
from dfopt.syntax.parser import parse
from dfopt.syntax.printing import print_tree
from dfopt.syntax.rejection import Step
from tests.official import step_of
from tests.syntax.cases import CASES, Case, describe_tree


class Verdict(msgspec.Struct):
    """What BuildKit at commit 73ed6825 said: the step that rejects, or none; and the keywords that it read."""

    step: str
    keywords: list[str]


VERDICTS = msgspec.json.decode(Path(__file__).with_name("verdicts.json").read_bytes(), type=dict[str, Verdict])


def _step(text: str) -> Step | None:
    try:
        parse(Source(text))
    except DockerfileSyntaxError as error:
        return step_of(error)
    return None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    if isinstance(case.expected, Step):
        assert _step(case.text) is case.expected
        return
    tree = parse(Source(case.text))
    assert describe_tree(tree) == case.expected
    assert print_tree(tree) == case.text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_buildkit_agrees(case: Case) -> None:
    verdict = VERDICTS[case.name]
    if case.later:
        assert (verdict.step, _step(case.text)) == ("link", None)
        return
    step = _step(case.text)
    assert verdict.step == ("" if step is None else step.value)
    if step is None:
        assert verdict.keywords == [instruction.keyword for instruction in parse(Source(case.text)).instructions]


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES) == len(VERDICTS)
