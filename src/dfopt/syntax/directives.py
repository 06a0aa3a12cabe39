"""Parser directives at the top of a file (BuildKit, directives.go: ParseLine)."""

from __future__ import annotations

import re

from dfopt.source import BOM, Span
from dfopt.syntax.lines import SPACE, line_end
from dfopt.syntax.nodes import Directive
from dfopt.syntax.rejection import Rejection, Step

KNOWN = frozenset({"syntax", "escape", "check"})
ESCAPES = ("\\", "`")

_GO_SPACE = r"[\t\n\f\r ]"
_DIRECTIVE = re.compile(rf"([a-zA-Z][a-zA-Z0-9]*){_GO_SPACE}*={_GO_SPACE}*([^\n]+?){_GO_SPACE}*\Z")


def parse_directive(comment: str) -> tuple[str, str] | None:
    """The name in lower case and the value, if a comment is a parser directive that BuildKit knows."""
    match = _DIRECTIVE.match(comment[1:].lstrip(SPACE))
    if match is None or match[1].lower() not in KNOWN:
        return None
    return match[1].lower(), match[2]


def read_directives(text: str) -> tuple[tuple[Directive, ...], str, int]:
    """The directives, the escape character in force, and where the first line after them begins.

    Raises Rejection for a directive that is given twice and for an escape that is neither of the two.
    """
    found: list[Directive] = []
    escape = "\\"
    at = len(BOM) if text.startswith(BOM) else 0
    while at < len(text):
        end, after = line_end(text, at)
        line = text[at:end].lstrip(SPACE)
        parsed = parse_directive(line) if line.startswith("#") else None
        if parsed is None:
            break
        start = end - len(line)
        directive = Directive(Span(start, end), *parsed)
        if any(directive.name == other.name for other in found):
            raise Rejection(f"the parser directive {directive.name} is given twice", start, Step.PARSER)
        if directive.name == "escape":
            if directive.value not in ESCAPES:
                raise Rejection("the escape directive takes a backslash or a backtick", start, Step.PARSER)
            escape = directive.value
        found.append(directive)
        at = after
    return tuple(found), escape, at
