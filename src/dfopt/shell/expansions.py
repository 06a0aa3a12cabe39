"""What begins with a dollar or a backquote (POSIX XCU 2.6)."""

from __future__ import annotations

import re
from typing import Final

from dfopt.shell.characters import (
    BACKQUOTED,
    BRACED,
    DOUBLE_QUOTED,
    END,
    ESCAPED_IN_DOUBLE_QUOTES,
    IN_ARITHMETIC,
    IN_BRACES,
    IN_DOUBLE_QUOTES,
    LENGTH,
    PARAMETER,
    SPLIT_OPERATOR,
)
from dfopt.shell.cursor import Cursor, Refusal, new_span
from dfopt.shell.nodes import (
    Arithmetic,
    CommandSubstitution,
    DoubleQuoted,
    Escaped,
    Literal,
    Parameter,
    Part,
    Script,
    Simple,
    SingleQuoted,
    Word,
    only_command,
    word_of,
)
from dfopt.shell.reasons import (
    ARITHMETIC,
    BACKQUOTES,
    BASH_EXPANSION,
    BASH_OPERATOR,
    BASH_QUOTING,
    BRACE_QUOTES,
    FILE_SUBSTITUTION,
    FINAL_BACKSLASH,
    HEREDOC_LINE,
    INVALID,
    POSITIONAL,
    SPLIT_TOKEN,
)

_BACKQUOTE_ESCAPE: Final = re.compile(r"\\([$`\\])")


def dollar(cursor: Cursor, at: int, quoted: bool) -> Part:
    """The part that begins with the dollar at ``at``; ``quoted`` also in a here-document and in arithmetic."""
    text = cursor.text
    match = PARAMETER.match(text, at)
    if match is not None:
        cursor.at = match.end()
        return Parameter(new_span(match.span()), match[1], "", None, False)
    char = text[at + 1]
    if char == "(":
        return _arithmetic(cursor, at) if text[at + 2] == "(" else _substitution(cursor, at)
    if char == "{":
        return _braced(cursor, at, quoted)
    if char == "[":
        raise Refusal(BASH_EXPANSION, at)
    if char in "'\"" and not quoted:
        raise Refusal(BASH_QUOTING, at)
    if char == "\\" and text[at + 2] == "\n":
        raise Refusal(SPLIT_TOKEN, at)
    if char in "0123456789":
        raise Refusal(POSITIONAL, at)
    if char.isascii() and (char.isalpha() or char in "_@*#?$!-"):
        raise Refusal(SPLIT_TOKEN, at)
    cursor.at = at + 1
    return Literal(new_span((at, at + 1)), "$")


def _braced(cursor: Cursor, at: int, quoted: bool) -> Parameter:
    text = cursor.text
    match = LENGTH.match(text, at)
    if match is not None:
        cursor.at = match.end()
        return Parameter(new_span(match.span()), match[1], "#len", None, True)
    match = BRACED.match(text, at)
    if match is None:
        raise Refusal(BASH_EXPANSION, at)
    name = match[1] or match[3] or match[5]
    operator = match[2] or match[4] or ""
    cursor.at = match.end()
    word = None
    if operator:
        cursor.deepen()
        word = _quoted_braces(cursor) if quoted else _unquoted_braces(cursor)
        cursor.depth -= 1
    if text[cursor.at] != "}":
        raise Refusal(INVALID if text[cursor.at] == END else BASH_EXPANSION, at)
    cursor.at += 1
    return Parameter(new_span((at, cursor.at)), name, operator, word, True)


def _quoted_braces(cursor: Cursor) -> Word:
    """The word of an expansion within quotes: shells agree on it only as long as it holds no quotes itself."""
    text = cursor.text
    start = cursor.at
    parts: list[Part] = []
    while True:
        literal(cursor, IN_BRACES, parts)
        at = cursor.at
        char = text[at]
        if char == "}" or char == END:
            return word_of(new_span((start, at)), tuple(parts))
        if char == "$":
            parts.append(dollar(cursor, at, True))
        elif char == "`":
            parts.append(backquoted(cursor, at, True))
        elif char == "\\" and text[at + 1] in "$`\\":
            parts.append(escaped(cursor, at))
        else:
            raise Refusal(BASH_OPERATOR if char in "<>" else BRACE_QUOTES, at)


def _unquoted_braces(cursor: Cursor) -> Word:
    text = cursor.text
    start = cursor.at
    parts: list[Part] = []
    while True:
        literal(cursor, IN_BRACES, parts)
        at = cursor.at
        char = text[at]
        if char == "}" or char == END:
            return word_of(new_span((start, at)), tuple(parts))
        if char in "<>":
            raise Refusal(BASH_OPERATOR, at)
        if char == "\\" and text[at + 1] == "\n":
            raise Refusal(SPLIT_TOKEN, at)
        parts.append(special_part(cursor, at, char))


def special_part(cursor: Cursor, at: int, char: str) -> Part:
    """The part of an unquoted word that begins with the quote, dollar or backslash at ``at``."""
    if char == "$":
        return dollar(cursor, at, False)
    if char == '"':
        return double_quoted(cursor, at)
    if char == "'":
        return single_quoted(cursor, at)
    if char == "\\":
        return escaped(cursor, at)
    return backquoted(cursor, at, False)


def literal(cursor: Cursor, pattern: re.Pattern[str], parts: list[Part]) -> None:
    """Pass a run of ordinary characters, if there is one."""
    match = pattern.match(cursor.text, cursor.at)
    if match is not None:
        parts.append(Literal(new_span(match.span()), match[0]))
        cursor.at = match.end()


def single_quoted(cursor: Cursor, at: int) -> SingleQuoted:
    text = cursor.text
    end = text.find("'", at + 1) + 1
    if not end:
        raise Refusal(INVALID, at)
    cursor.at = end
    return SingleQuoted(new_span((at, end)), text[at + 1 : end - 1])


def escaped(cursor: Cursor, at: int) -> Escaped:
    char = cursor.text[at + 1]
    if char == END:
        raise Refusal(FINAL_BACKSLASH, at)
    cursor.at = at + 2
    return Escaped(new_span((at, at + 2)), "" if char == "\n" else char)


def double_quoted(cursor: Cursor, at: int) -> DoubleQuoted:
    text = cursor.text
    match = DOUBLE_QUOTED.match(text, at)
    if match is not None:
        cursor.at = end = match.end()
        inner = match[1]
        return DoubleQuoted(new_span((at, end)), (Literal(new_span((at + 1, end - 1)), inner),) if inner else ())
    cursor.at = at + 1
    parts: list[Part] = []
    while True:
        literal(cursor, IN_DOUBLE_QUOTES, parts)
        here = cursor.at
        char = text[here]
        if char == '"':
            cursor.at = here + 1
            return DoubleQuoted(new_span((at, here + 1)), tuple(parts))
        if char == "$":
            parts.append(dollar(cursor, here, True))
        elif char == "`":
            parts.append(backquoted(cursor, here, True))
        elif char == "\\":
            parts.append(quoted_backslash(cursor, here, ESCAPED_IN_DOUBLE_QUOTES))
        else:
            raise Refusal(INVALID, at)


def quoted_backslash(cursor: Cursor, at: int, escapable: frozenset[str]) -> Part:
    """A backslash within quotes: it quotes some characters, and is one itself before the others."""
    if cursor.text[at + 1] in escapable:
        return escaped(cursor, at)
    cursor.at = at + 1
    return Literal(new_span((at, at + 1)), "\\")


def _substitution(cursor: Cursor, at: int) -> CommandSubstitution:
    text = cursor.text
    newline, end = cursor.heredoc_newline, cursor.heredoc_end
    cursor.heredoc_newline = -1
    cursor.at = at + 2
    cursor.parentheses += 1
    script = cursor.script(cursor)
    cursor.parentheses -= 1
    close = cursor.at
    if text[close] != ")":
        raise Refusal(INVALID, close if text[close] != END else at)
    if cursor.heredoc_newline != -1:
        raise Refusal(HEREDOC_LINE, cursor.heredoc_newline)
    if _reads_a_file(script):
        raise Refusal(FILE_SUBSTITUTION, at)
    cursor.heredoc_newline, cursor.heredoc_end = newline, end
    cursor.at = close + 1
    return CommandSubstitution(new_span((at, close + 1)), script, text[at + 2 : close], False)


def _reads_a_file(script: Script) -> bool:
    command = only_command(script)
    return (
        isinstance(command, Simple)
        and not command.words
        and any(redirect.operator == "<" for redirect in command.redirects)
    )


def backquoted(cursor: Cursor, at: int, quoted: bool) -> CommandSubstitution:
    """The substitution that begins with the backquote at ``at``: its text is unescaped, then parsed as a script.

    One within another is refused: shfmt splits words there."""
    match = BACKQUOTED.match(cursor.text, at)
    if match is None:
        raise Refusal(INVALID, at)
    inner = match[1]
    if "\\" in inner:
        if "\\\n" in inner or "\\`" in inner or (quoted and '\\"' in inner):
            raise Refusal(BACKQUOTES, at)
        inner = _BACKQUOTE_ESCAPE.sub(r"\1", inner)
    nested = Cursor(inner, cursor.depth, cursor.script)
    nested.parentheses = 1
    try:
        script = cursor.script(nested)
    except Refusal as refusal:
        raise Refusal(refusal.reason, at) from None
    if nested.at != len(inner):
        raise Refusal(INVALID, at)
    if nested.heredoc_newline != -1 or "<<" in inner:
        raise Refusal(HEREDOC_LINE, at)
    if _reads_a_file(script):
        raise Refusal(FILE_SUBSTITUTION, at)
    cursor.at = match.end()
    return CommandSubstitution(new_span(match.span()), script, inner, True)


def _arithmetic(cursor: Cursor, at: int) -> Arithmetic:
    """``$((…))``. A closing parenthesis too many makes it a substitution in bash and an error in dash."""
    text = cursor.text
    cursor.at = at + 3
    parts: list[Part] = []
    opened: list[int] = []
    while True:
        literal(cursor, IN_ARITHMETIC, parts)
        here = cursor.at
        char = text[here]
        if char == "$":
            parts.append(dollar(cursor, here, True))
            continue
        if char == "(":
            opened.append(here)
        elif char == ")" and opened:
            opened.pop()
        elif char == ")" and text[here + 1] == ")":
            cursor.at = here + 2
            return Arithmetic(new_span((at, here + 2)), tuple(parts))
        else:
            raise Refusal(INVALID if char == END else ARITHMETIC, at)
        parts.append(Literal(new_span((here, here + 1)), char))
        cursor.at = here + 1


def refuse_split_operator(cursor: Cursor, end: int) -> None:
    """An operator that a line continuation cuts in two is one operator for some shells."""
    if cursor.text[end] == "\\" and SPLIT_OPERATOR.match(cursor.text, end):
        raise Refusal(SPLIT_TOKEN, end)
