"""Short ways to rewrite, build, run and verify Dockerfiles in a test."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from dfopt import api
from dfopt.config import Config
from dfopt.edits import Delta
from dfopt.source import Source
from dfopt.syntax.nodes import From
from dfopt.syntax.parser import parse
from dfopt.verify.engines import find
from dfopt.verify.verification import Request, Verified, reader, verify

IMAGES = reader()
"""Shared by all tests: the layers of base images are read once."""


def verified(
    before: str,
    after: str,
    context: Path,
    *,
    ignore: bytes | None = None,
    deltas: tuple[Delta, ...] = (),
    run: tuple[str, ...] | None = None,
    calibrate: bool = False,
    measure: bool = False,
) -> Verified:
    """Builds both with the lab's Docker and compares."""
    return verify(
        find("docker"),
        Request(
            dockerfile=context / "Dockerfile",
            before=before.encode(),
            after=after.encode(),
            context=context,
            ignore=ignore,
            deltas=deltas,
            network="host",
            run=run,
            calibrate=calibrate,
            measure=measure,
            seconds=300,
            run_seconds=20,
        ),
        images=IMAGES,
    )


def rewritten(transform: str, text: str, context: Path, **options: str) -> str:
    """The result of an unsafe transform, which the engine finds to differ in what it declares only."""
    config = Config(select=(transform,), unsafe=True, transforms={transform: options})
    result = api.rewrite(Source(text, str(context / "Dockerfile")), config)
    assert result.changed
    found = verified(text, result.after, context, deltas=tuple(each.delta for each in result.applied))
    assert found.undeclared == ()
    return result.after


def docker(*words: str, given: str | None = None) -> str:
    done = subprocess.run(["docker", *words], input=given, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def image(text: str, context: Path) -> str:
    (context / "Dockerfile").write_text(text)
    return docker("build", "--quiet", "--network", "host", str(context))


def output(text: str, context: Path, *command: str) -> str:
    """What a container of the image prints."""
    return docker("run", "--rm", "--network", "none", image(text, context), *command)


def stops(text: str, context: Path) -> tuple[str, float]:
    """What a container has printed after a while, and how long it takes to stop."""
    container = docker("run", "--detach", "--network", "none", image(text, context))
    try:
        time.sleep(3)
        printed = docker("logs", container)
        begin = time.monotonic()
        docker("stop", "--time", "5", container)
        return printed, time.monotonic() - begin
    finally:
        docker("rm", "--force", container)


def need(text: str) -> None:
    """Skips a test whose base image a short lab does not have."""
    for instruction in parse(Source(text)).find(From):
        if not docker("image", "ls", "--quiet", instruction.image.text):
            pytest.skip(f"the lab has no {instruction.image.text}; `python -m tests.engine.lab up` makes all it can")
