"""Runs images with the commands that Docker and Podman share."""

from __future__ import annotations

import tarfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from dfopt.verify.engines.ports import answers
from dfopt.verify.engines.process import TimedOutError, call, piped, succeed
from dfopt.verify.engines.protocol import EngineError, NotStartedError, Ran, Tracer

OWNER = "dfopt-verify"
"""The label of containers that a verification starts."""
LOOPBACK = "127.0.0.1"
WATCHED = 15
"""Seconds in which a HEALTHCHECK that is watched has to succeed: one that fails is watched for what it asks."""
_PAUSE = 0.2


def run(
    client: str,
    tag: str,
    command: Sequence[str],
    network: str | None,
    seconds: float,
    tracer: Tracer | None = None,
) -> Ran:
    """Runs a command in a new container until it ends, or for so many seconds."""
    with _started(client, tag, command, network, tracer) as container:
        try:
            status: int | None = int(succeed([client, "wait", container], seconds).strip() or "1")
        except TimedOutError:
            status = None
        return _ran(client, container, status, tracer)


def health(
    client: str,
    tag: str,
    network: str | None,
    seconds: float,
    ask: Callable[[str], bool | None],
    tracer: Tracer | None = None,
) -> Ran:
    """Starts an image and asks about its health: True, False, or None while it is not known.

    With a tracer the HEALTHCHECK is asked outright: what the engine starts would not be watched.
    """

    def ask_watched(container: str) -> bool | None:
        assert tracer is not None
        words = [client, "exec", container, *tracer.watched("health", tracer.health)]
        return True if call(words, 60)[0] == 0 else None

    with _started(client, tag, (), network, tracer) as container:
        if tracer is None:
            healthy = _awaited(lambda: ask(container), seconds)
        else:
            healthy = _awaited(lambda: ask_watched(container), min(seconds, WATCHED))
        return _ran(client, container, 0 if healthy else 1, tracer)


def probe(
    client: str,
    tag: str,
    ports: Sequence[int],
    network: str | None,
    seconds: float,
    tracer: Tracer | None = None,
) -> Ran:
    """Starts an image and sends a request to its ports until one of them answers."""
    publish: list[str] = []
    if network != "host":
        publish = [word for port in ports for word in ("--publish", f"{LOOPBACK}::{port}")]
    elif taken := answers(LOOPBACK, {port: port for port in ports}):
        raise EngineError(f"port {min(taken)} is in use on this machine, and the container would share its network")
    with _started(client, tag, (), network, tracer, publish) as container:
        places = {port: port if network == "host" else _published(client, container, port) for port in ports}

        def ask() -> bool | None:
            found.update(answers(LOOPBACK, places))
            return True if found else None if _is_running(client, container) else False

        found: dict[int, str] = {}
        answered = _awaited(ask, seconds)
        told = "\n".join(f"port {port}: {found.get(port, 'no answer')}" for port in ports)
        traces = _traces(client, container, tracer)
        return Ran(0, told, traces) if answered else Ran(1, _logs(client, container), traces)


def _awaited(ask: Callable[[], bool | None], seconds: float) -> bool | None:
    """The answer, once there is one, or None at the time limit."""
    end = time.monotonic() + seconds
    while (answer := ask()) is None and time.monotonic() < end:
        time.sleep(_PAUSE)
    return answer


@contextmanager
def _started(
    client: str,
    tag: str,
    command: Sequence[str],
    network: str | None,
    tracer: Tracer | None = None,
    options: Sequence[str] = (),
) -> Generator[str]:
    """A new container's id; the container is gone afterwards."""
    words = [client, "create", "--label", OWNER, *(["--network", network] if network else []), *options]
    if tracer is None:
        words += [tag, *command]
    else:
        first, *rest = tracer.watched("run", (*tracer.entrypoint, *(command or tracer.command)))
        words += ["--entrypoint", first, tag, *rest]
    container = succeed(words).strip().splitlines()[-1]
    try:
        if tracer is not None:
            succeed([client, "cp", f"{tracer.folder}/.", f"{container}:/"])
        status, output = call([client, "start", container], 120)
        if status:
            raise NotStartedError(f"the image cannot be started: {(output.strip() or 'no message').splitlines()[-1]}")
        yield container
    finally:
        call([client, "rm", "--force", "--volumes", container], 60)


def _ran(client: str, container: str, status: int | None, tracer: Tracer | None) -> Ran:
    return Ran(status, _logs(client, container), _traces(client, container, tracer))


def _logs(client: str, container: str) -> str:
    return call([client, "logs", container], 60)[1]


def _is_running(client: str, container: str) -> bool:
    return succeed([client, "inspect", "--format", "{{.State.Running}}", container]).strip() == "true"


def _published(client: str, container: str, port: int) -> int:
    """The port of this machine that leads to one of a container; 0 if there is none, as of one that has ended."""
    status, output = call([client, "port", container, str(port)], 60)
    number = output.strip().splitlines()[0].rpartition(":")[2] if output.strip() else ""
    return int(number) if status == 0 and number.isdigit() else 0


def _traces(client: str, container: str, tracer: Tracer | None) -> tuple[str, ...]:
    """What the tracer has written so far."""
    if tracer is None:
        return ()
    found: list[str] = []
    words = [client, "cp", f"{container}:{tracer.output}", "-"]
    with piped(words) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                found.append(content.read().decode("utf-8", "surrogateescape"))
    return tuple(found)
