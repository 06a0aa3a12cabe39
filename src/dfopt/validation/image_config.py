"""What instructions say about the image config, in the one form that all who say the same have.

BuildKit keeps of it (frontend/dockerfile/dockerfile2llb/convert.go, dispatchLabel and what follows): labels as a map,
ports as a set; the last CMD, ENTRYPOINT, HEALTHCHECK, STOPSIGNAL and MAINTAINER; triggers and volumes in order. An
ENTRYPOINT clears the CMD of the base only, so which of the two is the last is of no account if both are there, and
yet it is compared. None of them sees the environment but for variables that it names; what a shell form runs with is
the SHELL, and a user.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

import msgspec

from dfopt.syntax.nodes import Cmd, Entrypoint, Expose, Healthcheck, Instruction, Label, Maintainer, Stopsignal
from dfopt.validation.expanded import normal_value
from dfopt.validation.in_force import InForce

_LAST = (Healthcheck, Maintainer, Stopsignal)
_PORT = re.compile(r"([0-9]+(?:-[0-9]+)?)(?:/([A-Za-z]+))?")


class Said(msgspec.Struct, frozen=True):
    """An instruction that changes the config, what it says, and where."""

    instruction: Instruction
    what: Hashable
    state: InForce


def image_config(said: Sequence[Said], escape: str) -> tuple[Hashable, ...]:
    """What all of them come to, by the kind of the instruction."""
    kinds: dict[str, list[Said]] = {}
    for each in said:
        kind = "CMD" if isinstance(each.instruction, Entrypoint) else each.instruction.keyword
        kinds.setdefault(kind, []).append(each)
    return tuple((kind, _of_kind(kinds[kind], escape)) for kind in sorted(kinds))


def _of_kind(said: list[Said], escape: str) -> Hashable:
    first = said[0].instruction
    if isinstance(first, Label):
        return _labels(said, escape)
    if isinstance(first, Expose):
        return _ports(said)
    if isinstance(first, Cmd | Entrypoint):
        last = {type(each.instruction): each for each in said}
        return tuple(_started(each) for each in said if each is last[type(each.instruction)])
    return tuple(_started(each) for each in (said[-1:] if isinstance(first, _LAST) else said))


def _started(each: Said) -> Hashable:
    """With what it may be run with, and the variables that it may have put in."""
    texts = each.state.depends(each.instruction.body.text)
    return each.what, each.state.image_user, each.state.shell, texts


def _labels(said: list[Said], escape: str) -> Hashable:
    """The last value of each key; in their order if a variable may make two keys the same."""
    found = [
        (normal_value(pair.key, escape), pair, each.state.depends(f"{pair.key} {pair.value}"))
        for each in said
        if isinstance(each.instruction, Label)
        for pair in each.instruction.pairs
    ]
    if any(key is None or "$" in key for key, _, _ in found):
        return tuple((pair.key, pair.value, seen) for _, pair, seen in found)
    return frozenset({key: (key, pair.value, seen) for key, pair, seen in found}.values())


def _ports(said: list[Said]) -> Hashable:
    ports = [
        (port.text, each.state)
        for each in said
        if isinstance(each.instruction, Expose)
        for port in each.instruction.ports
    ]
    return frozenset((_port(text), state.depends(text)) for text, state in ports)


def _port(text: str) -> str:
    """A port with its protocol, which is TCP if none is given."""
    plain = _PORT.fullmatch(text)
    return f"{plain[1]}/{(plain[2] or 'tcp').lower()}" if plain else text
