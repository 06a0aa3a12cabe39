"""Results that are kept: by their arguments, by a key that is made of them, or by the identity of the only one.

What is kept holds trees of scripts, which take a hundred times the memory of their text. So it is not only bounded by
its number: whoever works on one file after the other says how much text that is, and now and then all is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Generic, ParamSpec, TypeVar, cast

P = ParamSpec("P")
A = TypeVar("A")
R = TypeVar("R")


ENOUGH = 400_000
"""Characters of text after which all is forgotten: most of what is asked for again is asked for the same file."""

_forgetting: list[Callable[[], None]] = []
_spent = [0]


def spend(characters: int) -> None:
    """Says that so much text is worked on now; what was kept for what came before may be forgotten."""
    if _spent[0] > ENOUGH:
        forget()
    _spent[0] += characters


def forget() -> None:
    """Forgets all that is kept anywhere."""
    _spent[0] = 0
    for each in _forgetting:
        each()


def kept(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """``functools.lru_cache`` for results that are large."""

    def keeping(function: Callable[P, R]) -> Callable[P, R]:
        found = lru_cache(maxsize=most)(function)
        _forgetting.append(found.cache_clear)
        return cast("Callable[P, R]", found)

    return keeping


class Kept(Generic[P, R]):
    """A function that remembers; when it has kept ``most`` results, it forgets all and goes on."""

    def __init__(self, function: Callable[P, R], key: Callable[P, Hashable], most: int) -> None:
        self._function = function
        self._key = key
        self._most = most
        self._found: dict[Hashable, tuple[object, R]] = {}
        _forgetting.append(self._found.clear)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        key = self._key(*args, **kwargs)
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= self._most:
                self._found.clear()
            found = self._found[key] = (args, kwargs), self._function(*args, **kwargs)
        return found[1]


def kept_by(key: Callable[P, Hashable], most: int) -> Callable[[Callable[P, R]], Kept[P, R]]:
    """Makes a function remember what it gave for each key: it must give the same for all arguments with that key.

    The key may be made of identities: arguments live as long as what they gave.
    """
    return lambda function: Kept(function, key, most)


def kept_of(most: int) -> Callable[[Callable[[A], R]], Callable[[A], R]]:
    """The same for functions of one object that never changes, known by its identity."""

    def keeping(function: Callable[[A], R]) -> Callable[[A], R]:
        known: dict[int, tuple[A, R]] = {}
        _forgetting.append(known.clear)

        def get(argument: A) -> R:
            found = known.get(id(argument))
            if found is None:
                if len(known) >= most:
                    known.clear()
                found = known[id(argument)] = argument, function(argument)
            return found[1]

        return get

    return keeping
