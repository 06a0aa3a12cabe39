"""The PyPI package dockerfile-parse as a second oracle, for what it can read.

It knows no heredoc, and LISTED is where it is known to differ from BuildKit.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any, cast

from dockerfile_parse import DockerfileParser
from hypothesis import HealthCheck, assume, given, settings

from dfopt.errors import DockerfileSyntaxError
from dfopt.source import BOM, Source
from dfopt.syntax import nodes
from dfopt.syntax.parser import parse
from tests.syntax.ugly import dockerfiles

Read = list[tuple[str, list[str]]]


def theirs(text: str) -> Read:
    """Each instruction as its keyword and the words after it."""
    parser = DockerfileParser(fileobj=cast("Any", io.BytesIO(text.encode())), env_replace=False)
    return [
        (item["instruction"], item["value"].split()) for item in parser.structure if item["instruction"] != "COMMENT"
    ]


def ours(tree: nodes.Dockerfile) -> Read:
    return [(instruction.keyword, _words(tree, instruction)) for instruction in tree.instructions]


def _words(tree: nodes.Dockerfile, instruction: nodes.Instruction) -> list[str]:
    """The text after the keyword, flags as they are written, continuations taken out."""
    text = tree.source.text[instruction.keyword_span.end : instruction.span.end]
    mark = re.escape(tree.escape)
    text = re.sub(rf"{mark}[ \t]*\r*\n(?:[^\S\n]*#[^\n]*\n)*", "", text)
    return text.split()


def _has_heredoc(tree: nodes.Dockerfile) -> bool:
    return any(instruction.heredocs for instruction in tree.instructions)


def _breaks_keyword(tree: nodes.Dockerfile) -> bool:
    """A continuation runs through a keyword, or follows it at once."""
    text = tree.source.text
    return any(
        re.search(r"[\\`]", text[item.keyword_span.start : item.keyword_span.end + 1]) for item in tree.instructions
    )


def _starts_with_escape(tree: nodes.Dockerfile) -> bool:
    ends = [0, *(item.span.end for item in tree.instructions)]
    starts = [item.span.start for item in tree.instructions]
    before = [tree.source.text[end:start] for end, start in zip(ends, starts, strict=False)]
    return any(re.search(r"^[ \t]*[\\`][ \t]*\r*$", gap, re.MULTILINE) for gap in before)


LISTED: dict[str, Callable[[nodes.Dockerfile], bool]] = {
    "heredocs are instructions to it": _has_heredoc,
    "a blank line ends a continuation": lambda tree: (
        re.search(r"[\\`][ \t]*\r*\n(?:[^\S\n]*#[^\n]*\n)*[^\S\n]*\n", tree.source.text) is not None
    ),
    "two escapes at the end of a line go on": lambda tree: (
        re.search(r"(?:\\\\|``)[ \t\r]*(?:\n|\Z)", tree.source.text) is not None
    ),
    "an instruction without arguments is not seen": lambda tree: any(
        not item.body.text and not item.flags for item in tree.instructions
    ),
    "a continuation before the first argument loses the keyword": _breaks_keyword,
    "an instruction that ends in an escape at the end of the file is lost": lambda tree: (
        re.match(r"[ \t]*[\\`]", tree.source.text[tree.instructions[-1].span.end :]) is not None
    ),
    "a BOM is part of the first keyword": lambda tree: tree.source.text.startswith(BOM),
    "directives may be given twice, and end at # check=": lambda tree: any(
        directive.name == "check" for directive in tree.directives
    ),
    "a line that is only an escape is no start of an instruction": _starts_with_escape,
}


def is_listed(tree: nodes.Dockerfile) -> bool:
    """True if the package is known to read the file otherwise."""
    return any(differs(tree) for differs in LISTED.values())


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])  # it reads one ugly file in eight
@given(dockerfiles())
def test_ugly_files_are_read_alike(text: str) -> None:
    try:
        tree = parse(Source(text))
    except DockerfileSyntaxError:
        assume(False)
        raise
    assume(not is_listed(tree))
    assert ours(tree) == theirs(text)
