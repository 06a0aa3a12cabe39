"""What the instructions of a Dockerfile take from its build context, file by file."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from dfopt.context.build_context import BuildContext
from dfopt.facts.context_sources import context_sources
from dfopt.facts.facts import Facts
from dfopt.model.build_files import Entry
from dfopt.syntax.nodes import Instruction


class Use(msgspec.Struct, frozen=True):
    """One source of an instruction. ``entries`` is None if a variable decides what it is.

    They are all that the build needs for it; ``copied`` are those that it gets behind the links that it leads through.
    """

    instruction: Instruction
    source: str
    entries: tuple[Entry, ...] | None
    copied: tuple[Entry, ...] = ()


def uses(facts: Facts, context: BuildContext) -> Iterator[Use]:
    """The sources of COPY and ADD, and of RUN's bind mounts, that lie in the context; in the order of the file."""
    for instruction, source, value in context_sources(facts):
        if value is None:
            yield Use(instruction, source, None)
        else:
            copied = context.select(context.followed(value))
            yield Use(instruction, source, tuple(context.reach(value)), tuple(copied))
