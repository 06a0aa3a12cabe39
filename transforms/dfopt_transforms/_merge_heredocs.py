"""The text of merged heredoc RUNs: one body, commands on lines of their own."""

from __future__ import annotations

from collections.abc import Sequence

from dfopt.edits import Edit
from dfopt.printer import Printer
from dfopt.syntax.nodes import Dockerfile
from dfopt_transforms._merge_gaps import Gaps
from dfopt_transforms._merge_members import RAW, SUBSHELL, Joined, Member


def merged_heredocs(dockerfile: Dockerfile, printer: Printer, parts: Sequence[Joined], gaps: Gaps) -> Edit:
    """The edit that puts the bodies of all members into the first one's, the comments between them too."""
    source = dockerfile.source.text
    first = parts[0].member.run
    end = printer.line_end(first)
    pieces: list[str] = []
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        if at:
            pieces += [f"{comment}{end}" for comment in gaps.comments(part.member.run)]
        if part.member.errexit is not None:
            pieces.append(_strict(source, part, first=at == 0, last=last, end=end))
        else:
            pieces.append(_plain(source, part, last=last, end=end))
    return Edit(first.heredocs[0].body, "".join(pieces))


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
    setting = member.script.statements[0].span
    head, rest = text[: setting.end], text[setting.end :]
    if not first:
        head, rest = text[: setting.start], rest.lstrip("; \t").removeprefix("\r").removeprefix("\n")
    if last or part.form == RAW:
        return head + rest
    if part.form == SUBSHELL:
        return f"{head}({end}{rest}){end}" if not first else f"{head}{end}({rest}){end}"
    tail = member.statements[-1].span
    start = len(text) - len(rest)
    return f"{head}{text[start : tail.start]}( {text[tail.start : tail.end]} ){text[tail.end :]}"
