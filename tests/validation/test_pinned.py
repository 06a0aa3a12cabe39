"""Digests that came in: found where they are declared, and nothing else beside them."""

from __future__ import annotations

import pytest

from dfopt.edits import Delta
from dfopt.facts.facts import Facts
from dfopt.source import Source
from dfopt.syntax.parser import parse
from dfopt.validation.check import difference

D = "@sha256:" + "a" * 64
E = "@sha256:" + "b" * 64
BEFORE = "FROM node:22 AS a\nFROM debian:12\nCOPY --from=alpine:3 /x /y\nRUN --mount=from=alpine:3,target=/m true\n"
NODE = (("node:22", f"node:22{D}"),)


def problem(after: str, *pinned: tuple[str, str], before: str = BEFORE) -> str | None:
    old, new = (Facts(parse(Source(text))) for text in (before, after))
    return difference(old, new, [Delta(pinned=pinned)])


def test_what_is_declared_may_come_in() -> None:
    assert problem(BEFORE.replace("node:22", f"node:22{D}"), *NODE) is None
    alpine = ("alpine:3", f"alpine:3{E}")
    assert problem(BEFORE.replace("alpine:3", f"alpine:3{E}"), alpine, alpine) is None
    latest = ("debian", f"debian:latest{D}")
    assert problem(f"FROM debian:latest{D}\n", latest, before="FROM debian\n") is None


@pytest.mark.parametrize(
    ("after", "pinned", "expected"),
    [
        (BEFORE.replace("node:22", f"node:22{D}"), (), "the base of stage 0 differs"),
        (BEFORE.replace("node:22", f"node:22{E}"), NODE, "not declared, or not as often"),
        (BEFORE.replace("node:22", f"node:20{D}"), NODE, "not declared, or not as often"),
        (BEFORE.replace("node:22", f"node:20{D}"), (("node:22", f"node:20{D}"),), "is not 'node:22' with a digest"),
        (BEFORE.replace("node:22", f"node:20{D}"), (("node:20", f"node:20{D}"),), "the base of stage 0 differs"),
        (BEFORE.replace("node:22", f"node:22{D} "), NODE * 2, "not declared, or not as often"),
        (BEFORE.replace("alpine:3", f"alpine:3{E}"), (("alpine:3", f"alpine:3{E}"),), "not declared, or not as often"),
        (BEFORE.replace("node:22", f"node:22{D}").replace("/y", "/z"), NODE, "runs or copies differs"),
        (BEFORE.replace("node:22", f"node:22{D}").replace("true", "false"), NODE, "runs or copies differs"),
        (BEFORE.replace("debian:12", "node:22"), (("debian:12", "node:22"),), "is not 'debian:12' with a digest"),
    ],
)
def test_nothing_else_may(after: str, pinned: tuple[tuple[str, str], ...], expected: str) -> None:
    found = problem(after, *pinned)
    assert found is not None
    assert expected in found
