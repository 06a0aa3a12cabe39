"""Our trees against those of shfmt, dash and bash."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dfopt.shell.nodes import Script
from dfopt.shell.parser import parse
from tests.shell.fuzz import accepted, cases, differences
from tests.shell.oracle import against_dash, against_shfmt
from tests.shell.oracle_ash import against_ash
from tests.shell.oracle_bash import against_bash
from tests.shell.oracle_dash import DashWorker
from tests.shell.snippets import ACCEPTED


@pytest.fixture(scope="module")
def worker() -> Iterator[DashWorker]:
    worker = DashWorker()
    yield worker
    worker.close()


@pytest.mark.parametrize("text", ACCEPTED)
def test_the_tree_is_that_of_every_oracle(text: str, worker: DashWorker) -> None:
    script = parse(text)
    assert isinstance(script, Script)
    assert against_shfmt(text, script) is None
    assert against_dash(text, script, worker) is None
    assert against_ash(text) is None
    assert against_bash(text, script) is None
    assert against_bash(text, script, "--posix") is None


@pytest.mark.parametrize(
    ("text", "other"), [("a && b", "a || b"), ("a 'b'", 'a "b"'), ("a b", "a; b"), ("a >b", "a <b")]
)
def test_the_oracles_see_differences(text: str, other: str, worker: DashWorker) -> None:
    script = parse(other)
    assert isinstance(script, Script)
    assert against_shfmt(text, script) is not None
    assert against_bash(text, script) is not None
    assert (against_dash(text, script, worker) is None) == ("'" in text), "dash does not tell quotes apart"


def test_dash_survives_what_it_rejects(worker: DashWorker) -> None:
    assert worker.tree("if") is None
    assert worker.tree("a") is not None


def test_nothing_damaged_is_accepted_with_another_tree(worker: DashWorker) -> None:
    pairs = accepted(cases(2500, seed=20, bodies=list(ACCEPTED)))
    assert len(pairs) > 300
    assert [(text, wrong) for text, script in pairs if (wrong := differences(text, script, worker))] == []
