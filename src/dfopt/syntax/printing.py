"""The text of a tree, put together from its leaves: what proves that the tree has lost nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfopt.source import BOM, Span
from dfopt.syntax.flags import FLAG_SPACE
from dfopt.syntax.lines import SPACE
from dfopt.syntax.nodes import Dockerfile, Instruction, Onbuild

_CONTINUED = {
    escape: re.compile(rf"{re.escape(escape)}[ \t]*\r*\n(?:[{SPACE}]*(?:#[^\n]*)?\n)*(?:[{SPACE}]*#[^\n]*\n)*")
    for escape in ("\\", "`")
}
_GAP = {
    escape: re.compile(rf"(?:[{SPACE}{FLAG_SPACE}]++|{re.escape(escape)}(?=[ \t]*\r*(?:\n|\Z)))*\Z")
    for escape in ("\\", "`")
}

Leaf = tuple[int, str]


def print_tree(dockerfile: Dockerfile) -> str:
    """The source text, from the leaves of the tree and what lies between them.

    Raises ValueError if leaves overlap, if one differs from the source, or if there is text between
    them that is neither white space nor the escape of a continuation.
    """
    text = dockerfile.source.text
    gap = _GAP[dockerfile.escape]
    out: list[str] = []
    at = len(BOM) if text.startswith(BOM) else 0
    out.append(text[:at])
    for start, leaf in sorted(_leaves(dockerfile)):
        if start < at:
            raise ValueError(f"two leaves of the tree overlap at {start}")
        if start > at:
            between = text[at:start]
            if between != "\n" and not gap.match(between):
                raise ValueError(f"the tree has lost text after {at}: {between!r}")
            out.append(between)
        out.append(leaf)
        at = start + len(leaf)
    if not gap.match(text, at):
        raise ValueError(f"the tree has lost text after {at}: {text[at:]!r}")
    out.append(text[at:])
    return "".join(out)


def _leaves(dockerfile: Dockerfile) -> Iterator[Leaf]:
    text = dockerfile.source.text
    for directive in dockerfile.directives:
        yield directive.span.start, text[directive.span.start : directive.span.end]
    for comment in dockerfile.comments:
        yield comment.span.start, comment.text
    for instruction in dockerfile.instructions:
        yield from _instruction_leaves(dockerfile, instruction)


def _instruction_leaves(dockerfile: Dockerfile, instruction: Instruction) -> Iterator[Leaf]:
    yield from _pieces(dockerfile, instruction.keyword_span)
    for flag in instruction.flags:
        yield from _pieces(dockerfile, flag.span)
    if instruction.flags_end is not None:
        yield from _pieces(dockerfile, instruction.flags_end)
    if isinstance(instruction, Onbuild):
        yield from _instruction_leaves(dockerfile, instruction.trigger)
        return
    yield from instruction.body.pieces()
    text = dockerfile.source.text
    for heredoc in instruction.heredocs:
        yield heredoc.body.start, text[heredoc.body.start : heredoc.body.end]
        yield heredoc.terminator.start, text[heredoc.terminator.start : heredoc.terminator.end]


def _pieces(dockerfile: Dockerfile, span: Span) -> Iterator[Leaf]:
    """A leaf that may run through continuations, without them."""
    start, end = span
    text = dockerfile.source.text[start:end]
    if "\n" not in text:
        yield start, text
        return
    at = 0
    for escape in _CONTINUED[dockerfile.escape].finditer(text):
        yield start + at, text[at : escape.start()]
        at = escape.end()
    yield start + at, text[at:]
