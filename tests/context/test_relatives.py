"""Dockerfiles of a repository that have to do with each other: the package lists of an image stay if one that starts
from it needs them, and what the one that builds an image says holds for those that start from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt.config import Config
from dfopt.context.relatives import relatives_of
from dfopt.discovery import Target
from dfopt.work import Wanted, perform

INSTALLS = "RUN apt-get update && apt-get install -y git\n"
NEEDS = "RUN apt-get install -y curl\n"


def write(folder: Path, files: dict[str, str]) -> None:
    (folder / ".git").mkdir()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def reasons(path: Path, folder: str = "", transform: str = "clean-package-cache") -> list[tuple[str, str | None]]:
    config = Config(select=(transform,))
    wanted = Wanted({str(path.parent): config}, folder=folder)
    report = perform(Target(str(path), str(path)), wanted).report
    return [(each.reason, each.detail) for each in report.refusals]


@pytest.mark.parametrize(
    ("base", "start"),
    [
        ("base/Dockerfile", "FROM registry.example.org/team/base:1"),
        ("images/base/3.11/Dockerfile", "FROM --platform=linux/amd64 team/base"),
        ("Dockerfile.base", "from base:${TAG}"),
        ("base.Dockerfile", "FROM team/Base@sha256:" + "0" * 64),
        ("docker/base/Dockerfile", "FROM team/product:base"),
        ("base/focal/Dockerfile", "FROM team/base:focal"),
        ("base/py3.9/Dockerfile", "FROM team/base:py3.9"),
        ("base/Dockerfile", "ARG BASE=team/base:1\nFROM ${BASE}"),
        ("base/Dockerfile", "ARG NAME=team/base\nFROM ${REGISTRY}/$NAME:${TAG:-1}"),
    ],
)
def test_another_dockerfile_needs_the_lists(tmp_path: Path, base: str, start: str) -> None:
    write(tmp_path, {base: f"FROM debian:12\n{INSTALLS}", "app/Dockerfile": f"ARG TAG=1\n{start} AS a\n{NEEDS}"})
    ((reason, detail),) = reasons(tmp_path / base)
    assert reason == "a later instruction needs the package index"
    assert (detail or "").endswith("app/Dockerfile, which may start from this image: apt-get install reads it")


def test_a_dockerfile_in_between_hands_the_lists_on(tmp_path: Path) -> None:
    files = {
        "base/Dockerfile": f"FROM debian:12\n{INSTALLS}",
        "middle/Dockerfile": "FROM team/base\nRUN true\n",
        "app/Dockerfile": f"FROM team/middle\n{NEEDS}",
        "loop/Dockerfile": "FROM team/middle\nRUN true\n",
        "base/other/Dockerfile": "FROM team/loop\n",
    }
    write(tmp_path, files)
    assert [reason for reason, _ in reasons(tmp_path / "base/Dockerfile")] == [
        "a later instruction needs the package index"
    ]


@pytest.mark.parametrize(
    "other",
    [
        f"FROM team/base\nRUN apt-get update\n{NEEDS}",
        f"FROM team/other\n{NEEDS}",
        f"FROM debian:12 AS base\nFROM base\n{NEEDS}",
        "FROM team/base\nRUN ./build.sh\n",
        f"FROM team/base\n{NEEDS}NONSENSE\n",
        f"# FROM team/base\nFROM busybox\n{NEEDS}",
    ],
)
def test_another_dockerfile_does_without_them(tmp_path: Path, other: str) -> None:
    write(tmp_path, {"base/Dockerfile": f"FROM debian:12\n{INSTALLS}", "app/Dockerfile": other})
    assert reasons(tmp_path / "base/Dockerfile") == []


def test_official_images_come_from_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, {"python/Dockerfile": f"FROM debian:12\n{INSTALLS}", "Dockerfile": f"FROM python:3.11\n{NEEDS}"})
    assert relatives_of(tmp_path / "python/Dockerfile").heirs() == []


def test_without_a_repository_the_folder_of_the_run_counts(tmp_path: Path) -> None:
    write(tmp_path, {"base/Dockerfile": f"FROM debian:12\n{INSTALLS}", "app/Dockerfile": f"FROM team/base\n{NEEDS}"})
    (tmp_path / ".git").rmdir()
    assert reasons(tmp_path / "base/Dockerfile") == []
    assert len(reasons(tmp_path / "base/Dockerfile", str(tmp_path))) == 1


def test_only_the_last_stage_is_the_image(tmp_path: Path) -> None:
    stages = f"FROM debian:12 AS tools\n{INSTALLS}FROM debian:12\nCOPY --from=tools /usr/bin/git /usr/bin/\n{INSTALLS}"
    write(tmp_path, {"base/Dockerfile": stages, "app/Dockerfile": f"FROM team/base\n{NEEDS}"})
    found = [reason for reason, _ in reasons(tmp_path / "base/Dockerfile")]
    assert found == ["the layers of this stage are in no image", "a later instruction needs the package index"]


STRICT = 'FROM debian:12\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN true\n'
TWO_RUNS = "RUN tar xf a.tgz; rm a.tgz\nRUN make\n"


@pytest.mark.parametrize(
    ("base", "image"),
    [
        ("base/Dockerfile", "team/base"),
        ("Dockerfile.base", "team/product-base:latest"),
        ("base/2.1/Dockerfile", "registry.example.org/base:2.1-slim"),
        ("noetic/ros-base/Dockerfile", "team/ros-noetic-base"),
        ("base/Dockerfile", "${REGISTRY}/base:${TAG:-latest}"),
    ],
)
def test_the_shell_of_an_image_that_the_repository_builds(tmp_path: Path, base: str, image: str) -> None:
    write(tmp_path, {base: STRICT, "app/Dockerfile": f"ARG REGISTRY\nFROM {image}\n{TWO_RUNS}"})
    found = {*reasons(tmp_path / "app/Dockerfile", transform="merge-runs")}
    assert found == {("the script is not modelled", "its base image may set a SHELL of its own")}


@pytest.mark.parametrize(
    ("base", "text", "image"),
    [
        ("base/Dockerfile", "FROM debian:12\nRUN true\n", "team/base"),
        ("base/Dockerfile", STRICT.replace("-eo", "-o"), "team/base"),
        ("base/1.0/Dockerfile", STRICT, "team/other"),
        ("base/Dockerfile", STRICT, "team/base-extra"),
        ("debian/Dockerfile", STRICT, "debian"),
    ],
)
def test_shells_of_other_images(tmp_path: Path, base: str, text: str, image: str) -> None:
    write(tmp_path, {base: text, "app/Dockerfile": f"FROM {image}\n{TWO_RUNS}"})
    assert reasons(tmp_path / "app/Dockerfile", transform="merge-runs") == []


def test_of_several_tags_the_one_that_is_named_counts(tmp_path: Path) -> None:
    files = {"base/1/Dockerfile": STRICT, "base/2/Dockerfile": "FROM debian:12\nRUN true\n"}
    for name, tag, count in ("a", "1", 2), ("b", "2", 0), ("c", "2.4-slim", 0), ("d", "latest", 2), ("e", "3", 0):
        folder = tmp_path / name
        folder.mkdir()
        write(folder, {**files, "app/Dockerfile": f"FROM team/base:{tag}\n{TWO_RUNS}"})
        assert len(reasons(folder / "app/Dockerfile", transform="merge-runs")) == count


def test_an_image_for_windows_is_not_that_of_a_file_for_linux(tmp_path: Path) -> None:
    windows = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN dir\n"
    files = {"windows/base/Dockerfile": windows, "app/Dockerfile": f"FROM team/base\n{TWO_RUNS}"}
    write(tmp_path, files)
    ((reason, _),) = {*reasons(tmp_path / "app/Dockerfile", transform="merge-runs")}
    assert reason == "the script is not modelled"
    both = tmp_path / "both"
    both.mkdir()
    write(both, {**files, "linux/base/Dockerfile": "FROM debian:12\nRUN true\n"})
    assert reasons(both / "app/Dockerfile", transform="merge-runs") == []


def test_an_old_pip_of_an_image_that_others_start_from(tmp_path: Path) -> None:
    app = (
        "RUN apt-get update && apt-get install -y python3-pip && rm -rf /var/lib/apt/lists/*\nRUN pip3 install flask\n"
    )
    files = {
        "base/Dockerfile": "FROM ubuntu:14.04\nRUN true\n",
        "middle/Dockerfile": "FROM team/base\nRUN true\n",
        "app/Dockerfile": f"FROM team/middle\n{app}",
        "middle/loop/Dockerfile": "FROM team/loop\n",
        "other/Dockerfile": f"FROM team/loop\n{app}",
    }
    write(tmp_path, files)
    assert reasons(tmp_path / "app/Dockerfile") == [("the version in the base image may be too old for it", "ubuntu")]
    assert reasons(tmp_path / "other/Dockerfile") == []
