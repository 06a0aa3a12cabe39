"""The command line: its commands by name, and its exit codes."""

from __future__ import annotations

import gc
import sys
from typing import Annotated, NoReturn

import typer

from dfopt import __version__
from dfopt.cli import commands, listings, streams
from dfopt.cli.options import Exit
from dfopt.errors import DfoptError

ENDING = """
Exit status: 0 nothing would change, or all that changed was written; 1 something would change; 2 the command line or
a configuration cannot be used, or dfopt itself failed; 3 some files could not be read, parsed, written or proved, or a
transform was taken back, the rest is done; 130 it was interrupted; 141 nobody reads the output any more.
"""

VERIFY_ENDING = """
Exit status: 0 nothing differs but what the rewrite declares; 1 something else differs; 2 the command line, the
configuration or the engine cannot be used; 3 a build failed.
"""

app = typer.Typer(
    name="dfopt",
    help="Rewrites Dockerfiles: smaller images, faster rebuilds, and a proof that each keeps its meaning.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
config_app = typer.Typer(help="Shows settings and what a configuration file may hold.", no_args_is_help=True)
report_app = typer.Typer(help="Shows what a JSON report holds.", no_args_is_help=True)
app.add_typer(config_app, name="config")
app.add_typer(report_app, name="report")


def _print_version(wanted: bool) -> None:
    if wanted:
        streams.show(f"dfopt {__version__}\n")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and exit.")
    ] = False,
) -> None: ...


app.command(epilog=ENDING)(commands.rewrite)
app.command(epilog=VERIFY_ENDING)(commands.verify)
app.command()(commands.context)
app.command()(commands.replay)
app.command()(listings.transforms)
app.command()(listings.explain)
config_app.command("show")(listings.config_show)
config_app.command("presets")(listings.config_presets)
config_app.command("schema")(listings.config_schema)
report_app.command("schema")(listings.report_schema)


def main() -> None:
    """Runs the command line; the exit status is always one of Exit."""
    gc.set_threshold(20_000)  # neither loading nor the work on a file leaves many cycles
    try:
        streams.check()
        app()
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # typer's way to end then, with a status of 1
            streams.forget()
            raise SystemExit(Exit.CLOSED) from None
        raise
    except (DfoptError, OSError) as error:
        _die(str(error))
    except Exception as error:  # noqa: BLE001  Python's own exit status of 1 would mean something else
        if {"-v", "--verbose"} & set(sys.argv):
            from traceback import print_exc

            print_exc()
        _die(f"dfopt failed: {type(error).__name__}: {error}; please report this (--verbose tells more)")


def _die(message: str) -> NoReturn:
    visible = message.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    streams.say(f"error: {visible}\n")
    streams.forget()
    raise SystemExit(Exit.BROKEN)
