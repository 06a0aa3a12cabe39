"""Scripts that are nothing but commands one behind the other."""

from __future__ import annotations

import msgspec

from dfopt.shell.nodes import Script, Simple


class Listed(msgspec.Struct, frozen=True):
    """The commands of a script one behind the other, and what stands in front of each: ``&&`` or ``;``."""

    commands: tuple[Simple, ...]
    operators: tuple[str, ...]


def listed(script: Script) -> Listed | None:
    """None for a script in which other things than ``&&`` and ``;`` decide what runs."""
    commands: list[Simple] = []
    operators: list[str] = []
    for statement in script.statements:
        if statement.terminator == "&" or "||" in statement.list.operators:
            return None
        for at, pipeline in enumerate(statement.list.pipelines):
            command = pipeline.commands[0]
            if len(pipeline.commands) != 1 or pipeline.negated or not isinstance(command, Simple):
                return None
            commands.append(command)
            operators.append("&&" if at else ";")
    return Listed(tuple(commands), tuple(operators))
