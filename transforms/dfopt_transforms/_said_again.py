"""What instructions of a stage set, and which of them only set what is in force already."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from dfopt.expression import Expression
from dfopt.facts.mentions import expanded
from dfopt.model.expand import expand
from dfopt.syntax.nodes import Arg, Assignment, Env, Expose, Instruction, Label, Shell, User

_PORT = Expression(r"([0-9]+(?:-[0-9]+)?)(?:/([A-Za-z]+))?")
_PLAIN_KEY = Expression(r"[A-Za-z_][A-Za-z0-9_.\-]*")


class SaidBefore:
    """What the instructions of a stage that were read say, each by the last to say it."""

    def __init__(self, escape: str) -> None:
        self._escape = escape
        self._versions: dict[str, int] = {}
        """How often each variable was set to something else."""
        self._unknown = 0
        """How often any variable may have been set."""
        self._last: dict[Hashable, Hashable] = {}

    def read(self, instruction: Instruction) -> bool:
        """Takes an instruction in; True if all that it sets is in force already."""
        settings = list(self._settings(instruction))
        if not settings:
            return False
        if any(name is None for name, _ in settings):
            self._unknown += 1
            self._last = {}
            return False
        known = all(self._last.get(name) == value for name, value in settings)
        for name, value in settings:
            if isinstance(instruction, Env | Arg) and self._last.get(name) != value:
                self._versions[str(name)] = self._versions.get(str(name), 0) + 1
            self._last[name] = value
        return known

    def _settings(self, instruction: Instruction) -> Iterator[tuple[Hashable | None, Hashable]]:
        """What is set, and to what; None for what may be any variable or label."""
        if isinstance(instruction, Env | Arg):
            for pair in instruction.pairs:
                is_plain = _PLAIN_KEY.fullmatch(pair.key) is not None
                yield pair.key if is_plain else None, (instruction.keyword, *self._value(pair.value))
        elif isinstance(instruction, Label):
            for pair in instruction.pairs:
                key = label_key(pair, self._escape)
                yield None if key is None else ("LABEL", key), self._value(pair.value)
        elif isinstance(instruction, Expose):
            for port in instruction.ports:
                yield ("EXPOSE", *self._value(_port(port.text))), True
        elif isinstance(instruction, User):
            yield ("USER",), self._value(instruction.user.text)
        elif isinstance(instruction, Shell):
            yield ("SHELL",), instruction.argv

    def _value(self, text: str | None) -> tuple[Hashable, ...]:
        """What a text comes to, or the text and the state of the variables in it."""
        if text is None:
            return (None,)
        plain = expand(text, {}, self._escape, unset=None)
        if plain is not None:
            return ("is", plain)
        seen = tuple((name, self._versions.get(name, 0)) for name in sorted(expanded(text)))
        return (text, self._unknown, seen)


def label_key(pair: Assignment, escape: str) -> str | None:
    """The key of a label; None if a variable decides."""
    return expand(pair.key, {}, escape, unset=None)


def _port(text: str) -> str:
    found = _PORT.fullmatch(text)
    return f"{found[1]}/{(found[2] or 'tcp').lower()}" if found else text
