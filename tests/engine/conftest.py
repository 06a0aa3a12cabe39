"""The engine for the tests that build: the lab's, set up once for all of them."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.corpus.registry import in_ci
from tests.engine.lab import Lab, build, missing

HERE = Path(__file__).parent
NEEDED = frozenset(["debian", "python", "node", "fedora"])
"""The base images that these tests build on."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is an engine test."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session")
def lab() -> Generator[Lab]:
    """The lab with its base images. Without root or registries its tests are skipped, under CI they fail."""
    reason = missing()
    if reason and not in_ci():
        pytest.skip(reason)
    assert reason is None, reason
    found = Lab()
    with found.locked():
        started = found.up()
    try:
        build(found, NEEDED)
        yield found
    finally:
        if started:
            found.down()


@pytest.fixture(autouse=True)
def engine_environment(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """All commands of a test talk to the lab's engine."""
    for name, value in lab.environment.items():
        if os.environ.get(name) != value:
            monkeypatch.setenv(name, value)
