"""How cache mounts, and the RUN that prepares for them, are written into a file."""

from __future__ import annotations

from collections.abc import Iterable

from dfopt.knowledge.package_managers import Manager
from dfopt.source import Span
from dfopt.syntax.nodes import Run
from dfopt.transform import Context, Edit
from dfopt_transforms._mount_places import Place

_LONGEST = 110
"""A line with one mount that is longer is cut in two."""


def flags(manager: Manager, place: Place) -> list[str]:
    sharing = "" if manager.sharing == "shared" else f",sharing={manager.sharing}"
    return [f"--mount=type=cache,target={target}{sharing}{place.owner}" for target in place.targets]


def mounting(ctx: Context, run: Run, texts: list[str], more: int = 0) -> Edit:
    """The edit that gives the mounts to a RUN: in one line if there is room, else each on its own.

    ``more`` is the length of what else comes into its first line.
    """
    text = ctx.dockerfile.source.text
    start = max([run.keyword_span.end, *(flag.span.end for flag in run.flags)])
    end = start
    while text[end] in " \t":
        end += 1
    rest = text[end : text.find("\n", end)] if "\n" in text[end:] else text[end:]
    length = end - text.rfind("\n", 0, start) + len(texts[0]) + len(rest) + more
    is_line = run.is_heredoc_script or "\n" not in ctx.dockerfile.text(run)
    if len(texts) == 1 and not run.flags and is_line and length <= _LONGEST:
        return Edit(Span(start, start), "".join(f" {flag}" for flag in texts))
    between = ctx.print.continuation(run)
    first = between if run.flags else " "
    is_cut = text[end] == ctx.dockerfile.escape and not text[end + 1 :].split("\n", 1)[0].strip()
    if is_cut:
        return Edit(Span(start, start), first + between.join(texts))
    return Edit(Span(start, end), first + between.join(texts) + between)


def preparing(ctx: Context, run: Run, manager: Manager) -> tuple[Edit, str]:
    """The edit that puts a RUN of the manager's setup in front of another, and that RUN."""
    text = ctx.dockerfile.source.text
    at = run.comments[0].span.start if run.comments else run.span.start
    indent = text[text.rfind("\n", 0, at) + 1 : at]
    written = ctx.dockerfile.source.slice(run.keyword_span)
    keyword = written if written.isalpha() else run.keyword
    added = f"{keyword} {ctx.print.joint('&&', run).join(manager.setup)}"
    return Edit(Span(at, at), f"{added}{ctx.print.line_end(run)}{indent}"), added


def changed(ctx: Context, run: Run, edits: Iterable[Edit]) -> str:
    """A RUN as it is after the edits within it."""
    text = ctx.dockerfile.source.text
    pieces: list[str] = []
    at = run.span.start
    for edit in sorted(edits, key=lambda edit: edit.span):
        pieces += (text[at : edit.span.start], edit.text)
        at = edit.span.end
    return "".join((*pieces, text[at : run.span.end]))
