"""Mutants of right merges are rejected, or do what the RUNs did; ``python -m tests.validation.hunt`` tries more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfopt.memo import forget
from dfopt.shell import isolation, laws
from tests.validation.hunt import AS_SH, Mistake, compare, hunt

Sabotage = Callable[[object, str], None]


@given(st.integers(min_value=0, max_value=2**32))
def test_what_is_accepted_does_the_same(seed: int) -> None:
    assert hunt(Random(seed), Counter()) is None


def test_most_mutants_are_rejected() -> None:
    counts: Counter[str] = Counter()
    for seed in range(20):
        assert hunt(Random(seed), counts) is None
    assert counts["rejected"] > 20 * counts["accepted and run"]


def _mistake(*runs: str, joined: str) -> Mistake | None:
    before = "".join(("FROM x\n", *(f"RUN {run}\n" for run in runs)))
    return compare(before, f"FROM x\nRUN {joined}\n", AS_SH, Counter())


@pytest.fixture
def sabotage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sabotage]:
    """Puts a part of validation out of order; nothing that it proves then is remembered."""

    def break_it(module: object, name: str) -> None:
        forget()
        monkeypatch.setattr(module, name, _always)

    yield break_it
    forget()


def _always(_: object) -> bool:
    return True


def test_a_law_without_its_condition_is_found_out(sabotage: Sabotage) -> None:
    """If every command were taken to leave its shell alone, the shells would show that it is not so."""
    assert _mistake("cd d", "touch x", joined="cd d && touch x") is None
    sabotage(isolation, "_list_keeps_state")
    assert _mistake("cd d", "touch x", joined="cd d && touch x") is not None
    assert _mistake("echo a", "touch x", joined="echo a && touch x") is None


def test_a_wrong_law_of_set_e_is_found_out(sabotage: Sabotage) -> None:
    runs, joined = ("set -e; false && :", "set -e; touch x"), "set -e; false && :; touch x"
    assert _mistake(*runs, joined=joined) is None
    sabotage(laws, "aborts")
    assert _mistake(*runs, joined=joined) is not None
