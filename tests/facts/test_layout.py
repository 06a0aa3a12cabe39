"""Where the files of a build context come to lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt.context.build_context import read_context
from dfopt.facts.facts import Facts
from dfopt.facts.layout import ARCHIVE, UNKNOWN, lacking, laid_out
from dfopt.source import Source
from dfopt.syntax.parser import parse


def laid(text: str, root: Path) -> list[str] | str:
    """The paths of files, or why they are not known."""
    for path in ("a.txt", "b.txt", "src/c.txt", "src/deep/d.txt", "e.tar.gz"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    facts = Facts(parse(Source(f"FROM debian:12\n{text}\n")))
    found = laid_out(facts, facts.stages[0], read_context(root / "Dockerfile", root))
    return (
        found if isinstance(found, str) else sorted(each.path for each in found if (root / each.entry.path).is_file())
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("COPY a.txt /x", ["/x"]),
        ("COPY a.txt /x/", ["/x/a.txt"]),
        ("WORKDIR /w\nCOPY a.txt b.txt .", ["/w/a.txt", "/w/b.txt"]),
        ("WORKDIR /w\nCOPY *.txt ./", ["/w/a.txt", "/w/b.txt"]),
        ("COPY src /x", ["/x/c.txt", "/x/deep/d.txt"]),
        ("COPY src/ a.txt /x/", ["/x/a.txt", "/x/c.txt", "/x/deep/d.txt"]),
        ("COPY src/deep/d.txt /x", ["/x"]),
        ("COPY . /x", ["/x/a.txt", "/x/b.txt", "/x/e.tar.gz", "/x/src/c.txt", "/x/src/deep/d.txt"]),
        ("COPY ./src/. /x", ["/x/c.txt", "/x/deep/d.txt"]),
        ("ENV D=/d\nCOPY a.txt $D/", ["/d/a.txt"]),
        ("COPY --from=other a.txt /x", []),
        ("ADD https://example.org/a /x", []),
        ("ADD e.tar.gz /x", ARCHIVE),
        ("ARG D\nCOPY a.txt $D/", UNKNOWN),
        ("COPY --parents src/c.txt /x", UNKNOWN),
    ],
)
def test_where_files_lie(text: str, wanted: list[str] | str, tmp_path: Path) -> None:
    assert laid(text, tmp_path) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("COPY a.txt *.md /x/", []),
        ("COPY no.txt /x", [("/x", "/x")]),
        ("WORKDIR /w\nCOPY a.txt no.txt conf/ .", [("/w/no.txt", "/w"), ("/w/conf", "/w")]),
        ("COPY . /x\nADD src/no /y/", [("/y/no", "/y")]),
        ("COPY --from=other no.txt /x\nADD https://example.org/a /x", []),
    ],
)
def test_what_the_context_lacks(text: str, wanted: list[tuple[str, str]], tmp_path: Path) -> None:
    laid(text, tmp_path)
    facts = Facts(parse(Source(f"FROM debian:12\n{text}\n")))
    found = lacking(facts, facts.stages[0], read_context(tmp_path / "Dockerfile", tmp_path))
    assert [(each.path, each.target) for each in found] == wanted
