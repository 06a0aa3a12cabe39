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
from tests.engine.builds import verified
from tests.engine.projects import load

PROJECTS = {project.name: project for project in load()}


def converted(text: str, context: Path) -> Rewrite:
    """The file with two stages, which is proved to be the old one otherwise."""
    source = Source(text, str(context / "Dockerfile"))
    result = api.rewrite(source, Config(select=("multi-stage",)), files=files_of(context / "Dockerfile", str(context)))
    assert result.failures == ()
    assert result.changed, result.refusals
    return result


def shrinks(text: str, context: Path, run: str = "") -> float:
    """By how much the image shrinks; it says and does the same as before."""
    result = converted(text, context)
    deltas = tuple(each.delta for each in result.applied)
    found = verified(text, result.after, context, deltas=deltas, run=tuple(shlex.split(run)))
    assert found.undeclared == ()
    before, after = found.before, found.after
    assert [side.ran and side.ran.status for side in (before, after)] == [0, 0]
    return 1 - after.image.size / before.image.size


@pytest.mark.parametrize(
    ("name", "least"),
    [("go-menu", 0.8), ("go-checksum", 0.8), ("c-kvstore", 0.7), ("cpp-routes", 0.7), ("rust-wordfreq", 0.8)],
)
def test_a_compiled_project_does_the_same_on_a_small_image(name: str, least: float) -> None:
    project = PROJECTS[name]
    text = (project.folder / "Dockerfile").read_bytes().decode()
    assert shrinks(text, project.folder, project.run) > least


@pytest.mark.parametrize(
    ("name", "least"),
    [("java-ledger", 0.15), ("py-textstats", 0.6), ("node-links", 0.6), ("ruby-checkdigit", 0.6)],
)
def test_a_project_keeps_what_it_is_run_by(name: str, least: float) -> None:
    project = PROJECTS[name]
    text = (project.folder / "Dockerfile").read_bytes().decode()
    assert shrinks(text, project.folder, project.run) > least


def test_owners_modes_users_and_links_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text('#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n')
    text = (
        "FROM gcc:12\nRUN useradd --uid 1234 app\nWORKDIR /src\nCOPY . .\nRUN gcc -o /opt/hello/hello main.c\n"
        "RUN mkdir -p /var/lib/hello && chown app /var/lib/hello && chmod 700 /var/lib/hello\n"
        "RUN ln -s /opt/hello/hello /usr/local/bin/hello\nUSER app\n"
        "CMD hello && id -un && stat -c '%U %a %F' /var/lib/hello /opt/hello/hello /usr/local/bin/hello\n"
    ).replace("RUN gcc", "RUN mkdir /opt/hello && gcc")
    assert shrinks(text, tmp_path) > 0.7
