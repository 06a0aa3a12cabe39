"""What a simple command runs, seen through the commands that only run another one.

A wrapper is looked through as long as all its own options are known to leave the command alone;
otherwise the wrapper is the command (``sudo -u postgres psql`` is ``sudo``, ``command -v x`` is ``command``).
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from dfopt.memo import kept_of
from dfopt.shell.nodes import Literal, Simple, Word

_SETTING: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")

_WRAPPERS: Final[dict[str, frozenset[str]]] = {
    "command": frozenset({"-p"}),
    "env": frozenset(),
    "exec": frozenset(),
    "nice": frozenset(),
    "nohup": frozenset(),
    "sudo": frozenset({"-E", "-H", "-n", "-EH", "-HE", "--preserve-env", "--set-home", "--non-interactive"}),
    "time": frozenset({"-p"}),
}
"""Options that change nothing about which command runs (POSIX XCU 4; sudo(8))."""

_SETTERS: Final = frozenset({"env", "sudo"})
"""Wrappers that take ``NAME=value`` in front of the command."""

_NICENESS: Final = re.compile(r"-n?-?[0-9]+")


class Argv(msgspec.Struct, frozen=True):
    """The command that is run, and its arguments."""

    command: Simple
    name: str | None
    """As written, a path too; None if there is none or it is not static."""
    words: tuple[Word, ...]
    """What follows the name."""
    wrappers: tuple[str, ...]
    """``sudo``, ``env`` …, the outermost first."""
    settings: tuple[Word, ...]
    """The ``NAME=value`` words that ``env`` and ``sudo`` take in front of the command."""
    base: str | None
    """The name without its folder."""

    @property
    def options(self) -> tuple[Word, ...]:
        """The words before ``--`` that begin with a dash, static or not; their values are not told apart."""
        return tuple(word for word in self.words[: self._dashes] if _is_option(word))

    @property
    def operands(self) -> tuple[Word, ...]:
        """The words that are no options, and all those behind ``--``."""
        dashes = self._dashes
        return tuple(word for word in self.words[:dashes] if not _is_option(word)) + self.words[dashes + 1 :]

    @property
    def _dashes(self) -> int:
        for at, word in enumerate(self.words):
            if word.value == "--":
                return at
        return len(self.words)


@kept_of(most=4096)
def argv(command: Simple) -> Argv:
    """The view of one command; assignments in front stay in ``command``."""
    words = command.words
    wrappers: list[str] = []
    settings: tuple[Word, ...] = ()
    name = words[0].value if words else None
    while name is not None and (wrapper := name.rpartition("/")[2]) in _WRAPPERS:
        start = _past_options(wrapper, words)
        at = start
        while wrapper in _SETTERS and at < len(words) and _is_setting(words[at]):
            at += 1
        if at >= len(words) or _is_option(words[at]):
            break
        wrappers.append(wrapper)
        settings += words[start:at]
        words = words[at:]
        name = words[0].value
    base = None if name is None else name.rpartition("/")[2]
    return Argv(command, name, words[1:], tuple(wrappers), settings, base)


def _past_options(wrapper: str, words: tuple[Word, ...]) -> int:
    """Where the first word stands that is none of the wrapper's known options."""
    at = 1
    while at < len(words):
        value = words[at].value
        if value == "--":
            return at + 1
        if wrapper == "nice" and value == "-n":
            at += 2
        elif value in _WRAPPERS[wrapper] or (wrapper == "nice" and value and _NICENESS.fullmatch(value)):
            at += 1
        else:
            return at
    return at


def _is_option(word: Word) -> bool:
    value = word.value
    if value is not None:
        return len(value) > 1 and value[0] == "-"
    first = word.parts[0]
    return isinstance(first, Literal) and first.text[0] == "-"


def _is_setting(word: Word) -> bool:
    first = word.parts[0] if word.parts else None
    return isinstance(first, Literal) and _SETTING.match(first.text) is not None
