"""Comments that speak of the instruction above them."""

from __future__ import annotations

from collections.abc import Sequence

from dfopt.syntax.nodes import Comment, Dockerfile, Instruction


def trailing(dockerfile: Dockerfile, instruction: Instruction) -> Sequence[Comment]:
    """The comments at once below an instruction that are apart from what follows: a blank line or the end is behind."""
    text = dockerfile.source.text
    at = _line_behind(text, max([instruction.span.end, *(each.span.end for each in instruction.heredocs)]))
    found: list[Comment] = []
    for comment in dockerfile.comments:
        if comment.span.start >= at:
            if text[at : comment.span.start].strip(" \t"):
                break
            found.append(comment)
            at = _line_behind(text, comment.span.end)
    return found if not text[at : _line_behind(text, at)].strip() else ()


def _line_behind(text: str, at: int) -> int:
    return text.find("\n", at) + 1 or len(text)
