"""The characters, names and words that have a meaning of their own (POSIX XCU 2.2 to 2.4, 2.10).

The patterns run over a text that ends with one NUL, so that no look-ahead needs a bounds check.
No class for white space is used: Python's holds more than the shell's blanks.
"""

from __future__ import annotations

import re
from typing import Final

END: Final = "\0"

_ORDINARY = r"[^ \t\n\0|&;<>()$`\\\"']"
_BLANKS = r"[ \t]*+(?:\\\n[ \t]*+)*+"
_NAME = r"[A-Za-z_][A-Za-z0-9_]*+"

FIRST: Final = re.compile(
    rf"{_BLANKS}(?:(?!\#)({_ORDINARY}++)(?:(?=[ \t\n;&|()\0])|(?=[<>])()))?",
)
"""Blanks, then a whole unquoted word if there is one (group 1); group 2 tells that a redirection follows at once."""

ORDINARY: Final = re.compile(rf"{_ORDINARY}++")
BLANKS: Final = re.compile(_BLANKS)
COMMENT: Final = re.compile(r"#[^\n\0]*+")
NAME: Final = re.compile(_NAME)
ASSIGNMENT: Final = re.compile(rf"({_NAME})(?:=|(\+=|\[))")
"""A name and ``=`` at the start of a word; group 2 is bash's ``+=`` or ``[``."""

WORD_END: Final = frozenset(" \t\n\0|&;<>()")
COMMAND_END: Final = frozenset("\n\0|&;)#")

REDIRECTION: Final = re.compile(r"<<-?(?!<)|<&|<>|>>|>&|>\||<(?![<(])|>(?!\()")
SPLIT_OPERATOR: Final = re.compile(r"(?:\\\n)+[&|;<>()-]")

DOUBLE_QUOTED: Final = re.compile(r'"([^"$`\\\0]*+)"')
IN_DOUBLE_QUOTES: Final = re.compile(r'[^"$`\\\0]++')
IN_HEREDOC: Final = re.compile(r"[^$`\\\0]++")
IN_HEREDOC_LINE: Final = re.compile(r"[^$`\\\0\n]*+\n|[^$`\\\0\n]++")
IN_ARITHMETIC: Final = re.compile(r"[^()$`\\\"'\0]++")
IN_BRACES: Final = re.compile(r"(?:[^}$`\\\"'\0<>]|[<>](?!\())++")
BACKQUOTED: Final = re.compile(r"`((?:[^`\\\0]|\\[^\0])*+)`")

PARAMETER: Final = re.compile(rf"\$({_NAME}|[@*#?$!-]|[0-9](?![0-9]))(?!\\\n)")
BRACED: Final = re.compile(rf"\$\{{(?:({_NAME}|0|[1-9][0-9]*+)(:?[-=?+]|%%?|\#\#?)?|([@*])(:?[-+])?|([#?$!-])(?=\}}))")
LENGTH: Final = re.compile(rf"\$\{{\#({_NAME}|0|[1-9][0-9]*+)\}}")

ESCAPED_IN_DOUBLE_QUOTES: Final = frozenset('$`"\\\n')
ESCAPED_IN_HEREDOC: Final = frozenset("$`\\\n")

ODD_CHARACTERS: Final = re.compile("[\0-\x08\x0b-\x1f\x7f\ud800-\udfff]")

RESERVED: Final = frozenset("! { } case do done elif else esac fi for if in then until while".split(" "))
CLOSERS: Final = frozenset("} do done elif else esac fi then".split(" "))
BASH_RESERVED: Final = frozenset("[[ ]] coproc function select time".split(" "))
SPECIAL_BUILTINS: Final = frozenset(
    "break : continue . eval exec exit export readonly return set shift source times trap unset".split(" ")
)
"""No function can have one of these names in every shell."""
