"""What the config of an image says of its containers: what they start, how their health is told, where they listen.

Source: the image specification's "Image Configuration", and Docker's own ``Healthcheck`` and ``Shell`` beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

_SHELL = ("/bin/sh", "-c")


def start(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The command of a container that is given none."""
    return (*entrypoint(config), *_texts(config.get("Cmd")))


def entrypoint(config: Mapping[str, Any]) -> tuple[str, ...]:
    return _texts(config.get("Entrypoint"))


def health(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The command of the HEALTHCHECK; empty if there is none."""
    test = _texts(cast("Mapping[str, Any]", config.get("Healthcheck") or {}).get("Test"))
    if test[:1] == ("CMD-SHELL",):
        return (*(_texts(config.get("Shell")) or _SHELL), *test[1:])
    return test[1:] if test[:1] == ("CMD",) else ()


def ports(config: Mapping[str, Any]) -> tuple[int, ...]:
    """The TCP ports that it exposes."""
    exposed = (each.partition("/") for each in cast("Mapping[str, Any]", config.get("ExposedPorts") or {}))
    return tuple(sorted(int(port) for port, _, kind in exposed if kind in ("", "tcp") and port.isdigit()))


def folder(config: Mapping[str, Any]) -> str:
    return str(config.get("WorkingDir") or "/")


def _texts(value: object) -> tuple[str, ...]:
    return tuple(cast("list[str]", value)) if isinstance(value, list) else ()
