"""What a run does: which transforms, how safe, with which options; read from dfopt.toml."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The settings that the engine reads (those of the command line alone are not here)."""

    select: tuple[str, ...] = ()
    """Transform ids to run; empty means all that the safety allows. Naming an UNSAFE one allows it."""
    ignore: tuple[str, ...] = ()
    unsafe: bool = False
    transforms: Mapping[str, Mapping[str, str]] = {}
    """Options by transform id."""
