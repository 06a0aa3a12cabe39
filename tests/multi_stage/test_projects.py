"""The projects with one stage: which become two, and why the others do not."""

from __future__ import annotations

import pytest

from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.context.place import files_of
from dfopt.results import Rewrite
from dfopt.source import Source
from tests.engine.projects import Project, load

PROJECTS = {project.name: project for project in load()}
NOT_SMALLER = "its base is the run-time image already, and nothing that only the build needs comes to it"
REFUSED = {
    "deb-nightly": "nothing is built in it",
    "dnf-desk": "nothing is built in it",
    "php-guestbook": NOT_SMALLER,
    "py-invoice": "which smaller image runs what is built on its base is not known",
}
STAGED = frozenset({"go-probe", "java-greetings", "rust-life", "static-museum"})
"""What has a final stage already that takes from another one: nothing is said of it."""


def converted(project: Project, config: Config) -> tuple[Rewrite, Rewrite]:
    """The first run, and the second one on its result."""
    path = project.folder / "Dockerfile"
    files = files_of(path, str(project.folder))
    first = rewrite(Source.from_bytes(path.read_bytes(), str(path)), config, files=files)
    return first, rewrite(Source(first.after, str(path)), config, files=files)


@pytest.mark.parametrize("name", sorted(PROJECTS))
def test_what_becomes_of_a_project(name: str) -> None:
    first, second = converted(PROJECTS[name], Config(select=("multi-stage",)))
    assert first.failures == ()
    assert first.changed is (name not in REFUSED and name not in STAGED)
    assert second.after == first.after
    assert [refusal.reason for refusal in first.refusals] == [REFUSED[name]] if name in REFUSED else not first.refusals


@pytest.mark.parametrize("name", sorted(PROJECTS.keys() - REFUSED.keys() - STAGED))
def test_the_other_transforms_go_on_with_both_stages(name: str) -> None:
    first, second = converted(PROJECTS[name], Config(unsafe=True))
    assert first.failures == ()
    assert first.after.upper().count("\nFROM ") >= 1
    assert second.after == first.after
