"""The report as one HTML page that needs nothing else: a picture of the layers, the differences, what went away."""

from __future__ import annotations

from importlib.resources import files

import msgspec

from dfopt.errors import ConfigError
from dfopt.report.text import size
from dfopt.verify.report import SideReport, lines, report
from dfopt.verify.verification import Verified

NARROWEST = 0.4
"""The least width of a layer in the picture, in percent, so that each can be seen."""


class Bar(msgspec.Struct, frozen=True):
    """A layer in the picture; ``width`` in percent of the larger image."""

    width: float
    shade: int
    made_by: str
    size: str


def page(path: str, verified: Verified) -> str:
    """The page.

    Raises ConfigError if jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError as error:
        raise ConfigError("--format html needs jinja2: pip install 'dfopt[html]'") from error
    template = files("dfopt.verify").joinpath("page.html.j2").read_text(encoding="utf-8")
    found = report(path, verified)
    most = max(found.before.bytes, found.after.bytes, 1)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(template).render(
        report=found,
        bars=[("before", _bars(found.before, most)), ("after", _bars(found.after, most))],
        undeclared=list(lines(verified.undeclared)),
        declared=list(lines([each for each in verified.findings if each.declared])),
        rows=list(_rows(found.before, found.after)),
        gone=[(size(each.bytes), each.path) for each in found.largest_gone],
    )


def _bars(side: SideReport, most: int) -> list[Bar]:
    return [
        Bar(max(100 * layer.bytes / most, NARROWEST), index % 6, _instruction(layer.made_by), size(layer.bytes))
        for index, layer in enumerate(side.layers)
    ]


def _instruction(made_by: str) -> str:
    return made_by.removesuffix("# buildkit").strip() or "base image"


def _rows(a: SideReport, b: SideReport) -> list[tuple[str, str, str, str]]:
    found = [
        _row("Size", a.bytes, b.bytes, size(a.bytes), size(b.bytes)),
        _row(
            "Compressed",
            a.compressed_bytes,
            b.compressed_bytes,
            size(a.compressed_bytes),
            size(b.compressed_bytes),
        ),
        _row("Layers", len(a.layers), len(b.layers), str(len(a.layers)), str(len(b.layers))),
    ]
    if a.cold_seconds is not None and b.cold_seconds is not None:
        shown = f"{a.cold_seconds:.1f} s", f"{b.cold_seconds:.1f} s"
        found.append(_row("Cold build", a.cold_seconds, b.cold_seconds, *shown))
    if a.rebuild_seconds is not None and b.rebuild_seconds is not None:
        shown = f"{a.rebuild_seconds:.1f} s", f"{b.rebuild_seconds:.1f} s"
        found.append(_row("Rebuild", a.rebuild_seconds, b.rebuild_seconds, *shown))
        hits = [f"{side.rebuild_cached_steps} of {side.rebuild_steps}" for side in (a, b)]
        found.append(("Cache hits", hits[0], hits[1], ""))
    return found


def _row(name: str, a: float, b: float, before: str, after: str) -> tuple[str, str, str, str]:
    return name, before, after, f"{(b - a) / a:+.1%}" if a else ""
