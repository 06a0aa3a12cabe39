"""Instructions that move further down in their file, with the comments above them."""

from __future__ import annotations

from collections.abc import Sequence

from dfopt.edits import Edit
from dfopt.printer import Printer
from dfopt.source import Span
from dfopt.syntax.nodes import Copy, Dockerfile, Instruction, Run

_BLANKS = " \t\r\n"


class Block:
    """The lines of an instruction, and of the comments above it."""

    def __init__(self, dockerfile: Dockerfile, instruction: Instruction) -> None:
        text = dockerfile.source.text
        first = instruction.comments[0] if instruction.comments else instruction
        self.span = Span(text.rfind("\n", 0, first.span.start) + 1, line_end(text, instruction.span.end))
        self.has_comments = bool(instruction.comments)
        lines = text[first.span.start : instruction.span.start].split("\n")[:-1]
        self.is_apart = any(not line.strip(_BLANKS) for line in lines)
        """True if a blank line stands between the comments, or behind them."""


def line_end(text: str, at: int) -> int:
    """Just past the line end that follows a place."""
    end = text.find("\n", at)
    return len(text) if end == -1 else end + 1


def moved(
    dockerfile: Dockerfile,
    printer: Printer,
    members: Sequence[Instruction],
    target: Instruction,
    *,
    instead: str = "",
    changed: Edit | None = None,
) -> list[Edit]:
    """The edits that put instructions, in their order, below another one; blank lines stay around them.

    ``instead`` are whole lines that stand in the place of the first of them, ``changed`` is what differs in them.
    """
    text = dockerfile.source.text
    chunks = _chunks(text, [Block(dockerfile, member).span for member in members])
    edits = [Edit(with_blank(text, chunk), "") for chunk in chunks]
    if instead:
        edits[0] = Edit(chunks[0], instead)
    said = "".join(_said(text, chunk, changed) for chunk in chunks)
    place = line_end(text, target.span.end)
    joined = _joined(dockerfile, members, target, place)
    if joined is not None:
        return [*edits, Edit(Span(joined, joined), said)]
    has_end = text[place - 1 : place] == "\n"
    is_spaced = _is_blank_above(text, chunks[0].start) or _blank_end(text, chunks[-1].end) > chunks[-1].end
    end = printer.line_end(target)
    lines = ("" if has_end else end) + (end if is_spaced else "")
    following = text[place : line_end(text, place)]
    below = end if is_spaced and following.strip(_BLANKS) else ""
    return [*edits, Edit(Span(place, place), lines + (said if has_end else said.rstrip("\r\n")) + below)]


def _joined(dockerfile: Dockerfile, members: Sequence[Instruction], target: Instruction, place: int) -> int | None:
    """Where a COPY joins another one that stands below the target, apart from it; None if there is none."""
    below = next((each for each in dockerfile.instructions if each.span.start > target.span.start), None)
    if type(below) is not Copy or below.flag("from") or below.comments or below in members:
        return None
    if any(type(member) is not Copy or member.comments for member in members):
        return None
    text = dockerfile.source.text
    between = text[place : below.span.start]
    return below.span.start - len(between) + len(between.rstrip(" \t")) if "\n" in between else None


def moved_into(
    dockerfile: Dockerfile,
    printer: Printer,
    member: Instruction,
    target: Run,
    joint: Span,
    *,
    instead: str = "",
    changed: Edit | None = None,
) -> list[Edit]:
    """The edits that put an instruction between two commands of a RUN, so that there are two RUNs then."""
    text = dockerfile.source.text
    block = Block(dockerfile, member).span
    end = printer.line_end(target)
    is_spaced = _is_blank_above(text, block.start)
    said = _said(text, block, changed).rstrip("\r\n")
    keyword = text[target.keyword_span.start : target.flags[-1].span.end if target.flags else target.keyword_span.end]
    between = f"{end}{end}" if is_spaced else end
    removed = Edit(block, instead) if instead else Edit(with_blank(text, block), "")
    return [removed, Edit(joint, f"{between}{said}{between}{keyword} ")]


def _said(text: str, chunk: Span, changed: Edit | None) -> str:
    if changed is None or not chunk.start <= changed.span.start < chunk.end:
        return text[chunk.start : chunk.end]
    return text[chunk.start : changed.span.start] + changed.text + text[changed.span.end : chunk.end]


def _chunks(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans, those in one that have nothing but blank lines between them."""
    found: list[Span] = []
    for span in spans:
        if found and not text[found[-1].end : span.start].strip(_BLANKS):
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def with_blank(text: str, chunk: Span) -> Span:
    """With the blank line below, if there is one above, too."""
    return Span(chunk.start, _blank_end(text, chunk.end) if _is_blank_above(text, chunk.start) else chunk.end)


def _is_blank_above(text: str, start: int) -> bool:
    above = text[text.rfind("\n", 0, max(start - 1, 0)) + 1 : start]
    return start > 0 and not above.strip(_BLANKS)


def _blank_end(text: str, at: int) -> int:
    """Where the blank line at a place ends; the place itself if there is none."""
    end = line_end(text, at)
    return at if text[at:end].strip(_BLANKS) else end
