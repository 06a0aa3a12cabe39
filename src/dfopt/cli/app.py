"""The command line: arguments and exit codes. What a command needs is imported when it runs."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dfopt import __version__
from dfopt.cli import streams
from dfopt.cli.arguments import (
    BuildArgs,
    BuildTime,
    ConfigPath,
    ContextFolder,
    Engine,
    Ignore,
    Network,
    Online,
    Platform,
    Preset,
    ReportFile,
    RunTime,
    Secrets,
    Select,
    Unsafe,
)
from dfopt.cli.options import Colour, Exit, Format, Mode
from dfopt.errors import ConfigError, DfoptError

if TYPE_CHECKING:
    from dfopt.settings import Settings

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
        _print(f"dfopt {__version__}\n")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and exit.")
    ] = False,
) -> None: ...


@app.command(epilog=ENDING)
def rewrite(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            show_default=False,
            help="Dockerfiles, folders, globs, or - for standard input. By default the current folder.",
        ),
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", "-i", help="Write the files, each whole or not at all.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Say only which files would change, and exit with 1 then.")
    ] = False,
    select: Select = None,
    preset: Preset = None,
    ignore: Ignore = None,
    unsafe: Unsafe = None,
    online: Online = None,
    target: Annotated[
        str,
        typer.Option(
            metavar="STAGE", envvar="DFOPT_TARGET", show_default=False, help="Rewrite only what this stage needs."
        ),
    ] = "",
    context: Annotated[
        str | None,
        typer.Option(
            metavar="DIR",
            show_default=False,
            help="The build context; by default what compose and bake files name, or the only folder that can be it.",
        ),
    ] = None,
    config: ConfigPath = None,
    format: Annotated[  # noqa: A002  the option's name
        Format, typer.Option(envvar="DFOPT_FORMAT", help="text for people, diff for git apply, json for programs.")
    ] = Format.TEXT,
    output_file: ReportFile = None,
    color: Annotated[
        Colour, typer.Option(envvar="DFOPT_COLOR", help="Whether to use colours; auto heeds NO_COLOR.")
    ] = Colour.AUTO,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors; the exit status says the rest.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also tell what was left alone and why, and files that stay.")
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", min=1, metavar="N", envvar="DFOPT_JOBS", help="Processes; by default all cores."),
    ] = None,
    prove: Annotated[
        bool,
        typer.Option(
            "--prove", help="Build each file before and after, let both images work, and take back what differs."
        ),
    ] = False,
    run: Annotated[
        str | None,
        typer.Option(
            metavar="CMD",
            help="What both images do with --prove: by default their HEALTHCHECK, an answer at an exposed port, or "
            "what they start.",
        ),
    ] = None,
    engine: Engine = "auto",
    build_args: BuildArgs = None,
    secrets: Secrets = None,
    network: Network = None,
    platform: Platform = None,
    timeout: BuildTime = 3600,
    run_timeout: RunTime = 60,
) -> None:
    """Rewrite Dockerfiles.

    Without --in-place or --check nothing is written: the changes are shown as a diff, each with its reason.

    What comes on standard input (-) is rewritten to standard output, messages go to standard error; with --check, or
    with a report on standard output (--format diff or json), the result is not written.

    With --prove each file that would change is built as it was and as it would be. If the images do not do the same,
    the file stays as it was, and the report says what the new image lacks.
    """
    if in_place and check:
        raise ConfigError("--in-place and --check exclude each other")
    if output_file == "":
        raise ConfigError("--output-file: a path is empty")
    if quiet and verbose:
        raise ConfigError("--quiet and --verbose exclude each other")
    from dfopt.cli.output import Building, Options
    from dfopt.cli.rewrite import rewrite_files, rewrite_stdin

    building = Building(
        engine=engine,
        run=run,
        network=network,
        platform=platform,
        build_args=tuple(build_args or ()),
        secrets=tuple(secrets or ()),
        timeout=timeout,
        run_timeout=run_timeout,
    )
    if prove:
        _check_engine(engine)
    elif building != Building():
        raise ConfigError("options that say how to build and run go with --prove")
    options = Options(
        mode=Mode.WRITE if in_place else Mode.CHECK if check else Mode.PREVIEW,
        format=format,
        output_file=output_file,
        colour=color,
        quiet=quiet,
        verbose=verbose,
        jobs=jobs,
        target=target,
        prove=building if prove else None,
    )
    settings = _settings(select, preset, ignore, unsafe, online, config, context)
    given = paths or ["."]
    if "-" in given:
        if given != ["-"] or in_place:
            raise ConfigError("standard input (-) goes with no other path and not with --in-place")
        if prove:
            raise ConfigError("--prove builds files, and standard input (-) is none")
        raise typer.Exit(_run(lambda: rewrite_stdin(settings, options)))
    raise typer.Exit(_run(lambda: rewrite_files(given, settings, options)))


@app.command(epilog=VERIFY_ENDING)
def verify(
    path: Annotated[str, typer.Argument(metavar="PATH", help="A Dockerfile, or the folder that holds it.")] = ".",
    context: ContextFolder = None,
    engine: Engine = "auto",
    target: Annotated[str | None, typer.Option(metavar="STAGE", help="Build this stage.")] = None,
    rewritten: Annotated[
        str | None, typer.Option(metavar="FILE", help="Compare with this Dockerfile instead of the rewrite.")
    ] = None,
    run: Annotated[
        str | None,
        typer.Option(metavar="CMD", help="Run this in both images and compare; '' runs what the image itself runs."),
    ] = None,
    health: Annotated[bool, typer.Option("--health", help="Start both images and wait for their HEALTHCHECK.")] = False,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Build the original twice and excuse in what it differs from itself.")
    ] = False,
    measure: Annotated[
        bool, typer.Option("--measure", help="Also time cold builds, and rebuilds after a change of one file.")
    ] = False,
    touch: Annotated[
        str | None, typer.Option(metavar="FILE", help="The file of the context to change for the rebuild.")
    ] = None,
    allow: Annotated[
        list[str] | None, typer.Option(metavar="GLOB", help="Paths in the image that may differ; repeatable.")
    ] = None,
    build_args: BuildArgs = None,
    secrets: Secrets = None,
    network: Network = None,
    platform: Platform = None,
    timeout: BuildTime = 3600,
    run_timeout: RunTime = 60,
    select: Select = None,
    preset: Preset = None,
    ignore: Ignore = None,
    unsafe: Unsafe = None,
    online: Online = None,
    config: ConfigPath = None,
    format: Annotated[str, typer.Option(help="text, json or html.")] = "text",  # noqa: A002  the option's name
    output_file: ReportFile = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not tell what is going on.")] = False,
) -> None:
    """Build a Dockerfile and its rewrite with a real engine, and compare what comes out.

    Root file systems, image config, packages and sizes are compared; what differs and was not declared by the rewrite
    is named path by path. The working tree is not touched, and nothing is left in the engine but its build cache.
    """
    from dfopt.cli.output import Building
    from dfopt.cli.verify import VerifyFormat, VerifyOptions, verify_file

    _check_engine(engine)
    if format not in list(VerifyFormat):
        raise ConfigError(f"--format is one of {', '.join(VerifyFormat)}, not {format!r}")
    if run is not None and health:
        raise ConfigError("--run and --health exclude each other")
    options = VerifyOptions(
        building=Building(
            engine=engine,
            run=run,
            network=network,
            platform=platform,
            build_args=tuple(build_args or ()),
            secrets=tuple(secrets or ()),
            timeout=timeout,
            run_timeout=run_timeout,
        ),
        context=context,
        rewritten=rewritten,
        format=VerifyFormat(format),
        output_file=output_file,
        health=health,
        calibrate=calibrate,
        measure=measure or touch is not None,
        touch=touch,
        allow=tuple(allow or ()),
        target=target,
        quiet=quiet,
    )
    settings = _settings(select, preset, ignore, unsafe, online, config)
    raise typer.Exit(_run(lambda: verify_file(path, settings, options)))


@app.command()
def context(
    path: Annotated[str, typer.Argument(metavar="PATH", help="A Dockerfile, or the folder that holds it.")] = ".",
    root: ContextFolder = None,
    format: Annotated[Format, typer.Option(help="text or json.")] = Format.TEXT,  # noqa: A002  the option's name
) -> None:
    """Show the build context by size: what instructions take of it, what nothing uses, what should not be there."""
    from dfopt.cli.context import show_context

    if format is Format.DIFF:
        raise ConfigError("the context is shown as text or json")
    raise typer.Exit(_run(lambda: show_context(path, root, as_json=format is Format.JSON)))


@app.command()
def replay(
    path: Annotated[str, typer.Argument(metavar="PATH", help="A Dockerfile, or the folder that holds it.")] = ".",
    root: ContextFolder = None,
    commits: Annotated[int, typer.Option(min=1, metavar="N", help="So many of the last commits.")] = 1000,
    target: Annotated[str, typer.Option(metavar="STAGE", show_default=False, help="Build this stage.")] = "",
    cost: Annotated[
        list[str] | None, typer.Option(metavar="NAME=SECONDS", help="Another cost than in the table; repeatable.")
    ] = None,
    select: Select = None,
    preset: Preset = None,
    ignore: Ignore = None,
    unsafe: Unsafe = None,
    online: Online = None,
    config: ConfigPath = None,
    format: Annotated[str, typer.Option(help="text, json or html.")] = "text",  # noqa: A002  the option's name
    output_file: ReportFile = None,
) -> None:
    """Replay the git history: what each commit builds anew before and after the rewrite, without an engine."""
    from dfopt.cli.replay import ReplayOptions, show_replay

    options = ReplayOptions(
        context=root,
        commits=commits,
        target=target,
        costs=tuple(cost or ()),
        format=format,
        output_file=output_file,
    )
    settings = _settings(select, preset, ignore, unsafe, online, config)
    raise typer.Exit(_run(lambda: show_replay(path, settings, options)))


@app.command()
def transforms(
    format: Annotated[Format, typer.Option(help="text or json.")] = Format.TEXT,  # noqa: A002  the option's name
    preset: Annotated[str, typer.Option(metavar="NAME", show_default=False, help="Only those of this preset.")] = "",
) -> None:
    """List the transforms, in the order in which they run."""
    from dfopt.cli import info

    if format is Format.DIFF:
        raise ConfigError("the transforms are listed as text or json")
    _print(info.transforms_json(preset) if format is Format.JSON else info.transforms(preset))


@app.command()
def explain(name: Annotated[str, typer.Argument(metavar="ID", show_default=False, help="A transform's id.")]) -> None:
    """Explain a transform: what it does, why, what it leaves alone, its options."""
    from dfopt.cli import info

    _print(info.explanation(name))


@config_app.command("show")
def config_show(
    path: Annotated[str, typer.Argument(metavar="PATH", help="A Dockerfile or a folder.")] = ".",
    select: Select = None,
    preset: Preset = None,
    ignore: Ignore = None,
    unsafe: Unsafe = None,
    online: Online = None,
    config: ConfigPath = None,
) -> None:
    """Print the settings that hold for a file or folder, and where each came from."""
    from dfopt.cli import info
    from dfopt.cli.rewrite import check
    from dfopt.paths import quoted

    if not os.path.lexists(path):
        raise ConfigError(f"{quoted(path)}: there is no such file or folder" if path else "a path is empty")
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    effective = _settings(select, preset, ignore, unsafe, online, config).of(folder)
    check([effective])
    _print(info.settings(effective))


@config_app.command("presets")
def config_presets() -> None:
    """List the presets, and the transforms in each."""
    from dfopt.cli import info

    _print(info.preset_list())


@config_app.command("schema")
def config_schema() -> None:
    """Print the JSON schema of a configuration file."""
    from dfopt.cli import info

    _print(info.config_schema())


@report_app.command("schema")
def report_schema() -> None:
    """Print the JSON schema of the report that `rewrite --format json` writes."""
    from dfopt.cli import info

    _print(info.report_schema())


def _check_engine(name: str) -> None:
    from dfopt.verify.engines import ENGINES

    if name not in ("auto", *ENGINES):
        raise ConfigError(f"--engine is one of auto, {', '.join(ENGINES)}, not {name!r}")


def _settings(
    select: Iterable[str] | None,
    preset: str | None,
    ignore: Iterable[str] | None,
    unsafe: bool | None,
    online: bool | None,
    config: str | None,
    context: str | None = None,
) -> Settings:
    """The settings of all folders under what the command line says."""
    from msgspec import UNSET

    from dfopt.config import ConfigFile
    from dfopt.settings import Settings, split_ids

    values = ConfigFile(
        select=split_ids(",".join(select)) if select else UNSET,
        preset=UNSET if preset is None else preset,
        ignore=split_ids(",".join(ignore)) if ignore else UNSET,
        unsafe=UNSET if unsafe is None else unsafe,
        online=UNSET if online is None else online,
        context=UNSET if context is None else context,
    )
    return Settings(values, os.environ, config)


def _run(action: Callable[[], Exit]) -> Exit:
    """The exit code of an action that may be broken off."""
    try:
        return action()
    except KeyboardInterrupt:
        streams.say("interrupted: what is written is whole, all other files are as they were\n")
        return Exit.INTERRUPTED


def _print(text: str) -> None:
    out = streams.standard_output()
    out.write(text.encode("utf-8", "backslashreplace"))
    out.flush()


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
