"""The commands that work on Dockerfiles: what each is given. What they need is imported when they run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

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
    settings_of,
)
from dfopt.cli.options import Colour, Exit, Format, Mode
from dfopt.errors import ConfigError


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
    settings = settings_of(select, preset, ignore, unsafe, online, config, context)
    given = paths or ["."]
    if "-" in given:
        if given != ["-"] or in_place:
            raise ConfigError("standard input (-) goes with no other path and not with --in-place")
        if prove:
            raise ConfigError("--prove builds files, and standard input (-) is none")
        raise typer.Exit(_run(lambda: rewrite_stdin(settings, options)))
    raise typer.Exit(_run(lambda: rewrite_files(given, settings, options)))


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
    settings = settings_of(select, preset, ignore, unsafe, online, config)
    raise typer.Exit(_run(lambda: verify_file(path, settings, options)))


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
    settings = settings_of(select, preset, ignore, unsafe, online, config)
    raise typer.Exit(_run(lambda: show_replay(path, settings, options)))


def _check_engine(name: str) -> None:
    from dfopt.verify.engines import ENGINES

    if name not in ("auto", *ENGINES):
        raise ConfigError(f"--engine is one of auto, {', '.join(ENGINES)}, not {name!r}")


def _run(action: Callable[[], Exit]) -> Exit:
    """The exit code of an action that may be broken off."""
    try:
        return action()
    except KeyboardInterrupt:
        streams.say("interrupted: what is written is whole, all other files are as they were\n")
        return Exit.INTERRUPTED
