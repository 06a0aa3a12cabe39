"""Moves what a command does to files into the flags of the COPYs that bring them."""

from __future__ import annotations

import msgspec

from dfopt.edits import apply
from dfopt.source import Span
from dfopt.suppress import is_control
from dfopt.syntax.nodes import Comment, Copy
from dfopt.transform import Context, Delta, Differs, Edit, Patch, Replaced, Saving
from dfopt_transforms._behind_copies import Behind, Change, Why

COMMENT = "a comment stands inside it"
CONTROL = "a comment above it steers a tool"


class Flag(msgspec.Struct, frozen=True):
    """What the COPYs get, and what the patch says of it."""

    text: str
    evidence: tuple[str, ...]
    risk: str
    is_same: bool
    """True if the files are the same, as far as the file tells."""
    needed: bool
    """A folder itself needs the command still."""


def into_copies(ctx: Context, found: Behind, change: Change, flag: Flag) -> Patch | Why:
    """The patch, or why there is none."""
    run = found.run
    lasts = flag.needed or found.rest is not None
    scope, cuts = _without_option(found) if flag.needed else _without_command(found)
    refusal = _refusal(found, scope, lasts=lasts)
    if refusal:
        return refusal
    assert run.script is not None
    text = run.script.text
    old = text[scope.start : scope.end]
    new = apply(old, [Edit(Span(cut.span.start - scope.start, cut.span.end - scope.start), cut.text) for cut in cuts])
    differs = Differs(
        found.stage.index,
        removed=() if lasts else (ctx.dockerfile.text(run),),
        commands=(Replaced(run.script.span(*scope), old, new, is_same=flag.is_same),) if lasts else (),
        flags=tuple((copy.span, flag.text) for copy in change.copies),
        is_same=flag.is_same,
    )
    at_run = [Edit(run.script.span(*cut.span), cut.text) for cut in cuts]
    return Patch(
        [
            *(Edit(Span(at, at), f" {flag.text}") for at in map(_behind_flags, change.copies)),
            *(at_run if lasts else _without_run(ctx, found, change.copies[0])),
        ],
        why=f"{change.copies[0].keyword} {flag.text} brings the files as they are to be: no layer holds them twice",
        span=run.span,
        saving=Saving(layers=0 if lasts else 1),
        evidence=flag.evidence,
        risk=flag.risk,
        delta=Delta(differs=(differs,)),
    )


def _behind_flags(copy: Copy) -> int:
    return copy.flags[-1].span.end if copy.flags else copy.keyword_span.end


def _refusal(found: Behind, scope: Span, *, lasts: bool) -> Why | None:
    """Why the commands of a part of the script cannot change, or the RUN cannot go."""
    run = found.run
    assert run.script is not None
    place = run.script.span(*scope) if lasts else run.span
    if any(place.start <= comment.span.start < place.end for comment in run.inner_comments):
        return COMMENT, ""
    if not lasts and any(is_control(comment) for comment in run.comments):
        return CONTROL, ""
    return None


def _without_option(found: Behind) -> tuple[Span, list[Edit]]:
    """The command for the folder alone: which part of the script changes, and what in it."""
    assert found.run.script is not None
    text = found.run.script.text
    edits: list[Edit] = []
    for word in found.recursive:
        start, end = word.span
        rest = (word.value or "").replace("--recursive", "").replace("R", "")
        if rest in ("", "-"):
            rest = ""
            end += len(text[end:]) - len(text[end:].lstrip(" \t"))
        edits.append(Edit(Span(start, end), rest))
    return found.view.command.span, edits


def _without_command(found: Behind) -> tuple[Span, list[Edit]]:
    """Without the command: up to the end of the one that follows it."""
    command = found.view.command.span
    if found.rest is None:
        return command, [Edit(command, "")]
    return Span(command.start, found.rest.span.end), [Edit(Span(command.start, found.rest.span.start), "")]


def _without_run(ctx: Context, found: Behind, copy: Copy) -> list[Edit]:
    """Without the RUN: what is said of it right above goes above the COPY, and above a comment that steers a tool."""
    source = ctx.dockerfile.source.text
    before, comments = _comments(ctx, found)
    end = source.find("\n", found.run.span.end)
    end = len(source) if end == -1 else end
    edits = [Edit(Span(before, end - 1 if source[end - 1] == "\r" else end), "")]
    control = next((comment for comment in copy.comments if is_control(comment)), None)
    place = copy.span.start if control is None else control.span.start
    start = source.rfind("\n", 0, place) + 1
    line_end = ctx.print.line_end(copy)
    lines = "".join(f"{source[start:place]}{comment.text.rstrip()}{line_end}" for comment in comments)
    return [*edits, Edit(Span(start, start), lines)] if lines else edits


def _comments(ctx: Context, found: Behind) -> tuple[int, list[Comment]]:
    """Where what is before a RUN ends, and the comments right above it, without an empty line in between."""
    text = ctx.dockerfile.source.text
    own: list[Comment] = []
    at = found.run.span.start
    for comment in reversed(ctx.dockerfile.comments):
        if found.previous.span.end <= comment.span.start < at:
            if text[comment.span.end : at].count("\n") > 1:
                return comment.span.end, own
            own.insert(0, comment)
            at = comment.span.start
    return found.previous.span.end, own
