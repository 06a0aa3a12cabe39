"""A file with one stage becomes two: what containers of the rewritten image do, and how small it is."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from dfopt import api
from dfopt.config import Config
from dfopt.context.place import files_of
from dfopt.results import Rewrite
from dfopt.source import Source
from tests.engine.builds import docker, need, verified
from tests.engine.projects import Project, load

PROJECTS = {project.name: project for project in load()}
LONG = (
    "c-clock",
    "c-pack",
    "fortran-heat",
    "node-dice",
    "node-front",
    "pascal-maze",
    "py-handbook",
    "py-sorter",
    "py-speed",
)
"""Those that a short lab could build as well, where time is short, too."""
WHOLE_LAB = "FROM rust:1.63\n"


def converted(text: str, context: Path) -> Rewrite:
    """The file with two stages, which is proved to be the old one otherwise."""
    source = Source(text, str(context / "Dockerfile"))
    result = api.rewrite(source, Config(select=("multi-stage",)), files=files_of(context / "Dockerfile", str(context)))
    assert result.failures == ()
    assert result.changed, result.refusals
    return result


def shrinks(text: str, context: Path, run: str = "") -> float:
    """By how much the image shrinks; it prints the same as before, and nothing else differs than is declared."""
    need(text)
    result = converted(text, context)
    deltas = tuple(each.delta for each in result.applied)
    found = verified(text, result.after, context, deltas=deltas, run=tuple(shlex.split(run)))
    assert found.undeclared == ()
    assert [side.ran and side.ran.status for side in (found.before, found.after)] == [0, 0]
    return 1 - found.after.image.size / found.before.image.size


@pytest.mark.parametrize(("name", "least"), [("c-kvstore", 0.7), ("cpp-routes", 0.7)])
def test_nothing_but_what_is_declared_differs(name: str, least: float) -> None:
    project = PROJECTS[name]
    assert shrinks(_text(project), project.folder, project.run) > least


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("go-menu", 0.8),
        ("rust-wordfreq", 0.8),
        ("java-ledger", 0.15),
        ("py-textstats", 0.6),
        ("node-links", 0.6),
        ("ruby-recipes", 0.6),
        ("php-forms", 0.3),
        ("c-clock", 0.6),
        ("c-pack", 0.7),
        ("fortran-heat", 0.7),
        ("go-zip", 0.8),
        ("java-tides", 0.15),
        ("node-board", 0.1),
        ("node-dice", 0.6),
        ("node-front", 0.6),
        ("pascal-maze", 0.4),
        ("py-handbook", 0.6),
        ("py-sorter", 0.1),
        ("py-speed", 0.3),
        ("rust-tally", 0.8),
    ],
)
def test_a_project_does_the_same_on_a_smaller_image(name: str, least: float) -> None:
    project = PROJECTS[name]
    text = _text(project)
    need(text)
    if name in LONG:
        need(WHOLE_LAB)
    before = _built(text, project.folder)
    after = _built(converted(text, project.folder).after, project.folder)
    command = shlex.split(project.run)
    printed = [docker("run", "--rm", "--network", "none", image, *command) for image in (before, after)]
    assert printed[0] == printed[1]
    assert 1 - _size(after) / _size(before) > least


def _text(project: Project) -> str:
    return (project.folder / "Dockerfile").read_bytes().decode()


def _built(text: str, context: Path) -> str:
    return docker("build", "--quiet", "--network", "host", "--file", "-", str(context), given=text)


def _size(image: str) -> int:
    return int(docker("image", "inspect", "--format", "{{.Size}}", image))


def test_owners_modes_users_and_links_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text('#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n')
    text = (
        "FROM gcc:12\nRUN useradd --uid 1234 app\nWORKDIR /src\nCOPY . .\nRUN mkdir /opt/hello\n"
        "RUN gcc -o /opt/hello/hello main.c && chown app /opt/hello/hello && chmod 711 /opt/hello/hello\n"
        "RUN mkdir -p /var/lib/hello && chown app /var/lib/hello && chmod 700 /var/lib/hello\n"
        "RUN ln -s /opt/hello/hello /usr/local/bin/hello\nUSER app\n"
        "CMD hello && id -un && stat -c '%U %a %F' /var/lib/hello /opt/hello /opt/hello/hello /usr/local/bin/hello\n"
    )
    assert shrinks(text, tmp_path) > 0.7
