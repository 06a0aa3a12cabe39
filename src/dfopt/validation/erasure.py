"""Takes out of a script what a patch declared, so that the rest can be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeVar, cast

import msgspec

from dfopt.shell.nodes import AndOr, Pipeline, Script, ShellNode, Simple, Statement, Word
from dfopt.validation.laws import aborts

NodeT = TypeVar("NodeT", bound=ShellNode)

Words = tuple[str, ...]
"""A command without expansions."""


def without_appended(script: Script, commands: frozenset[Words], taken: Counter[Words], *, strict: bool) -> Script:
    """Without the commands at the end: behind the last ``&&``, or as last statements if ``-e`` is in force.

    ``taken`` counts what is taken out.
    """
    while script.statements:
        last = script.statements[-1]
        pipelines = last.list.pipelines
        words = _words(pipelines[-1])
        if words not in commands or last.terminator == "&":
            break
        if len(pipelines) > 1 and last.list.operators[-1] == "&&":
            shorter = AndOr(last.list.span, pipelines[:-1], last.list.operators[:-1])
            statements = (*script.statements[:-1], msgspec.structs.replace(last, list=shorter))
        elif len(pipelines) == 1 and strict and len(script.statements) > 1 and aborts(script.statements[-2]):
            statements = script.statements[:-1]
        else:
            break
        taken[words] += 1
        script = Script(script.span, statements, script.comments)
    return script


def without_dropped(script: Script, commands: frozenset[Words], taken: Counter[Words]) -> Script:
    """Without the commands that stand in a list of ``&&`` only, wherever they are in it, but one command stays."""
    statements = tuple(_drop_from(statement, commands, taken) for statement in script.statements)
    return Script(script.span, statements, script.comments)


def _drop_from(statement: Statement, commands: frozenset[Words], taken: Counter[Words]) -> Statement:
    pipelines = list(statement.list.pipelines)
    if "||" in statement.list.operators:
        return statement
    for pipeline in statement.list.pipelines:
        words = _words(pipeline)
        if words in commands and len(pipelines) > 1:
            taken[words] += 1
            pipelines.remove(pipeline)
    kept = AndOr(statement.list.span, tuple(pipelines), ("&&",) * (len(pipelines) - 1))
    return msgspec.structs.replace(statement, list=kept)


def _words(pipeline: Pipeline) -> tuple[str, ...] | None:
    command = pipeline.commands[0]
    if len(pipeline.commands) != 1 or pipeline.negated or not isinstance(command, Simple):
        return None
    if command.assignments or command.redirects:
        return None
    words = tuple(word.value for word in command.words)
    return None if None in words else tuple(word for word in words if word is not None)


def without_options(script: Script, options: frozenset[tuple[str, str]], found: Counter[tuple[str, str]]) -> Script:
    """Without the declared options of the declared commands, counted in ``found``."""
    return map_simple(script, lambda command: _without_options(command, options, found))


def _without_options(command: Simple, options: frozenset[tuple[str, str]], found: Counter[tuple[str, str]]) -> Simple:
    values = [word.value for word in command.words]
    names = {value.rpartition("/")[2] for value in values if value}
    gone = {option for name, option in options if name in names}
    if gone.isdisjoint(value for value in values if value):
        return command
    for name, option in options:
        if name in names:
            found[name, option] += values.count(option)
    words = tuple(word for word, value in zip(command.words, values, strict=True) if value not in gone)
    return msgspec.structs.replace(command, words=words)


def map_simple(node: NodeT, change: Callable[[Simple], Simple]) -> NodeT:
    """The tree with every simple command changed (those inside words are not looked at)."""
    if isinstance(node, Simple):
        return change(node)  # type: ignore[return-value]
    changed: dict[str, object] = {}
    for name in node.__struct_fields__:
        value = getattr(node, name)
        if isinstance(value, ShellNode):
            mapped: object = _mapped(value, change)
        elif isinstance(value, tuple):
            items = cast("tuple[object, ...]", value)
            mapped = tuple(_mapped(item, change) for item in items)
        else:
            continue
        if mapped != value:
            changed[name] = mapped
    return msgspec.structs.replace(node, **changed) if changed else node


def _mapped(item: object, change: Callable[[Simple], Simple]) -> object:
    return map_simple(item, change) if isinstance(item, ShellNode) and not isinstance(item, Word) else item
