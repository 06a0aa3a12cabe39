"""The commands that a command is made to run: by its arguments, by a text in them, or by what it reads.

``timeout 5 rm x``, ``sh -c 'rm x'``, ``find a -exec rm {} +``, ``sh <<E``, ``echo rm x | sh``, ``echo x | xargs rm``.
Where an option's value and a command cannot be told apart, each is taken for a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from dfopt.knowledge import shell_commands as known
from dfopt.knowledge.programs import SHELLS
from dfopt.shell.argv import Argv, argv
from dfopt.shell.finding import found_paths
from dfopt.shell.nodes import (
    AndOr,
    Command,
    DoubleQuoted,
    Escaped,
    Literal,
    NotModelled,
    Parameter,
    Part,
    Pipeline,
    Script,
    Simple,
    SingleQuoted,
    Statement,
    Word,
)
from dfopt.shell.parser import parse
from dfopt.source import Span

Carried = Script | Simple | Statement

_TEXT: Final = re.compile(r"[ \t\n;&|<>(){}]")
"""What only a word has that is a script of its own."""

_ENDS: Final = re.compile(r"[\n;&|(){}]+")
_TOKENS: Final = re.compile(r"[^ \t\"'`$]+")
_BACKGROUND: Final = re.compile(r"(?<![&<>|\\])&(?![&>])")
_NEWLINE: Final = re.compile(r"\\+n")
_SELECTORS: Final = frozenset("grep egrep fgrep sort uniq head tail tac".split())
"""Commands that print some of the lines that they read."""


class Fed(msgspec.Struct, frozen=True):
    """What comes through a pipe: as a text, and as the words of it; None if that is not known."""

    text: str | None = None
    words: tuple[Word, ...] | None = None


def carried(command: Simple, fed: Fed | None = None) -> Iterator[Carried]:
    """What a command is made to run: scripts, and commands with the words that they get."""
    view = argv(command)
    base = view.base or ""
    if base == "find":
        yield from _found(view)
    elif base == "xargs":
        words = fed.words if fed else None
        yield from _suffixes(view, _appended(view, (unknown(view.command.span),) if words is None else words))
    elif base in known.CARRIERS:
        yield from _suffixes(view, view.words)
    yield from _texts(view)
    if base in known.INPUT_RUNNERS or (base in known.CARRIERS and any(_base(w) in SHELLS for w in view.words)):
        yield from _read(command, fed)


Begun = set[tuple[int, int, int]]
"""Where commands begin and end, by the identity of the words."""


def not_begun(found: Iterable[Carried], begun: Begun) -> Iterator[Carried]:
    """Without commands that are in ``begun`` already; notes the others there.

    Of ``timeout 5 nice a`` all that ``nice a`` carries is carried by the whole command, too.
    """
    for each in found:
        if isinstance(each, Simple) and each.words:
            place = (id(each.words[0]), id(each.words[-1]), len(each.words))
            if place in begun:
                continue
            begun.add(place)
        yield each


def fed_to(pipeline: Pipeline) -> Iterator[tuple[Command, Fed]]:
    """Each command of a pipeline behind the first, and what comes to it through the pipe."""
    fed = Fed()
    for at, command in enumerate(pipeline.commands):
        if at:
            yield command, fed
        if not (at and isinstance(command, Simple) and argv(command).base in _SELECTORS):
            fed = _printed(command)


def script_of_text(text: str) -> tuple[Carried, ...]:
    """A text as a script; if it is not modelled, all that may be a command in it, and a job if it may start one."""
    script = parse(text)
    if not isinstance(script, NotModelled):
        return (script,)
    span = Span(0, len(text))
    jobs = (Statement(span, AndOr(span, (), ()), "&", None),) if _BACKGROUND.search(text) else ()
    lists = [[_literal(token, span) for token in _TOKENS.findall(piece)] for piece in _ENDS.split(text)]
    return (*jobs, *(Simple(span, (), tuple(words[at:]), ()) for words in lists for at in range(len(words))))


def text_of(parts: tuple[Part, ...]) -> str:
    """The text of a word, in which what is expanded is an expansion again."""
    found = ""
    for part in parts:
        if isinstance(part, DoubleQuoted):
            found += text_of(part.parts)
        elif isinstance(part, Literal | SingleQuoted | Escaped):
            found += part.text
        elif isinstance(part, Parameter) and not part.operator:
            found += f"${{{part.name}}}"
        else:
            found += "${_}"
    return found


def unknown(span: Span) -> Word:
    """A word whose text is not known."""
    return Word(span, (Parameter(span, "_", "", None, True),), None)


def _literal(text: str, span: Span) -> Word:
    return Word(span, (Literal(span, text),), text)


def _base(word: Word) -> str:
    return (word.value or "").rpartition("/")[2]


def _suffixes(view: Argv, words: tuple[Word, ...]) -> Iterator[Simple]:
    """Every command that may begin at one of the words, users and options left out; none behind a known one."""
    users = 1 if view.base in known.USER_FIRST else 0
    for at, word in enumerate(words):
        value = word.value
        if value is None or value[:1] == "-" or (at and words[at - 1].value in known.USER_OPTIONS):
            continue
        if users:
            users = 0
        elif not _TEXT.search(value):
            yield Simple(view.command.span, (), words[at:], ())
            if value in known.STAYING_COMMANDS:
                return


def _texts(view: Argv) -> Iterator[Carried]:
    """Scripts among the words, and ``eval`` and ``trap``."""
    if view.name == "eval":
        yield from script_of_text(" ".join(text_of(word.parts) for word in view.words))
    elif view.name == "trap" or view.base in known.TEXT_RUNNERS:
        for word in view.words:
            text = text_of(word.parts)
            if _TEXT.search(text):
                yield from script_of_text(text)


def _found(view: Argv) -> Iterator[Simple]:
    """The commands that ``find`` runs; ``{}`` is any path that it finds."""
    paths = found_paths(view)
    for at, word in enumerate(view.words):
        if word.value in known.FIND_COMMANDS:
            rest = view.words[at + 1 :]
            end = next((found for found, one in enumerate(rest) if one.value in (";", "+")), len(rest))
            words = _put_in(rest[:end], "{}", paths)
            if words:
                yield Simple(view.command.span, (), words, ())


def _appended(view: Argv, fed: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words of ``xargs`` with those that it reads, behind them or in the place that ``-I`` gives."""
    for at, word in enumerate(view.words):
        value = word.value or ""
        if value[:2] in ("-I", "-i"):
            attached = value[2:]
            following = view.words[at + 1].value if value == "-I" and at + 1 < len(view.words) else None
            return _put_in(view.words[at + 1 :], attached or following or "{}", fed)
    return view.words + fed


def _put_in(words: tuple[Word, ...], mark: str, paths: tuple[Word, ...]) -> tuple[Word, ...]:
    found: list[Word] = []
    for word in words:
        if word.value == mark:
            found += paths
        elif word.value and mark in word.value and not _TEXT.search(word.value.replace(mark, "")):
            found.append(unknown(word.span))
        elif word.value and mark in word.value:
            found.append(_literal(word.value.replace(mark, "${_}"), word.span))
        else:
            found.append(word)
    return tuple(found)


def _read(command: Simple, fed: Fed | None) -> Iterator[Carried]:
    for redirect in command.redirects:
        if redirect.heredoc:
            yield from script_of_text(text_of(redirect.heredoc.parts))
    if fed and fed.text:
        yield from script_of_text(fed.text)


def _printed(command: Command) -> Fed:
    """What a command prints."""
    if not isinstance(command, Simple):
        return Fed()
    view = argv(command)
    if view.base == "find":
        prints_other = any((word.value or "").startswith(("-exec", "-printf", "-fprint")) for word in view.words)
        return Fed() if prints_other else Fed(None, found_paths(view))
    if view.base in ("echo", "printf"):
        text = _NEWLINE.sub("\n", " ".join(text_of(word.parts) for word in view.words))
        return Fed(text, tuple(one for word in view.words for one in _split(word)))
    if view.base == "tee" or (view.base == "cat" and not view.operands):
        text = "".join(text_of(found.heredoc.parts) for found in command.redirects if found.heredoc)
        return (
            Fed(text, tuple(_literal(token, command.span) for token in text.split())) if "$" not in text else Fed(text)
        )
    return Fed()


def _split(word: Word) -> tuple[Word, ...]:
    """The words that a command makes of a word that it reads."""
    return (word,) if word.value is None else tuple(_literal(token, word.span) for token in word.value.split())
