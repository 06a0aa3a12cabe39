"""Every node below a node: through substitutions, functions and here-documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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

__all__ = ["canonical", "children", "commands", "comments", "nodes", "parts", "scripts", "simple_commands", "words"]

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
        if backquotes or not isinstance(node, CommandSubstitution) or not node.backquoted:
            stack.extend(reversed(children(node)))


def scripts(root: ShellNode, *, backquotes: bool = True) -> Iterator[Script]:
    for node in nodes(root, backquotes=backquotes):
        if isinstance(node, Script):
            yield node


def commands(root: ShellNode, *, backquotes: bool = True) -> Iterator[Command]:
    for node in nodes(root, backquotes=backquotes):
        if isinstance(node, _COMMANDS):
            yield node


def simple_commands(root: ShellNode, *, backquotes: bool = True) -> Iterator[Simple]:
    for node in nodes(root, backquotes=backquotes):
        if isinstance(node, Simple):
            yield node


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
    if isinstance(node, Word | DoubleQuoted | Arithmetic | HereDocument):
        return node.parts
    if isinstance(node, Parameter):
        return (node.word,) if node.word is not None else ()
    if isinstance(node, CommandSubstitution):
        return (node.script,)
    if isinstance(node, Assign):
        return (node.value,)
    if isinstance(node, Redirect):
        return (node.target,) if node.heredoc is None else (node.target, node.heredoc)
    if isinstance(node, _COMMANDS):
        return _inside_command(node)
    return _inside_list(node)


def _inside_command(node: Command) -> Sequence[ShellNode]:
    if isinstance(node, Simple):
        return (*node.assignments, *node.words, *node.redirects)
    if isinstance(node, Subshell | Group):
        return (node.body, *node.redirects)
    if isinstance(node, If):
        otherwise = () if node.otherwise is None else (node.otherwise,)
        return (*node.branches, *otherwise, *node.redirects)
    if isinstance(node, Loop):
        return (node.condition, node.body, *node.redirects)
    if isinstance(node, For):
        return (*(node.words or ()), node.body, *node.redirects)
    if isinstance(node, Case):
        return (node.subject, *node.items, *node.redirects)
    return (node.body,)


def _inside_list(node: ShellNode) -> Sequence[ShellNode]:
    if isinstance(node, Script):
        return (*node.statements, *node.comments)
    if isinstance(node, Statement):
        return (node.list,)
    if isinstance(node, AndOr):
        return node.pipelines
    if isinstance(node, Pipeline):
        return node.commands
    if isinstance(node, Branch):
        return (node.condition, node.body)
    if isinstance(node, CaseItem):
        return (*node.patterns, node.body)
    return ()
