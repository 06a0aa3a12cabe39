"""Renders new text in the file's own style: continuations, indentation, line ends, keyword case."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

from dfopt.edits import Edit
from dfopt.source import Span
from dfopt.syntax.nodes import Dockerfile, Instruction, Run

_LEADING = r"(?:^|\n)([ \t]*)(?:&&|;)[ \t]+(?=\S)"
_TRAILING = r"(?:&&|;)[ \t]*{escape}[ \t]*\r?\n([ \t]*)(?=[^\s#])"


class Printer:
    """The style of one Dockerfile, and the text that dfopt writes into it."""

    def __init__(self, dockerfile: Dockerfile) -> None:
        self._dockerfile = dockerfile
        self._text = dockerfile.source.text

    @cached_property
    def _style(self) -> tuple[bool, str]:
        """Whether operators stand in front of their line, and the indentation; the most frequent one of the file."""
        found: Counter[tuple[bool, str]] = Counter()
        trailing = re.compile(_TRAILING.format(escape=re.escape(self._dockerfile.escape)))
        leading = re.compile(_LEADING)
        for run in self._dockerfile.find(Run):
            text = self._dockerfile.text(run)
            found.update((True, indent) for indent in leading.findall(text))
            found.update((False, indent) for indent in trailing.findall(text))
        for run in self._dockerfile.find(Run):
            if not found and "\n" in self._dockerfile.text(run):
                found.update(
                    (True, indent) for indent in re.findall(r"\n([ \t]+)(?=[^\s#])", self._dockerfile.text(run))
                )
        return found.most_common(1)[0][0] if found else (True, "    ")

    def line_end(self, instruction: Instruction) -> str:
        """The line end of the instruction's first line, or of the file's if that has none."""
        at = self._text.find("\n", instruction.span.start)
        if at == -1:
            at = self._text.find("\n")
        return "\r\n" if at > 0 and self._text[at - 1] == "\r" else "\n"

    def joint(self, operator: str, instruction: Instruction, comments: tuple[str, ...] = ()) -> str:
        """What stands between two commands: the operator (``&&`` or ``;``), a continuation, comment lines."""
        leading, indent = self._style
        end = self.line_end(instruction)
        stop = f" {self._dockerfile.escape}{end}"
        lines = "".join(f"{comment}{end}" for comment in comments)
        if operator == ";":
            return f";{stop}{lines}{indent}"
        return f"{stop}{lines}{indent}{operator} " if leading else f" {operator}{stop}{lines}{indent}"

    def append_command(self, run: Run, command: str, operator: str = "&&") -> Edit:
        """Adds a command at the end of the script of a RUN, in the style of that RUN or of the file.

        A RUN on one line stays on one line if it is short; a heredoc's command goes to the end of its last line.
        """
        at = script_end(run)
        if run.is_heredoc_script:
            return Edit(
                Span(at, at), f" {operator} {command}" if operator == "&&" else f"{self.line_end(run)}{command}"
            )
        return Edit(Span(at, at), f"{self.joint(operator, run)}{command}")


def script_end(run: Run) -> int:
    """The source offset where a command can be appended: the end of the command line, before heredoc bodies.

    For a heredoc script, the end of its last line that is not empty.
    """
    if run.is_heredoc_script and run.script is not None:
        return run.script.end_offset(len(run.script.text.rstrip("\r\n\t ")))
    return run.body.end_offset(len(run.body.text))
