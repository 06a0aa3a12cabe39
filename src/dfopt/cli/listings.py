"""The commands that print what dfopt knows of itself: what each is given."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from dfopt.cli import streams
from dfopt.cli.arguments import ConfigPath, Ignore, Online, Preset, Select, Unsafe, settings_of
from dfopt.cli.options import Format
from dfopt.errors import ConfigError


def transforms(
    format: Annotated[Format, typer.Option(help="text or json.")] = Format.TEXT,  # noqa: A002  the option's name
    preset: Annotated[str, typer.Option(metavar="NAME", show_default=False, help="Only those of this preset.")] = "",
) -> None:
    """List the transforms, in the order in which they run."""
    from dfopt.cli import info

    if format is Format.DIFF:
        raise ConfigError("the transforms are listed as text or json")
    streams.show(info.transforms_json(preset) if format is Format.JSON else info.transforms(preset))


def explain(name: Annotated[str, typer.Argument(metavar="ID", show_default=False, help="A transform's id.")]) -> None:
    """Explain a transform: what it does, why, what it leaves alone, its options."""
    from dfopt.cli import info

    streams.show(info.explanation(name))


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
    effective = settings_of(select, preset, ignore, unsafe, online, config).of(folder)
    check([effective])
    streams.show(info.settings(effective))


def config_presets() -> None:
    """List the presets, and the transforms in each."""
    from dfopt.cli import info

    streams.show(info.preset_list())


def config_schema() -> None:
    """Print the JSON schema of a configuration file."""
    from dfopt.cli import info

    streams.show(info.config_schema())


def report_schema() -> None:
    """Print the JSON schema of the report that `rewrite --format json` writes."""
    from dfopt.cli import info

    streams.show(info.report_schema())
