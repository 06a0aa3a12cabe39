"""What stands between two RUNs that become one: comments go along with the second, other instructions stay."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dfopt.edits import Edit
from dfopt.source import Span
from dfopt.syntax.nodes import Comment, Dockerfile, Instruction, Run


class Gaps:
    """The gaps between the RUNs of a group; ``crossed`` are the instructions that stand in them."""

    def __init__(self, dockerfile: Dockerfile, runs: Sequence[Run], crossed: Sequence[Instruction]) -> None:
        self._dockerfile = dockerfile
        self._source = dockerfile.source.text
        self._starts = {
            after.span.start: max(
                [before.span.end]
                + [found.span.end for found in crossed if before.span.end <= found.span.start < after.span.start]
            )
            for before, after in pairwise(runs)
        }
        self._runs = runs

    def comments(self, run: Run) -> tuple[str, ...]:
        """The comment lines that go with a RUN: all from the instruction before it on, indentation included."""
        start = self._starts[run.span.start]
        return tuple(
            self.line(comment) for comment in self._dockerfile.comments if start <= comment.span.start < run.span.start
        )

    def line(self, comment: Comment) -> str:
        """A comment with the indentation in front of it."""
        return self._source[self._source.rfind("\n", 0, comment.span.start) + 1 : comment.span.end]

    def removals(self) -> list[Edit]:
        """Takes out every RUN but the first, from the end of the instruction before it."""
        edits: list[Edit] = []
        removed = 0
        first = self._runs[0].span.end
        has_heredocs = any(run.heredocs for run in self._runs)
        if has_heredocs and self._starts[self._runs[1].span.start] != first:
            edits.append(Edit(Span(first, self._without_blanks(first)), ""))
        on_other_line = False
        for before, run in pairwise(self._runs):
            start = self._starts[run.span.start]
            on_other_line = on_other_line or start != before.span.end
            end = self._line_end(run.span.end) if on_other_line else run.span.end
            end = self._without_blanks(end) if has_heredocs else end
            edits.append(Edit(Span(max(start, removed), end), ""))
            removed = end
        return edits

    def _without_blanks(self, at: int) -> int:
        """Where the white space ends that stands at a place: a here-document may end there now."""
        while self._source[at : at + 1] in (" ", "\t"):
            at += 1
        return at

    def _line_end(self, at: int) -> int:
        """Where the line ends that a place is on, its line end not included."""
        end = self._source.find("\n", at)
        if end == -1:
            return len(self._source)
        return end - 1 if end > at and self._source[end - 1] == "\r" else end
