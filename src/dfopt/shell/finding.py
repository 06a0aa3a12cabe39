"""What ``find`` comes to: the paths that it may find, as patterns in which ``**`` is any number of folders."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from dfopt.shell.argv import Argv
from dfopt.shell.nodes import Literal, Word, word_of

_LINKS: Final = frozenset(["-H", "-L", "-P"])
_NEGATIONS: Final = frozenset(["!", "-not"])
_ALTERNATIVES: Final = frozenset(["-o", "-or", "!", "-not", ","])


def found_paths(view: Argv) -> tuple[Word, ...]:
    """The paths that a ``find`` may act on; none if it finds no folders."""
    words = tuple(word for word in view.words if word.value not in _LINKS)
    end = next((at for at, word in enumerate(words) if (word.value or "x")[0] in "-(!"), len(words))
    span = view.command.span
    roots = words[:end] or (Word(span, (Literal(span, "."),), "."),)
    tests = [word.value for word in words[end:]]
    if not _ALTERNATIVES.isdisjoint(tests):
        return roots
    if "d" not in (_value(tests, "-type") or "d"):
        return ()
    name = _value(tests, "-name")
    if name:
        below = tuple(_with(root, f"/**/{name}") for root in roots)
        return below + tuple(root for root in roots if _may_be_called(root, name))
    return roots if _value(tests, "-mindepth") in (None, "0") else tuple(_with(root, "/*") for root in roots)


def found_files(view: Argv) -> tuple[Word, ...]:
    """Patterns of the files that a ``find`` may act on, in the folders that it begins with or below."""
    words = tuple(word for word in view.words if word.value not in _LINKS)
    end = next((at for at, word in enumerate(words) if (word.value or "x")[0] in "-(!"), len(words))
    span = view.command.span
    tests = [word.value for word in words[end:]]
    names = [tests[at + 1] or "*" for at, test in enumerate(tests[:-1]) if test in ("-name", "-iname")]
    if not names or not _NEGATIONS.isdisjoint(tests) or (len(names) > 1 and _ALTERNATIVES.isdisjoint(tests)):
        names = ["*"]
    roots = words[:end] or (Word(span, (Literal(span, "."),), "."),)
    return tuple(_with(root, f"/{name}") for root in roots for name in names)


def _value(tests: list[str | None], test: str) -> str | None:
    """The value of a test that is there, if it is known."""
    return tests[tests.index(test) + 1] if test in tests[:-1] else None


def _with(root: Word, text: str) -> Word:
    return word_of(root.span, (*root.parts, Literal(root.span, text)))


def _may_be_called(root: Word, name: str) -> bool:
    value = root.value
    return value is None or fnmatchcase(value.rstrip("/").rpartition("/")[2], name)
