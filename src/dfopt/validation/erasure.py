"""Takes declared commands out of a script, so that the rest can be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeVar, cast

import msgspec

from dfopt.facts.packages import calls_of
from dfopt.knowledge import shell_commands as known
from dfopt.knowledge.package_managers import Action
from dfopt.shell.argv import argv
from dfopt.shell.errexit import sets_errexit
from dfopt.shell.laws import aborts, errexit_setting
from dfopt.shell.lookups import loses_path
from dfopt.shell.nodes import AndOr, Function, Literal, Pipeline, Script, ShellNode, Simple, Statement, Subshell, Word
from dfopt.shell.walk import children, nodes

NodeT = TypeVar("NodeT", bound=ShellNode)

Command = tuple[str, ...]
"""The words of a simple command in which nothing is quoted or expanded."""

Gap = Counter[Command]
"""The declared commands between two others."""


def without_tail(script: Script, declared: frozenset[Command], *, strict: bool) -> tuple[Script, list[Command]]:
    """Without declared commands at the end, and those: behind the last ``&&``, or as last statements under ``-e``.

    ``strict`` says that the SHELL has ``-e``. Nothing is taken out of a script in which something may run
    behind, or beside, its last command, or in which a program may not be found any more.
    """
    tail: list[Command] = []
    if any(_may_outlive_the_end(node) or loses_path(node) for node in nodes(script)):
        return script, tail
    while script.statements:
        last = script.statements[-1]
        pipelines = last.list.pipelines
        words = plain_words(pipelines[-1])
        if words not in declared:
            break
        if len(pipelines) > 1 and last.list.operators[-1] == "&&":
            shorter = AndOr(last.list.span, pipelines[:-1], last.list.operators[:-1])
            statements = (*script.statements[:-1], msgspec.structs.replace(last, list=shorter))
        elif len(pipelines) == 1 and _ends_at_failure(script.statements[:-1], strict):
            statements = script.statements[:-1]
        else:
            break
        tail.insert(0, words)
        script = Script(script.span, statements, script.comments)
    return script, tail


def _may_outlive_the_end(node: ShellNode) -> bool:
    if isinstance(node, Statement):
        return node.terminator == "&"
    if isinstance(node, Simple):
        view = argv(node)
        return view.name in ("trap", "exec") or "exec" in view.wrappers
    return isinstance(node, Function)


def _ends_at_failure(statements: tuple[Statement, ...], strict: bool) -> bool:
    """True if ``-e`` is in force behind the statements, and the failure of the last one ends the script."""
    if not statements or not aborts(statements[-1]):
        return False
    begins = errexit_setting(statements[0]) is not None
    if not strict and not begins:
        return False
    settings = statements[1:] if begins else statements
    return not any(_may_set(command) for statement in settings for command in _of_own_shell(statement))


def _of_own_shell(node: ShellNode) -> Iterator[Simple]:
    """The simple commands that do not run in a subshell: only these can change the options of the shell."""
    if isinstance(node, Simple):
        yield node
    elif not isinstance(node, Subshell | Word):
        for each in children(node):
            yield from _of_own_shell(each)


def _may_set(command: Simple) -> bool:
    """True if a command may change ``-e``."""
    view = argv(command)
    words = tuple(word.value for word in view.words)
    if view.name is None:
        return bool(command.words)
    return known.runs_text(view.name, words) or view.name == "shopt" or (view.name == "set" and sets_errexit(words))


def without_inner(script: Script, declared: frozenset[Command]) -> tuple[Script, list[Gap]]:
    """Without declared commands that stand in a list of ``&&`` only, wherever they are in it; and where they stood."""
    gaps: list[Gap] = []
    statements = tuple(_without_inner(statement, declared, gaps) for statement in script.statements)
    return Script(script.span, statements, script.comments), gaps


def _without_inner(statement: Statement, declared: frozenset[Command], gaps: list[Gap]) -> Statement:
    gaps.append(Counter())
    if "||" in statement.list.operators:
        return statement
    kept: list[Pipeline] = []
    left = len(statement.list.pipelines)
    for pipeline in statement.list.pipelines:
        words = plain_words(pipeline)
        if words in declared and left > 1:
            gaps[-1][words] += 1
            left -= 1
        else:
            kept.append(pipeline)
            gaps.append(Counter())
    shorter = AndOr(statement.list.span, tuple(kept), ("&&",) * (len(kept) - 1))
    return msgspec.structs.replace(statement, list=shorter)


def plain_words(pipeline: Pipeline) -> Command | None:
    """The words of a simple command in which nothing is quoted or expanded; None for anything else."""
    command = pipeline.commands[0]
    if len(pipeline.commands) != 1 or pipeline.negated or not isinstance(command, Simple):
        return None
    if command.assignments or command.redirects:
        return None
    if not all(isinstance(part, Literal) for word in command.words for part in word.parts):
        return None
    return tuple(word.value or "" for word in command.words)


def without_packages(script: Script, packages: frozenset[str]) -> tuple[Script, Counter[str]]:
    """A script without the declared packages of its commands that install some, and how often each was there."""
    counted: Counter[str] = Counter()

    def without(command: Simple) -> Simple:
        calls = [call for call in calls_of(command) if call.action is Action.INSTALL]
        gone = {word.span for call in calls for word in call.packages if word.value in packages}
        counted.update(word.value or "" for word in command.words if word.span in gone)
        return msgspec.structs.replace(command, words=tuple(word for word in command.words if word.span not in gone))

    return (map_simple(script, without) if packages else script), counted


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
