"""What a script does to the shell that runs it, and what it may leave for a script that follows."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping

import msgspec

from dfopt.knowledge import shell_commands as known
from dfopt.knowledge.program_installs import INSTALLERS, exchanges_programs, installs_unknown, may_install
from dfopt.shell.argv import Argv, argv
from dfopt.shell.arrivals import brings_programs
from dfopt.shell.carried import text_of
from dfopt.shell.errexit import is_plain, leading_errexit, sets_errexit
from dfopt.shell.lasting import JOB, PROCESS, after_servers, lasting, lasting_pipeline, lasting_redirect
from dfopt.shell.nodes import (
    Arithmetic,
    Case,
    Command,
    CommandSubstitution,
    DoubleQuoted,
    For,
    Function,
    Group,
    If,
    Literal,
    Loop,
    Parameter,
    Part,
    Redirect,
    Script,
    Simple,
    Subshell,
)
from dfopt.shell.removals import removes_programs

_VERSION = re.compile(r"[@=<>\[~!]|-[0-9]")
_SOURCES = re.compile(r"(?:^|[ \t\n;&|({!])\\?(?:\.|source|eval|command|builtin)(?=[ \t\n])|[$`]")
_SETS_NOTHING = re.compile(r"(?:[0-9 \t\n+*/%()<>&|^?:!~,-]|[=!<>]=(?!=)|0[xX][0-9a-fA-F]+)*")


class Effects(msgspec.Struct, frozen=True):
    """Facts about one script, as far as another script in the same shell could notice."""

    leak: str | None
    """What changes the shell's own state (``cd``, an assignment …); None if nothing does."""
    stops_left: str | None
    """Why nothing may follow it in the same process."""
    stops_right: str | None
    """Why it may not follow another script."""
    errexit: tuple[str, ...] | None
    """The words of a ``set`` with ``-e`` that is its first statement and does nothing else; None if there is none."""
    errexit_inside: bool
    """True if ``-e`` is set elsewhere."""
    is_plain: bool
    """True if errexit makes no difference: one list of simple commands without inner command lists."""
    commands: Mapping[str, int]
    """Commands that are looked up in PATH, here or in a subshell, and the offset of the last use of each."""
    runs_any: int
    """The offset of the last command that may run any other (``eval``, ``.``, ``$X``); -1 if there is none."""
    remembered: Mapping[str, int]
    """Those that this shell itself looked up and remembers, and the offset of the first use of each.

    dash and ash remember the commands of a pipeline too, and those that ``command -v`` and ``type`` look for."""
    mentions: Mapping[str, tuple[int, int]]
    """The base names of static arguments without versions, and the offsets of the first and last of each."""
    opaque: tuple[int, int] | None
    """The offsets of the first and the last command that may put unknown programs in PATH, or take some away."""
    installs: Mapping[str, tuple[int, int]]
    """Installers by their base names, and the offsets of the first and last call of each that may install anything."""
    exchanges: Mapping[str, tuple[int, int]]
    """The same of those that bring or take what packages of a language have in PATH."""


def effects(script: Script) -> Effects:
    """Reads a script once; see Effects."""
    return _Reader(script).result()


class _Reader:
    """Walks a script; ``main`` is True where a command runs in the script's own shell, not in a subshell.

    ``shift`` takes offsets inside backquotes into the range of the backquotes.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.leak: str | None = None
        self.stops_left: str | None = None
        self.stops_right: str | None = None
        self.errexit_count = 0
        self.commands: dict[str, int] = {}
        self.runs_any = -1
        self.remembered: dict[str, int] = {}
        self.mentions: dict[str, tuple[int, int]] = {}
        self.opaque: tuple[int, int] | None = None
        self.installs: dict[str, tuple[int, int]] = {}
        self.exchanges: dict[str, tuple[int, int]] = {}
        self.servers: frozenset[str] = frozenset()
        self.shift = 0
        self.repeats = 0
        self.parentheses = 0
        self._statements(script, main=True)

    def result(self) -> Effects:
        statements = self.script.statements
        errexit = leading_errexit(statements)
        inside = self.errexit_count - (1 if errexit else 0) > 0
        plain = len(statements) == 1 and is_plain(statements[0].list)
        if inside and plain and self.errexit_count == 1:
            inside = False
        return Effects(
            self.leak,
            self.stops_left or (PROCESS if self.servers else None),
            self.stops_right,
            errexit,
            inside,
            plain,
            self.commands,
            self.runs_any,
            self.remembered,
            self.mentions,
            self.opaque,
            self.installs,
            self.exchanges,
        )

    def _stop(self, reason: str, *, left: bool = True, right: bool = False) -> None:
        if left and self.stops_left is None:
            self.stops_left = reason
        if right and self.stops_right is None:
            self.stops_right = reason

    def _leaks(self, what: str, main: bool) -> None:
        if main and self.leak is None:
            self.leak = what

    def _statements(self, script: Script, main: bool) -> None:
        for statement in script.statements:
            if statement.terminator == "&":
                self._stop(JOB)
            for pipeline in statement.list.pipelines:
                alone = main and len(pipeline.commands) == 1
                why = lasting_pipeline(pipeline)
                if why:
                    self._stop(why)
                for command in pipeline.commands:
                    if isinstance(command, Simple):
                        self._simple(command, alone, remembers=main)
                    else:
                        self._command(command, alone)

    def _command(self, command: Command, main: bool) -> None:
        if isinstance(command, Simple):
            self._simple(command, main, remembers=main)
            return
        repeats = isinstance(command, Function | Loop | For)
        self.repeats += repeats
        if isinstance(command, Function):
            self._leaks("a function", main)
            self._command(command.body, main)
        else:
            for redirect in command.redirects:
                self._redirect(redirect, main)
            self._compound(command, main)
        self.repeats -= repeats

    def _compound(self, command: Subshell | Group | If | Loop | For | Case, main: bool) -> None:
        if isinstance(command, Subshell):
            self.parentheses += 1
            self._statements(command.body, False)
            self.parentheses -= 1
        elif isinstance(command, Group):
            self._statements(command.body, main)
        elif isinstance(command, If):
            for branch in command.branches:
                self._statements(branch.condition, main)
                self._statements(branch.body, main)
            if command.otherwise:
                self._statements(command.otherwise, main)
        elif isinstance(command, Loop):
            self._statements(command.condition, main)
            self._statements(command.body, main)
        elif isinstance(command, For):
            self._leaks(f"the variable {command.name} of a loop", main)
            for word in command.words or ():
                self._parts(word.parts, main)
            self._statements(command.body, main)
        else:
            self._parts(command.subject.parts, main)
            for item in command.items:
                for pattern in item.patterns:
                    self._parts(pattern.parts, main)
                self._statements(item.body, main)

    def _simple(self, command: Simple, main: bool, remembers: bool) -> None:
        for word in command.words:
            if word.value is None:
                self._parts(word.parts, main)
        for assign in command.assignments:
            self._parts(assign.value.parts, main)
        view = argv(command)
        self._mentions(view)
        why = lasting(view)
        if why:
            self._stop(why)
        self.servers = after_servers(view, self.servers)
        if not self.parentheses and may_source(view):
            self._stop("it may source a file, which can end a subshell of bash")
        if known.ends_shells(view.base, [word.value for word in view.words]):
            self._stop("it may end the shell that it runs in, if that is not process 1")
        if not command.words:
            if command.assignments:
                self._leaks(f"the variable {command.assignments[0].name}", main)
        elif view.name is None:
            self._leaks("a command whose name is not known", main)
            self._runs_any(self.shift + command.span.start)
        else:
            words = tuple(word.value for word in view.words)
            self._named(view, view.name, words, main)
            self._looked_up(view, words, self.shift + command.span.start, remembers)
        for redirect in command.redirects:
            self._redirect(redirect, main)

    def _named(self, view: Argv, name: str, words: tuple[str | None, ...], main: bool) -> None:
        assigns = view.command.assignments
        if name in known.UNSAFE_BUILTINS:
            self._stop(f"{name} depends on the text around it", right=True)
        if name in known.ASKING_BUILTINS or (name == "command" and None in words):
            self._stop(f"{name} may tell which commands have run", left=False, right=True)
        if known.changes_shell(name, view.wrappers, words):
            self._leaks("exec" if "exec" in view.wrappers else name, main)
        if assigns and name in known.SPECIAL_BUILTINS:
            self._leaks(f"the variable {assigns[0].name}", main)
        if name == "set" and sets_errexit(words):
            self.errexit_count += 1

    def _looked_up(self, view: Argv, words: tuple[str | None, ...], at: int, remembers: bool) -> None:
        name = view.name or ""
        if name in ("command", "type"):
            for word in words:
                self._look_up(word or "", at, remembers)
        if name in known.BUILTINS:
            if known.runs_text(name, words):
                self._runs_any(at)
            return
        wrapper = next((found for found in view.wrappers if found not in known.BUILTINS), None)
        self._look_up(wrapper or name, at, remembers)
        if installs_unknown(view.base or "", words) or removes_programs(view) or brings_programs(view):
            self._installs(at)
        if view.base in INSTALLERS and may_install(view.base, words):
            self.installs[view.base] = (self.installs.get(view.base, (at, at))[0], at)
        if view.base and exchanges_programs(view.base, words):
            self.exchanges[view.base] = (self.exchanges.get(view.base, (at, at))[0], at)

    def _installs(self, at: int) -> None:
        self.opaque = (self.opaque[0] if self.opaque else at, at)

    def _runs_any(self, at: int) -> None:
        self._installs(at)
        self.runs_any = sys.maxsize if self.repeats else at

    def _look_up(self, name: str, at: int, remembers: bool) -> None:
        if name and "/" not in name and name[0] != "-":
            self.commands[name] = sys.maxsize if self.repeats else at
            if remembers:
                self.remembered.setdefault(name, at)

    def _mentions(self, view: Argv) -> None:
        if view.base in known.READERS:
            return
        for word in view.words:
            value = text_of(word.parts).partition("${")[0].rstrip("-_.=@v") if word.value is None else word.value
            if value and not (value in known.STAYING_COMMANDS and view.base in known.CARRIERS):
                name = _VERSION.split(value.rstrip("/").rpartition("/")[2])[0]
                at = self.shift + word.span.start
                self.mentions[name] = (self.mentions[name][0] if name in self.mentions else at, at)

    def _parts(self, parts: tuple[Part, ...], main: bool) -> None:
        for part in parts:
            if isinstance(part, Parameter):
                self._parameter(part, main)
            elif isinstance(part, CommandSubstitution):
                self._substitution(part)
            elif isinstance(part, DoubleQuoted):
                self._parts(part.parts, main)
            elif isinstance(part, Arithmetic):
                self._leaks("arithmetic that may assign", main and may_assign(part))
                self._parts(part.parts, main)

    def _substitution(self, part: CommandSubstitution) -> None:
        shift = self.shift
        if part.backquoted:
            self.shift += part.span.start
        self._statements(part.script, False)
        self.shift = shift

    def _parameter(self, part: Parameter, main: bool) -> None:
        if part.name in known.SHELL_STATE_PARAMETERS:
            self._stop(f"it reads ${part.name}", right=True)
        elif part.name == "_":
            self._stop("it reads $_", left=False, right=True)
        if part.operator in ("=", ":="):
            self._leaks(f"the variable {part.name}", main)
        if part.operator in ("?", ":?"):
            self._leaks("an expansion that may exit", main)
        if part.word is not None:
            self._parts(part.word.parts, main)

    def _redirect(self, redirect: Redirect, main: bool) -> None:
        self._parts(redirect.target.parts, main)
        if redirect.heredoc:
            self._parts(redirect.heredoc.parts, main)
        why = lasting_redirect(redirect)
        if why:
            self._stop(why)


def may_assign(part: Arithmetic) -> bool:
    """True unless an arithmetic expansion surely sets no variable.

    bash takes the value of a name in it, or of an expansion, as an expression of its own: ``x=PATH=5; : $((x))``.
    """
    text = ""
    for inner in part.parts:
        if isinstance(inner, Literal):
            text += inner.text
        elif isinstance(inner, CommandSubstitution) and prints_number(inner.script):
            text += "0"
        else:
            return True
    return _SETS_NOTHING.fullmatch(text) is None


def prints_number(script: Script) -> bool:
    """True for ``nproc`` and the like, alone."""
    if len(script.statements) != 1 or len(script.statements[0].list.pipelines) != 1:
        return False
    command = script.statements[0].list.pipelines[0].commands[-1]
    if not isinstance(command, Simple):
        return False
    view = argv(command)
    counts = view.base == "grep" and any(word.value in ("-c", "--count") for word in view.words)
    return counts or view.base in known.NUMBER_PRINTERS


def may_source(view: Argv) -> bool:
    """True for ``.``, and for what may come to the same: ``eval``, a name that is not known.

    In ``( . file; a )`` bash 5.2 does not come to ``a`` if the last line of the file is a list like ``a && /bin/b``:
    it takes that for the end of the subshell (``optimize_connection_fork`` in its execute_cmd.c).
    """
    words = [word.value for word in view.words]
    if view.name == "eval":
        return None in words or _SOURCES.search(" ".join(word for word in words if word)) is not None
    if view.name is not None:
        return view.name != "trap" and known.runs_text(view.name, tuple(words))
    if not view.command.words:
        return False
    parts = view.command.words[-1 - len(words)].parts
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, DoubleQuoted) else (part,))]
    return not any(isinstance(part, Literal) and "/" in part.text for part in flat)
