"""Puts transforms in the place of those that are installed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dfopt import registry
from dfopt.transform import Transform


def register(monkeypatch: pytest.MonkeyPatch, known: Mapping[str, Transform]) -> None:
    def load(*, unsafe: bool = True) -> dict[str, Transform]:
        del unsafe
        return dict(known)

    monkeypatch.setattr(registry, "load", load)
