"""Every fixture of every transform."""

from __future__ import annotations

from pathlib import Path

from dfopt import testing

FIXTURES = Path(__file__).parent.parent / "fixtures"


@testing.parametrize(FIXTURES)
def test_fixture(case: testing.Case) -> None:
    testing.check(case)
