"""What an engine does for a verification."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import IO, Protocol

import msgspec

from dfopt.errors import DfoptError


class EngineError(DfoptError):
    """An engine that is not there, or does not do what it is asked for; the message says what to do."""


class NotStartedError(EngineError):
    """An image in which there is not what a container would start."""


LAST = 20
"""So many lines of a failing instruction are shown."""


class BuildFailedError(EngineError):
    """A build that failed. ``step`` is the instruction that failed, ``lines`` the last ones of its output."""

    def __init__(self, step: str, lines: Sequence[str]) -> None:
        super().__init__(f"the build failed at {step}" if step else "the build failed")
        self.step = step
        self.lines = tuple(lines)


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """What to build, and how. ``seconds`` is the time limit."""

    dockerfile: str
    context: str
    tag: str
    target: str | None = None
    platform: str | None = None
    network: str | None = None
    arguments: tuple[str, ...] = ()
    """``NAME=VALUE`` of each build argument."""
    secrets: tuple[str, ...] = ()
    fresh: bool = False
    """Nothing is taken from the layer cache."""
    seconds: float = 3600


class Step(msgspec.Struct, frozen=True):
    """One step of a build, as the engine names it."""

    name: str
    cached: bool


class Built(msgspec.Struct, frozen=True):
    """A finished build: its tag, how long it took, and its steps, without the engine's own."""

    tag: str
    seconds: float
    steps: tuple[Step, ...]


class Ran(msgspec.Struct, frozen=True):
    """What a container did: its exit status, or None if it ran until the time limit, and its output."""

    status: int | None
    output: str
    traces: tuple[str, ...] = ()
    """What the tracer wrote of each process, if there was one."""


class Tracer(msgspec.Struct, frozen=True, kw_only=True):
    """What watches the processes of a container: it is copied into it, needs nothing of the image, and comes first."""

    folder: str
    """The folder on this machine whose content comes to the root of the container's file system."""
    words: tuple[str, ...]
    """The command that starts it, up to the name of what it writes; the command that is watched stands behind it."""
    output: str
    """The folder in the container that it writes to."""
    entrypoint: tuple[str, ...] = ()
    """The image's own, which the tracer takes the place of."""
    command: tuple[str, ...] = ()
    health: tuple[str, ...] = ()
    """What the HEALTHCHECK of the image runs."""

    def watched(self, name: str, words: Sequence[str]) -> tuple[str, ...]:
        return (*self.words, f"{self.output}/{name}", *words)


class Engine(Protocol):
    """One kind of engine. Every method raises EngineError."""

    @property
    def name(self) -> str: ...

    def version(self) -> str:
        """Its name and version, for the report."""
        ...

    def build(self, build: Build) -> Built:
        """Builds an image. Raises BuildFailedError if an instruction fails."""
        ...

    def archive(self, tag: str) -> AbstractContextManager[IO[bytes]]:
        """The image as a stream of an archive."""
        ...

    def run(
        self, tag: str, command: Sequence[str], network: str | None, seconds: float, tracer: Tracer | None = None
    ) -> Ran:
        """Runs a command in a new container, which is gone afterwards."""
        ...

    def health(self, tag: str, network: str | None, seconds: float, tracer: Tracer | None = None) -> Ran:
        """Starts the image and waits for its HEALTHCHECK: status 0 if it got healthy."""
        ...

    def probe(
        self, tag: str, ports: Sequence[int], network: str | None, seconds: float, tracer: Tracer | None = None
    ) -> Ran:
        """Starts the image and sends a request to its ports: status 0 if one answers; the output is the answers."""
        ...

    def remove(self, tags: Sequence[str]) -> None:
        """Removes images by their tags, and containers that are left of them."""
        ...
