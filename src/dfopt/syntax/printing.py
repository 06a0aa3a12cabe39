"""The text of a tree, put together from its leaves: what proves that the tree has lost nothing."""

from __future__ import annotations

import re

from dfopt.source import BOM, Span
from dfopt.syntax.flags import FLAG_SPACE
from dfopt.syntax.lines import LINE_SPACE, SPACE
from dfopt.syntax.nodes import Dockerfile, Instruction, Onbuild

Leaf = tuple[int, str]


class LostTextError(AssertionError):
    """A tree that does not hold its source: a defect of dfopt, never of the Dockerfile."""


def _break(escape: str) -> str:
    """A continuation and the comments and blank lines after it."""
    mark = re.escape(escape)
    return rf"{mark}[ \t]*\r*\n(?:[{LINE_SPACE}]*(?:#[^\n]*|{mark}[ \t]*\r*)?\n)*"


_BREAK = {escape: re.compile(_break(escape)) for escape in ("\\", "`")}
_GAP = {
    escape: re.compile(rf"(?:[{SPACE}{FLAG_SPACE}]++|{re.escape(escape)}(?=[ \t]*\r*(?:\n|\Z)))*\Z")
    for escape in ("\\", "`")
}


def print_tree(dockerfile: Dockerfile) -> str:
    """The source text, from the leaves of the tree and what lies between them.

    Equal to the source if no leaf has changed. Raises LostTextError if leaves overlap, or if there is
    text between them that is neither white space nor the escape of a continuation.
    """
    text = dockerfile.source.text
    gap = _GAP[dockerfile.escape]
    at = len(BOM) if text.startswith(BOM) else 0
    out = [text[:at]]
    for start, leaf in _leaves(dockerfile):
        if start != at:
            between = text[at:start]
            if start < at or (between.strip(" \n") and not gap.match(between)):
                raise LostTextError(f"the tree has lost text between {at} and {start}: {between!r}")
            out.append(between)
        out.append(leaf)
        at = start + len(leaf)
    if not gap.match(text, at):
        raise LostTextError(f"the tree has lost text after {at}: {text[at:]!r}")
    out.append(text[at:])
    return "".join(out)


def _leaves(dockerfile: Dockerfile) -> list[Leaf]:
    """The leaves in order of their place: comments may stand inside any instruction."""
    leaves = [(directive.span.start, dockerfile.text(directive)) for directive in dockerfile.directives]
    leaves += [(comment.span.start, comment.text) for comment in dockerfile.comments]
    for instruction in dockerfile.instructions:
        _add_instruction(leaves, dockerfile, instruction)
    leaves.sort()
    return leaves


def _add_instruction(leaves: list[Leaf], dockerfile: Dockerfile, instruction: Instruction) -> None:
    _add_word(leaves, dockerfile, instruction.keyword_span)
    for flag in instruction.flags:
        _add_word(leaves, dockerfile, flag.span)
    if instruction.flags_end is not None:
        _add_word(leaves, dockerfile, instruction.flags_end)
    if isinstance(instruction, Onbuild):
        _add_instruction(leaves, dockerfile, instruction.trigger)
        return
    leaves += instruction.body.pieces()
    text = dockerfile.source.text
    for heredoc in instruction.heredocs:
        leaves.append((heredoc.body.start, text[heredoc.body.start : heredoc.body.end]))
        leaves.append((heredoc.terminator.start, text[heredoc.terminator.start : heredoc.terminator.end]))


def _add_word(leaves: list[Leaf], dockerfile: Dockerfile, span: Span) -> None:
    """A leaf that may run through continuations, without them."""
    start = span.start
    word = dockerfile.source.text[start : span.end]
    if "\n" not in word:
        leaves.append((start, word))
        return
    at = 0
    for gap in _BREAK[dockerfile.escape].finditer(word):
        leaves.append((start + at, word[at : gap.start()]))
        at = gap.end()
    leaves.append((start + at, word[at:]))
