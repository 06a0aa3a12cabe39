"""The report as one HTML page that needs nothing else: a picture of the layers, the differences, what went away."""

from __future__ import annotations

from importlib.resources import files

import msgspec

from dfopt.errors import ConfigError
from dfopt.report.text import size
from dfopt.verify.report import SideReport, lines, report, rows
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
        rows=list(rows(found.before, found.after)),
        gone=[(size(each.bytes), each.path) for each in found.largest_gone],
    )


def _bars(side: SideReport, most: int) -> list[Bar]:
    return [
        Bar(max(100 * layer.bytes / most, NARROWEST), index % 6, _instruction(layer.made_by), size(layer.bytes))
        for index, layer in enumerate(side.layers)
    ]


def _instruction(made_by: str) -> str:
    return made_by.removesuffix("# buildkit").strip() or "base image"
