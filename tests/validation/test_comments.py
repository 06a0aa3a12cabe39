"""Comments that are lost, written twice, or far from their command."""

from __future__ import annotations

from dfopt.facts.facts import Facts
from dfopt.source import Source
from dfopt.syntax.parser import parse
from dfopt.validation.check import difference


def found(before: str, after: str) -> str | None:
    return difference(Facts(parse(Source(before))), Facts(parse(Source(after))), [])


def test_a_comment_that_is_written_twice() -> None:
    before = "FROM a\nRUN a\nRUN set -e; \\\n  # why\n  b\n"
    once = "FROM a\nRUN a && \\\n  { set -e; \\\n  # why\n  b; }\n"
    twice = "FROM a\nRUN a && \\\n  # why\n  { set -e; \\\n  # why\n  b; }\n"
    assert found(before, once) is None
    assert found(before, twice) == "a comment is written twice: # why"


def test_a_comment_above_more_than_the_command_that_it_stands_behind() -> None:
    assert found("FROM a\nRUN a # x\nRUN b\n", "FROM a\n# x\nRUN a \\\n && b\n") is None
    assert found("FROM a\nRUN a && b # x\nRUN c\n", "FROM a\n# x\nRUN a && b && c\n") == "a comment has moved: # x"
    assert found("FROM a\nRUN a && b # x\nRUN c\n", "FROM a\nRUN a && \\\n# x\n b && c\n") is None
