"""Podman and Buildah, which build with a library of their own; Docker's image format keeps SHELL and HEALTHCHECK."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import IO

from dfopt.verify.engines import containers
from dfopt.verify.engines.process import call, piped, succeed
from dfopt.verify.engines.protocol import LAST, Build, BuildFailedError, Built, EngineError, Ran, Step, Tracer

_STEP = re.compile(r"(?:\[\d+/\d+\] )?STEP \d+(?:/\d+)?: (.*)")


class Podman:
    """``podman build`` or ``buildah build``; ``archives`` is the command that writes an image to a file or stream."""

    def __init__(self, name: str) -> None:
        self.name = name

    def version(self) -> str:
        return succeed([self.name, "--version"], 30).strip()

    def build(self, build: Build) -> Built:
        words = [self.name, "build", "--format", "docker", "--layers", "--force-rm", "--isolation", "chroot"]
        words += ["--file", build.dockerfile, "--tag", build.tag]
        for option, value in (("--target", build.target), ("--platform", build.platform), ("--network", build.network)):
            words += [option, value] if value else []
        for argument in build.arguments:
            words += ["--build-arg", argument]
        for secret in build.secrets:
            words += ["--secret", secret]
        words += ["--no-cache"] if build.fresh else []
        start = time.monotonic()
        status, output = call([*words, build.context], build.seconds)
        if status:
            raise _failure(output)
        return Built(build.tag, time.monotonic() - start, _steps(output))

    def archive(self, tag: str) -> AbstractContextManager[IO[bytes]]:
        if self.name == "podman":
            return piped(["podman", "save", "--quiet", "--format", "docker-archive", tag])
        return piped(["buildah", "push", "--quiet", tag, f"docker-archive:/dev/stdout:{tag}"])

    def run(
        self, tag: str, command: Sequence[str], network: str | None, seconds: float, tracer: Tracer | None = None
    ) -> Ran:
        self._can_run()
        return containers.run("podman", tag, command, network, seconds, tracer)

    def health(self, tag: str, network: str | None, seconds: float, tracer: Tracer | None = None) -> Ran:
        self._can_run()
        return containers.health("podman", tag, network, seconds, _is_healthy, tracer)

    def probe(
        self, tag: str, ports: Sequence[int], network: str | None, seconds: float, tracer: Tracer | None = None
    ) -> Ran:
        self._can_run()
        return containers.probe("podman", tag, ports, network, seconds, tracer)

    def remove(self, tags: Sequence[str]) -> None:
        for tag in tags:
            call([self.name, "rmi", "--force", tag], 120)

    def _can_run(self) -> None:
        if self.name != "podman":
            raise EngineError("buildah builds and does not run containers: use podman or docker for --run")


def _is_healthy(container: str) -> bool | None:
    """Asked outright: Podman's own timer needs systemd."""
    return True if call(["podman", "healthcheck", "run", container], 60)[0] == 0 else None


def _steps(output: str) -> tuple[Step, ...]:
    """Each step; one is cached if the line of a cache hit follows it."""
    found: list[Step] = []
    for line in output.splitlines():
        if step := _STEP.fullmatch(line):
            found.append(Step(step[1], cached=False))
        elif line.startswith("--> Using cache") and found:
            found[-1] = Step(found[-1].name, cached=True)
    return tuple(found)


def _failure(output: str) -> BuildFailedError:
    lines = output.strip().splitlines()
    at = next((index for index in reversed(range(len(lines))) if _STEP.fullmatch(lines[index])), None)
    if at is None:
        return BuildFailedError("", lines[-LAST:])
    step = _STEP.fullmatch(lines[at])
    assert step is not None
    return BuildFailedError(step[1], lines[at + 1 :][-LAST:])
