"""Parts of a script as scripts of their own."""

from __future__ import annotations

from dfopt.shell.nodes import AndOr, Pipeline, Script, Statement
from dfopt.source import Span


def as_statement(pipeline: Pipeline) -> Statement:
    """A pipeline as a statement of its own."""
    return Statement(pipeline.span, AndOr(pipeline.span, (pipeline,), ()), "", None)


def script_of(statements: tuple[Statement, ...]) -> Script:
    """Statements as a script of their own."""
    return Script(Span(statements[0].span.start, statements[-1].span.end), statements, ())
