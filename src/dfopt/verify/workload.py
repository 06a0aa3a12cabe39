"""What shows that an image works: a command that somebody names, or what the image says of itself."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from enum import Enum
from typing import Any

import msgspec

from dfopt.report.text import counted
from dfopt.verify.engines import Engine, Ran, Tracer
from dfopt.verify.image_config import health, ports, start


class Use(Enum):
    """How an image is used."""

    COMMAND = "command"
    HEALTH = "health"
    PORTS = "ports"


class Workload(msgspec.Struct, frozen=True):
    """What both images do."""

    use: Use
    command: tuple[str, ...] = ()
    """An empty one is the image's own."""
    ports: tuple[int, ...] = ()
    is_given: bool = False
    """True if a user named the command."""

    @property
    def words(self) -> str:
        """For reports."""
        match self.use:
            case Use.HEALTH:
                return "its HEALTHCHECK"
            case Use.PORTS:
                return f"a request to {counted(len(self.ports), 'port')} ({', '.join(map(str, self.ports))})"
            case Use.COMMAND:
                return f"the command {shlex.join(self.command)!r}" if self.command else "its own command"


def declared(config: Mapping[str, Any]) -> Workload | None:
    """What an image says of itself: its HEALTHCHECK, else the ports that it exposes, else what it starts."""
    if health(config):
        return Workload(Use.HEALTH)
    if not start(config):
        return None
    return Workload(Use.PORTS, ports=ports(config)) if ports(config) else Workload(Use.COMMAND)


def perform(
    engine: Engine, tag: str, workload: Workload, network: str | None, seconds: float, tracer: Tracer | None = None
) -> Ran:
    """Uses an image. Raises EngineError."""
    match workload.use:
        case Use.HEALTH:
            return engine.health(tag, network, seconds, tracer)
        case Use.PORTS:
            return engine.probe(tag, workload.ports, network, seconds, tracer)
        case Use.COMMAND:
            return engine.run(tag, workload.command, network, seconds, tracer)
