"""A pinned image from a real registry: what is built stays the same when its tag moves on."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dfopt import api
from dfopt.config import Config
from dfopt.distribution import resolver
from dfopt.source import Source
from tests.distribution.registry import running


def docker(*words: str) -> str:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The host of a registry, and nothing known about it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    resolver.shared.cache_clear()
    with running() as found:
        yield found.host
    resolver.shared.cache_clear()


def pushed(image: str, content: str, folder: Path) -> str:
    """Makes an image with one file, pushes it, and forgets it; returns its digest."""
    folder.mkdir()
    (folder / "said").write_text(content)
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY said /\n")
    docker("build", "--quiet", "--tag", image, str(folder))
    docker("push", image)
    digest = docker("image", "inspect", "--format", "{{index .RepoDigests 0}}", image).partition("@")[2]
    docker("image", "rm", image)
    return digest


def built(text: str, folder: Path) -> str:
    """What the image says that a Dockerfile makes."""
    (folder / "Dockerfile").write_text(text)
    docker("build", "--quiet", "--no-cache", "--output", str(folder / "out"), str(folder))
    return (folder / "out" / "said").read_text()


def test_a_pinned_image_stays_when_its_tag_moves(registry: str, tmp_path: Path) -> None:
    image = f"{registry}/team/app:1"
    digest = pushed(image, "first", tmp_path / "first")
    text = f"FROM {image} AS app\nFROM scratch\nCOPY --from={image} /said /\n"
    result = api.rewrite(Source(text), Config(select=("pin-digest",), online=True))
    assert result.after == text.replace(image, f"{image}@{digest}")
    assert not result.failures
    pushed(image, "second", tmp_path / "second")
    assert built(text, tmp_path) == "second"
    assert built(result.after, tmp_path) == "first"
