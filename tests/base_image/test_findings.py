"""What is said of a base image on which day, and what the tables hold."""

from __future__ import annotations

from datetime import date

import pytest

from dfopt import api
from dfopt.config import Config
from dfopt.knowledge.base_images import OFFICIAL
from dfopt.knowledge.end_of_life import CODENAMES, RELEASES, SLIM
from dfopt.source import Source


def reasons(image: str, today: str = "2026-11-30", behind: str = "") -> list[str]:
    result = api.rewrite(Source(f"FROM {image}\n{behind}"), Config(select=("base-image",), today=today))
    assert not result.failures
    return [applied.why for applied in result.applied]


@pytest.mark.parametrize(
    ("image", "ended"),
    [
        ("python:2-slim", "python 2"),
        ("python:2.7.18-slim", "python 2"),
        ("python:3.8-slim", "python 3.8"),
        ("node:18.20-slim", "node 18"),
        ("node:22-buster-slim", "debian 10"),
        ("debian:10.13-slim", "debian 10"),
        ("ubuntu:bionic-20230530", "ubuntu 18.04"),
        ("ubuntu:23.10", "ubuntu 23.10"),
        ("alpine:3.9", "alpine 3.9"),
        ("golang:1.19.3-alpine3.16", "golang 1.19"),
        ("golang:1.19.3-alpine3.16", "alpine 3.16"),
        ("amd64/debian:stretch-slim", "debian 9"),
        ("php:7.4-fpm-alpine", "php 7.4"),
    ],
)
def test_what_has_ended_is_told(image: str, ended: str) -> None:
    assert any(why.startswith(f"the security support of {ended} ended on 20") for why in reasons(image))


@pytest.mark.parametrize(
    "image",
    [
        "python:3.12-slim",
        "python:3.80-slim",
        "node:220-slim",
        "golang:1.100",
        "alpine:3.99",
        "alpine:3",
        "debian:sid-slim",
        "registry.example.com/debian:8",
        "example/python:2.7",
        "ubuntu:24.04",
        "scratch",
        "debian@sha256:56fa17d2a7e7f168a043a2712e63aed1f8543aeafdcee47c58dcffe38ed51099",
    ],
)
def test_nothing_is_said_of_others(image: str) -> None:
    assert reasons(image) == []


def test_the_day_decides() -> None:
    assert reasons("alpine:3.22", "2027-05-01") == []
    assert reasons("alpine:3.22", "2027-05-02") == ["the security support of alpine 3.22 ended on 2027-05-01"]


def test_without_a_day_it_is_that_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    def clock(form: str) -> str:
        assert form == "%Y-%m-%d"
        return "2031-01-01"

    monkeypatch.setattr("dfopt.chain.strftime", clock)
    assert reasons("debian:13-slim", "") == ["the security support of debian 13 ended on 2030-06-30"]


def test_a_deprecated_image_is_said_to_be_one_and_nothing_else() -> None:
    assert len(reasons("centos")) == len(reasons("openjdk:8-jdk-buster")) == 1
    assert "deprecated" in reasons("docker.io/library/centos:7")[0]


def test_an_image_without_a_version() -> None:
    assert "names no version" in reasons("debian")[0]
    assert "names no version" in reasons("registry.example.com/a/b:latest")[0]
    assert reasons("registry.example.com/a/b:1") == []


def test_a_slim_variant_counts_only_where_it_comes_into_the_image() -> None:
    assert reasons("python:3.12") == [
        f"python:3.12-slim is smaller and has the same libc, but lacks {SLIM['python'].lacks}"
    ]
    assert reasons("python:3.12", behind="FROM scratch\n") == []
    assert len(reasons("python:3.12-bookworm AS base", behind="FROM base\n")) == 1
    assert reasons("python:3.12-alpine") == reasons("golang:1.26") == []


@pytest.mark.parametrize(
    ("image", "slim"),
    [
        ("python:3.13-bookworm", "python:3.13-slim-bookworm"),
        ("node:22-bookworm", "node:22-bookworm-slim"),
        ("debian:trixie-20260101", "debian:trixie-20260101-slim"),
        ("ruby:3.4.1", "ruby:3.4.1-slim"),
    ],
)
def test_the_slim_variant_is_named_as_it_is_published(image: str, slim: str) -> None:
    assert reasons(image)[0].startswith(f"{slim} is smaller")


@pytest.mark.parametrize("product", RELEASES)
def test_the_tables_hold_days_of_official_images(product: str) -> None:
    assert product in OFFICIAL
    for day in RELEASES[product].values():
        assert date.fromisoformat(day).isoformat() == day


def test_the_tables_know_the_release_of_each_codename() -> None:
    assert all(version in RELEASES[product] for product, version in CODENAMES.values())
