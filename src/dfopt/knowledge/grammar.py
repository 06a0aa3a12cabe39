"""Which options of a command take a value."""

from __future__ import annotations

import msgspec


class Grammar(msgspec.Struct, frozen=True):
    letters: str = ""
    """Letters that take one, attached or as the next word."""
    pairs: str = ""
    """Letters that make one option together with the letter behind them."""
    names: frozenset[str] = frozenset()
    """Long options that take one, without the dashes, behind ``=`` or as the next word."""
    bundle: bool = False
    """True if the first word may hold letters without a dash, as with tar."""
