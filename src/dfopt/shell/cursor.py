"""The state of one parse: the text, the place in it, and what is pending."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from dfopt.shell import reasons
from dfopt.shell.characters import BLANKS, COMMENT, END, ODD_CHARACTERS
from dfopt.shell.nodes import Script, ShellComment
from dfopt.source import Span

MAX_DEPTH: Final = 40

new_span: Callable[[tuple[int, int]], Span] = partial(tuple.__new__, Span)  # pyright: ignore[reportUnknownMemberType]
"""A Span from its two ends, several times as fast as calling the class."""


class Refusal(Exception):  # noqa: N818 - an outcome, not an error
    """The text is not modelled; carries the reason and the offset up to ``parse``."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


class Cursor:
    """Where a parse stands. ``text`` ends with one NUL that is not part of the script."""

    __slots__ = (
        "after_compound",
        "at",
        "brackets",
        "comments",
        "depth",
        "heredoc_end",
        "heredoc_newline",
        "odd",
        "parentheses",
        "script",
        "text",
    )

    def __init__(self, text: str, depth: int, script: Callable[[Cursor], Script]) -> None:
        self.text = text + END
        self.at = 0
        self.depth = depth
        self.script = script
        """Parses the statements up to a closing token; here so that words need not import commands."""
        self.comments: list[ShellComment] = []
        self.odd = 0
        """How many odd characters stand in comments, where they do no harm."""
        self.heredoc_newline = -1
        """The newline after which the bodies of the open here-documents stand, or -1."""
        self.heredoc_end = -1
        """Just past the delimiter line of the last of them."""
        self.parentheses = 0
        """How many subshells, substitutions and cases are open."""
        self.brackets = "[[" in text
        """There may be a word ``[[``."""
        self.after_compound = False
        """The last command ended with a closing token, behind which another may follow at once."""

    def deepen(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Refusal(reasons.TOO_DEEP, self.at)

    def comment(self, at: int) -> int:
        """Keep the comment that starts at ``at``; its end.

        Next to a line continuation it is a comment for the shells, but not for all readers of their text."""
        match = COMMENT.match(self.text, at)
        assert match is not None
        text = match[0]
        if text[-1] == "\\" or self._is_continued(at):
            raise Refusal(reasons.COMMENT, at)
        self.odd += len(ODD_CHARACTERS.findall(text))
        self.comments.append(ShellComment(new_span(match.span()), text))
        return match.end()

    def _is_continued(self, at: int) -> bool:
        text = self.text
        while text[at - 1] in " \t" and at:
            at -= 1
        return text.endswith("\\\n", 0, at)

    def newline(self, at: int) -> int:
        """Pass the newline token at ``at``, and the here-documents whose bodies follow it."""
        if self.heredoc_newline == -1:
            return at + 1
        if self.heredoc_newline != at:
            raise Refusal(reasons.HEREDOC_LINE, self.heredoc_newline)
        self.heredoc_newline = -1
        end = self.heredoc_end
        return end + 1 if self.text[end] == "\n" else end

    def skip_blanks(self) -> str:
        """Pass blanks; the character that stops."""
        match = BLANKS.match(self.text, self.at)
        assert match is not None
        self.at = match.end()
        return self.text[self.at]

    def skip_lines(self) -> str:
        """Pass blanks, comments and newlines; the character that stops."""
        while True:
            char = self.skip_blanks()
            if char == "#":
                self.at = self.comment(self.at)
            elif char == "\n":
                self.at = self.newline(self.at)
            else:
                return char
