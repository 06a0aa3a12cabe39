"""Lists, pipelines and simple commands (POSIX XCU 2.9.1 to 2.9.3)."""

from __future__ import annotations

import re
from typing import Final

from dfopt.shell.characters import ASSIGNMENT, BASH_RESERVED, CLOSERS, COMMAND_END, FIRST, RESERVED
from dfopt.shell.compounds import COMPOUNDS, function, subshell
from dfopt.shell.cursor import Cursor, Refusal, new_span
from dfopt.shell.expansions import refuse_split_operator
from dfopt.shell.nodes import (
    AndOr,
    Assign,
    Command,
    Literal,
    Pipeline,
    Redirect,
    Script,
    ShellComment,
    Simple,
    Statement,
    Word,
)
from dfopt.shell.reasons import (
    ALIAS,
    BASH_ARRAY,
    BASH_KEYWORD,
    BASH_OPERATOR,
    INVALID,
    NEGATION,
    PARENTHESIS,
    RESERVED_WORD,
)
from dfopt.shell.redirects import redirect_at
from dfopt.shell.words import assignment, word

_SCRIPT_END: Final = frozenset(")\0")
_ALIAS_PREFIXES: Final = frozenset(("builtin", "command"))
_APPENDING: Final = frozenset(("declare", "export", "local", "readonly", "typeset"))


def script(cursor: Cursor) -> Script:
    """Statements up to a closing token, which the caller checks; the cursor is then at that token.

    The span is the whole region between the two tokens around it."""
    cursor.deepen()
    text = cursor.text
    start = cursor.at
    outer = cursor.comments
    comments: list[ShellComment] = []
    cursor.comments = comments
    statements: list[Statement] = []
    while True:
        char = cursor.skip_lines()
        if char in _SCRIPT_END or (char == ";" and text[cursor.at + 1] == ";"):
            break
        first = FIRST.match(text, cursor.at)
        assert first is not None
        if first[1] in CLOSERS:
            break
        statement = _statement(cursor, first)
        statements.append(statement)
        if not statement.terminator:
            break
    cursor.comments = outer
    cursor.depth -= 1
    return Script(new_span((start, cursor.at)), tuple(statements), tuple(comments))


def _statement(cursor: Cursor, first: re.Match[str]) -> Statement:
    text = cursor.text
    found = _and_or(cursor, first)
    at = cursor.at
    char = text[at]
    if char == "#":
        at = cursor.comment(at)
        char = text[at]
    if char == "\n":
        cursor.at = cursor.newline(at)
    elif char == ";":
        if text[at + 1] == ";":
            return Statement(found.span, found, "", None)
        if text[at + 1] == "&":
            raise Refusal(BASH_OPERATOR, at)
        refuse_split_operator(cursor, at + 1)
        cursor.at = at + 1
    elif char == "&":
        if text[at + 1] == ">":
            raise Refusal(BASH_OPERATOR, at)
        refuse_split_operator(cursor, at + 1)
        cursor.at = at + 1
    else:
        cursor.at = at
        _check_end(cursor, char)
        return Statement(found.span, found, "", None)
    return Statement(found.span, found, char, new_span((at, at + 1)))


def _check_end(cursor: Cursor, char: str) -> None:
    """Without a terminator only a closing token may follow, a reserved word only behind a compound command."""
    if char in _SCRIPT_END:
        return
    match = FIRST.match(cursor.text, cursor.at)
    if not cursor.after_compound or match is None or match[1] not in CLOSERS:
        raise Refusal(PARENTHESIS if char == "(" else INVALID, cursor.at)


def _and_or(cursor: Cursor, first: re.Match[str]) -> AndOr:
    text = cursor.text
    pipeline = _pipeline(cursor, first)
    at = cursor.at
    char = text[at]
    if char not in "&|" or text[at + 1] != char:
        return AndOr(pipeline.span, (pipeline,), ())
    pipelines = [pipeline]
    operators: list[str] = []
    while char in "&|" and text[at + 1] == char:
        operators.append(char + char)
        refuse_split_operator(cursor, at + 2)
        cursor.at = at + 2
        cursor.skip_lines()
        following = FIRST.match(text, cursor.at)
        assert following is not None
        pipelines.append(_pipeline(cursor, following))
        at = cursor.at
        char = text[at]
    span = new_span((pipeline.span.start, pipelines[-1].span.end))
    return AndOr(span, tuple(pipelines), tuple(operators))


def _pipeline(cursor: Cursor, first: re.Match[str]) -> Pipeline:
    text = cursor.text
    start = -1
    if first[1] == "!":
        start, at = first.span(1)
        following = FIRST.match(text, at)
        assert following is not None
        if following[1] == "!" or text[at] in "(<>":
            raise Refusal(NEGATION, start)
        first = following
    command = _command(cursor, first)
    if text[cursor.at] != "|" and start < 0:
        return Pipeline(command.span, False, (command,))
    commands = [command]
    while text[cursor.at] == "|" and text[cursor.at + 1] != "|":
        at = cursor.at + 1
        if text[at] == "&":
            raise Refusal(BASH_OPERATOR, at)
        refuse_split_operator(cursor, at)
        cursor.at = at
        cursor.skip_lines()
        following = FIRST.match(text, cursor.at)
        assert following is not None
        commands.append(_command(cursor, following))
    span = new_span((start if start >= 0 else command.span.start, commands[-1].span.end))
    return Pipeline(span, start >= 0, tuple(commands))


def _command(cursor: Cursor, first: re.Match[str]) -> Command:
    """The command that starts with the word, or behind the blanks, of ``first``; the cursor passes trailing blanks."""
    if first.lastindex:
        literal = first[1]
        if literal in RESERVED:
            compound = COMPOUNDS.get(literal)
            if compound is None:
                raise Refusal(NEGATION if literal == "!" else INVALID, first.start(1))
            cursor.at = first.end(1)
            return compound(cursor, first.start(1))
        if literal in BASH_RESERVED:
            raise Refusal(BASH_KEYWORD, first.start(1))
    elif cursor.text[first.end()] == "(":
        return subshell(cursor, first.end())
    return _simple(cursor, first)


def _simple(cursor: Cursor, following: re.Match[str]) -> Command:
    """A simple command, or the function that its first word turns out to name."""
    text = cursor.text
    words: list[Word] = []
    assignments: list[Assign] = []
    redirects: list[Redirect] = []
    start = following.start(1) if following.lastindex else following.end()
    end = start
    match: re.Match[str] | None = following
    while match is not None:
        if match.lastindex == 1:
            literal = match[1]
            if words or ("=" not in literal and "[" not in literal):
                span = new_span(match.span(1))
                words.append(Word(span, (Literal(span, literal),), literal))
                end = span[1]
                match = FIRST.match(text, end)
                continue
        elif (found := redirect_at(cursor, match)) is not None:
            redirects.append(found)
            end = found.span.end
            match = FIRST.match(text, end)
            continue
        cursor.at = at = match.start(1) if match.lastindex else match.end()
        char = text[at]
        if char in COMMAND_END:
            break
        if char == "(":
            if len(words) != 1 or assignments or redirects:
                raise Refusal(PARENTHESIS, at)
            return function(cursor, words[0], at)
        if not words and (assign := assignment(cursor, at)) is not None:
            assignments.append(assign)
            end = assign.span.end
        else:
            words.append(word(cursor))
            end = words[-1].span.end
        match = FIRST.match(text, end)
    if words:
        _check_name(words, bool(assignments or redirects))
        if cursor.brackets:
            _check_brackets(words)
    elif not assignments and not redirects:
        raise Refusal(INVALID, start)
    cursor.after_compound = False
    return Simple(new_span((start, end)), tuple(assignments), tuple(words), tuple(redirects))


def _check_name(words: list[Word], has_prefix: bool) -> None:
    """Refuse names that change how text is read, or that are reserved words for some shells only."""
    first = words[0]
    parts = first.parts
    if len(parts) == 1 and isinstance(part := parts[0], Literal):
        name = part.text
        if (has_prefix and name in RESERVED) or name in BASH_RESERVED:
            raise Refusal(RESERVED_WORD, first.span.start)
        if name in _APPENDING and any(_appends(argument) for argument in words):
            raise Refusal(BASH_ARRAY, first.span.start)
        if name != "alias" and name not in _ALIAS_PREFIXES:
            return
    if any(argument.value == "alias" for argument in words):
        raise Refusal(ALIAS, first.span.start)


def _check_brackets(words: list[Word]) -> None:
    """For busybox ash ``[[`` is special as an argument too: ``&&`` behind it is one more argument."""
    for found in words:
        if len(found.parts) == 1 and isinstance(part := found.parts[0], Literal) and part.text == "[[":
            raise Refusal(BASH_KEYWORD, found.span.start)


def _appends(argument: Word) -> bool:
    """``name+=`` as an argument of a command that takes assignments."""
    if not argument.parts or not isinstance(part := argument.parts[0], Literal):
        return False
    match = ASSIGNMENT.match(part.text)
    return match is not None and match[2] is not None
