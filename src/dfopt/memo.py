"""Results that are kept by what their argument says, not by which object it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

A = TypeVar("A")
R = TypeVar("R")


class Kept(Generic[A, R]):
    """A function that remembers; when it has kept ``most`` results, it forgets all and goes on."""

    def __init__(self, function: Callable[[A], R], key: Callable[[A], Hashable], most: int) -> None:
        self._function = function
        self._key = key
        self._most = most
        self._found: dict[Hashable, R] = {}

    def __call__(self, argument: A) -> R:
        key = self._key(argument)
        if key in self._found:
            return self._found[key]
        if len(self._found) >= self._most:
            self._found.clear()
        found = self._found[key] = self._function(argument)
        return found

    def cache_clear(self) -> None:
        self._found.clear()


def kept_by(key: Callable[[A], Hashable], most: int) -> Callable[[Callable[[A], R]], Kept[A, R]]:
    """Makes a function remember what it gave for each key: it must give the same for every argument with that key."""
    return lambda function: Kept(function, key, most)
