"""Every fixture of the plug-in."""

from __future__ import annotations

from pathlib import Path

from dfopt import testing


@testing.parametrize(Path(__file__).parent.parent / "fixtures")
def test_fixture(case: testing.Case) -> None:
    testing.check(case)
