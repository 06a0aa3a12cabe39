"""Whether a tool that a script called finds at the end of the script what it found when it was called.

What a subshell sets ends with it, ``( . /opt/nvm.sh && npm ci )``; what is set behind a call was not there for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.shell.effects import effects
from dfopt.shell.nodes import AndOr, Group, Script, Simple, Statement, Subshell
from dfopt.source import Span


def differs_at_the_end(script: Script, command: Simple) -> str:
    """What changes the shell between a command of a script and the end, or ends with a subshell around the command;
    empty if nothing does."""
    return next(_differences(script, command.span), "")


def _differences(script: Script, place: Span) -> Iterator[str]:
    at = next(at for at, statement in enumerate(script.statements) if _holds(statement.span, place))
    statement = script.statements[at]
    pipelines, operators = statement.list.pipelines, statement.list.operators
    here = next(here for here, pipeline in enumerate(pipelines) if _holds(pipeline.span, place))
    rest = AndOr(statement.span, pipelines[here + 1 :], operators[here + 1 :])
    behind = (Statement(statement.span, rest, statement.terminator, None), *script.statements[at + 1 :])
    yield from _changes(Script(script.span, behind, ()))
    commands = pipelines[here].commands
    around = next(command for command in commands if _holds(command.span, place))
    if isinstance(around, Subshell | Group):
        if isinstance(around, Subshell) or len(commands) > 1:
            yield from _changes(around.body)
        yield from _differences(around.body, place)


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _changes(script: Script) -> Iterator[str]:
    leak = effects(script).leak
    if leak:
        yield leak
