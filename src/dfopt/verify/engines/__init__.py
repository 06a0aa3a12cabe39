"""Engines that build and run images, behind one protocol: one module for each kind, and the table of them."""

from __future__ import annotations

from dfopt.verify.engines.find import ENGINES, find
from dfopt.verify.engines.protocol import (
    Build,
    BuildFailedError,
    Built,
    Engine,
    EngineError,
    NotStartedError,
    Ran,
    Step,
    Tracer,
)

__all__ = [
    "ENGINES",
    "Build",
    "BuildFailedError",
    "Built",
    "Engine",
    "EngineError",
    "NotStartedError",
    "Ran",
    "Step",
    "Tracer",
    "find",
]
