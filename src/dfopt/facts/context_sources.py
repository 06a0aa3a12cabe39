"""What the instructions of a Dockerfile take from its build context."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.facts.base_image import UNKNOWN
from dfopt.facts.facts import Facts
from dfopt.facts.mentions import expanded
from dfopt.model.copy_sources import is_remote
from dfopt.model.expand import expand
from dfopt.syntax.nodes import Add, Copy, Env, Instruction, Run


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


def is_settled(facts: Facts, instruction: Instruction, written: str) -> bool:
    """False if somebody who builds may decide by an argument what a source is."""
    names = expanded(written)
    if not names:
        return True
    return names.isdisjoint(facts.scope(instruction).args) and not any(
        "$" in (pair.value or "") and pair.key in names for env in facts.dockerfile.find(Env) for pair in env.pairs
    )


def may_have_triggers(facts: Facts) -> str:
    """The first base image that may have ONBUILD triggers, which may take anything; empty if there is none."""
    for stage in facts.stages:
        if stage.parent is None and not stage.choices and stage.image != "scratch":
            base = facts.base(stage)
            known = base.is_official or base.family != UNKNOWN
            if not known or (base.reference and "onbuild" in (base.reference.tag or "")):
                return stage.start.image.text
    return ""
