"""Results that are kept by a key of their arguments, where the arguments themselves cannot be one, or a slow one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
A = TypeVar("A")
R = TypeVar("R")


class Kept(Generic[P, R]):
    """A function that remembers; when it has kept ``most`` results, it forgets all and goes on."""

    def __init__(self, function: Callable[P, R], key: Callable[P, Hashable], most: int) -> None:
        self._function = function
        self._key = key
        self._most = most
        self._found: dict[Hashable, tuple[object, R]] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        key = self._key(*args, **kwargs)
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= self._most:
                self._found.clear()
            found = self._found[key] = (args, kwargs), self._function(*args, **kwargs)
        return found[1]

    def cache_clear(self) -> None:
        self._found.clear()


def kept_by(key: Callable[P, Hashable], most: int) -> Callable[[Callable[P, R]], Kept[P, R]]:
    """Makes a function remember what it gave for each key: it must give the same for all arguments with that key.

    The key may be made of identities: arguments live as long as what they gave.
    """
    return lambda function: Kept(function, key, most)


def kept_of(most: int) -> Callable[[Callable[[A], R]], Callable[[A], R]]:
    """The same for functions of one object that never changes, known by its identity."""

    def keeping(function: Callable[[A], R]) -> Callable[[A], R]:
        kept: dict[int, tuple[A, R]] = {}

        def get(argument: A) -> R:
            found = kept.get(id(argument))
            if found is None:
                if len(kept) >= most:
                    kept.clear()
                found = kept[id(argument)] = argument, function(argument)
            return found[1]

        return get

    return keeping
