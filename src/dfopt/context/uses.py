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
    """One source of an instruction. ``entries`` is None if a variable decides what it is."""

    instruction: Instruction
    source: str
    entries: tuple[Entry, ...] | None


def uses(facts: Facts, context: BuildContext) -> Iterator[Use]:
    """The sources of COPY and ADD, and of RUN's bind mounts, that lie in the context; in the order of the file."""
    for instruction, source, value in context_sources(facts):
        yield Use(instruction, source, None if value is None else tuple(context.select(value)))
