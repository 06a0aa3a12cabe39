"""Docker with BuildKit, through its command line. Sources: ``docker build --help`` and Docker's reference of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import IO

from dfopt.verify.engines import containers, progress
from dfopt.verify.engines.process import call, piped, succeed
from dfopt.verify.engines.protocol import Build, Built, Ran, Tracer


class Docker:
    """``docker build`` (or ``docker buildx build``), and the daemon that runs what was built."""

    def __init__(self, name: str = "docker", command: tuple[str, ...] = ("docker", "build")) -> None:
        self.name = name
        self._command = command

    def version(self) -> str:
        found = succeed(["docker", "version", "--format", "{{.Server.Version}}"], 30).strip()
        return f"Docker {found} with BuildKit"

    def build(self, build: Build) -> Built:
        words = [*self._command, "--progress", "plain", "--file", build.dockerfile, "--tag", build.tag]
        words += ["--load"] if self.name == "buildx" else []
        words += _options(build)
        start = time.monotonic()
        status, output = call([*words, build.context], build.seconds, environment={"DOCKER_BUILDKIT": "1"})
        seconds = time.monotonic() - start
        if status:
            raise progress.failure(output)
        return Built(build.tag, seconds, progress.steps(output))

    def archive(self, tag: str) -> AbstractContextManager[IO[bytes]]:
        return piped(["docker", "save", tag])

    def run(
        self, tag: str, command: Sequence[str], network: str | None, seconds: float, tracer: Tracer | None = None
    ) -> Ran:
        return containers.run("docker", tag, command, network, seconds, tracer)

    def health(self, tag: str, network: str | None, seconds: float, tracer: Tracer | None = None) -> Ran:
        return containers.health("docker", tag, network, seconds, _is_healthy, tracer)

    def probe(
        self, tag: str, ports: Sequence[int], network: str | None, seconds: float, tracer: Tracer | None = None
    ) -> Ran:
        return containers.probe("docker", tag, ports, network, seconds, tracer)

    def remove(self, tags: Sequence[str]) -> None:
        for tag in tags:
            left = call(["docker", "ps", "--all", "--quiet", "--filter", f"ancestor={tag}"], 60)[1].split()
            if left:
                call(["docker", "rm", "--force", "--volumes", *left], 60)
            call(["docker", "image", "rm", tag], 120)


def _options(build: Build) -> list[str]:
    words: list[str] = []
    for option, value in (("--target", build.target), ("--platform", build.platform), ("--network", build.network)):
        if value:
            words += [option, value]
    for argument in build.arguments:
        words += ["--build-arg", argument]
    for secret in build.secrets:
        words += ["--secret", secret]
    return [*words, "--no-cache"] if build.fresh else words


def _is_healthy(container: str) -> bool | None:
    form = "{{.State.Running}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}"
    running, _, state = succeed(["docker", "inspect", "--format", form, container]).strip().partition(" ")
    return None if running == "true" and state == "starting" else running == "true" and state == "healthy"
