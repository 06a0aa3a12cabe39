"""The tree of a POSIX shell script: frozen nodes with spans into the text that was parsed.

Spans are half-open character ranges of that text (not of the Dockerfile: the Joined text
that it came from maps them back). The grammar is POSIX XCU 2.10.
"""

from __future__ import annotations

import msgspec

from dfopt.source import Span


class ShellNode(msgspec.Struct, frozen=True, gc=False):
    span: Span


class Literal(ShellNode, frozen=True, gc=False):
    """Unquoted text without any special meaning (globs and braces included)."""

    text: str


class Escaped(ShellNode, frozen=True, gc=False):
    """A backslash and the character that it quotes; an empty ``text`` is a removed line continuation."""

    text: str


class SingleQuoted(ShellNode, frozen=True, gc=False):
    text: str


class DoubleQuoted(ShellNode, frozen=True, gc=False):
    parts: tuple[Part, ...]


class Parameter(ShellNode, frozen=True, gc=False):
    """``$name``, ``${name}``, ``${#name}`` (operator ``#len``) or ``${name<operator>word}``."""

    name: str
    operator: str
    word: Word | None
    braced: bool


class CommandSubstitution(ShellNode, frozen=True, gc=False):
    """``$(…)`` or backquotes. Spans inside ``$(…)`` are those of the whole text.

    Inside backquotes they are those of the unescaped inner text, ``text``."""

    script: Script
    text: str
    backquoted: bool


class Arithmetic(ShellNode, frozen=True, gc=False):
    """``$((…))``; the parts are those of a double-quoted text."""

    parts: tuple[Part, ...]


Part = Literal | Escaped | SingleQuoted | DoubleQuoted | Parameter | CommandSubstitution | Arithmetic


class Word(ShellNode, frozen=True, gc=False):
    parts: tuple[Part, ...]
    value: str | None
    """The text after quote removal; None if anything is expanded (globs and tildes are not looked at)."""


def static_text(parts: tuple[Part, ...]) -> str | None:
    """The text of parts without expansions, quotes removed; None if there is an expansion."""
    if len(parts) == 1:
        part = parts[0]
        if isinstance(part, Literal | SingleQuoted | Escaped):
            return part.text
    texts: list[str] = []
    for part in parts:
        if isinstance(part, Literal | SingleQuoted | Escaped):
            texts.append(part.text)
        elif isinstance(part, DoubleQuoted):
            inner = static_text(part.parts)
            if inner is None:
                return None
            texts.append(inner)
        else:
            return None
    return "".join(texts)


def word_of(span: Span, parts: tuple[Part, ...]) -> Word:
    return Word(span, parts, static_text(parts))


class Assign(ShellNode, frozen=True, gc=False):
    """``name=value`` in front of a command or alone."""

    name: str
    value: Word


class HereDocument(ShellNode, frozen=True, gc=False):
    """The body of ``<<``; the span is the body's, its lines with their ends, without the delimiter line.

    It lies behind the line that its Redirect is on: beyond its parents' spans, and perhaps within another node's.
    ``parts`` are those of a double-quoted text; a quoted delimiter gives one Literal. The tabs that ``<<-`` strips
    are in no part."""

    delimiter: str
    quoted: bool
    strip_tabs: bool
    parts: tuple[Part, ...]
    end: int
    """Just past the delimiter line (without its newline)."""


class Redirect(ShellNode, frozen=True, gc=False):
    """``fd`` is None if not written; ``operator`` is one of ``< > >> >| <> <& >& << <<-``."""

    fd: int | None
    operator: str
    target: Word
    heredoc: HereDocument | None


class Simple(ShellNode, frozen=True, gc=False):
    """Assignments, words and redirections, each in order."""

    assignments: tuple[Assign, ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]


class Subshell(ShellNode, frozen=True, gc=False):
    body: Script
    redirects: tuple[Redirect, ...]


class Group(ShellNode, frozen=True, gc=False):
    """``{ …; }``"""

    body: Script
    redirects: tuple[Redirect, ...]


class Branch(ShellNode, frozen=True, gc=False):
    condition: Script
    body: Script


class If(ShellNode, frozen=True, gc=False):
    branches: tuple[Branch, ...]
    """``if`` and each ``elif``."""
    otherwise: Script | None
    redirects: tuple[Redirect, ...]


class Loop(ShellNode, frozen=True, gc=False):
    """``while`` or ``until``."""

    keyword: str
    condition: Script
    body: Script
    redirects: tuple[Redirect, ...]


class For(ShellNode, frozen=True, gc=False):
    name: str
    words: tuple[Word, ...] | None
    """None without ``in``: the positional parameters."""
    body: Script
    redirects: tuple[Redirect, ...]


class CaseItem(ShellNode, frozen=True, gc=False):
    patterns: tuple[Word, ...]
    body: Script


class Case(ShellNode, frozen=True, gc=False):
    subject: Word
    items: tuple[CaseItem, ...]
    redirects: tuple[Redirect, ...]


class Function(ShellNode, frozen=True, gc=False):
    """``name() compound``; the redirections are the body's."""

    name: str
    body: Command


Command = Simple | Subshell | Group | If | Loop | For | Case | Function


class Pipeline(ShellNode, frozen=True, gc=False):
    negated: bool
    commands: tuple[Command, ...]


class AndOr(ShellNode, frozen=True, gc=False):
    """Pipelines joined from left to right; ``operators`` has one ``&&`` or ``||`` less than there are pipelines."""

    pipelines: tuple[Pipeline, ...]
    operators: tuple[str, ...]


class Statement(ShellNode, frozen=True, gc=False):
    """An and-or list and what ends it: ``;``, ``&``, a newline, or nothing. The span is without the terminator."""

    list: AndOr
    terminator: str
    terminator_span: Span | None


class ShellComment(ShellNode, frozen=True, gc=False):
    """From ``#`` to the end of the line."""

    text: str


class Script(ShellNode, frozen=True, gc=False):
    """Statements in order, and the comments that are in no inner Script.

    The span is the whole region between the tokens around it (``then`` and ``fi``), or the whole text."""

    statements: tuple[Statement, ...]
    comments: tuple[ShellComment, ...]


def only_command(script: Script) -> Command | None:
    """The command that is all of a script; None if there are more, or it is negated or in the background."""
    if len(script.statements) != 1:
        return None
    statement = script.statements[0]
    if statement.terminator == "&" or statement.list.operators:
        return None
    pipeline = statement.list.pipelines[0]
    return None if pipeline.negated or len(pipeline.commands) != 1 else pipeline.commands[0]


class NotModelled(msgspec.Struct, frozen=True, gc=False):
    """Why a text is not parsed: ``reason`` is a fixed sentence, ``offset`` where it shows."""

    reason: str
    offset: int
