"""Mutants of right merges are rejected, or do what the RUNs did; ``python -m tests.validation.hunt`` tries more."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.validation import isolation, laws
from tests.validation.hunt import Mistake, hunt


@given(st.integers(min_value=0, max_value=2**32))
def test_what_is_accepted_does_the_same(seed: int) -> None:
    assert hunt(Random(seed), Counter()) is None


def test_most_mutants_are_rejected() -> None:
    counts: Counter[str] = Counter()
    for seed in range(20):
        assert hunt(Random(seed), counts) is None
    assert counts["rejected"] > 20 * counts["accepted and run"]


def _first_mistake(seeds: int) -> Mistake | None:
    return next((mistake for seed in range(seeds) if (mistake := hunt(Random(seed), Counter()))), None)


def _always(_: object) -> bool:
    return True


def test_a_law_without_its_condition_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """If every command were taken to leave its shell alone, mutants would show that it is not so."""
    monkeypatch.setattr(isolation, "_list_keeps_state", _always)
    assert _first_mistake(200) is not None


def test_a_wrong_law_of_set_e_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laws, "aborts", _always)
    assert _first_mistake(400) is not None
