"""The frontend image is found where BuildKit looks for it."""

from __future__ import annotations

import pytest

from dfopt.syntax.frontend import frontend, has_since, is_dockers_own

FOUND = [
    ("# syntax=docker/dockerfile:1\nFROM a\n", "docker/dockerfile:1"),
    ("\ufeff#SYNTAX = x/y --flag\r\nFROM a\n", "x/y"),
    ("#!/usr/bin/env x\n# syntax=x\n", "x"),
    ("# escape=`\n# check=skip=all\n# syntax=x\n", "x"),
    ("# escape=`\n# escape=`\n# syntax=x\n", None),
    ("# note\n# syntax=x\n", None),
    ("  # syntax=x\n", None),
    ("\n# syntax=x\n", None),
    ("FROM a\n", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "image"), FOUND)
def test_frontend(text: str, image: str | None) -> None:
    assert frontend(text) == image


OWN = [
    "docker/dockerfile",
    "docker/dockerfile:1.7-labs",
    "docker.io/docker/dockerfile@sha256:00",
    "docker/dockerfile-upstream:master",
    "mirror.example/hub/docker/dockerfile:1",
    "localhost:5000/docker/dockerfile:1",
]
OTHER = ["docker/dockerfiles", "x/docker/dockerfile:1", "tonistiigi/dockerfile:runmount", "docker/dockerfile-x"]


@pytest.mark.parametrize("image", OWN)
def test_dockers_own(image: str) -> None:
    assert is_dockers_own(image)


@pytest.mark.parametrize("image", OTHER)
def test_others(image: str) -> None:
    assert not is_dockers_own(image)


@pytest.mark.parametrize(
    ("image", "has"),
    [
        ("docker/dockerfile:1", True),
        ("docker/dockerfile:1.17", True),
        ("docker/dockerfile:1.19.0-labs", True),
        ("mirror.example.org/docker/dockerfile:latest", True),
        ("docker/dockerfile:1.7", False),
        ("docker/dockerfile:1.16.1", False),
        ("docker/dockerfile:master", False),
        ("docker/dockerfile", False),
        ("docker/dockerfile:1@sha256:0", False),
    ],
)
def test_what_a_version_has(image: str, has: bool) -> None:
    assert has_since(image, 17) is has
