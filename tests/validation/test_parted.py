"""COPYs that became several: only where the parts together are what it was."""

from __future__ import annotations

import pytest

from dfopt.edits import Delta, Parted
from dfopt.facts.facts import Facts
from dfopt.source import Source
from dfopt.syntax.nodes import Copy
from dfopt.syntax.parser import parse
from dfopt.validation.check import difference
from tests.context_files import Table

FILES = {"a/big/x": "1", "a/big/deep/y": "2", "a/small/z": "3", "a/top": "4", "other": "5"}
HEAD = "FROM debian:bookworm\nWORKDIR /srv\n"
BEFORE = f"{HEAD}# all of it\nCOPY --chown=1:2 a /a\nRUN make\n"
PARTS = ("COPY --chown=1:2 a/big /a/big/", "COPY --chown=1:2 a/top /a/", "COPY --chown=1:2 a/small /a/small/")
AFTER = f"{HEAD}# all of it\n{PARTS[0]}\n{PARTS[1]}\n{PARTS[2]}\nRUN make\n"


def problem(before: str, after: str, parts: tuple[str, ...] = PARTS, files: dict[str, str] = FILES) -> str:
    old, new = (Facts(parse(Source(text))) for text in (before, after))
    delta = Delta(parted=(Parted(next(old.dockerfile.find(Copy)).span, parts),))
    return difference(old, new, [delta], lambda: Table(files)) or ""


def test_all_parts_are_the_whole() -> None:
    assert problem(BEFORE, AFTER) == ""


def test_without_a_build_context_nothing_is_proved() -> None:
    old, new = (Facts(parse(Source(text))) for text in (BEFORE, AFTER))
    delta = Delta(parted=(Parted(next(old.dockerfile.find(Copy)).span, PARTS),))
    assert difference(old, new, [delta]) == "a COPY is in parts, and the build context is not known"


def test_a_file_that_no_part_brings() -> None:
    assert "other files are copied" in problem(BEFORE, AFTER, files={**FILES, "a/new": "6"})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (PARTS[1], "COPY --chown=1:2 other /a/", "other files are copied"),
        (PARTS[1], "COPY --chown=1:2 a/top /b/", "other files are copied"),
        (PARTS[1], "COPY a/top /a/", "other flags"),
        (PARTS[0], "COPY --chown=1:2 a/big /a/", "other files are copied"),
        (PARTS[0], "COPY --chown=1:2 a/big a/small /a/big/", "other files are copied"),
        (PARTS[0], "COPY --chown=1:2 a /a/", "two parts bring the same file"),
        (PARTS[2], "ADD --chown=1:2 a/small /a/small/", "other flags"),
    ],
)
def test_parts_that_are_not_the_whole(old: str, new: str, expected: str) -> None:
    parts = tuple(new if part == old else part for part in PARTS)
    assert expected in problem(BEFORE, AFTER.replace(old, new), parts)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (f"{PARTS[1]}\n", "", "not in parts as declared"),
        (f"{PARTS[1]}\n", f"{PARTS[1]}\nRUN rm -r /a\n", "not in parts as declared"),
        ("RUN make\n", "RUN make install\n", "runs or copies differs"),
        (f"{PARTS[1]}\n", f"# between\n{PARTS[1]}\n", "a comment came in between"),
        ("# all of it\n", "", "a comment is lost"),
        ("WORKDIR /srv\n", "WORKDIR /\n", "differ"),
    ],
)
def test_nothing_else_may_change(old: str, new: str, expected: str) -> None:
    assert expected in problem(BEFORE, AFTER.replace(old, new))
