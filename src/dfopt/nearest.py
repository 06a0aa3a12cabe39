"""What somebody may have meant who wrote something that does not exist."""

from __future__ import annotations

from collections.abc import Iterable


def suggestion(given: str, known: Iterable[str]) -> str:
    """``; did you mean …?`` if a known name is close to the given one, else nothing."""
    from difflib import get_close_matches

    close = get_close_matches(given, list(known), 1)
    return f"; did you mean {close[0]!r}?" if close else ""
