"""The text of a merged RUN, put together from the source of its members."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfopt.edits import Edit
from dfopt.knowledge import shell_commands as known
from dfopt.printer import Printer
from dfopt.source import Span
from dfopt.suppress import is_control
from dfopt.syntax.nodes import Dockerfile, Run
from dfopt_transforms._merge_gaps import Gaps
from dfopt_transforms._merge_members import Joined, Member, subshell


def merged(dockerfile: Dockerfile, printer: Printer, parts: Sequence[Joined], gaps: Gaps) -> Edit:
    """The edit that writes all members into the first RUN."""
    first = parts[0].member
    runs = [part.member.run for part in parts]
    style = next((run for run in runs if printer.has_joints(run)), runs[0])
    writer = _Writer(dockerfile.source.text, printer, style, gaps, braced=_has_strict_tail(parts))
    for at, part in enumerate(parts):
        writer.command(part, parts[at + 1] if at + 1 < len(parts) else None, ends=at + 2 == len(parts))
    for part in parts:
        writer.heredocs(part.member)
    return Edit(Span(_place(first, 0), first.run.span.end), writer.text())


def _has_strict_tail(parts: Sequence[Joined]) -> int | None:
    """The place of the first member under ``set -e`` behind a plain one: it and all that follow go in braces."""
    for at, part in enumerate(parts):
        if part.member.errexit:
            return at if at > 0 else None
    return None


class _Writer:
    def __init__(self, source: str, printer: Printer, style: Run, gaps: Gaps, braced: int | None) -> None:
        self._source = source
        self._printer = printer
        self._style = style
        self._gaps = gaps
        self._braced = braced
        self._at = 0
        self.pieces: list[str] = []
        self._set: tuple[str, ...] | None = None

    def text(self) -> str:
        return "".join(self.pieces)

    def command(self, part: Joined, following: Joined | None, *, ends: bool) -> None:
        member = part.member
        if self._at == self._braced:
            self.pieces.append("{ ")
        self._at += 1
        if member.errexit and self._set is None:
            self._slice(_place(member, 0), _place(member, member.statements[0].span.start))
            self._set = member.errexit
        elif member.errexit is None and self._set is not None:
            self.pieces.append(_undo(self._set, member.given))
            self._set = None
            self.pieces.append(self._printer.joint(";", self._style))
        self._content(part)
        if following is not None:
            comments = (*self._behind(part.member), *self._comments(following, is_last=ends))
            self.pieces.append(self._printer.joint(following.operator, self._style, comments))
        else:
            self._finish(part)

    def _content(self, part: Joined) -> None:
        member, form = part.member, part.form
        start = _place(member, _start(part))
        end = _end(member)
        if self._at == 1 and not member.errexit and part.start is None:
            start = _place(member, 0)
        self.pieces.append(part.opening)
        if part.start is not None and part.sets:
            self._slice(_place(member, 0), start)
        self.pieces.append(form.opening)
        if form.wraps_last:
            last = _place(member, member.statements[-1].span.start)
            self._slice(start, last)
            around = subshell(member.statements[-1:])
            self.pieces.append(around.opening)
            self._slice(last, end)
            self.pieces.append(around.closing)
        else:
            self._slice(start, end)
        closing = form.closing
        if member.statements[-1].terminator == "&":
            closing = " &" + closing.replace(";", "")
        elif closing.startswith(";") and any(heredoc.opener.end == end for heredoc in member.run.heredocs):
            closing = f" {closing}"
        self.pieces.append(closing + part.closing)

    def _finish(self, part: Joined) -> None:
        """What stands behind the last statement of the last member: its ``;``, its comment."""
        closes = self._braced is not None
        run = part.member.run
        end = _end(part.member)
        rest = self._source[end : run.body.end_offset(len(run.body.text))]
        bare = rest.lstrip(" \t")
        if bare.startswith((";", "&")) and (closes or part.form.closing or bare.startswith("&")):
            rest = bare[1:]
        if closes:
            self.pieces.append(" }" if part.member.statements[-1].terminator == "&" else "; }")
        self.pieces.append(rest)

    def heredocs(self, member: Member) -> None:
        heredocs = member.run.heredocs
        if heredocs and not member.run.is_heredoc_script:
            self.pieces.append(self._printer.line_end(self._style))
            self._slice(heredocs[0].span.start, heredocs[-1].span.end)

    def _comments(self, part: Joined, *, is_last: bool) -> tuple[str, ...]:
        """The comments that go above a member: those above its RUN, that at its end, and those behind its ``set``."""
        run = part.member.run
        keeps_set = part.sets if part.start is not None else part.member.errexit and self._set is None
        skipped = _place(part.member, 0 if keeps_set else _start(part))
        inner = [comment for comment in run.inner_comments if comment.span.start < skipped]
        return (
            *self._gaps.comments(run),
            *(() if is_last else trailing_comments(part.member)),
            *(self._gaps.line(comment) for comment in inner),
        )

    def _behind(self, member: Member) -> Iterator[str]:
        """The comment lines between the last statement of a member and its ``;``."""
        if not member.run.is_heredoc_script:
            end = _end(member)
            yield from (self._gaps.line(found) for found in member.run.inner_comments if found.span.start >= end)

    def _slice(self, start: int, end: int) -> None:
        self.pieces.append(self._source[start:end])


def comment_above(dockerfile: Dockerfile, printer: Printer, member: Member) -> list[Edit]:
    """The edit that moves a comment at the end of a RUN onto a line above it, where it speaks of the same commands."""
    source, run = dockerfile.source.text, member.run
    control = next((comment for comment in run.comments if is_control(comment)), None)
    place = run.span.start if control is None else control.span.start
    start = source.rfind("\n", 0, place) + 1
    lines = "".join(f"{source[start:place]}{text}{printer.line_end(run)}" for text in trailing_comments(member))
    return [Edit(Span(start, start), lines)] if lines else []


def trailing_comments(member: Member) -> list[str]:
    """What stands behind the last command of a script."""
    behind = member.statements[-1].span.end
    script = member.run.script
    found = [comment for comment in member.script.comments if comment.span.start >= behind]
    return [comment.text for comment in found] if script is not None and not member.run.is_heredoc_script else []


def _start(part: Joined) -> int:
    """Where in its script a member's own text begins: a ``set`` that it shares is not of it."""
    return part.member.statements[0].span.start if part.start is None else part.start


def _place(member: Member, at: int) -> int:
    script = member.run.script
    assert script is not None
    return script.offset(at)


def _end(member: Member) -> int:
    script = member.run.script
    assert script is not None
    return script.end_offset(member.statements[-1].span.end)


def _undo(words: tuple[str, ...], given: frozenset[str]) -> str:
    """The ``set +e…`` that takes back a ``set -e…``, but not what the SHELL gives."""
    options = known.set_options(words[1:]) or frozenset()
    if given.isdisjoint(options):
        return " ".join(f"+{word[1:]}" if word.startswith("-") else word for word in words)
    letters = "".join(letter for letter, name in known.SET_LETTERS.items() if name in options - given)
    return f"set +{letters}" + (" +o pipefail" if "pipefail" in options - given else "")
