"""What is left out when two build plans are compared, since patches declared that it differs."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from dfopt.edits import Replaced
from dfopt.errors import DfoptError
from dfopt.syntax.nodes import Arg, Env, Flag, Instruction


class UndeclaredError(DfoptError):
    """What differs is not what was declared."""


class Exempt(msgspec.Struct, frozen=True):
    """What is not compared of one stage."""

    base: bool = False
    config: frozenset[str] = frozenset()
    """Keywords."""
    variables: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    """Variables that count only for a RUN that names them."""
    packages: frozenset[str] = frozenset()
    instructions: frozenset[int] = frozenset()
    """The starts of their spans."""
    commands: tuple[Replaced, ...] = ()
    """What is compared with others in their place."""
    flags: Mapping[int, tuple[Flag, ...]] = {}
    """What COPY and ADD are compared with, beside their own flags, by the starts of their spans."""


NOTHING = Exempt()


class Side(msgspec.Struct, frozen=True):
    """One of two files that are compared, and what counts of it."""

    exempt: Mapping[int, Exempt] = {}
    """By the index of the stage; -1 for what stands before the first."""
    new_stages: frozenset[int] = frozenset()
    """Stages that the other file does not have."""
    is_shortened: bool = False
    """True if these are gone on purpose, and their comments with them."""

    def of(self, index: int) -> Exempt:
        return self.exempt.get(index, NOTHING)

    def number(self, index: int) -> int:
        """The index that a stage has without the new ones."""
        return index - sum(at < index for at in self.new_stages)

    def leaves_out(self, stage: int, instruction: Instruction) -> bool:
        """True if nothing of an instruction in a stage is compared."""
        exempt = self.of(stage)
        return (
            stage in self.new_stages
            or instruction.span.start in exempt.instructions
            or instruction.keyword in exempt.config
            or (isinstance(instruction, Env | Arg) and all(pair.key in exempt.variables for pair in instruction.pairs))
        )


WHOLE = Side()
