"""Which releases of Debian and Ubuntu images are on, and whether these have a package."""

from __future__ import annotations

import pytest

from dfopt.facts.base_image import base_image
from dfopt.facts.releases import has_package, is_on_mirrors, may_be_older, oldest_release

RELEASES = {
    "debian": 12,
    "debian:12-slim": 12,
    "debian:10.3": 10,
    "debian:bullseye-20240101": 11,
    "debian:experimental": None,
    "ubuntu:22.04": 2204,
    "ubuntu:xenial": 1604,
    "ubuntu": 2404,
    "python:3": 11,
    "python:3.10.2-slim": 11,
    "python:3.9": None,
    "python:3.9-buster": 10,
    "python:2": None,
    "node:16": None,
    "node:18": 11,
    "node:lts-slim": 11,
    "golang:1.9": None,
    "golang:1.21": 11,
    "eclipse-temurin:17-jdk-jammy": 2204,
    "eclipse-temurin:17": 2004,
    "node:18-alpine": 311,
    "node:14-alpine": None,
    "node:14-alpine3.12": 312,
    "alpine:3.8": 308,
    "alpine:3.19.1": 319,
    "alpine:edge": None,
    "nginx:1.21": None,
    "nginx:1": 11,
    "httpd:2.4": 11,
    "httpd:2.4.38": None,
    "jenkins/jenkins:2.204": None,
    "jenkins/jenkins:lts": 11,
    "example.org/python:3.12": None,
    "python@sha256:" + "0" * 64: None,
}


@pytest.mark.parametrize(("image", "release"), RELEASES.items())
def test_the_oldest_release_that_a_tag_may_be_on(image: str, release: int | None) -> None:
    assert oldest_release(base_image(image)) == release


@pytest.mark.parametrize(
    ("image", "there", "mirrored"),
    [
        ("debian:stretch", False, False),
        ("debian:buster", True, False),
        ("debian:bookworm", True, True),
        ("ubuntu:18.04", False, True),
        ("ubuntu:20.04", True, True),
        ("ubuntu:21.10", True, False),
        ("alpine:3.20", True, True),
        ("alpine:3.2", False, True),
        ("python:3.12-alpine", True, True),
        ("python:3.6", False, False),
    ],
)
def test_packages_of_a_release(image: str, there: bool, mirrored: bool) -> None:
    base = base_image(image)
    assert (has_package(base, "tini"), is_on_mirrors(base)) == (there, mirrored)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("ruby:2.7.0", True),
        ("ruby:2.7-bullseye", False),
        ("ruby:2.7-buster", True),
        ("ruby:3.3", False),
        ("ruby", False),
        ("ubuntu:18.04", True),
        ("buildpack-deps:bionic", True),
        ("ubuntu:22.04", False),
        ("docker:18.03", True),
        ("docker:dind", False),
        ("redis:4.0.8-alpine", True),
        ("redis:7-alpine", False),
        ("alpine:3.10", True),
        ("alpine:3.20", False),
        ("example.org/ours:1.2", False),
        ("fedora:28", False),
    ],
)
def test_an_image_may_be_on_an_older_release(image: str, expected: bool) -> None:
    assert may_be_older(base_image(image), {"debian": 11, "ubuntu": 2004, "alpine": 311}) == expected
