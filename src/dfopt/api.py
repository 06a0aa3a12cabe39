"""The library's front door: rewrite one Dockerfile."""

from __future__ import annotations

from dfopt.config import Config
from dfopt.results import Rewrite
from dfopt.source import Source


def rewrite(source: Source, config: Config | None = None) -> Rewrite:
    """Runs the chain over one Dockerfile.

    Raises DockerfileSyntaxError if BuildKit would not read it, ConfigError for unknown transforms or options.
    """
    from dfopt import chain

    return chain.run(source, config or Config())
