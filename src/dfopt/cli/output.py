"""Where the output of ``dfopt rewrite`` goes, and in which form."""

from __future__ import annotations

import os
import shlex
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from dfopt.cli.options import Colour, Format, Mode
from dfopt.cli.streams import Checked, standard_error, standard_output
from dfopt.errors import ConfigError
from dfopt.paths import quoted
from dfopt.report import Flushed, Out, Reporter
from dfopt.report.colour import wanted as colour_wanted
from dfopt.report.messages import Messages
from dfopt.report.progress import Bar, Beside

if TYPE_CHECKING:
    from dfopt.verify.verification import Request


class Building(msgspec.Struct, frozen=True, kw_only=True):
    """How images are built and run. Times are in seconds."""

    engine: str = "auto"
    run: str | None = None
    network: str | None = None
    platform: str | None = None
    build_args: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    timeout: float = 3600
    run_timeout: float = 60

    def of(self, request: Request) -> Request:
        """The request, built and run so."""
        return msgspec.structs.replace(
            request,
            platform=self.platform,
            network=self.network,
            arguments=self.build_args,
            secrets=self.secrets,
            run=None if self.run is None else tuple(shlex.split(self.run)),
            seconds=self.timeout,
            run_seconds=self.run_timeout,
        )


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is asked for, beside the settings of the engine."""

    mode: Mode = Mode.PREVIEW
    format: Format = Format.TEXT
    output_file: str | None = None
    colour: Colour = Colour.AUTO
    quiet: bool = False
    verbose: bool = False
    jobs: int | None = None
    target: str = ""
    prove: Building | None = None
    """None if nothing is built."""

    @property
    def diff(self) -> bool:
        """Whether the report shows diffs of files."""
        return self.format is not Format.TEXT or (self.mode is Mode.PREVIEW and not self.quiet)


@contextmanager
def report_file(path: str | None, otherwise: Checked | None = None) -> Generator[Flushed, None, None]:
    """The file that the report goes to.

    Raises ConfigError if it cannot be written.
    """
    if path is None:
        yield otherwise or standard_output()
        return
    from dfopt.writing import whole_file

    try:
        with whole_file(path) as file:
            yield file
    except OSError as error:
        raise ConfigError(f"{quoted(path)}: the report cannot be written: {error.strerror}") from error


def reporter(file: Flushed, options: Options, bar: Bar | None = None, *, written: bool) -> Reporter:
    """The report in the form that is asked for; ``bar`` keeps clear of it on a terminal."""
    out: Out = Beside(file, bar) if bar is not None and file.isatty() else file
    if options.format is Format.JSON:
        from dfopt.report.json import JsonReport

        return JsonReport(out)
    from dfopt.report.text import DiffReport, NoReport, Tense, TextReport

    coloured = colour_wanted(options.colour, os.environ, terminal=file.isatty())
    if options.format is Format.DIFF:
        return DiffReport(out, colour=coloured)
    if options.quiet:
        return NoReport()
    tense = Tense.WRITTEN if written else Tense.PREVIEW
    reasons = options.mode is Mode.PREVIEW
    return TextReport(out, tense, colour=coloured, reasons=reasons, verbose=options.verbose)


def messages(options: Options, bar: Bar | None = None) -> Messages:
    """Errors and warnings on standard error; ``bar`` keeps clear of them."""
    stream = standard_error()
    coloured = colour_wanted(options.colour, os.environ, terminal=stream.isatty())
    out = Beside(stream, bar or Bar(0, shown=False))
    return Messages(out, colour=coloured, quiet=options.quiet)
