"""Renders new text in the file's own style: continuations, indentation, line ends."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

from dfopt.edits import Edit
from dfopt.source import Span
from dfopt.syntax.nodes import Dockerfile, Instruction, Run

Style = tuple[bool, str]
"""Whether operators stand in front of their line, and the indentation."""

_LEADING = re.compile(r"\n([ \t]*)(&&|;)[ \t]+(?=\S)")
_TRAILING = {
    "\\": re.compile(r"(&&|;)[ \t]*\\[ \t]*\r?\n([ \t]*)(?=[^\s#\\])"),
    "`": re.compile(r"(&&|;)[ \t]*`[ \t]*\r?\n([ \t]*)(?=[^\s#`])"),
}
_BLANKS = " \t"
_INDENT = re.compile(r"\n([ \t]+)(?=[^\s#\\`])")


class Printer:
    """The style of one Dockerfile, and the text that dfopt writes into it."""

    def __init__(self, dockerfile: Dockerfile) -> None:
        self._dockerfile = dockerfile
        self._text = dockerfile.source.text

    @cached_property
    def _style(self) -> Style:
        """The most frequent style of the file; the default if it has no list over several lines."""
        found: Counter[Style] = Counter()
        for run in self._dockerfile.find(Run):
            found.update(style for _, style in self._joints(run))
        if not found:
            for run in self._dockerfile.find(Run):
                indents = _INDENT.findall(self._dockerfile.text(run)) if "\n" in self._dockerfile.text(run) else ()
                found.update((True, indent) for indent in indents)
        return found.most_common(1)[0][0] if found else (True, "    ")

    def has_joints(self, instruction: Instruction) -> bool:
        """True if an instruction is a list over several lines, so that it has a style of its own."""
        return bool(self._joints(instruction))

    def _style_of(self, instruction: Instruction, operator: str) -> Style:
        """The style of an instruction's own joints with this operator: of the last one of those indented least."""
        own = self._joints(instruction)
        same = [style for found, style in own if found == operator] or [style for _, style in own]
        return min(reversed(same), key=lambda style: len(style[1].expandtabs())) if same else self._style

    def _joints(self, instruction: Instruction) -> list[tuple[str, Style]]:
        """The operators between an instruction's lines and their styles, in the order of the text."""
        text = self._dockerfile.text(instruction)
        if "\n" not in text:
            return []
        found = [(match.start(), (match[2], (True, match[1]))) for match in _LEADING.finditer(text)]
        found += [(match.start(), (match[1], (False, match[2]))) for match in self._trailing.finditer(text)]
        return [joint for _, joint in sorted(found)]

    @cached_property
    def _indents_comments(self) -> bool:
        """False if most comments inside instructions begin their line."""
        inner = [comment for found in self._dockerfile.instructions for comment in found.inner_comments]
        indented = sum(self._text[comment.span.start - 1] in _BLANKS for comment in inner)
        return indented * 2 >= len(inner)

    @cached_property
    def _trailing(self) -> re.Pattern[str]:
        return _TRAILING["`" if self._dockerfile.escape == "`" else "\\"]

    def line_end(self, instruction: Instruction) -> str:
        """The line end of the instruction's first line, or of the file's if that has none."""
        at = self._text.find("\n", instruction.span.start)
        if at == -1:
            at = self._text.find("\n")
        return "\r\n" if at > 0 and self._text[at - 1] == "\r" else "\n"

    def joint(self, operator: str, instruction: Instruction, comments: tuple[str, ...] = ()) -> str:
        """What stands between two commands: the operator (``&&`` or ``;``), a continuation, comment lines.

        In the style of the instruction, or of the file if it has none of its own. Comments are indented alike,
        unless those of the file's other instructions are not.
        """
        leading, indent = self._style_of(instruction, operator)
        end = self.line_end(instruction)
        stop = f" {self._dockerfile.escape}{end}"
        if self._indents_comments:
            comments = tuple(indent + comment.lstrip(_BLANKS) for comment in comments)
        lines = "".join(f"{comment}{end}" for comment in comments)
        if operator == ";":
            return f";{stop}{lines}{indent}"
        return f"{stop}{lines}{indent}{operator} " if leading else f" {operator}{stop}{lines}{indent}"

    def continuation(self, instruction: Instruction) -> str:
        """What stands between two words of an instruction that are on lines of their own."""
        indent = self._style_of(instruction, "&&")[1] or "    "
        return f" {self._dockerfile.escape}{self.line_end(instruction)}{indent}"

    def append_command(self, run: Run, command: str) -> Edit:
        """Adds ``&& command`` at the end of the script of a RUN, in the style of that RUN or of the file.

        In a heredoc script it goes to the end of the last line.
        """
        at = script_end(run)
        joint = " && " if run.is_heredoc_script else self.joint("&&", run)
        return Edit(Span(at, at), joint + command)


def script_end(run: Run) -> int:
    """The source offset where a command can be appended: the end of the command line, before heredoc bodies.

    For a heredoc script, the end of its last line that is not empty.
    """
    if run.is_heredoc_script and run.script is not None:
        return run.script.end_offset(len(run.script.text.rstrip("\r\n\t ")))
    return run.body.end_offset(len(run.body.text))
