"""What an install writes, git ignores and another checkout may bring: a COPY may not stand below it for sure."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt import testing
from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.edits import Safety
from dfopt.model.placed import Placed
from dfopt.source import Source

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"


@pytest.mark.parametrize(
    ("name", "safety"),
    [
        ("git-ignores-what-the-install-writes", Safety.UNSAFE),
        ("an-ignore-file-leaves-out-what-git-ignores", Safety.SAFE),
    ],
)
def test_a_split_is_safe_only_if_no_checkout_brings_what_is_installed(name: str, safety: Safety) -> None:
    case = next(each for each in testing.cases(FIXTURES) if (each.transform, each.name) == ("split-copy", name))
    result = rewrite(
        Source.from_bytes(case.before, "Dockerfile"), Config(select=("split-copy",)), files=testing.files(case)
    )
    assert [each.safety for each in result.applied] == [safety]


@pytest.mark.parametrize(
    ("path", "origins"),
    [
        ("/app/node_modules", ["node_modules", "web/node_modules"]),
        ("/app/api/obj", ["api/obj"]),
        ("/app/new/deep", ["new/deep", "web/new/deep"]),
        ("/other/obj", []),
    ],
)
def test_where_in_the_context_a_path_of_the_image_comes_from(path: str, origins: list[str]) -> None:
    placed = Placed("/app", {"/app/api": "api", "/app/index.js": "web/index.js"}, ["", "web"])
    assert placed.origins(path) == origins


def test_the_root_of_the_image() -> None:
    assert Placed("/", {"/api": "src/api"}, ["src"]).origins("/node_modules") == ["src/node_modules"]
