"""Short ways to verify two Dockerfiles in a test."""

from __future__ import annotations

from pathlib import Path

from dfopt.edits import Delta
from dfopt.verify.engines import find
from dfopt.verify.verification import Request, Verified, reader, verify

IMAGES = reader()
"""Shared by all tests: the layers of base images are read once."""


def verified(
    before: str,
    after: str,
    context: Path,
    *,
    deltas: tuple[Delta, ...] = (),
    run: tuple[str, ...] | None = None,
    calibrate: bool = False,
    measure: bool = False,
) -> Verified:
    """Builds both with the lab's Docker and compares."""
    return verify(
        find("docker"),
        Request(
            dockerfile=context / "Dockerfile",
            before=before.encode(),
            after=after.encode(),
            context=context,
            deltas=deltas,
            network="host",
            run=run,
            calibrate=calibrate,
            measure=measure,
            seconds=300,
            run_seconds=20,
        ),
        images=IMAGES,
    )
