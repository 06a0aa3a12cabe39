"""No right rewriting is refused: the whole chain over the files of every fixture reports no failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt import testing
from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.source import Source

FIXTURES = Path(__file__).parents[2] / "fixtures"
FILES = sorted(path for path in FIXTURES.rglob("*.Dockerfile"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-3:]))
@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_the_chain_fails_nowhere(path: Path, unsafe: bool) -> None:
    result = rewrite(Source.from_bytes(path.read_bytes(), str(path)), Config(unsafe=unsafe))
    assert result.failures == ()


def test_the_fixtures_are_rewritten() -> None:
    """So that the test above is not about files in which nothing happens."""
    cases = [case for case in testing.cases(FIXTURES) if case.after is not None]
    assert len(cases) > 20
