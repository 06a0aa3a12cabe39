"""The laws under which two RUNs are the same.

A script is taken apart into the longest sequence of steps that could each be a RUN of their own:

1. ``A && B`` is A, then B, if A keeps the state of the shell (isolation.py says when).
2. ``( A )`` or ``{ A; }``, alone, is A.
3. ``set -e…; A; B`` is ``set -e…; A``, then ``set -e…; B``, if A keeps the state and its failure ends the script.
4. ``set -e…; A; set +e…; B`` is ``set -e…; A``, then B, if that leaves what the SHELL itself gives.
5. ``set … && A && B`` is ``set … && A``, then ``set … && B``, if A keeps the state and, with ``-e``, does not heed it.
6. ``A; ( B )`` under ``-e`` is ``A; B``, if A keeps the state; ``A; { B; }`` is whatever A does.

``( ! A )`` is not taken for ``! A``: bash forgets that ``!`` suspends ``-e``, and turns an expansion that fails into
success. ``( A )`` is not taken for A if A sources a file: bash may end the subshell behind it.

No law holds for a script that depends on the text around it (``$BASH_SUBSHELL``, ``shopt`` …).

Two sequences of RUNs are equal if their steps are. Everything else must be the same command by command.
"""

from __future__ import annotations

from collections.abc import Hashable

import msgspec

from dfopt.knowledge import shell_commands as known
from dfopt.shell.isolation import cuts, depends_on_place, piece, sources
from dfopt.shell.nodes import AndOr, Group, Pipeline, Script, Simple, Statement, Subshell
from dfopt.shell.pieces import as_statement
from dfopt.shell.walk import canonical


class Mode(msgspec.Struct, frozen=True):
    """The options in force: those that the SHELL gives, and those that a ``set -e…`` added; all by their names."""

    given: frozenset[str]
    added: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    """Not of the mode of a step: the installers that may bring any program, as PATH is."""

    def with_options(self, options: frozenset[str]) -> Mode:
        return Mode(self.given, self.added | options, self.free)

    def without_options(self) -> Mode:
        return Mode(self.given, free=self.free)

    def step(self, what: Hashable) -> Step:
        """A step that is run in this mode."""
        return Step(Mode(self.given, self.added), what)

    @property
    def is_strict(self) -> bool:
        return "errexit" in self.given or "errexit" in self.added


class Step(msgspec.Struct, frozen=True):
    """A piece of a script that could be a RUN of its own."""

    mode: Mode
    what: Hashable


def steps(script: Script, given: frozenset[str], free: frozenset[str] = frozenset()) -> list[Step]:
    """The steps of a script under the options that its SHELL gives; ``free`` are installers that may bring anything."""
    mode = Mode(given, free=free)
    if depends_on_place(script):
        return [mode.step(canonical(script))]
    return _steps(script.statements, mode)


def _steps(statements: tuple[Statement, ...], mode: Mode) -> list[Step]:
    if not statements:
        return []
    if mode.is_strict:
        return _strict_steps(statements, mode)
    setting = errexit_setting(statements[0]) if len(statements) > 1 else None
    if setting is not None:
        return _strict_steps(statements[1:], mode.with_options(setting))
    return _piece(statements, mode)


def _strict_steps(statements: tuple[Statement, ...], mode: Mode) -> list[Step]:
    """Cuts behind each statement whose failure ends the script and that what follows does not notice."""
    undoing = next((at for at in range(1, len(statements)) if _undoes(statements[at], mode)), None)
    if undoing is not None:
        rest = (*statements[:undoing], *statements[undoing + 1 :])
        if undoing in _cuts_between(rest, mode):
            return _strict_steps(statements[:undoing], mode) + _steps(statements[undoing + 1 :], mode.without_options())
    found: list[Step] = []
    start = 0
    for at in (*_cuts_between(statements, mode), len(statements)):
        found += _piece(statements[start:at], mode)
        start = at
    return found


def _cuts_between(statements: tuple[Statement, ...], mode: Mode) -> list[int]:
    pieces = [piece(statement) for statement in statements]
    return [at for at in cuts(pieces, strict=True, guarded=False, free=mode.free) if aborts(statements[at - 1])]


def _piece(statements: tuple[Statement, ...], mode: Mode) -> list[Step]:
    """Statements that stay together: one step, unless they are a single list."""
    if len(statements) == 1 and statements[0].terminator != "&":
        return _list_steps(statements[0].list, mode)
    if mode.is_strict:
        opened = _last_opened(statements)
        if opened:
            return _strict_steps(opened, mode)
    return [mode.step(tuple(canonical(statement) for statement in statements))]


def _last_opened(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """The statements without the subshell or the braces around the last one, if they can go; empty otherwise."""
    last = statements[-1]
    pipeline = last.list.pipelines[0]
    command = pipeline.commands[0]
    if last.terminator == "&" or len(last.list.pipelines) != 1 or len(pipeline.commands) != 1 or pipeline.negated:
        return ()
    if not isinstance(command, Subshell | Group) or command.redirects or _is_delicate(command):
        return ()
    if isinstance(command, Subshell) and not all(piece(statement).keeps_state for statement in statements[:-1]):
        return ()
    return (*statements[:-1], *command.body.statements)


def _is_delicate(command: Subshell | Group) -> bool:
    """True for a subshell in which bash may do something else: with ``.``, or ``( ! A )``."""
    if isinstance(command, Group):
        return False
    statements = command.body.statements
    pipelines = statements[0].list.pipelines
    return (len(statements) == 1 and len(pipelines) == 1 and pipelines[0].negated) or sources(command.body)


def _list_steps(and_or: AndOr, mode: Mode) -> list[Step]:
    """Cuts at each ``&&`` with nothing but ``&&`` behind it whose left side what follows does not notice."""
    pipelines, operators = and_or.pipelines, and_or.operators
    places: list[int] = []
    if operators and operators[-1] == "&&":
        pieces = [piece(as_statement(pipeline)) for pipeline in pipelines]
        tail = len(operators) - next((at for at, op in enumerate(reversed(operators)) if op != "&&"), len(operators))
        places = [at for at in cuts(pieces, strict=mode.is_strict, guarded=True, free=mode.free) if at > tail]
    found: list[Step] = []
    start = 0
    for at in (*places, len(pipelines)):
        found += _unsplit(pipelines[start:at], operators[start : at - 1], mode)
        start = at
    return found


def _unsplit(pipelines: tuple[Pipeline, ...], operators: tuple[str, ...], mode: Mode) -> list[Step]:
    if len(pipelines) == 1:
        return _pipeline_steps(pipelines[0], mode)
    setting = None if mode.added or "||" in operators else _setting(as_statement(pipelines[0]))
    if setting:
        return _list_steps(AndOr(pipelines[1].span, pipelines[1:], operators[1:]), mode.with_options(setting))
    return [mode.step((tuple(canonical(pipeline) for pipeline in pipelines), operators))]


def _pipeline_steps(pipeline: Pipeline, mode: Mode) -> list[Step]:
    command = pipeline.commands[0]
    if len(pipeline.commands) == 1 and not pipeline.negated:
        if isinstance(command, Subshell | Group) and not command.redirects:
            if not _is_delicate(command):
                return _steps(command.body.statements, mode)
            return [mode.step(canonical(command))]
        return [mode.step(canonical(command))]
    return [mode.step(canonical(pipeline))]


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


def errexit_setting(statement: Statement) -> frozenset[str] | None:
    """The options of a statement that is ``set -e…`` and nothing else."""
    options = _setting(statement)
    return options if options and "errexit" in options else None


def _setting(statement: Statement) -> frozenset[str] | None:
    """The options of a statement that is ``set -…`` and nothing else."""
    words = _words(statement)
    return known.set_options(words[1:]) if words and words[0] == "set" else None


def _undoes(statement: Statement, mode: Mode) -> bool:
    """True for the ``set +e…`` after which only what the SHELL gives is in force."""
    words = _words(statement)
    if not mode.added or not words or words[0] != "set":
        return False
    return known.set_options(words[1:], "+") == mode.added - mode.given
