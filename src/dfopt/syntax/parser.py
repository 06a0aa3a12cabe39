"""A Dockerfile as BuildKit reads it today (frontend/dockerfile at commit 73ed6825), without losing a character."""

from __future__ import annotations

import re

from dfopt.errors import DockerfileSyntaxError
from dfopt.source import Source, Span
from dfopt.syntax.directives import read_directives
from dfopt.syntax.flags import FLAG_SPACE, Flags, read_flags
from dfopt.syntax.heredocs import read_heredocs
from dfopt.syntax.instructions import RULES, Common, Parts, build
from dfopt.syntax.joined import Joined
from dfopt.syntax.json_form import json_words
from dfopt.syntax.lines import (
    SPACE,
    LogicalLine,
    check_line_lengths,
    continuation_cut,
    line_end,
    read_continued,
)
from dfopt.syntax.nodes import Comment, Dockerfile, Heredoc, Instruction, Onbuild, Unchecked
from dfopt.syntax.rejection import Rejection, Step
from dfopt.syntax.words import SEPARATORS

_KEYWORD = re.compile(rf"[{SPACE}]*+([^{SEPARATORS}]*+)[{SEPARATORS}]*+")


def parse(source: Source) -> Dockerfile:
    """The syntax tree of a Dockerfile.

    Raises DockerfileSyntaxError for whatever BuildKit's parser or its instructions package rejects,
    and for text of one instruction that could not be linked whatever the values of its variables;
    the error's cause is the Rejection that says which step it is.
    """
    parser = _Parser(source)
    try:
        return parser.dockerfile()
    except Rejection as rejection:
        caught = rejection
    except RecursionError:
        caught = Rejection("substitutions are nested too deeply to be read", parser.at, Step.LINK)
    line, column = source.position(caught.at)
    raise DockerfileSyntaxError(caught.reason, source.path, line, column) from caught


class _Parser:
    """One pass over one text."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._text = source.text
        self._escape = "\\"
        self._comments: list[Comment] = []
        self._above: list[Comment] = []
        """The comments that belong to the next instruction."""
        self._has_stage = False
        self.at = 0
        """Where the line begins that is being read."""

    def dockerfile(self) -> Dockerfile:
        text = self._text
        check_line_lengths(text)
        directives, self._escape, at = read_directives(text)
        instructions: list[Instruction] = []
        while at < len(text):
            self.at = at
            end, after = line_end(text, at)
            start = at
            while start < end and text[start] in SPACE:
                start += 1
            if start == end:
                at = after
            elif text[start] == "#":
                self._comment(at, start, end)
                at = after
            else:
                instruction, at = self._instruction(start, end, after)
                instructions.append(instruction)
        if not instructions:
            raise Rejection("there is no instruction", 0, Step.PARSER)
        if not self._has_stage:
            raise Rejection("there is no FROM", 0, Step.LINK)
        return Dockerfile(self._source, self._escape, directives, tuple(self._comments), tuple(instructions))

    def _comment(self, line: int, start: int, end: int) -> None:
        comment = Comment(Span(start, end), self._text[start:end])
        self._comments.append(comment)
        if start == line and not comment.text[1:].strip(SPACE):
            self._above.clear()
        else:
            self._above.append(comment)

    def _instruction(self, start: int, end: int, after: int) -> tuple[Instruction, int]:
        text = self._text
        cut = -1
        if text[end - 1] == self._escape or text[end - 1] in " \t":
            cut = continuation_cut(text, start, end, self._escape)
        if cut == -1:
            line = LogicalLine(Joined(text[start:end], (0,), (start,)), after, ())
        else:
            line = read_continued(text, start, cut, after, self._escape)
            self._comments += line.comments
        above, self._above = tuple(self._above), []
        instruction, at = self._read(line, above)
        self._check_stage(instruction)
        return instruction, at

    def _check_stage(self, instruction: Instruction) -> None:
        if instruction.keyword == "FROM":
            self._has_stage = True
        elif not self._has_stage and instruction.keyword != "ARG":
            raise Rejection("only ARG may stand before FROM", instruction.span.start, Step.INSTRUCTIONS)

    def _read(self, line: LogicalLine, above: tuple[Comment, ...]) -> tuple[Instruction, int]:
        head = _Head(line.text, self._escape)
        if head.keyword == "ONBUILD":
            return self._read_onbuild(line, above, head)
        parts, at = self._parts(line, above, head)
        return build(parts), at

    def _parts(self, line: LogicalLine, above: tuple[Comment, ...], head: _Head) -> tuple[Parts, int]:
        rule = RULES.get(head.keyword)
        words = json_words(head.body) if rule is not None and rule.exec_form else None
        heredocs: tuple[Heredoc, ...] = ()
        at = line.after
        if words is None and rule is not None and rule.heredocs and "<<" in line.text.text:
            heredocs, at = read_heredocs(self._text, line.text, at)
        common = head.common(above, line.comments, heredocs)
        flags = head.flags.flags
        return Parts(common, head.keyword, flags, head.body, words, heredocs, self._escape, self._text), at

    def _read_onbuild(self, line: LogicalLine, above: tuple[Comment, ...], head: _Head) -> tuple[Instruction, int]:
        if not head.body.text:
            raise Rejection("ONBUILD needs an instruction", head.keyword_span.start, Step.INSTRUCTIONS)
        trigger_head = _Head(head.body, self._escape)
        if head.flags.flags:
            raise Rejection("ONBUILD has no flags", head.flags.flags[0].span.start, Step.INSTRUCTIONS)
        if trigger_head.keyword in ("ONBUILD", "FROM", "MAINTAINER"):
            reason = f"{trigger_head.keyword} may not follow ONBUILD"
            raise Rejection(reason, trigger_head.keyword_span.start, Step.INSTRUCTIONS)
        parts, at = self._parts(line, (), trigger_head)
        try:
            trigger = build(parts)
        except Rejection as rejection:
            if rejection.step is Step.PARSER:
                raise
            trigger = Unchecked(*parts.common)
        return Onbuild(*head.common(above, line.comments, parts.heredocs), trigger), at


class _Head:
    """A logical line cut into keyword, flags and body (split_command.go)."""

    __slots__ = ("body", "end", "flags", "keyword", "keyword_span")

    def __init__(self, line: Joined, escape: str) -> None:
        stop = len(line.text.rstrip(SPACE))
        if stop != len(line.text):
            line = line.cut(0, stop)
        text = line.text
        match = _KEYWORD.match(text)
        assert match is not None
        keyword_start, keyword_end = match.span(1)
        self.keyword = match[1].upper() if match[1].isascii() else match[1]
        self.keyword_span = line.span(keyword_start, keyword_end)
        at = match.end()
        while at < stop and text[at] in FLAG_SPACE:
            at += 1
        self.flags = read_flags(line, at, escape) if text.startswith("--", at) else Flags((), None, at)
        at = self.flags.after
        while at < stop and text[at] in SPACE:
            at += 1
        self.end = line.end_offset(stop)
        self.body = line.cut(at, stop)

    def common(self, above: tuple[Comment, ...], inner: tuple[Comment, ...], heredocs: tuple[Heredoc, ...]) -> Common:
        end = heredocs[-1].span.end if heredocs else self.end
        span = Span(self.keyword_span.start, end)
        flags = self.flags
        return span, self.keyword, self.keyword_span, flags.flags, self.body, above, inner, heredocs, flags.end_mark
