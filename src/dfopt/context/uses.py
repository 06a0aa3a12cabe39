"""What the instructions of a Dockerfile take from its build context."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from dfopt.context.build_context import BuildContext
from dfopt.context.walk import Entry
from dfopt.facts.facts import Facts
from dfopt.model.copy_sources import is_remote
from dfopt.model.expand import expand
from dfopt.syntax.nodes import Add, Copy, Instruction, Run


class Use(msgspec.Struct, frozen=True):
    """One source of an instruction. ``entries`` is None if a variable decides what it is."""

    instruction: Instruction
    source: str
    entries: tuple[Entry, ...] | None


def uses(facts: Facts, context: BuildContext) -> Iterator[Use]:
    """The sources of COPY and ADD, and of RUN's bind mounts, that lie in the context; in the order of the file."""
    for stage in facts.stages:
        for instruction in stage.instructions:
            for source in _sources(facts, instruction):
                value = expand(source, facts.scope(instruction).variables(), facts.dockerfile.escape, unset=None)
                entries = None if value is None else tuple(context.select(value))
                yield Use(instruction, source, entries)


def _sources(facts: Facts, instruction: Instruction) -> Iterator[str]:
    if isinstance(instruction, Copy) and instruction.flag("from") is None:
        heredocs = {heredoc.opener.start for heredoc in instruction.heredocs}
        for source in instruction.sources:
            if source.span.start not in heredocs and not (isinstance(instruction, Add) and is_remote(source.text)):
                yield source.text
    elif isinstance(instruction, Run):
        for mount in facts.mounts(instruction):
            if mount.type == "bind" and "from" not in mount.fields:
                yield mount.source or "."
