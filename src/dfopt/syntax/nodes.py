"""The lossless syntax tree of a Dockerfile: frozen nodes with spans into the source.

The grammar is BuildKit's (frontend/dockerfile/parser and instructions). Nodes are msgspec
structs: as immutable as frozen dataclasses and several times cheaper to make.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from dfopt.source import Source, Span
from dfopt.syntax.joined import Joined


class Node(msgspec.Struct, frozen=True, gc=False):
    """Anything with a place in the source."""

    span: Span


class Comment(Node, frozen=True, gc=False):
    """A comment line, from its ``#`` to the end of the line (line end not included)."""

    text: str


class Directive(Node, frozen=True, gc=False):
    """A parser directive (``# syntax=``, ``# escape=``, ``# check=``); the span is that of a comment."""

    name: str
    value: str


class Flag(Node, frozen=True, gc=False):
    """``--name=value`` or ``--name``; the value as BuildKit reads it, quotes and escapes removed."""

    name: str
    value: str | None


class Argument(Node, frozen=True, gc=False):
    """A word as written, quotes and variables included (continuations taken out).

    A word of the exec form is the string that its literal stands for; the span is the literal's.
    """

    text: str


class Assignment(Node, frozen=True, gc=False):
    """``KEY=value`` of ENV, LABEL and ARG; ``value`` is as written, None for a bare ARG name."""

    key: str
    value: str | None
    key_span: Span
    value_span: Span | None


class Heredoc(Node, frozen=True, gc=False):
    """One here-document; the span runs from the first character of the body to the end of the terminator.

    ``opener`` is the ``<<EOF`` word; ``body`` holds the lines with their line ends;
    ``terminator`` is the last line without its line end.
    """

    name: str
    fd: int | None
    expand: bool
    chomp: bool
    opener: Span
    body: Span
    terminator: Span


class Instruction(Node, frozen=True, gc=False):
    """One instruction, from its keyword to its last character (no line end; heredoc bodies included)."""

    keyword: str
    """In upper case."""
    keyword_span: Span
    flags: tuple[Flag, ...]
    body: Joined
    """What stands after keyword and flags, trimmed, heredoc bodies not included."""
    comments: tuple[Comment, ...]
    """The comment lines above that belong to it: back to a bare ``#``, a directive or the instruction before."""
    inner_comments: tuple[Comment, ...]
    """The comment lines inside its continuations."""
    heredocs: tuple[Heredoc, ...]
    flags_end: Span | None
    """The bare ``--`` that ends the flags."""

    def flag(self, name: str) -> Flag | None:
        for flag in self.flags:
            if flag.name == name:
                return flag
        return None


class From(Instruction, frozen=True, gc=False):
    image: Argument
    name: Argument | None
    """The stage name after AS, as written."""


class Run(Instruction, frozen=True, gc=False):
    argv: tuple[str, ...] | None
    """The words of the exec form; None in shell form."""
    script: Joined | None
    """What the shell gets in shell form, heredocs put back as BuildKit does it; None in exec form.
    For a RUN that is one bare heredoc this is the heredoc's body."""
    is_heredoc_script: bool
    """True if the RUN is one bare heredoc, whose body is the script."""


class Cmd(Instruction, frozen=True, gc=False):
    argv: tuple[str, ...] | None


class Entrypoint(Instruction, frozen=True, gc=False):
    argv: tuple[str, ...] | None


class Shell(Instruction, frozen=True, gc=False):
    argv: tuple[str, ...]


class Copy(Instruction, frozen=True, gc=False):
    sources: tuple[Argument, ...]
    """Heredoc sources are in ``heredocs``, their openers are here too."""
    destination: Argument
    is_json: bool


class Add(Copy, frozen=True, gc=False):
    pass


class Env(Instruction, frozen=True, gc=False):
    pairs: tuple[Assignment, ...]
    is_legacy: bool
    """True for ``ENV KEY value with spaces``."""


class Label(Instruction, frozen=True, gc=False):
    pairs: tuple[Assignment, ...]
    is_legacy: bool


class Arg(Instruction, frozen=True, gc=False):
    pairs: tuple[Assignment, ...]


class Workdir(Instruction, frozen=True, gc=False):
    path: Argument


class User(Instruction, frozen=True, gc=False):
    user: Argument


class Expose(Instruction, frozen=True, gc=False):
    ports: tuple[Argument, ...]


class Volume(Instruction, frozen=True, gc=False):
    paths: tuple[Argument, ...]
    is_json: bool


class Stopsignal(Instruction, frozen=True, gc=False):
    signal: Argument


class Healthcheck(Instruction, frozen=True, gc=False):
    is_none: bool
    argv: tuple[str, ...] | None
    """The words of ``CMD [...]``; None for shell form and NONE."""
    command: Joined | None
    """The text after CMD in shell form."""


class Maintainer(Instruction, frozen=True, gc=False):
    pass


class Unchecked(Instruction, frozen=True, gc=False):
    """An ONBUILD trigger that would fail: BuildKit does not look into it before an image that has it is used."""


class Onbuild(Instruction, frozen=True, gc=False):
    trigger: Instruction
    """Has no comments of its own; inner comments and heredocs are those of the ONBUILD."""


InstructionT = TypeVar("InstructionT", bound=Instruction)


class Dockerfile(msgspec.Struct, frozen=True):
    """A whole file. ``comments`` holds every comment line outside heredocs, in order, inner ones included."""

    source: Source
    escape: str
    directives: tuple[Directive, ...]
    comments: tuple[Comment, ...]
    instructions: tuple[Instruction, ...]

    def find(self, *kinds: type[InstructionT]) -> Iterator[InstructionT]:
        """The instructions of these kinds, in order; a subclass (Add of Copy) counts only by its own name."""
        for instruction in self.instructions:
            if type(instruction) in kinds:
                yield instruction  # type: ignore[misc]

    def text(self, node: Node) -> str:
        """A node as it stands in the source."""
        return self.source.slice(node.span)
