"""A progress bar on a terminal's standard error, drawn now and then, and out of the way of other output."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from dfopt.report import Flushed

if TYPE_CHECKING:
    from rich.progress import Progress

DELAY = 0.5
"""Seconds before the bar appears: most runs are over by then."""
INTERVAL = 0.1
"""Seconds between two drawings."""


class Bar:
    """Counts files. It has no thread of its own: a process that has one must not be forked."""

    def __init__(self, total: int, *, shown: bool) -> None:
        self._total = total
        self._done = 0
        self._next = time.monotonic() + DELAY if shown else float("inf")
        self._progress: Progress | None = None
        self._visible = False

    def advance(self) -> None:
        self._done += 1
        now = time.monotonic()
        if now >= self._next:
            self._next = now + INTERVAL
            self._draw()

    def hide(self) -> None:
        """Clears the line of the bar, so that something else can be written; the next drawing brings it back."""
        if self._progress is not None and self._visible:
            self._progress.stop()
            self._visible = False

    def _draw(self) -> None:
        if self._progress is None:
            self._progress = _progress()
            self._progress.add_task("", total=self._total)
        if not self._visible:
            self._progress.start()
            self._visible = True
        self._progress.update(self._progress.task_ids[0], completed=self._done)
        self._progress.refresh()


class Beside:
    """A stream on the same terminal as a bar: whatever is written to it comes out at once and whole."""

    def __init__(self, out: Flushed, bar: Bar) -> None:
        self._out = out
        self._bar = bar

    def write(self, data: bytes, /) -> object:
        if data:
            self._bar.hide()
            self._out.write(data)
            self._out.flush()
        return len(data)


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(file=sys.stderr)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, auto_refresh=False, transient=True)
