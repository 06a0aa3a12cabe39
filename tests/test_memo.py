"""What is kept: by key, by identity, and until enough text has been worked on."""

from __future__ import annotations

import gc
import weakref

import pytest

from dfopt import memo


class Thing:
    pass


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    memo.forget()


def test_a_result_is_kept_by_the_key_of_its_arguments() -> None:
    asked: list[str] = []

    def key(text: str) -> str:
        return text.lower()

    @memo.kept_by(key, most=2)
    def shouted(text: str) -> str:
        asked.append(text)
        return text.upper()

    assert [shouted("a"), shouted("A"), shouted("b"), shouted("c"), shouted("a")] == ["A", "A", "B", "C", "A"]
    assert asked == ["a", "b", "c", "a"]


def test_a_result_is_kept_by_the_identity_of_an_object_that_lives_as_long() -> None:
    asked: list[Thing] = []

    @memo.kept_of(most=100)
    def number(thing: Thing) -> int:
        asked.append(thing)
        return len(asked)

    thing = Thing()
    assert (number(thing), number(thing), number(Thing())) == (1, 1, 2)
    asked.clear()
    there = weakref.ref(thing)
    del thing
    gc.collect()
    assert there() is not None
    memo.forget()
    gc.collect()
    assert there() is None


def test_all_is_forgotten_behind_enough_text() -> None:
    asked: list[str] = []

    @memo.kept(most=100)
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    for characters in (memo.ENOUGH, 1):
        memo.spend(characters)
        length("a")
    assert asked == ["a"]
    memo.spend(1)
    length("a")
    assert asked == ["a", "a"]
