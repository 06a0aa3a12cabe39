"""An engine that builds nothing: what its images hold and do is told by their Dockerfiles, by rules of a test."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec

from dfopt.verify.engines import Build, BuildFailedError, Built, EngineError, Ran, Tracer
from tests.verify.archives import Member, docker_archive, layer

CMD: Mapping[str, Any] = {"Cmd": ["/app"]}


class Made(msgspec.Struct, frozen=True):
    """What comes of one Dockerfile."""

    files: tuple[Member, ...] = ()
    ran: Ran | EngineError = Ran(0, "hello\n")
    config: Mapping[str, Any] = msgspec.field(default_factory=lambda: CMD)
    fails: tuple[str, ...] = ()
    """The last lines of a build that fails."""
    traces: tuple[str, ...] = ()


class FakeEngine:
    """``makes`` says what comes of the text of a Dockerfile."""

    name = "fake"

    def __init__(self, makes: Callable[[str], Made]) -> None:
        self._makes = makes
        self._images: dict[str, Made] = {}
        self.texts: list[str] = []
        """What was built, in order."""
        self.used: list[str] = []
        """How images were used."""

    @property
    def left(self) -> list[str]:
        return list(self._images)

    def version(self) -> str:
        return "Fake 1"

    def build(self, build: Build) -> Built:
        text = Path(build.dockerfile).read_text()
        self.texts.append(text)
        made = self._makes(text)
        if made.fails:
            raise BuildFailedError("RUN it", made.fails)
        self._images[build.tag] = made
        return Built(build.tag, 1.0, ())

    @contextmanager
    def archive(self, tag: str) -> Generator[IO[bytes]]:
        made = self._images[tag]
        yield io.BytesIO(docker_archive([layer(*made.files)], made.config))

    def run(
        self, tag: str, command: Sequence[str], network: str | None, seconds: float, tracer: Tracer | None = None
    ) -> Ran:
        del network, seconds
        return self._use(f"run {' '.join(command)}", tag, tracer)

    def health(self, tag: str, network: str | None, seconds: float, tracer: Tracer | None = None) -> Ran:
        del network, seconds
        return self._use("health", tag, tracer)

    def probe(
        self, tag: str, ports: Sequence[int], network: str | None, seconds: float, tracer: Tracer | None = None
    ) -> Ran:
        del network, seconds
        return self._use(f"probe {' '.join(map(str, ports))}", tag, tracer)

    def remove(self, tags: Sequence[str]) -> None:
        for tag in tags:
            self._images.pop(tag, None)

    def _use(self, how: str, tag: str, tracer: Tracer | None) -> Ran:
        made = self._images[tag]
        self.used.append(how.strip())
        if tracer is not None:
            return Ran(0, "", made.traces)
        if isinstance(made.ran, EngineError):
            raise made.ran
        return made.ran
