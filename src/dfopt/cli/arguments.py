"""What several commands are given: their options, as typer reads them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dfopt.settings import Settings

ContextFolder = Annotated[
    str | None,
    typer.Option(
        "--context",
        metavar="DIR",
        help="The build context; by default what can be found out, or the Dockerfile's folder.",
    ),
]
Select = Annotated[
    list[str] | None,
    typer.Option(metavar="ID,…", help="Run these transforms only; naming an unsafe one allows it. [env: DFOPT_SELECT]"),
]
Preset = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Run this set of transforms, its unsafe ones too; `dfopt config presets` lists them. [env: DFOPT_PRESET]",
    ),
]
Ignore = Annotated[
    list[str] | None, typer.Option(metavar="ID,…", help="Do not run these transforms. [env: DFOPT_IGNORE]")
]
Unsafe = Annotated[
    bool | None,
    typer.Option(
        "--unsafe/--no-unsafe",
        show_default=False,
        help="Also run transforms that change the image on purpose. [env: DFOPT_UNSAFE]",
    ),
]
Online = Annotated[
    bool | None,
    typer.Option(
        "--online/--offline",
        show_default=False,
        help="Let transforms ask registries what the tags of images stand for. [env: DFOPT_ONLINE]",
    ),
]
Engine = Annotated[str, typer.Option(help="auto, docker, buildx, podman or buildah.")]
BuildArgs = Annotated[list[str] | None, typer.Option("--build-arg", metavar="NAME=VALUE", help="As of docker build.")]
Secrets = Annotated[list[str] | None, typer.Option("--secret", metavar="SPEC", help="As of docker build.")]
Network = Annotated[str | None, typer.Option(metavar="MODE", help="For builds and containers.")]
Platform = Annotated[str | None, typer.Option(metavar="OS/ARCH", help="As of docker build.")]
BuildTime = Annotated[float, typer.Option("--timeout", min=1, metavar="SECONDS", help="For each build.")]
RunTime = Annotated[float, typer.Option("--run-timeout", min=1, metavar="SECONDS", help="For each container.")]
ConfigPath = Annotated[
    str | None,
    typer.Option(
        "--config",
        metavar="FILE",
        envvar="DFOPT_CONFIG",
        help="Read this configuration instead of the one closest to each file.",
    ),
]
ReportFile = Annotated[
    str | None, typer.Option("--output-file", "-o", metavar="FILE", help="Write the report to a file.")
]


def settings_of(
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
