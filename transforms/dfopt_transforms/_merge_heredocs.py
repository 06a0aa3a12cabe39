"""The text of merged heredoc RUNs: one body, commands on lines of their own."""

from __future__ import annotations

from collections.abc import Sequence

from dfopt.edits import Edit
from dfopt.printer import Printer
from dfopt.source import Span
from dfopt.syntax.nodes import Dockerfile, Instruction
from dfopt_transforms._merge_members import GROUP, RAW, SUBSHELL, Joined, Member
from dfopt_transforms._merge_text import comments_between, moved


def merged_heredocs(
    dockerfile: Dockerfile, printer: Printer, parts: Sequence[Joined], crossed: Sequence[Instruction]
) -> list[Edit]:
    """Puts the bodies of all members into the first one's; comments between stay, crossed instructions follow."""
    source = dockerfile.source.text
    first = parts[0].member.run
    heredoc = first.heredocs[0]
    end = printer.line_end(first)
    pieces: list[str] = []
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        if at:
            start, stop = parts[at - 1].member.run.span.end, part.member.run.span.start
            pieces += [f"{comment}{end}" for comment in comments_between(dockerfile, start, stop, crossed)]
        if part.member.errexit is not None:
            pieces.append(_strict(source, part, first=at == 0, last=last, end=end))
        else:
            pieces.append(_plain(source, part, last=last, end=end))
    return [
        Edit(heredoc.body, "".join(pieces)),
        Edit(
            Span(first.span.end, parts[-1].member.run.span.end),
            "".join(moved(dockerfile, instruction, end) for instruction in crossed),
        ),
    ]


def body(source: str, member: Member) -> str:
    return source[slice(*member.run.heredocs[0].body)]


def _plain(source: str, part: Joined, *, last: bool, end: str) -> str:
    opening, closing = ("(", ")") if part.form == SUBSHELL else ("{", "}")
    behind = end if last else f" &&{end}"
    return f"{opening}{end}{body(source, part.member)}{closing}{behind}"


def _strict(source: str, part: Joined, *, first: bool, last: bool, end: str) -> str:
    """Lines under ``set -e``: the ``set`` of all but the first goes, the last statement may need a subshell."""
    member = part.member
    text = body(source, member)
    at = member.statements[0].span.start
    head = text[:at] if first else text[: member.script.statements[0].span.start]
    rest = text[at:]
    if last or part.form == RAW:
        return head + rest
    if part.form in (SUBSHELL, GROUP):
        return f"{head}({end}{rest}){end}"
    tail = member.statements[-1].span
    return f"{head}{text[at : tail.start]}( {text[tail.start : tail.end]} ){text[tail.end :]}"
