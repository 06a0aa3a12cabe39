"""The step together with other transforms: nobody merges it with the build, moves it, or takes away what it brings."""

from __future__ import annotations

import pytest

from dfopt import api
from dfopt.config import Config
from dfopt.source import Source
from tests.context_files import Table

FILES = {
    "go.mod": "module a\n\ngo 1.22\n\nrequire b v1.0.0\n",
    "go.sum": "b v1.0.0 h1:x=\n",
    "main.go": "package main\n",
    "app.csproj": '<Project Sdk="Microsoft.NET.Sdk" />\n',
    "composer.json": "{}",
    "composer.lock": '{"packages": []}',
    "pom.xml": "<project><artifactId>a</artifactId></project>\n",
}
ONLY = Config(select=("download-dependencies",))
GO = "FROM golang:1.22-alpine\nWORKDIR /src\nCOPY . .\nRUN apk add --no-cache git\nRUN go build -o /app\n"
DOTNET = "FROM mcr.microsoft.com/dotnet/sdk:8.0\nWORKDIR /src\nCOPY . .\nRUN dotnet publish -c Release -o /out\n"
MAVEN = "FROM maven:3\nWORKDIR /src\nCOPY . .\nRUN apt-get update && apt-get install git\nRUN mvn package\n"


def rewritten(text: str, config: Config) -> str:
    result = api.rewrite(Source(text, "Dockerfile"), config, files=lambda _: Table(FILES))
    assert result.failures == ()
    again = api.rewrite(Source(result.after, "Dockerfile"), config, files=lambda _: Table(FILES))
    assert again.after == result.after
    return result.after


@pytest.mark.parametrize("preset", ["cache", "all"])
@pytest.mark.parametrize("package_cache", ["clean", "mount"])
@pytest.mark.parametrize(
    ("text", "download", "build"),
    [
        (GO, "go mod download", "go build"),
        (DOTNET, "dotnet restore", "dotnet publish"),
        (MAVEN, "mvn -B dependency:go-offline", "mvn package"),
    ],
)
def test_the_step_stays_apart(text: str, download: str, build: str, preset: str, package_cache: str) -> None:
    after = rewritten(text, Config(preset=preset, package_cache=package_cache))
    above, below = after.split("COPY . .\n")
    assert download in above
    assert build in below
    assert "clean -" not in after
    assert "rm -rf /root" not in above


def test_what_it_needs_is_installed_above_it() -> None:
    above = rewritten(GO, Config(preset="cache")).split("COPY . .\n")[0]
    assert above.index("apk add") < above.index("COPY go.mod go.sum ./\n") < above.index("RUN go mod download")


def test_a_cache_mount_is_given_to_both() -> None:
    text = f'{GO}FROM scratch\nCOPY --from=0 /app /app\nCMD ["/app"]\n'
    after = rewritten(text, Config(preset="cache", package_cache="mount"))
    assert after.count("--mount=type=cache,target=/go/pkg/mod") == 2


def test_the_cache_of_images_whose_root_has_the_usual_home() -> None:
    maven = rewritten(f"{MAVEN}FROM debian:12\nCOPY --from=0 /src/target/a.jar /\nCMD a\n", Config(preset="cache"))
    assert maven.count("--mount=type=cache,target=/root/.m2/repository") == 2
    dotnet = rewritten(f"{DOTNET}FROM debian:12\nCOPY --from=0 /out /\nCMD a\n", Config(preset="cache"))
    assert dotnet.count("--mount=type=cache,target=/root/.nuget/packages") == 2


def test_a_copy_to_a_place_that_the_base_image_names() -> None:
    text = 'FROM php:8.2\nWORKDIR /var/www\nCOPY main.go "$PHP_INI_DIR/php.ini"\nCOPY . .\nRUN composer install\n'
    assert "COPY composer.json composer.lock ./\nRUN composer install --no-scripts" in rewritten(text, ONLY)
    assert rewritten(text.replace("PHP_INI_DIR", "OTHER"), ONLY) == text.replace("PHP_INI_DIR", "OTHER")
