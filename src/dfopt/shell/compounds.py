"""Compound commands and functions (POSIX XCU 2.9.4, 2.9.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dfopt.shell.characters import BASH_RESERVED, FIRST, RESERVED, SPECIAL_BUILTINS
from dfopt.shell.cursor import Cursor, Refusal, new_span
from dfopt.shell.expansions import refuse_split_operator
from dfopt.shell.nodes import (
    Branch,
    Case,
    CaseItem,
    Command,
    For,
    Function,
    Group,
    If,
    Loop,
    Script,
    Subshell,
    Word,
    only_command,
)
from dfopt.shell.reasons import (
    BASH_ARITHMETIC,
    BASH_FUNCTION,
    BASH_OPERATOR,
    INVALID,
    PARENTHESIS,
    REDIRECTED_GROUP,
    RESERVED_WORD,
)
from dfopt.shell.redirects import trailing_redirects
from dfopt.shell.words import is_name, next_word


def _body(cursor: Cursor) -> Script:
    """Statements up to a closing token, at least one."""
    start = cursor.at
    script = cursor.script(cursor)
    if not script.statements:
        raise Refusal(INVALID, start)
    return script


def _keyword(cursor: Cursor, *allowed: str) -> str:
    """Pass one of the reserved words that may stand here."""
    match = FIRST.match(cursor.text, cursor.at)
    if match is None or match[1] not in allowed:
        raise Refusal(INVALID, cursor.at)
    cursor.at = match.end(1)
    return match[1]


def subshell(cursor: Cursor, start: int) -> Subshell:
    cursor.at = start + 1
    if cursor.text[start + 1] == "(":
        raise Refusal(BASH_ARITHMETIC, start)
    refuse_split_operator(cursor, start + 1)
    cursor.parentheses += 1
    body = _body(cursor)
    cursor.parentheses -= 1
    if cursor.text[cursor.at] != ")":
        raise Refusal(INVALID, start)
    cursor.at = end = cursor.at + 1
    redirects = trailing_redirects(cursor)
    return Subshell(new_span((start, redirects[-1].span.end if redirects else end)), body, redirects)


def _group(cursor: Cursor, start: int) -> Group:
    body = _body(cursor)
    _keyword(cursor, "}")
    end = cursor.at
    redirects = trailing_redirects(cursor)
    if redirects and _is_redirected_subshell(body):
        raise Refusal(REDIRECTED_GROUP, start)
    return Group(new_span((start, redirects[-1].span.end if redirects else end)), body, redirects)


def _is_redirected_subshell(body: Script) -> bool:
    command = only_command(body)
    redirected = False
    while isinstance(command, Group):
        redirected = redirected or bool(command.redirects)
        command = only_command(command.body)
    return isinstance(command, Subshell) and (redirected or bool(command.redirects))


def _if(cursor: Cursor, start: int) -> If:
    branches: list[Branch] = []
    otherwise = None
    at = start
    while True:
        condition = _body(cursor)
        _keyword(cursor, "then")
        body = _body(cursor)
        branches.append(Branch(new_span((at, body.span.end)), condition, body))
        at = cursor.at
        word = _keyword(cursor, "elif", "else", "fi")
        if word != "elif":
            break
    if word == "else":
        otherwise = _body(cursor)
        _keyword(cursor, "fi")
    end = cursor.at
    redirects = trailing_redirects(cursor)
    return If(new_span((start, redirects[-1].span.end if redirects else end)), tuple(branches), otherwise, redirects)


def _loop(cursor: Cursor, start: int) -> Loop:
    keyword = cursor.text[start : start + 5]
    condition = _body(cursor)
    _keyword(cursor, "do")
    body = _body(cursor)
    _keyword(cursor, "done")
    end = cursor.at
    redirects = trailing_redirects(cursor)
    span = new_span((start, redirects[-1].span.end if redirects else end))
    return Loop(span, keyword, condition, body, redirects)


def _for(cursor: Cursor, start: int) -> For:
    text = cursor.text
    at = next_word(cursor).span
    name = text[at.start : at.end]
    if not is_name(name) or name in RESERVED or text[cursor.at] in "<>":
        raise Refusal(RESERVED_WORD if name in RESERVED else INVALID, start)
    words = None
    if cursor.skip_blanks() == ";" and text[cursor.at + 1] != ";":
        cursor.at += 1
        cursor.skip_lines()
        _keyword(cursor, "do")
    else:
        line = cursor.at
        cursor.skip_lines()
        newline = "\n" in text[line : cursor.at]
        if _keyword(cursor, "in", "do") == "in":
            if newline:
                raise Refusal(RESERVED_WORD, cursor.at)
            words = _items(cursor)
            cursor.skip_lines()
            _keyword(cursor, "do")
    body = _body(cursor)
    _keyword(cursor, "done")
    end = cursor.at
    redirects = trailing_redirects(cursor)
    return For(new_span((start, redirects[-1].span.end if redirects else end)), name, words, body, redirects)


def _items(cursor: Cursor) -> tuple[Word, ...]:
    """The words of a ``for``, up to the semicolon or newline that must follow."""
    items: list[Word] = []
    text = cursor.text
    while (char := cursor.skip_blanks()) not in ";\n#":
        items.append(next_word(cursor))
        if text[cursor.at] in "<>(":
            raise Refusal(INVALID, cursor.at)
    if char == ";":
        if text[cursor.at + 1] == ";":
            raise Refusal(INVALID, cursor.at)
        cursor.at += 1
    return tuple(items)


def _case(cursor: Cursor, start: int) -> Case:
    subject = next_word(cursor)
    if cursor.skip_blanks() in "\n#":
        raise Refusal(RESERVED_WORD, cursor.at)
    _keyword(cursor, "in")
    items: list[CaseItem] = []
    cursor.parentheses += 1
    while True:
        cursor.skip_lines()
        match = FIRST.match(cursor.text, cursor.at)
        if match is not None and match[1] == "esac":
            cursor.at = end = match.end(1)
            break
        items.append(_case_item(cursor))
    cursor.parentheses -= 1
    redirects = trailing_redirects(cursor)
    return Case(new_span((start, redirects[-1].span.end if redirects else end)), subject, tuple(items), redirects)


def _case_item(cursor: Cursor) -> CaseItem:
    """``[(] pattern [| pattern]… ) [statements] [;;]``"""
    text = cursor.text
    start = cursor.at
    if text[start] == "(":
        cursor.at = start + 1
    patterns: list[Word] = []
    while True:
        pattern = next_word(cursor)
        value = pattern.value
        if value in RESERVED or value in BASH_RESERVED:
            raise Refusal(RESERVED_WORD, pattern.span.start)
        patterns.append(pattern)
        char = cursor.skip_blanks()
        if char != "|":
            break
        cursor.at += 1
        refuse_split_operator(cursor, cursor.at)
    if char != ")":
        raise Refusal(INVALID, cursor.at)
    cursor.at += 1
    body = cursor.script(cursor)
    end = cursor.at
    if text[end] == ";":
        cursor.at = end = end + 2
        if text[end] == "&":
            raise Refusal(BASH_OPERATOR, end)
        refuse_split_operator(cursor, end)
    else:
        end = body.span.end
    return CaseItem(new_span((start, end)), tuple(patterns), body)


COMPOUNDS: Final[dict[str, Callable[[Cursor, int], Command]]] = {
    "{": _group,
    "if": _if,
    "while": _loop,
    "until": _loop,
    "for": _for,
    "case": _case,
}
"""The commands that a reserved word opens; called with the cursor behind it."""


def function(cursor: Cursor, name: Word, open_at: int) -> Function:
    """``name ( ) compound``, from its parenthesis on."""
    text = cursor.text
    refuse_split_operator(cursor, open_at + 1)
    cursor.at = open_at + 1
    if cursor.skip_blanks() != ")":
        raise Refusal(PARENTHESIS, open_at)
    cursor.at += 1
    start = name.span.start
    value = text[start : name.span.end]
    if not is_name(value) or value in SPECIAL_BUILTINS:
        raise Refusal(BASH_FUNCTION, start)
    if cursor.skip_lines() == "(":
        body: Command = subshell(cursor, cursor.at)
    else:
        match = FIRST.match(text, cursor.at)
        compound = COMPOUNDS.get(match[1]) if match is not None else None
        if match is None or compound is None:
            raise Refusal(BASH_FUNCTION, start)
        cursor.at = match.end(1)
        body = compound(cursor, match.start(1))
    return Function(new_span((start, body.span.end)), value, body)
