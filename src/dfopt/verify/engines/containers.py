"""Runs images with the commands that Docker and Podman share."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from dfopt.verify.engines.process import TimedOutError, call, succeed
from dfopt.verify.engines.protocol import EngineError, Ran

OWNER = "dfopt-verify"
"""The label of containers that a verification starts."""


def run(client: str, tag: str, command: Sequence[str], network: str | None, seconds: float) -> Ran:
    """Runs a command in a new container until it ends, or for so many seconds."""
    with _started(client, tag, command, network) as container:
        try:
            status: int | None = int(succeed([client, "wait", container], seconds).strip() or "1")
        except TimedOutError:
            status = None
        return Ran(status, _logs(client, container))


def health(client: str, tag: str, network: str | None, seconds: float, ask: Callable[[str], bool | None]) -> Ran:
    """Starts an image and asks about its health: True, False, or None while it is not known."""
    with _started(client, tag, (), network) as container:
        end = time.monotonic() + seconds
        healthy = ask(container)
        while healthy is None and time.monotonic() < end:
            time.sleep(0.2)
            healthy = ask(container)
        return Ran(0 if healthy else 1, _logs(client, container))


@contextmanager
def _started(client: str, tag: str, command: Sequence[str], network: str | None) -> Generator[str]:
    """A new container's id; the container is gone afterwards."""
    words = [client, "create", "--label", OWNER, *(["--network", network] if network else []), tag, *command]
    container = succeed(words).strip().splitlines()[-1]
    try:
        status, output = call([client, "start", container], 120)
        if status:
            raise EngineError(f"the image cannot be started: {(output.strip() or 'no message').splitlines()[-1]}")
        yield container
    finally:
        call([client, "rm", "--force", "--volumes", container], 60)


def _logs(client: str, container: str) -> str:
    return call([client, "logs", container], 60)[1]
