"""Every node below a node: through substitutions, functions and here-documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dfopt.memo import kept_of
from dfopt.shell.canonical import canonical
from dfopt.shell.nodes import (
    AndOr,
    Arithmetic,
    Assign,
    Branch,
    Case,
    CaseItem,
    Command,
    CommandSubstitution,
    DoubleQuoted,
    Escaped,
    For,
    Function,
    Group,
    HereDocument,
    If,
    Literal,
    Loop,
    Parameter,
    Part,
    Pipeline,
    Redirect,
    Script,
    ShellComment,
    ShellNode,
    Simple,
    SingleQuoted,
    Statement,
    Subshell,
    Word,
)

__all__ = [
    "branches",
    "canonical",
    "children",
    "commands",
    "comments",
    "nodes",
    "parts",
    "scripts",
    "simple_commands",
    "substitutions",
    "words",
]

_COMMANDS = (Simple, Subshell, Group, If, Loop, For, Case, Function)
_PARTS = (Literal, Escaped, SingleQuoted, DoubleQuoted, Parameter, CommandSubstitution, Arithmetic)


def nodes(root: ShellNode, *, backquotes: bool = True) -> Iterator[ShellNode]:
    """The node and all below it, parents first, in the order of the text.

    Comments come after the statements of their Script. Without ``backquotes`` the text within them is left out,
    so that every span is one of the same text."""
    stack: list[ShellNode] = [root]
    while stack:
        node = stack.pop()
        yield node
        read = _CHILDREN.get(type(node))
        if read is None or (not backquotes and isinstance(node, CommandSubstitution) and node.backquoted):
            continue
        below = read(node)
        stack += below if len(below) < 2 else reversed(below)


def branches(root: ShellNode, *, backquotes: bool = True) -> Sequence[ShellNode]:
    """The same without words that are plain text and what is in them: most of a tree."""
    return _branches(root) if backquotes else _branches_of_text(root)


@kept_of(most=512)
def _branches(root: ShellNode) -> Sequence[ShellNode]:
    return _read_branches(root, backquotes=True)


@kept_of(most=512)
def _branches_of_text(root: ShellNode) -> Sequence[ShellNode]:
    return _read_branches(root, backquotes=False)


def _read_branches(root: ShellNode, *, backquotes: bool) -> Sequence[ShellNode]:
    found: list[ShellNode] = []
    stack: list[ShellNode] = [root]
    while stack:
        node = stack.pop()
        found.append(node)
        read = _CHILDREN.get(type(node))
        if read is None or (not backquotes and isinstance(node, CommandSubstitution) and node.backquoted):
            continue
        stack += [below for below in reversed(read(node)) if type(below) is not Word or not _is_plain(below)]
    return found


@kept_of(most=4096)
def substitutions(root: ShellNode) -> tuple[CommandSubstitution, ...]:
    """The command substitutions in the words of a command, or in a word, without those that are in another one."""
    found: list[CommandSubstitution] = []
    stack: list[ShellNode] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, CommandSubstitution):
            found.append(node)
        elif not isinstance(node, Script) and (not isinstance(node, Word) or node.value is None):
            stack += reversed(children(node))
    return tuple(found)


def _is_plain(word: Word) -> bool:
    """True if there is nothing but text in a word; a quoted text has parts that a walk may look for."""
    return word.value is not None and len(word.parts) == 1 and type(word.parts[0]) is Literal


def scripts(root: ShellNode, *, backquotes: bool = True) -> Iterator[Script]:
    for node in branches(root, backquotes=backquotes):
        if isinstance(node, Script):
            yield node


def commands(root: ShellNode, *, backquotes: bool = True) -> Iterator[Command]:
    for node in branches(root, backquotes=backquotes):
        if isinstance(node, _COMMANDS):
            yield node


def simple_commands(root: ShellNode, *, backquotes: bool = True) -> Sequence[Simple]:
    return [node for node in branches(root, backquotes=backquotes) if isinstance(node, Simple)]


def words(root: ShellNode, *, backquotes: bool = True) -> Iterator[Word]:
    """Every word: arguments, values, targets, patterns, and those within parameter expansions."""
    for node in nodes(root, backquotes=backquotes):
        if isinstance(node, Word):
            yield node


def parts(root: ShellNode, *, backquotes: bool = True) -> Iterator[Part]:
    for node in nodes(root, backquotes=backquotes):
        if isinstance(node, _PARTS):
            yield node


def comments(root: ShellNode, *, backquotes: bool = True) -> Iterator[ShellComment]:
    for node in nodes(root, backquotes=backquotes):
        if isinstance(node, ShellComment):
            yield node


def children(node: ShellNode) -> Sequence[ShellNode]:
    """The nodes right below a node, in the order of the text; those of one kind stand together."""
    read = _CHILDREN.get(type(node))
    return read(node) if read is not None else ()


def _parts(node: Word | DoubleQuoted | Arithmetic | HereDocument) -> Sequence[ShellNode]:
    return node.parts


def _if(node: If) -> Sequence[ShellNode]:
    otherwise = () if node.otherwise is None else (node.otherwise,)
    return (*node.branches, *otherwise, *node.redirects)


_CHILDREN: dict[type[ShellNode], Callable[[Any], Sequence[ShellNode]]] = {
    Word: _parts,
    DoubleQuoted: _parts,
    Arithmetic: _parts,
    HereDocument: _parts,
    Parameter: lambda node: (node.word,) if node.word is not None else (),
    CommandSubstitution: lambda node: (node.script,),
    Assign: lambda node: (node.value,),
    Redirect: lambda node: (node.target,) if node.heredoc is None else (node.target, node.heredoc),
    Simple: lambda node: (*node.assignments, *node.words, *node.redirects),
    Subshell: lambda node: (node.body, *node.redirects),
    Group: lambda node: (node.body, *node.redirects),
    If: _if,
    Branch: lambda node: (node.condition, node.body),
    Loop: lambda node: (node.condition, node.body, *node.redirects),
    For: lambda node: (*(node.words or ()), node.body, *node.redirects),
    Case: lambda node: (node.subject, *node.items, *node.redirects),
    CaseItem: lambda node: (*node.patterns, node.body),
    Function: lambda node: (node.body,),
    Pipeline: lambda node: node.commands,
    AndOr: lambda node: node.pipelines,
    Statement: lambda node: (node.list,),
    Script: lambda node: (*node.statements, *node.comments),
}
"""By type: a walk looks at every node, and a chain of isinstance would be most of its time. Leaves are not here."""
