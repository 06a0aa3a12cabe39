"""The commands of a script that may not run although it succeeds."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.shell.argv import argv
from dfopt.shell.nodes import AndOr, Case, If, Pipeline, Script, ShellNode, Simple
from dfopt.shell.walk import nodes, simple_commands
from dfopt.source import Span

_TESTS = frozenset("[ [[ test grep which command type".split())
_FAILS = frozenset("exit false return".split())
_OF_FILES = frozenset("-e -f -d -x -s -r".split())


def optional(script: Script) -> frozenset[Span]:
    """The spans of those under ``if`` and ``case``, and of alternatives.

    What is done if a file is not there brings that file: afterwards it is there in any case.
    """
    return frozenset(command.span for node in _optional(script) for command in simple_commands(node))


def _optional(script: Script) -> Iterator[ShellNode]:
    for node in nodes(script):
        if isinstance(node, If):
            if not _lacks_file(node):
                yield from (branch.body for branch in node.branches)
                if node.otherwise is not None:
                    yield node.otherwise
        elif isinstance(node, Case):
            yield from (item.body for item in node.items)
        elif isinstance(node, AndOr):
            yield from _alternatives(node)


def _lacks_file(node: If) -> bool:
    condition = node.branches[0].condition
    words = [word.value or "" for command in simple_commands(condition) for word in command.words]
    is_negated = "!" in words or any(isinstance(each, Pipeline) and each.negated for each in nodes(condition))
    return is_negated and not _OF_FILES.isdisjoint(words)


def _alternatives(node: AndOr) -> Iterator[Pipeline]:
    """Those behind ``||``, and those between a test and one; ``|| exit 1`` is none."""
    parts = node.pipelines
    others = [at + 1 for at, sign in enumerate(node.operators) if sign == "||" and not _fails(parts[at + 1])]
    if not others:
        return
    asks_for_file = _is_test(parts[0]) and not _OF_FILES.isdisjoint(_words(parts[0]))
    if others[0] > 1 or not asks_for_file:
        yield from parts[others[0] :]
    tests = [at for at, part in enumerate(parts) if _is_test(part)]
    if tests and tests[0] < others[0]:
        yield from parts[tests[0] + 1 : others[0]]


def _fails(part: Pipeline) -> bool:
    return any(argv(command).base in _FAILS for command in simple_commands(part))


def _is_test(part: Pipeline) -> bool:
    return any(isinstance(command, Simple) and argv(command).base in _TESTS for command in part.commands)


def _words(part: Pipeline) -> list[str]:
    return [word.value or "" for command in simple_commands(part) for word in command.words]
