"""What the words of a script may come to, as far as the Dockerfile and the script itself set the variables in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, product, takewhile

from dfopt.memo import kept_of
from dfopt.shell.argv import argv
from dfopt.shell.nodes import (
    Assign,
    CommandSubstitution,
    DoubleQuoted,
    Escaped,
    For,
    Literal,
    Parameter,
    Part,
    Script,
    ShellNode,
    Simple,
    SingleQuoted,
    Subshell,
    Word,
)
from dfopt.shell.walk import branches, children

_UNKNOWN = "\0"
_MOST = 16
"""More values than these are taken for any."""

_DECLARING = frozenset("export readonly local declare typeset".split())
_READING = frozenset("read getopts mapfile readarray unset".split())


class Values:
    """The values that each variable may have, in whatever order the commands run; an unknown name has any.

    One that a script does not set for sure may be empty, too."""

    def __init__(self, variables: Mapping[str, str | None]) -> None:
        self._known: dict[str, frozenset[str] | None] = {
            name: None if value is None else frozenset([value]) for name, value in variables.items()
        }
        self._perhaps_unset: frozenset[str] = frozenset()
        """Variables that have the value ``""`` only because they may not be set yet."""

    def within(self, root: ShellNode, *, but_in_subshells: bool = False) -> Values:
        """With what a script sets, too; what a subshell sets is in force in that one only."""
        settings = _settings_outside_subshells(root) if but_in_subshells else _all_settings(root)
        if not settings:
            return self
        inner = Values({})
        inner._known = {**self._known}
        sure = _surely_set(root)
        for name in _set_first(root):
            inner._known[name] = frozenset()
        for name in sure & self._perhaps_unset:
            known = inner._known[name]
            inner._known[name] = None if known is None else known - {""}
        perhaps = {*self._perhaps_unset, *(name for name, _ in settings if name not in self._known)} - sure
        for name, word in settings:
            found = None if word is None else inner.of(word.parts)
            before = inner._known.get(name, frozenset[str]() if name in sure else frozenset([""]))
            inner._known[name] = None if found is None or before is None else found | before
            if found and "" in found:
                perhaps.discard(name)
        inner._perhaps_unset = frozenset(perhaps)
        return inner

    def surely_set(self, root: ShellNode) -> Values:
        """Within braces, where the commands in them set a variable for sure."""
        names = self._perhaps_unset & _surely_set(root)
        inner = Values({})
        inner._known = {name: found - {""} if found and name in names else found for name, found in self._known.items()}
        inner._perhaps_unset = self._perhaps_unset - names
        return inner

    def of(self, parts: tuple[Part, ...]) -> frozenset[str] | None:
        """The texts that a word may come to, quotes removed; None if there may be others."""
        found: list[frozenset[str]] = []
        size = 1
        for part in parts:
            texts = self._part(part)
            if texts is None:
                return None
            found.append(texts)
            size *= len(texts)
            if size > _MOST:
                return None
        return frozenset(map("".join, product(*found)))

    def path(self, parts: tuple[Part, ...]) -> str:
        """A path as a pattern: what is not known may be anything, ``**`` is any number of folders."""
        known = "".join(self._text(part) for part in parts)
        if _UNKNOWN not in known:
            return known
        found = list(chain.from_iterable(map(_component, known.split("/"))))
        return "/" if ".." in found else "/".join(["", *found] if known.startswith(_UNKNOWN) else found)

    def _text(self, part: Part) -> str:
        if isinstance(part, DoubleQuoted):
            return "".join(map(self._text, part.parts))
        texts = self._part(part)
        return next(iter(texts)) if texts and len(texts) == 1 else _UNKNOWN

    def _part(self, part: Part) -> frozenset[str] | None:
        if isinstance(part, Literal | SingleQuoted | Escaped):
            return frozenset([part.text])
        if isinstance(part, DoubleQuoted):
            return self.of(part.parts)
        if isinstance(part, Parameter) and not part.operator:
            return self._known.get(part.name)
        return None


def _component(text: str) -> tuple[str, ...]:
    """One folder of a path as patterns; what is not known in it may have slashes."""
    if _UNKNOWN not in text:
        return (text,)
    before, _, behind = text.partition(_UNKNOWN)
    behind = behind.replace(_UNKNOWN, "*")
    return ("**", f"*{behind}") if behind else (f"{before}*", "**") if before else ("**",)


@kept_of(most=1024)
def _surely_set(root: ShellNode) -> frozenset[str]:
    """The variables of loops, and those that a script sets whatever its other commands do.

    In a script of one list with ``&&`` only, nothing runs behind an assignment that is not reached."""
    names = {node.name for node in branches(root) if isinstance(node, For) and node.words}
    statements = root.statements if isinstance(root, Script) else ()
    for statement in statements:
        pipelines = statement.list.pipelines
        alone = len(statements) == 1 and "||" not in statement.list.operators
        for pipeline in pipelines if alone else pipelines[:1]:
            command = pipeline.commands[0]
            if len(pipeline.commands) == 1 and isinstance(command, Simple) and not command.words:
                names.update(assign.name for assign in command.assignments)
    return frozenset(names)


def _set_first(root: ShellNode) -> Iterator[str]:
    """The variables that a script sets to plain values before it does anything else."""
    statements = root.statements if isinstance(root, Script) else ()
    here = takewhile(lambda statement: statement.terminator != "&", statements)
    for pipeline in (pipeline for statement in here for pipeline in statement.list.pipelines):
        command = pipeline.commands[0]
        if len(pipeline.commands) > 1 or not isinstance(command, Simple) or command.words:
            return
        if any(assign.value.value is None for assign in command.assignments):
            return
        yield from (assign.name for assign in command.assignments)


@kept_of(most=1024)
def _all_settings(root: ShellNode) -> tuple[tuple[str, Word | None], ...]:
    return tuple(_settings(branches(root)))


@kept_of(most=1024)
def _settings_outside_subshells(root: ShellNode) -> tuple[tuple[str, Word | None], ...]:
    return tuple(_settings(_outside_subshells(root)))


def _outside_subshells(root: ShellNode) -> Iterator[ShellNode]:
    """The nodes below a node, without those that are in a subshell below it."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack += [below for below in reversed(children(node)) if not _is_closed(below)]


def _is_closed(node: ShellNode) -> bool:
    """True for a subshell, and for a word that sets nothing."""
    if isinstance(node, Word):
        return node.value is not None
    return isinstance(node, Subshell | CommandSubstitution)


def _settings(found: Iterable[ShellNode]) -> Iterator[tuple[str, Word | None]]:
    """What sets a variable, in the order of the text; None is a value that is not known."""
    for node in found:
        if isinstance(node, Simple):
            yield from _set_by(node)
        elif isinstance(node, Assign):
            yield node.name, node.value
        elif isinstance(node, For):
            yield from ((node.name, word) for word in node.words or (None,))
        elif isinstance(node, Parameter) and node.operator in ("=", ":="):
            yield node.name, node.word


def _set_by(command: Simple) -> Iterator[tuple[str, Word | None]]:
    view = argv(command)
    if view.base in _READING:
        yield from ((word.value, None) for word in view.operands if word.value)
    elif view.base in _DECLARING or view.settings:
        for word in (*view.settings, *(view.words if view.base in _DECLARING else ())):
            first = word.parts[0] if word.parts else None
            if isinstance(first, Literal) and "=" in first.text:
                name, _, rest = first.text.partition("=")
                parts = (Literal(first.span, rest), *word.parts[1:])
                yield name, Word(word.span, parts, None)
