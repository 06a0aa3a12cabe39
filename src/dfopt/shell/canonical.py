"""What a script says, without how it is laid out: the form that two trees share if they are one program."""

from __future__ import annotations

from dfopt.shell.nodes import (
    AndOr,
    Arithmetic,
    Assign,
    Branch,
    Case,
    CaseItem,
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
    ShellNode,
    Simple,
    SingleQuoted,
    Statement,
    Subshell,
    Word,
)

Canonical = tuple[object, ...] | str


def canonical(node: ShellNode) -> Canonical:
    """A value without spans: two nodes with an equal one are the same program, for dash, ash and bash.

    White space, comments, line continuations, and whether a newline or ``;`` ends a statement are not part of it;
    quoting is. A word of plain text is that text, everything else a tuple that starts with its kind."""
    if isinstance(node, Word):
        return _word(node)
    if isinstance(node, Statement):
        return ("&", _and_or(node.list)) if node.terminator == "&" else _and_or(node.list)
    if isinstance(node, Script):
        return _script(node)
    if isinstance(node, AndOr):
        return _and_or(node)
    if isinstance(node, Pipeline):
        return _pipeline(node)
    if isinstance(node, Simple):
        return _simple(node)
    if isinstance(node, Redirect):
        return _redirect(node)
    if isinstance(node, Assign):
        return ("=", node.name, _word(node.value))
    if isinstance(node, HereDocument):
        return ("heredoc", node.delimiter, node.quoted, node.strip_tabs, _parts(node.parts))
    if isinstance(node, Literal | Escaped | SingleQuoted | DoubleQuoted | Parameter | CommandSubstitution | Arithmetic):
        return ("part", *_parts((node,)))
    return _compound(node)


def _script(node: Script) -> Canonical:
    return ("script", *map(canonical, node.statements))


def _and_or(node: AndOr) -> Canonical:
    if not node.operators:
        return _pipeline(node.pipelines[0])
    return ("list", node.operators, *map(_pipeline, node.pipelines))


def _pipeline(node: Pipeline) -> Canonical:
    if len(node.commands) == 1 and not node.negated:
        return canonical(node.commands[0])
    return ("pipeline", node.negated, *map(canonical, node.commands))


def _simple(node: Simple) -> Canonical:
    words = tuple(map(_word, node.words))
    if not node.assignments and not node.redirects:
        return ("simple", words)
    return ("simple", words, tuple(map(canonical, node.assignments)), tuple(map(_redirect, node.redirects)))


def _redirect(node: Redirect) -> Canonical:
    heredoc = None if node.heredoc is None else canonical(node.heredoc)
    return ("redirect", node.fd, node.operator, _word(node.target), heredoc)


def _compound(node: ShellNode) -> Canonical:
    if isinstance(node, Branch):
        return ("branch", _script(node.condition), _script(node.body))
    if isinstance(node, CaseItem):
        return ("item", tuple(map(_word, node.patterns)), _script(node.body))
    if isinstance(node, Function):
        return ("function", node.name, canonical(node.body))
    if isinstance(node, Subshell | Group | If | Loop | For | Case):
        return (*_shape(node), tuple(map(_redirect, node.redirects)))
    return ()


def _shape(node: Subshell | Group | If | Loop | For | Case) -> tuple[object, ...]:
    if isinstance(node, Subshell):
        return ("subshell", _script(node.body))
    if isinstance(node, Group):
        return ("group", _script(node.body))
    if isinstance(node, If):
        otherwise = None if node.otherwise is None else _script(node.otherwise)
        return ("if", tuple(map(_compound, node.branches)), otherwise)
    if isinstance(node, Loop):
        return (node.keyword, _script(node.condition), _script(node.body))
    if isinstance(node, For):
        words = None if node.words is None else tuple(map(_word, node.words))
        return ("for", node.name, words, _script(node.body))
    return ("case", _word(node.subject), tuple(map(_compound, node.items)))


def _word(node: Word) -> Canonical:
    parts = node.parts
    if len(parts) == 1 and isinstance(only := parts[0], Literal):
        return only.text
    found = _parts(parts)
    if len(found) == 1 and isinstance(text := found[0], str):
        return text
    return ("word", *found)


def _parts(parts: tuple[Part, ...]) -> tuple[object, ...]:
    """Adjacent plain text is one: a line continuation between is not part of the program."""
    found: list[object] = []
    text = ""
    for part in parts:
        if isinstance(part, Literal):
            text += part.text
            continue
        if isinstance(part, Escaped) and not part.text:
            continue
        if text:
            found.append(text)
            text = ""
        found.append(_part(part))
    if text:
        found.append(text)
    return tuple(found)


def _part(part: Part) -> tuple[object, ...]:
    if isinstance(part, DoubleQuoted):
        return ('"', _parts(part.parts))
    if isinstance(part, SingleQuoted):
        return ("'", part.text)
    if isinstance(part, Parameter):
        return ("$", part.name, part.operator, None if part.word is None else _word(part.word), part.braced)
    if isinstance(part, CommandSubstitution):
        return ("`" if part.backquoted else "$(", _script(part.script))
    if isinstance(part, Escaped):
        return ("\\", part.text)
    if isinstance(part, Arithmetic):
        return ("$((", _parts(part.parts))
    return ("literal", part.text)
