"""What a context holds, what of it is used, and what should not be there."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt.context.build_context import BuildContext, read_context
from dfopt.context.survey import Survey, survey
from dfopt.errors import ConfigError
from dfopt.facts.facts import Facts
from dfopt.source import Source
from dfopt.syntax.parser import parse

FILES = {
    ".git/HEAD": 20,
    ".git/objects/pack/p.pack": 9000,
    ".env": 10,
    "package.json": 30,
    "node_modules/a/index.js": 500,
    "node_modules/b/package.json": 5,
    "src/app.js": 100,
    "src/lib/b.js": 50,
    "docs/a.md": 70,
    "other/node_modules/x": 1,
}
DOCKERFILE = """\
FROM node:18 AS build
ARG WHAT=src
COPY package*.json /app/
COPY --from=build /x /x
COPY <<EOF /y
text
EOF
ADD https://example.org/a.tgz /z
COPY ./src /app/src
RUN --mount=type=bind,source=docs,target=/docs cp /docs/a.md /app
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, size in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * size)
    return tmp_path


def surveyed(root: Path, text: str = DOCKERFILE) -> Survey:
    return survey(Facts(parse(Source(text))), read_context(root / "Dockerfile", root))


def selected(context: BuildContext, source: str) -> set[str]:
    return {entry.path for entry in context.select(source)}


def test_what_sources_name(root: Path) -> None:
    context = read_context(root / "Dockerfile", root)
    assert selected(context, "src") == {"src", "src/app.js", "src/lib", "src/lib/b.js"} == selected(context, "/src/")
    assert selected(context, "s*") == selected(context, "src")
    assert selected(context, "*/*.js") == {"src/app.js"} == selected(context, "src/../src/app.js")
    assert selected(context, "../src/app.js") == {"src/app.js"}
    assert selected(context, "missing") == set() == selected(context, "*.py")
    assert len(selected(context, ".")) == len(context.entries) == len(selected(context, "/"))


def test_each_source_of_an_instruction(root: Path) -> None:
    found = surveyed(root)
    taken = [(each.line, each.keyword, each.source, each.sum and each.sum.bytes) for each in found.taken]
    assert taken == [
        (3, "COPY", "package*.json", 30),
        (9, "COPY", "./src", 150),
        (10, "RUN", "docs", 70),
    ]
    assert found.total.bytes == sum(FILES.values())
    assert found.unused is not None
    assert found.unused.bytes == found.total.bytes - 250
    assert found.largest[0].path == ".git/"


def test_a_variable_may_decide(root: Path) -> None:
    found = surveyed(root, "FROM a\nARG X\nCOPY $X /\n")
    assert [each.sum for each in found.taken] == [None]
    assert found.unused is None
    assert surveyed(root, "FROM a\nENV X=src\nCOPY $X /\n").taken[0].sum is not None


def test_what_should_not_be_there(root: Path) -> None:
    found = {(place.path, place.what, place.sum.files) for place in surveyed(root).unwanted}
    assert found == {(".git", "version control", 2), (".env", "secret", 1), ("node_modules", "dependencies", 2)}


def test_the_file_beside_the_dockerfile_goes_first(root: Path) -> None:
    (root / ".dockerignore").write_text("src\n")
    (root / "app.Dockerfile.dockerignore").write_text("*\n!docs\n")
    assert [entry.path for entry in read_context(root / "app.Dockerfile", root).entries] == ["docs", "docs/a.md"]
    assert "src" not in read_context(root / "Dockerfile", root).by_path
    (root / ".dockerignore").write_text("a\n!\n")
    with pytest.raises(ConfigError, match=r"\.dockerignore: line 2: "):
        read_context(root / "Dockerfile", root)
