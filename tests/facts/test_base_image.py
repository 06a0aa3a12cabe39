"""What is known of base images by their reference, and what is not."""

from __future__ import annotations

import pytest

from dfopt.facts.base_image import UNKNOWN, base_image, is_root
from dfopt.model.image_reference import ImageReference, parse_reference

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"),
    [
        ("ubuntu", "docker.io", "library/ubuntu", "latest", None),
        ("index.docker.io/a/b:1", "docker.io", "a/b", "1", None),
        ("docker.io/ubuntu:22.04", "docker.io", "library/ubuntu", "22.04", None),
        ("localhost/x", "localhost", "x", "latest", None),
        ("host:5000/a/b/c:v1.2_3", "host:5000", "a/b/c", "v1.2_3", None),
        (f"a@{DIGEST}", "docker.io", "library/a", None, DIGEST),
        (f"gcr.io/a/b:1@{DIGEST}", "gcr.io", "a/b", "1", DIGEST),
        ("Team/app", "Team", "app", "latest", None),
    ],
)
def test_references(text: str, registry: str, repository: str, tag: str | None, digest: str | None) -> None:
    assert parse_reference(text) == ImageReference(registry, repository, tag, digest)


@pytest.mark.parametrize("text", ["", "UPPER", "a//b", "a b", "a:", "a@sha256:", "a@sha256:12", "-a", "a:b:c", "a/B"])
def test_what_is_no_reference(text: str) -> None:
    assert parse_reference(text) is None


@pytest.mark.parametrize(
    ("text", "official", "name"),
    [
        ("python", "python", "python"),
        ("arm64v8/python", "python", "arm64v8/python"),
        ("public.ecr.aws/docker/library/node:18", "node", "public.ecr.aws/docker/library/node"),
        ("team/python", None, "team/python"),
        ("example.org/library/python", None, "example.org/library/python"),
    ],
)
def test_official_images(text: str, official: str | None, name: str) -> None:
    reference = parse_reference(text)
    assert reference is not None
    assert (reference.official, reference.name) == (official, name)


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("debian:bookworm-slim", "debian"),
        (f"alpine@{DIGEST}", "alpine"),
        ("python:3.12", "debian"),
        ("python:3.12-alpine3.20", "alpine"),
        ("python:3.12-windowsservercore-ltsc2022", "windows"),
        (f"python@{DIGEST}", UNKNOWN),
        ("eclipse-temurin:17-jre", "ubuntu"),
        ("eclipse-temurin:17-jre-alpine", "alpine"),
        ("openjdk:8-jre-slim", "debian"),
        ("openjdk:17", UNKNOWN),
        ("swift:5.10-slim", "ubuntu"),
        ("oraclelinux:8-slim", "rhel"),
        ("registry.access.redhat.com/ubi9/ubi-minimal:latest", "rhel"),
        ("gcr.io/distroless/static", "distroless"),
        ("mcr.microsoft.com/dotnet/sdk:8.0-jammy", "ubuntu"),
        ("mcr.microsoft.com/dotnet/sdk:8.0", UNKNOWN),
        ("example.org/python:3-alpine", UNKNOWN),
        ("mcr.microsoft.com/dotnet/framework/sdk:4.8", "windows"),
        ("mcr.microsoft.com/dotnet/framework/aspnet", "windows"),
        ("mcr.microsoft.com/windows", "windows"),
        ("mcr.microsoft.com/windows/nanoserver:1809", "windows"),
        ("microsoft/windowsservercore", "windows"),
        ("microsoft/nanoserver", "windows"),
        ("microsoft/aspnet", "windows"),
        ("microsoft/iis", "windows"),
        ("microsoft/dotnet-framework", "windows"),
        ("microsoft/dotnet:2.1-sdk", UNKNOWN),
        ("stefanscherer/node-windows:10", "windows"),
        ("winamd64/golang", "windows"),
        ("company/agent:windowsservercore-1809", "windows"),
        ("company/cross-windows-x64:1", UNKNOWN),
        ("scratch", "scratch"),
        ("not a reference", UNKNOWN),
    ],
)
def test_families(text: str, family: str) -> None:
    assert base_image(text).family == family


def test_a_platform_that_is_windows() -> None:
    image = base_image("company/base", for_windows=True)
    assert image.family == "windows"
    assert image.managers == frozenset()


def test_nothing_is_known_without_a_reference() -> None:
    image = base_image(None)
    assert (image.family, image.managers, image.user, image.is_root) == (UNKNOWN, None, None, None)


def test_package_managers() -> None:
    assert base_image("alpine").managers == frozenset({"apk"})
    assert base_image("registry.access.redhat.com/ubi9/ubi-minimal").managers == frozenset({"microdnf"})
    assert base_image("gcr.io/distroless/static").managers == frozenset()
    assert base_image("scratch").managers is None


def test_users() -> None:
    assert base_image("node").is_root is True
    assert base_image("jenkins/jenkins:lts").is_root is False
    assert base_image("bitnami/redis").user == "1001"
    assert base_image("gradle").is_root is None
    assert is_root("0:0")
    assert is_root("root")
    assert not is_root("rooty")


def test_docker_clean_and_shells() -> None:
    assert (base_image("ubuntu").docker_clean, base_image("ubuntu").sh) == (True, "dash")
    assert (base_image("alpine").docker_clean, base_image("alpine").sh) == (False, "ash")
    assert base_image("example.org/x").docker_clean is None


def test_a_shell_that_the_image_sets_is_inherited() -> None:
    assert base_image("cimg/base:2024.01").shell == ("/bin/bash", "-exo", "pipefail", "-c")
    assert base_image("docker.io/bitnami/redis:7.2").shell == ()
    assert base_image("bitnami/minideb:bookworm").shell == ("/bin/sh", "-c")


def test_variables_of_the_image_are_not_those_of_its_windows_variant() -> None:
    assert base_image("golang:1.22-alpine").env == {"GOPATH": "/go"}
    assert base_image("golang:1.22-nanoserver").env == {}
