"""The laws under which two RUNs are the same.

A script is taken apart into the longest sequence of steps that could each be a RUN of their own:

1. ``A && B`` is A, then B, if A keeps the state of the shell (isolation.py says when).
2. ``( A )`` or ``{ A; }``, alone, is A.
3. ``set -e…; A; B`` is ``set -e…; A``, then ``set -e…; B``, if A keeps the state and its failure ends the script.
4. ``set -e…; A; set +e…; B`` is ``set -e…; A``, then B.

Two sequences of RUNs are equal if their steps are. Everything else must be the same command by command.
"""

from __future__ import annotations

from collections.abc import Hashable

import msgspec

from dfopt.shell.nodes import AndOr, Group, Pipeline, Script, Simple, Statement, Subshell
from dfopt.shell.walk import canonical
from dfopt.source import Span
from dfopt.validation.isolation import can_be_apart, script_of

Mode = tuple[str, ...] | None
"""The ``set`` command that is in force; ``()`` if the SHELL has ``-e``; None without ``-e``."""


class Step(msgspec.Struct, frozen=True):
    """A piece of a script that could be a RUN of its own."""

    mode: Mode
    what: Hashable


def steps(script: Script, *, strict: bool) -> list[Step]:
    """The steps of a script; ``strict`` if its SHELL has ``-e``."""
    return _steps(script.statements, () if strict else None)


def _steps(statements: tuple[Statement, ...], mode: Mode) -> list[Step]:
    if not statements:
        return []
    if mode is not None:
        return _strict_steps(statements, mode)
    setting = errexit_setting(statements[0]) if len(statements) > 1 else None
    if setting is not None:
        return _strict_steps(statements[1:], setting)
    return _piece(statements, mode)


def _strict_steps(statements: tuple[Statement, ...], mode: tuple[str, ...]) -> list[Step]:
    found: list[Step] = []
    start = 0
    for at, statement in enumerate(statements):
        if at == start and start > 0 and mode and _words(statement) == _undoing(mode):
            return found + _steps(statements[at + 1 :], None)
        rest = statements[at + 1 :]
        piece = statements[start : at + 1]
        if not rest or (
            aborts(statement) and can_be_apart(script_of(piece), script_of(rest), strict=True, guarded=False)
        ):
            found += _piece(piece, mode)
            start = at + 1
    return found


def _piece(statements: tuple[Statement, ...], mode: Mode) -> list[Step]:
    """Statements that stay together: one step, unless they are a single list."""
    if len(statements) == 1 and statements[0].terminator != "&":
        return _list_steps(statements[0].list, mode)
    return [Step(mode, tuple(canonical(statement) for statement in statements))]


def _list_steps(and_or: AndOr, mode: Mode) -> list[Step]:
    pipelines, operators = and_or.pipelines, and_or.operators
    for at in range(len(operators) - 1, -1, -1):
        if operators[at] != "&&":
            break
        left = _sublist(pipelines[: at + 1], operators[:at])
        right = _sublist(pipelines[at + 1 :], operators[at + 1 :])
        if can_be_apart(_as_script(left), _as_script(right), strict=mode is not None, guarded=True):
            return _list_steps(left, mode) + _list_steps(right, mode)
    if len(pipelines) == 1:
        return _pipeline_steps(pipelines[0], mode)
    return [Step(mode, (tuple(canonical(pipeline) for pipeline in pipelines), operators))]


def _pipeline_steps(pipeline: Pipeline, mode: Mode) -> list[Step]:
    command = pipeline.commands[0]
    if len(pipeline.commands) == 1 and not pipeline.negated:
        if isinstance(command, Subshell | Group) and not command.redirects:
            return _steps(command.body.statements, mode)
        return [Step(mode, canonical(command))]
    return [Step(mode, canonical(pipeline))]


def _sublist(pipelines: tuple[Pipeline, ...], operators: tuple[str, ...]) -> AndOr:
    return AndOr(Span(pipelines[0].span.start, pipelines[-1].span.end), pipelines, operators)


def _as_script(and_or: AndOr) -> Script:
    return script_of((Statement(and_or.span, and_or, "", None),))


def aborts(statement: Statement) -> bool:
    """True if under ``-e`` the failure of a statement ends the script (POSIX XCU 2.8.1 and ``set -e``)."""
    pipelines = statement.list.pipelines
    return (
        statement.terminator != "&"
        and len(pipelines) == 1
        and not pipelines[0].negated
        and isinstance(pipelines[0].commands[-1], Simple | Subshell)
    )


def _words(statement: Statement) -> tuple[str, ...] | None:
    """The words of a statement that is one plain simple command without expansions."""
    pipelines = statement.list.pipelines
    command = pipelines[0].commands[0]
    if len(pipelines) != 1 or pipelines[0].negated or len(pipelines[0].commands) != 1 or statement.terminator == "&":
        return None
    if not isinstance(command, Simple) or command.assignments or command.redirects:
        return None
    words = tuple(word.value for word in command.words)
    return None if None in words else tuple(word for word in words if word is not None)


def errexit_setting(statement: Statement) -> tuple[str, ...] | None:
    """The words of ``set -e…`` with short options (and ``pipefail``) only."""
    words = _words(statement)
    if not words or words[0] != "set" or len(words) < 2:
        return None
    options = [word for word in words[1:] if word != "pipefail"]
    if all(word[:1] == "-" and word[1:].isalpha() for word in options) and any("e" in word for word in options):
        return words
    return None


def _undoing(mode: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("+" + word[1:] if word.startswith("-") else word for word in mode)
