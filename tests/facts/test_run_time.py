"""The image that a program runs on that was built in another one."""

from __future__ import annotations

import pytest

from dfopt.facts.base_image import base_image
from dfopt.facts.image_accounts import has_group, has_user, number_taken
from dfopt.facts.run_time import has_adduser, run_time


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        ("golang:1.19", "debian:bookworm-slim"),
        ("golang:1.21.5-bullseye", "debian:bullseye-slim"),
        ("golang:1.25", "debian:trixie-slim"),
        ("golang", "debian:trixie-slim"),
        ("golang:1.22-alpine3.19", "alpine:3.19"),
        ("public.ecr.aws/docker/library/golang:1.22", "public.ecr.aws/docker/library/debian:bookworm-slim"),
        ("rust:1.63", "debian:bookworm-slim"),
        ("rust:1", "debian:trixie-slim"),
        ("rust:1.70-slim-bullseye", "debian:bullseye-slim"),
        ("gcc:12", "debian:bookworm-slim"),
        ("gcc:13", "debian:trixie-slim"),
        ("gcc:latest", "debian:trixie-slim"),
        ("debian:bookworm", "debian:bookworm-slim"),
        ("debian:12.5", "debian:12.5-slim"),
        ("debian:bookworm-20240612", "debian:bookworm-20240612-slim"),
        ("debian:bookworm-slim", "debian:bookworm-slim"),
        ("ubuntu:22.04", "ubuntu:22.04"),
        ("alpine", "alpine"),
        ("python:3.11", "python:3.11-slim"),
        ("python:3.11-bookworm", "python:3.11-slim-bookworm"),
        ("python:3.11-slim", "python:3.11-slim"),
        ("python:3.11-alpine", "python:3.11-alpine"),
        ("node:18", "node:18-slim"),
        ("node:18-bookworm", "node:18-bookworm-slim"),
        ("node:lts", "node:lts-slim"),
        ("ruby:latest", "ruby:slim"),
        ("php:8.2-cli", "php:8.2-cli"),
        ("eclipse-temurin:17-jdk", "eclipse-temurin:17-jre"),
        ("eclipse-temurin:21.0.2_13-jdk-jammy", "eclipse-temurin:21.0.2_13-jre-jammy"),
        ("eclipse-temurin:17-jdk-alpine", "eclipse-temurin:17-jre-alpine"),
        ("openjdk:8", "openjdk:8-jre"),
        ("openjdk:11-jdk-slim", "openjdk:11-jre-slim"),
        ("openjdk:17", "eclipse-temurin:17-jre"),
        ("maven:3.9-eclipse-temurin-17", "eclipse-temurin:17-jre"),
        ("maven:3.9.6-eclipse-temurin-21-alpine", "eclipse-temurin:21-jre-alpine"),
        ("maven:3-jdk-8", "openjdk:8-jre"),
    ],
)
def test_an_image_to_run_on(image: str, wanted: str) -> None:
    found = run_time(base_image(image), image)
    assert found is not None
    assert found.image == wanted


@pytest.mark.parametrize(
    "image",
    [
        "golang:1.22-windowsservercore",
        "golang:tip-nightly",
        "debian:sid",
        "debian:latest",
        "openjdk:latest",
        "openjdk:13",
        "eclipse-temurin:17-jdk-centos7",
        "eclipse-temurin:9-jdk",
        "maven:3",
        "maven:3.9-amazoncorretto-17",
        "node:18-windowsservercore",
        "example.org/golang:1.22",
        f"golang:1.22@sha256:{'a' * 64}",
        "scratch",
    ],
)
def test_images_of_which_none_is_known(image: str) -> None:
    assert run_time(base_image(image), image) is None


@pytest.mark.parametrize(
    ("image", "is_there"),
    [
        ("golang:1.23", True),
        ("golang:1.25", False),
        ("debian:trixie", False),
        ("debian:14", False),
        ("python:3.12-bookworm", True),
        ("python:3.13", False),
        ("node", False),
        ("ubuntu:22.04", True),
        ("eclipse-temurin:21-jdk", True),
        ("golang:1.25-alpine", True),
    ],
)
def test_newer_releases_of_debian_have_no_adduser(image: str, is_there: bool) -> None:
    found = run_time(base_image(image), image)
    assert found is not None
    assert has_adduser(found) is is_there


@pytest.mark.parametrize(
    "image",
    ["maven:3.9-eclipse-temurin-21", "gradle:8.5-jdk21", "openjdk:8-jdk", "golang:1.25", "node:20-alpine", "gcc:14"],
)
def test_both_images_run_commands_by_the_same_shell(image: str) -> None:
    found = run_time(base_image(image), image)
    assert found is not None
    assert base_image(image).shell == base_image(found.image).shell == ("/bin/sh", "-c")


def test_users_of_an_image() -> None:
    assert has_user("node:20-slim", "node")
    assert has_group("node:20-alpine", "node")
    assert has_user("eclipse-temurin:21-jre", "www-data")
    assert not has_user("eclipse-temurin:21-jre-alpine", "www-data")
    assert has_group("eclipse-temurin:21-jre-alpine", "www-data")
    assert not has_user("eclipse-temurin:21-jre", "gradle")
    assert has_user("openjdk:8-jre", "nobody")
    assert not has_user("openjdk:8-jre", "www-data")
    assert number_taken("eclipse-temurin:21-jre") == "1000"
    assert not number_taken("eclipse-temurin:21-jre-jammy")
    assert not number_taken("debian:trixie-slim")
