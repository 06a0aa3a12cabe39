"""The package index as data flow: where it comes from, who needs it, who removes it.

A script is read as a program on one variable per package manager, the state of its index. The
result says whether a script may read the index that was there before it, and which states it may
leave. An update that runs is taken to succeed: if it does not, there is nothing to install from.
"""

from __future__ import annotations

import re
from enum import IntFlag

import msgspec

from dfopt.facts.inner import shell_text
from dfopt.facts.opaque import opacity
from dfopt.facts.packages import PackageCall, calls_of, sets_errexit, unsets_errexit
from dfopt.knowledge.package_managers import MANAGERS, Action, Manager
from dfopt.shell.argv import Argv, argv
from dfopt.shell.nodes import (
    AndOr,
    Arithmetic,
    Assign,
    Case,
    Command,
    CommandSubstitution,
    DoubleQuoted,
    For,
    Function,
    Group,
    HereDocument,
    If,
    Loop,
    NotModelled,
    Parameter,
    Pipeline,
    Redirect,
    Script,
    ShellNode,
    Simple,
    Subshell,
    Word,
)
from dfopt.shell.parser import parse
from dfopt.shell.walk import children, nodes, simple_commands, substitutions


class Index(IntFlag):
    """A set of states that an index may be in."""

    NONE = 0
    ENTRY = 1
    """As it was before the script."""
    FRESH = 2
    """Downloaded by the script."""
    ABSENT = 4
    """Removed by the script."""


class IndexUse(msgspec.Struct, frozen=True):
    """What a script does with an index, if it succeeds."""

    needs: str
    """Why it may read the index that was there before it; empty if it does not."""
    hides: str
    """Why it may do so out of sight; empty if all is seen."""
    leaves: Index
    """The states that it may leave behind."""


INDEXED: tuple[Manager, ...] = tuple(manager for manager in MANAGERS if manager.has_index)
_WORD_NODES = (Word, Assign, Redirect, HereDocument, DoubleQuoted, Parameter, Arithmetic, CommandSubstitution)
_READING = (Action.INSTALL, Action.READ)
_CANNOT_FAIL = frozenset({":", "true", "echo", "printf", "set", "export", "umask"})
_DEEPEST = 8


def index_use(script: Script | NotModelled, manager: Manager, errexit: bool = False) -> IndexUse:
    """Reads a script; one that is not modelled may do anything."""
    if isinstance(script, NotModelled):
        return IndexUse("", script.reason, Index.ENTRY)
    reader = _Reader(manager, not unsets_errexit(script))
    succeeded, _ = reader.script(script, Index.ENTRY, errexit)
    leaves = succeeded | reader.exits
    if reader.has_jobs and leaves != Index.ENTRY:
        leaves = Index.ENTRY | Index.FRESH | Index.ABSENT
    return IndexUse(reader.needs, reader.hides, leaves)


class _Reader:
    """Takes the states before a piece of a script to those after its success and after its failure."""

    def __init__(self, manager: Manager, may_abort: bool) -> None:
        self.manager = manager
        self.may_abort = may_abort
        """False if the script switches ``-e`` off again: it is taken as never set."""
        self.needs = ""
        self.hides = ""
        self.exits = Index.NONE
        """States at an ``exit`` of the shell that may be a success."""
        self.aborts = Index.NONE
        """States at an end of the shell that is a failure."""
        self.jumps = Index.NONE
        """States at a ``break``, ``continue`` or ``return``."""
        self.has_jobs = False
        self.functions: dict[str, Command] = {}
        self.depth = 0

    def script(self, script: Script, state: Index, errexit: bool) -> tuple[Index, Index]:
        succeeded, failed = state, Index.NONE
        aborts_at_once = False
        for statement in script.statements:
            if errexit and aborts_at_once and self.may_abort:
                self.aborts |= failed
                state = succeeded
            else:
                state = succeeded | failed
            succeeded, failed = self.and_or(statement.list, state, errexit)
            if statement.terminator == "&":
                self.has_jobs = True
                succeeded, failed = state | succeeded | failed, Index.NONE
            pipelines = statement.list.pipelines
            aborts_at_once = len(pipelines) == 1 and not pipelines[0].negated
            errexit = errexit or any(sets_errexit(command) for pipe in pipelines for command in pipe.commands)
        return succeeded, failed

    def subshell(self, script: Script, state: Index, errexit: bool) -> tuple[Index, Index]:
        """A script in a shell of its own, which ends where the script says."""
        before = self.exits, self.aborts
        self.exits = self.aborts = Index.NONE
        succeeded, failed = self.script(script, state, errexit)
        succeeded, failed = succeeded | self.exits, failed | self.aborts
        self.exits, self.aborts = before
        return succeeded, failed

    def and_or(self, and_or: AndOr, state: Index, errexit: bool) -> tuple[Index, Index]:
        last = len(and_or.pipelines) - 1
        succeeded, failed = self.pipeline(and_or.pipelines[0], state, errexit and last == 0)
        for at, operator in enumerate(and_or.operators, 1):
            pipeline = and_or.pipelines[at]
            if operator == "&&":
                succeeded, more = self.pipeline(pipeline, succeeded, errexit and at == last)
                failed |= more
            else:
                more, failed = self.pipeline(pipeline, failed, errexit and at == last)
                succeeded |= more
        return succeeded, failed

    def pipeline(self, pipeline: Pipeline, state: Index, errexit: bool) -> tuple[Index, Index]:
        if not state:
            return Index.NONE, Index.NONE
        first = pipeline.commands[0]
        if len(pipeline.commands) > 1:
            return self.concurrent(pipeline, state)
        succeeded, failed = self.command(first, state, errexit and not pipeline.negated)
        return (failed, succeeded) if pipeline.negated else (succeeded, failed)

    def concurrent(self, pipeline: Pipeline, state: Index) -> tuple[Index, Index]:
        """Commands that run at the same time, each in a shell of its own: any of them may be first."""
        before = self.exits, self.aborts
        for _ in pipeline.commands:
            for command in pipeline.commands:
                succeeded, failed = self.command(command, state, False)
                state |= succeeded | failed | self.exits | self.aborts
        self.exits, self.aborts = before
        ends = [self.settled(command) for command in pipeline.commands]
        if any(Index.ENTRY not in end for end in ends):
            state = Index.NONE
        for end in ends:
            state |= end & ~Index.ENTRY
        return state, state

    def settled(self, command: Command) -> Index:
        """The states after a command by itself; without ENTRY if it always leaves another one."""
        reader = _Reader(self.manager, self.may_abort)
        reader.functions, reader.depth = self.functions, self.depth
        succeeded, failed = reader.command(command, Index.ENTRY, False)
        return succeeded | failed | reader.exits | reader.aborts

    def command(self, command: Command, state: Index, errexit: bool) -> tuple[Index, Index]:
        if isinstance(command, Simple):
            return self.simple(command, state)
        if isinstance(command, Function):
            self.functions[command.name] = command.body
            self.function(command.body, state)
            return state, Index.NONE
        state = self.substitutions(command, state)
        if isinstance(command, Subshell):
            return self.subshell(command.body, state, errexit)
        if isinstance(command, Group):
            return self.script(command.body, state, errexit)
        if isinstance(command, If):
            return self.conditional(command, state, errexit)
        return self.repeated(command, state, errexit)

    def function(self, body: Command, state: Index) -> Index:
        succeeded, failed = self.command(body, state, False)
        return succeeded | failed | self.jumps

    def conditional(self, command: If, state: Index, errexit: bool) -> tuple[Index, Index]:
        succeeded = failed = Index.NONE
        for branch in command.branches:
            taken, state = self.script(branch.condition, state, False)
            good, bad = self.script(branch.body, taken, errexit) if taken else (Index.NONE, Index.NONE)
            succeeded |= good
            failed |= bad
        if command.otherwise is None:
            return succeeded | state, failed
        good, bad = self.script(command.otherwise, state, errexit)
        return succeeded | good, failed | bad

    def repeated(self, command: Loop | For | Case, state: Index, errexit: bool) -> tuple[Index, Index]:
        """Any number of the bodies, in any order: right for loops, and never too few for ``case``."""
        bodies = [item.body for item in command.items] if isinstance(command, Case) else [command.body]
        if isinstance(command, Loop):
            bodies.insert(0, command.condition)
        while True:
            after = state
            for body in bodies:
                good, bad = self.script(body, state if isinstance(command, Case) else after, errexit)
                after |= good | bad | self.jumps
            if after == state or isinstance(command, Case):
                return after, after
            state = after

    def substitutions(self, node: ShellNode, state: Index) -> Index:
        """The substitutions in the words of a command, not in its inner lists."""
        for child in children(node):
            if isinstance(child, Script):
                if isinstance(node, CommandSubstitution):
                    good, bad = self.subshell(child, state, False)
                    state = good | bad
            elif isinstance(child, _WORD_NODES):
                state = self.substitutions(child, state)
        return state

    def simple(self, command: Simple, state: Index) -> tuple[Index, Index]:
        for substitution in substitutions(command):
            good, bad = self.subshell(substitution.script, state, False)
            state = good | bad
        view = argv(command)
        if view.base in ("exit", "return", "break", "continue"):
            return self.leave(view, state)
        after = self.effect(view, state)
        return after, Index.NONE if view.base in _CANNOT_FAIL else after

    def leave(self, view: Argv, state: Index) -> tuple[Index, Index]:
        """``exit``: nothing comes behind it; the others may also do nothing, where there is nothing to leave."""
        if view.base != "exit":
            self.jumps |= state
            return state, state
        status = view.words[0].value if view.words else None
        if status != "0":
            self.aborts |= state
        if status is None or not re.fullmatch("[1-9][0-9]*", status):
            self.exits |= state
        return Index.NONE, Index.NONE

    def effect(self, view: Argv, state: Index) -> Index:
        if not view.command.words:
            return state
        for call in calls_of(view.command):
            if call.manager.name == self.manager.name:
                return self.called(call, state)
        if view.base in self.functions and self.depth < _DEEPEST:
            self.depth += 1
            state = self.function(self.functions[view.base], state)
            self.depth -= 1
            return state
        inner = shell_text(view)
        if inner is not None and self.depth < _DEEPEST:
            return self.text(inner, state)
        touched = self.touched(view, state)
        if touched is not None:
            return touched
        hidden = opacity(view)
        if hidden and Index.ENTRY in state and not self.hides:
            self.hides = hidden
        return state

    def called(self, call: PackageCall, state: Index) -> Index:
        if call.has_no_cache:
            return state
        if call.action is Action.UPDATE or (call.action in _READING and call.updates_first):
            return Index.FRESH
        if call.action in _READING and Index.ENTRY in state and not self.needs:
            self.needs = f"{call.name} {call.verb}".strip() + " reads it"
        return Index.ABSENT if call.action in (Action.SELF, Action.PURGE) else state

    def text(self, text: str, state: Index) -> Index:
        script = parse(text)
        if isinstance(script, NotModelled):
            if Index.ENTRY in state:
                self.hides = self.hides or script.reason
            return state
        self.depth += 1
        functions, self.functions = self.functions, {}
        good, bad = self.subshell(script, state, False)
        self.functions = functions
        self.depth -= 1
        return good | bad

    def touched(self, view: Argv, state: Index) -> Index | None:
        """The states after a command that names the folder of the index; None if it does not."""
        if view.base == "rm":
            covers = [removes(word.value, self.manager.index_path) for word in view.words if word.value is not None]
            if any(covers):
                return Index.ABSENT if "all" in covers else state | Index.ABSENT
        if view.base in ("echo", "printf", "test", "[", "ls", "mkdir", "cd"):
            return None
        if any(self.manager.index_path in (word.value or "") for word in view.words):
            return state | Index.ABSENT
        return None


def removes(word: str, path: str) -> str:
    """What ``rm -rf WORD`` takes of a folder: ``all``, ``some`` or nothing."""
    plain = re.sub(r"/+", "/", word)
    braced = re.fullmatch(r"([^{}]*)\{[^{}]*\}.*", plain)
    if braced and path.startswith(braced[1]) and braced[1].count("/") > 1:
        return "some"
    folder = plain.removesuffix("/*").rstrip("/") if plain != "/*" else ""
    if folder and (path == folder or path.startswith(folder + "/")):
        return "all"
    return "some" if plain.startswith(path + "/") else ""


def can_end(script: Script, errexit: bool = False) -> bool:
    """True if a script may come to its end: not every way through it ends in ``exit``."""
    reader = _Reader(INDEXED[0], not unsets_errexit(script))
    succeeded, _ = reader.script(script, Index.ENTRY, errexit)
    return succeeded != Index.NONE


def hidden_command(script: Script) -> str:
    """The first command of a script, in whatever place, that may use an index out of sight; empty if there is none."""
    functions = {node.name for node in nodes(script) if isinstance(node, Function)}
    for command in simple_commands(script):
        view = argv(command)
        if command.words and view.base not in functions and opacity(view):
            return opacity(view)
    return ""
