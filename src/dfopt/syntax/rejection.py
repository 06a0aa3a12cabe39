"""Why BuildKit would not take a Dockerfile, before it is turned into the error that users see."""

from __future__ import annotations

from enum import Enum


class Step(Enum):
    """The step of BuildKit that rejects: what an ONBUILD trigger escapes depends on it."""

    PARSER = "parser"
    INSTRUCTIONS = "instructions"
    LINK = "link"


class Rejection(Exception):  # noqa: N818
    """A rule of BuildKit's grammar is broken at a source offset."""

    def __init__(self, reason: str, at: int, step: Step) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at
        self.step = step
