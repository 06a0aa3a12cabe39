"""Real Dockerfiles of other projects, as package registries bring them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus import registry
from tests.corpus.checks import Checked, check


@pytest.mark.parametrize("collection", registry.COLLECTIONS, ids=lambda collection: collection.name)
def test_collection(collection: registry.Collection) -> None:
    paths = _files(collection)
    assert len(paths) >= collection.at_least
    checked = [check(path) for path in paths]
    found = [
        f"{_name(one, collection)}: {finding.kind}: {finding.detail}" for one in checked for finding in one.findings
    ]
    assert found == []
    assert sum(one.rewritten for one in checked) >= len(paths) / 2, "most files are read"
    assert any(one.changed for one in checked), "something is rewritten"


def _files(collection: registry.Collection) -> list[Path]:
    try:
        return collection.files()
    except registry.MissingError as missing:
        reason = f"{collection.name}: {missing}"
        if registry.in_ci():
            pytest.fail(reason)
        pytest.skip(reason)


def _name(checked: Checked, collection: registry.Collection) -> Path:
    return checked.path.relative_to(registry.CACHE / collection.name)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Types: deb\nURIs: u\n", "Types: deb deb-src\nURIs: u\n"),
        ("Types: deb deb-src\nURIs: u\n", "Types: deb deb-src\nURIs: u\n"),
        ("# deb u s main\ndeb [a=b] u s main\n", "# deb u s main\ndeb [a=b] u s main\ndeb-src [a=b] u s main\n"),
    ],
)
def test_sources_are_enabled(before: str, after: str) -> None:
    assert registry.with_sources(before) == after


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dockerfile", True),
        ("Dockerfile.alpine", True),
        ("Containerfile", True),
        ("web.Dockerfile", True),
        ("dockerfile-minimal", True),
        ("Dockerfile.in", False),
        ("Dockerfile.dockerignore", False),
        ("Dockerfile.include", False),
        ("Dockerfile.template.alpine", False),
        ("mydockerfile", False),
        ("dockerfile.go", False),
        ("dockerfile_test.go", False),
    ],
)
def test_names(name: str, expected: bool) -> None:
    assert registry.is_dockerfile(name) is expected
