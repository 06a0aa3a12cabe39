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
REFUSED = {
    "archive-solver": "where make install puts its files is not known",
    "archive-words": "what a command leaves behind is not known",
    "c-pack": "a container starts the tool chain",
    "deb-nightly": "a RUN edits the configuration of the system",
    "dnf-desk": "which smaller image runs what is built on its base is not known",
    "go-probe": "it has several stages already",
    "java-greetings": "it has several stages already",
    "node-board": "its base is the run-time image already, and no compiler is installed on it",
    "php-guestbook": "its base is the run-time image already, and no compiler is installed on it",
    "py-invoice": "which smaller image runs what is built on its base is not known",
    "py-sorter": "its base is the run-time image already, and no compiler is installed on it",
    "rust-life": "it has several stages already",
    "static-museum": "it has several stages already",
}


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
    assert first.changed is (name not in REFUSED)
    assert second.after == first.after
    if name in REFUSED:
        assert [refusal.reason for refusal in first.refusals] == [REFUSED[name]]


@pytest.mark.parametrize("name", sorted(PROJECTS.keys() - REFUSED.keys()))
def test_the_other_transforms_go_on_with_both_stages(name: str) -> None:
    first, second = converted(PROJECTS[name], Config(unsafe=True))
    assert first.failures == ()
    assert first.after.upper().count("\nFROM ") >= 1
    assert second.after == first.after
