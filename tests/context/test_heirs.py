"""Dockerfiles that start from the image of another one: its package lists stay if they need them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfopt.config import Config
from dfopt.context.heirs import heirs_of
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


def reasons(path: Path, folder: str = "") -> list[tuple[str, str | None]]:
    config = Config(select=("clean-package-cache",))
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
    ],
)
def test_another_dockerfile_needs_the_lists(tmp_path: Path, base: str, start: str) -> None:
    write(tmp_path, {base: f"FROM debian:12\n{INSTALLS}", "app/Dockerfile": f"ARG TAG=1\n{start} AS a\n{NEEDS}"})
    ((reason, detail),) = reasons(tmp_path / base)
    assert reason == "a later instruction needs the package index"
    assert (detail or "").endswith("app/Dockerfile, which may start from this image: apt-get install reads it")


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
    assert heirs_of(tmp_path / "python/Dockerfile") == []


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
