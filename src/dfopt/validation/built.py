"""Instructions under the words that say all that they do: two that mean the same are the same afterwards."""

from __future__ import annotations

import msgspec

from dfopt.syntax.nodes import Add, Arg, Assignment, Env, Instruction, Label
from dfopt.validation.expanded import normal_value
from dfopt.validation.local_copies import copies_only


def as_built(instruction: Instruction, escape: str) -> Instruction:
    """An ADD that only copies as a COPY, and the values of ARG, ENV and LABEL in the one way to write them."""
    if isinstance(instruction, Add) and copies_only(instruction):
        return msgspec.structs.replace(instruction, keyword="COPY")
    if isinstance(instruction, Arg | Env | Label):
        return msgspec.structs.replace(instruction, pairs=tuple(_normal(pair, escape) for pair in instruction.pairs))
    return instruction


def _normal(pair: Assignment, escape: str) -> Assignment:
    value = pair.value and normal_value(pair.value, escape)
    return pair if value is None else msgspec.structs.replace(pair, value=value)
