"""What the instructions of a Dockerfile take from its build context."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.facts.facts import Facts
from dfopt.model.copy_sources import is_remote
from dfopt.model.expand import expand
from dfopt.syntax.nodes import Add, Copy, Instruction, Run


def context_sources(facts: Facts) -> Iterator[tuple[Instruction, str, str | None]]:
    """The sources of COPY and ADD, and of RUN's bind mounts, that lie in the context; in the order of the file.

    Each as it is written and as it is with its variables; None if these are not known.
    """
    for stage in facts.stages:
        for instruction in stage.instructions:
            for source in written_sources(facts, instruction):
                variables = facts.scope(instruction).variables()
                yield instruction, source, expand(source, variables, facts.dockerfile.escape, unset=None)


def written_sources(facts: Facts, instruction: Instruction) -> Iterator[str]:
    """Those of one instruction, as they are written."""
    if isinstance(instruction, Copy) and instruction.flag("from") is None:
        heredocs = {heredoc.opener.start for heredoc in instruction.heredocs}
        for source in instruction.sources:
            if source.span.start not in heredocs and not (isinstance(instruction, Add) and is_remote(source.text)):
                yield source.text
    elif isinstance(instruction, Run):
        for mount in facts.mounts(instruction):
            if mount.type == "bind" and "from" not in mount.fields:
                yield mount.source or "."
