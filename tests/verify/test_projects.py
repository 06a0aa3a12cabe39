"""The projects that are built: what is said of them is true, and what they download is the same each time."""

from __future__ import annotations

import os
import re
import shutil
import tarfile
import urllib.request
from pathlib import Path

import pytest

from dfopt.api import rewrite
from dfopt.config import Config
from dfopt.source import Source
from tests.engine import projects

PROJECTS = projects.load()
DESCRIPTION = 'summary = "A shop"\necosystem = "python"\nrun = "true"\ntouch = "shop.py"\n'

every_project = pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)


def lay(folder: Path, description: str) -> Path:
    project = folder / "shop"
    (project / "archives" / "tool-1.2" / "bin").mkdir(parents=True)
    (project / "archives" / "tool-1.2" / "bin" / "tool").write_text("#!/bin/sh\n")
    (project / "archives" / "tool-1.2" / "bin" / "tool").chmod(0o755)
    (project / "archives" / "tool-1.2" / "NOTES").write_text("none\n")
    (project / "shop.py").write_text("")
    (project / "project.toml").write_text(description)
    return project


def test_there_are_projects_of_many_kinds() -> None:
    assert len(PROJECTS) >= 28
    assert len({project.ecosystem for project in PROJECTS}) >= 10
    multi = [each.name for each in PROJECTS if len(re.findall(r"(?im)^from ", dockerfile(each))) > 1]
    assert 3 <= len(multi) <= len(PROJECTS) - 22


def dockerfile(project: projects.Project) -> str:
    return (project.folder / "Dockerfile").read_text(encoding="utf-8")


@every_project
def test_the_chain_fails_in_no_project(project: projects.Project) -> None:
    path = project.folder / "Dockerfile"
    assert rewrite(Source.from_bytes(path.read_bytes(), str(path)), Config(unsafe=True)).failures == ()


@every_project
def test_a_project_says_what_it_is(project: projects.Project) -> None:
    assert re.fullmatch(r"[A-Z].*[^.]", project.summary), "a sentence without its full stop"
    assert not (project.folder / ".dockerignore").exists()
    assert (project.serve is not None) is ("$MIRROR" in dockerfile(project))


def test_a_description_is_read(tmp_path: Path) -> None:
    folder = lay(tmp_path, DESCRIPTION)
    assert projects.load(tmp_path) == [
        projects.Project(name="shop", folder=folder, summary="A shop", ecosystem="python", run="true", touch="shop.py")
    ]


@pytest.mark.parametrize(
    ("description", "message"),
    [
        ("=", r"project\.toml: "),
        (DESCRIPTION.replace('run = "true"\n', ""), "run"),
        (DESCRIPTION + "port = 80\n", "port"),
        (DESCRIPTION.replace("shop.py", "views.py"), r"no file views\.py"),
        (DESCRIPTION + 'serve = "mirror"\n', "no folder mirror"),
    ],
)
def test_a_description_that_cannot_be_used(tmp_path: Path, description: str, message: str) -> None:
    lay(tmp_path, description)
    with pytest.raises(ValueError, match=message):
        projects.load(tmp_path)


def test_a_folder_without_a_description(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    with pytest.raises(ValueError, match=r"shop has no project\.toml"):
        projects.load(tmp_path)


def test_nothing_is_served_for_a_project_that_downloads_nothing(tmp_path: Path) -> None:
    lay(tmp_path, DESCRIPTION)
    with projects.served(*projects.load(tmp_path)) as arguments:
        assert arguments == ()


def test_archives_are_served_while_they_are_needed(tmp_path: Path) -> None:
    lay(tmp_path, DESCRIPTION + 'serve = "archives"\n')
    with projects.served(*projects.load(tmp_path)) as arguments:
        (argument,) = arguments
        name, _, address = argument.partition("=")
        assert name == "MIRROR"
        with urllib.request.urlopen(f"{address}/tool-1.2.tar.gz", timeout=10) as answer:
            (tmp_path / "got.tar.gz").write_bytes(answer.read())
    with tarfile.open(tmp_path / "got.tar.gz") as archive:
        assert [(member.name, oct(member.mode)) for member in archive] == [
            ("tool-1.2", "0o755"),
            ("tool-1.2/NOTES", "0o644"),
            ("tool-1.2/bin", "0o755"),
            ("tool-1.2/bin/tool", "0o755"),
        ]
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{address}/tool-1.2.tar.gz", timeout=10)


def test_an_archive_is_the_same_wherever_and_whenever(tmp_path: Path) -> None:
    source = lay(tmp_path, DESCRIPTION) / "archives" / "tool-1.2"
    copy = shutil.copytree(source, tmp_path / "elsewhere" / "tool-1.2")
    (copy / "NOTES").chmod(0o600)
    os.utime(copy / "NOTES", (0, 0))
    projects.pack(source, tmp_path / "one.tar.gz")
    projects.pack(copy, tmp_path / "two.tar.gz")
    assert (tmp_path / "one.tar.gz").read_bytes() == (tmp_path / "two.tar.gz").read_bytes()
