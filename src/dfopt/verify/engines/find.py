"""Which engine there is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping

from dfopt.verify.engines.buildah import Podman
from dfopt.verify.engines.docker import Docker
from dfopt.verify.engines.protocol import Engine, EngineError

ENGINES: Mapping[str, Callable[[], Engine]] = {
    "docker": Docker,
    "buildx": lambda: Docker("buildx", ("docker", "buildx", "build")),
    "podman": lambda: Podman("podman"),
    "buildah": lambda: Podman("buildah"),
}
"""By the name that the command line takes, the best first."""
_COMMANDS = {"buildx": "docker"}
_INSTALL = "install Docker 23 or newer, Podman or Buildah, and start its service if it has one"


def find(name: str = "auto") -> Engine:
    """The engine of a name, or the best one that answers.

    Raises EngineError that says what to install.
    """
    if name != "auto":
        engine = ENGINES[name]()
        if shutil.which(_COMMANDS.get(name, name)) is None:
            raise EngineError(f"{name} is not installed: {_INSTALL}")
        engine.version()
        return engine
    silent: list[str] = []
    for known, make in ENGINES.items():
        if shutil.which(_COMMANDS.get(known, known)) is None:
            continue
        engine = make()
        try:
            engine.version()
        except EngineError as error:
            silent.append(str(error))
            continue
        return engine
    if silent:
        raise EngineError(f"no engine answers: {silent[0]}")
    raise EngineError(f"there is no engine to build with: {_INSTALL}")
