"""The report of a replay as one HTML page that needs nothing else: a picture of the cost of each commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Final

import msgspec

from dfopt.errors import ConfigError
from dfopt.replay.report import ReplayReport, rows

WIDTH: Final = 960
HEIGHT: Final = 150
MOST_BARS: Final = 240
"""Of more commits several share one bar, which shows their mean."""


class Bar(msgspec.Struct, frozen=True):
    """One commit in the picture, or the mean of several."""

    x: float
    width: float
    height: float
    title: str


class Tick(msgspec.Struct, frozen=True):
    """A line across the picture."""

    y: float
    text: str


def page(found: ReplayReport) -> str:
    """The page.

    Raises ConfigError if jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError as error:
        raise ConfigError("--format html needs jinja2: pip install 'dfopt[html]'") from error
    template = files("dfopt.replay").joinpath("page.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    before = [row.before.seconds for row in found.rows]
    after = [row.after.seconds for row in found.rows]
    most = max([*before, *after, 1.0])
    titles = [f"{row.commit[:10]} {_day(row.time)}" for row in found.rows]
    return environment.from_string(template).render(
        report=found,
        pictures=[
            ("before", bars(before, titles, most), found.before.mean),
            ("after", bars(after, titles, most), found.after.mean),
        ],
        ticks=[Tick(HEIGHT * (1 - part), f"{most * part:.0f} s") for part in (0.5, 1)],
        share=max(1, -(-len(before) // MOST_BARS)),
        rows=list(rows(found)),
        width=WIDTH,
        height=HEIGHT,
        first=_day(found.rows[0].time) if found.rows else "",
        last=_day(found.rows[-1].time) if found.rows else "",
    )


def bars(seconds: Sequence[float], titles: Sequence[str], most: float) -> list[Bar]:
    """The bars of one side, from left to right; ``most`` is as high as the picture."""
    share = max(1, -(-len(seconds) // MOST_BARS))
    groups = [seconds[at : at + share] for at in range(0, len(seconds), share)]
    wide = WIDTH / max(len(groups), 1)
    found: list[Bar] = []
    for at, group in enumerate(groups):
        value = sum(group) / len(group)
        first = titles[at * share]
        title = f"{first}: {value:.1f} s" if len(group) == 1 else f"{len(group)} commits from {first}: {value:.1f} s"
        found.append(Bar(at * wide, wide * 0.9, HEIGHT * value / most, title))
    return found


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
