"""The paths that the words of a script stand for: each command's folder, and variables as far as they are known.

A path is a text in which what is not known is an expansion, ``${NAME}``; a folder that is not known has a name of
its own, so that two paths are only the same if they are the same file.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType

from dfopt.expression import Expression
from dfopt.facts.facts import Facts
from dfopt.facts.values import Values
from dfopt.knowledge.unpacking import STABLE_COMMANDS
from dfopt.model.stages import Stage
from dfopt.shell.argv import argv
from dfopt.shell.nodes import (
    Assign,
    Case,
    CommandSubstitution,
    DoubleQuoted,
    Escaped,
    For,
    Function,
    Group,
    If,
    Literal,
    Loop,
    Parameter,
    Part,
    Script,
    ShellNode,
    Simple,
    SingleQuoted,
    Subshell,
    Word,
    only_command,
)
from dfopt.shell.walk import nodes, simple_commands
from dfopt.syntax.nodes import Run, Workdir

_GLOB = Expression(r"[*?\[{]")
_PATTERN = Expression(r"\[[^]]*\]|\{[^}]*\}|\?")
_EXPANSION = Expression(r"\$\{\w*\}|\$\([^)]*\)")
_GOES = frozenset(["cd", "chdir", "pushd", "popd"])


class ScriptPaths:
    """Paths in the script of a RUN."""

    def __init__(
        self,
        facts: Facts,
        run: Run,
        script: Script,
        of_base: Mapping[str, str | None] = MappingProxyType({}),
        folder: str = "",
    ) -> None:
        """``of_base`` and ``folder`` are what the base image sets, as far as somebody knows it."""
        self._values = Values({**of_base, **facts.scope(run).variables()}).within(script)
        self._folders: dict[int, str] = {}
        self._in_script(script, _start(facts, run, folder))
        self.unstable = _set_again(script)
        """Names of variables that the script may give several values."""

    def folder(self, command: Simple) -> str:
        """The folder that a command runs in, if those before it have succeeded."""
        return self._folders.get(command.span.start, f"<{command.span.start}>")

    def path(self, command: Simple, word: Word) -> str:
        """The path that a word of a command stands for."""
        return self.resolved(command, self.text(word.parts))

    def resolved(self, command: Simple, text: str) -> str:
        """A path as the command sees it, made as plain as can be."""
        return join(self.folder(command), text)

    def text(self, parts: tuple[Part, ...]) -> str:
        """A word without its quotes, and with the values of variables that have only one."""
        return "".join(map(self._text, parts))

    def _text(self, part: Part) -> str:
        if isinstance(part, DoubleQuoted):
            return self.text(part.parts)
        if isinstance(part, Literal | SingleQuoted | Escaped):
            return part.text
        if isinstance(part, Parameter) and not part.operator:
            known = self._values.of((part,))
            return next(iter(known)) if known and len(known) == 1 else f"${{{part.name}}}"
        if isinstance(part, CommandSubstitution):
            command = only_command(part.script)
            if isinstance(command, Simple) and argv(command).base in STABLE_COMMANDS:
                return f"$({' '.join(self.text(word.parts) for word in command.words)})"
        return f"${{{part.span.start}}}"

    def _in_script(self, script: Script, folder: str) -> str:
        for statement in script.statements:
            pipelines = statement.list.pipelines
            for at, pipeline in enumerate(pipelines):
                after = folder
                for command in pipeline.commands:
                    after = self._in_command(command, folder)
                is_alone = len(pipeline.commands) == 1 and statement.terminator != "&"
                if is_alone and at and statement.list.operators[at - 1] == "||" and after != folder:
                    after = f"<{pipeline.span.start}>"
                folder = after if is_alone else folder
        return folder

    def _in_command(self, command: ShellNode, folder: str) -> str:
        """The folder behind a command of the same shell."""
        if isinstance(command, Simple):
            self._folders.update((inner.span.start, folder) for inner in simple_commands(command, backquotes=False))
            return self._gone_to(command, folder)
        if isinstance(command, Subshell):
            self._in_script(command.body, folder)
            return folder
        if isinstance(command, Group):
            return self._in_script(command.body, folder)
        if isinstance(command, Function):
            return folder
        goes = any(argv(found).base in _GOES for found in simple_commands(command, backquotes=False))
        unknown = f"<{command.span.start}>"
        start = unknown if goes and isinstance(command, For | Loop) else folder
        self._folders.update((found.span.start, start) for found in simple_commands(command, backquotes=False))
        for inner in _bodies(command):
            self._in_script(inner, start)
        return unknown if goes else folder

    def _gone_to(self, command: Simple, folder: str) -> str:
        view = argv(command)
        if view.name not in _GOES:
            return folder
        target = self.text(view.operands[0].parts) if len(view.operands) == 1 else "-"
        if view.name == "popd" or target == "-" or _GLOB.search(_EXPANSION.sub("", target)):
            return f"<{command.span.start}>"
        return join(folder, target)


def _start(facts: Facts, run: Run, of_base: str = "") -> str:
    """The folder that a RUN starts in."""
    known = facts.workdir(run)
    if known is not None:
        return known
    stage = facts.stage_of(run)
    is_set = any(isinstance(found, Workdir) and found.span.start < run.span.start for found in stage.instructions)
    return of_base if of_base and not is_set else _unknown_start(stage, run)


def _unknown_start(stage: Stage, run: Run) -> str:
    """A name for the folder that the last WORKDIR, or the base image, sets."""
    for each in stage.lineage:
        for found in reversed(each.instructions):
            if isinstance(found, Workdir) and found.span.start < run.span.start:
                return f"<{each.index}:{found.span.start}>"
    return f"<{stage.lineage[-1].index}:>"


def join(folder: str, path: str) -> str:
    """A path seen from a folder; one that goes up from where it is not known is another one."""
    if not path.startswith(("/", "~", "$")):
        path = f"{folder}/{path}"
    if path.startswith("/"):
        return posixpath.normpath("/" + path.lstrip("/"))
    root, _, rest = path.partition("/")
    rest = posixpath.normpath(rest) if rest else ""
    if rest.startswith(".."):
        return f"<{path}>"
    return root if rest in ("", ".") else f"{root}/{rest}"


def may_be(pattern: str, path: str) -> bool:
    """True if a path, perhaps with a pattern, may stand for another path; variables that differ do not count."""
    if pattern == path:
        return True
    if not _GLOB.search(_EXPANSION.sub("", pattern)):
        return False
    pattern = _PATTERN.sub("*", _EXPANSION.sub(lambda found: found[0].replace("{", "\0").replace("}", "\1"), pattern))
    path = path.replace("{", "\0").replace("}", "\1")
    theirs, own = pattern.split("/"), path.split("/")
    if not fnmatchcase(own[-1], theirs[-1]) or theirs[-1] in ("", ".", ".."):
        return False
    if own[0] == theirs[0]:
        return len(theirs) == len(own) and all(map(fnmatchcase, own, theirs))
    return all(map(fnmatchcase, reversed(own[1:]), reversed(theirs[1:])))


def is_below(path: str, folder: str) -> bool:
    """True if a folder holds a path, however deep."""
    return folder == "/" or path.startswith(f"{folder.rstrip('/')}/")


def as_glob(path: str) -> str:
    """The path with ``*`` for what is not known; empty if its folder is not known."""
    return _EXPANSION.sub("*", path) if path.startswith("/") else ""


def _bodies(command: ShellNode) -> list[Script]:
    """The scripts of a compound command."""
    if isinstance(command, If):
        found = [part for branch in command.branches for part in (branch.condition, branch.body)]
        return [*found, command.otherwise] if command.otherwise else found
    if isinstance(command, Case):
        return [item.body for item in command.items]
    return [command.body] if isinstance(command, For | Loop) else []


def _set_again(script: Script) -> frozenset[str]:
    names: dict[str, int] = {}
    for node in nodes(script):
        if isinstance(node, Assign):
            names[node.name] = names.get(node.name, 0) + 1
        elif isinstance(node, For):
            names[node.name] = 2
        elif isinstance(node, Simple) and argv(node).base in ("read", "getopts", "unset"):
            names.update((word.value or "", 2) for word in argv(node).operands)
    return frozenset(name for name, count in names.items() if count > 1)
