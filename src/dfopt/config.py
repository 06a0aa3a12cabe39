"""What a run does: which transforms, how safe, with which options; and what a configuration file may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The settings that the engine reads (those of the command line alone are not here)."""

    select: tuple[str, ...] = ()
    """Transform ids to run; empty means all that the safety allows. Naming an UNSAFE one allows it."""
    preset: str = ""
    """The name of a set of transforms (presets.py) to run along with the selected ones; it allows its UNSAFE ones."""
    ignore: tuple[str, ...] = ()
    unsafe: bool = False
    transforms: Mapping[str, Mapping[str, str]] = {}
    """Options by transform id."""
    package_cache: str = ""
    """Whether package managers leave no cache behind (``clean``) or have it in a mount (``mount``): given to every
    transform that has an option ``package-cache``; with ``mount`` these may be unsafe. Empty: as the preset has it,
    ``clean`` without one."""
    online: bool = False
    """Whether registries may be asked what the tags of images stand for; nothing else is ever asked."""
    target: str = ""
    """The stage, by name or number, to which and to whose needs rewriting is confined; empty means all stages."""
    context: str = ""
    """The folder that is the build context of every Dockerfile; empty means that of each is looked for."""
    today: str = ""
    """The day that the run takes for today, such as ``2026-11-30``; empty means that of the clock."""


class ConfigFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The keys of dfopt.toml, .dfopt.toml and of tool.dfopt in pyproject.toml. All may be left out."""

    extend: Annotated[str | UnsetType, Meta(description="A file whose settings hold where this one is silent.")] = UNSET
    required_version: Annotated[
        str | UnsetType, Meta(description="The versions of dfopt that may read this file, such as '>=0.1,<1'.")
    ] = UNSET
    select: Annotated[
        tuple[str, ...] | UnsetType,
        Meta(description="The transforms to run; naming an unsafe one allows it. Empty: all that the safety allows."),
    ] = UNSET
    preset: Annotated[
        str | UnsetType,
        Meta(description="A set of transforms to run, along with those in select; its unsafe ones are allowed."),
    ] = UNSET
    ignore: Annotated[tuple[str, ...] | UnsetType, Meta(description="Transforms that do not run.")] = UNSET
    unsafe: Annotated[bool | UnsetType, Meta(description="Also run transforms that change the image on purpose.")] = (
        UNSET
    )
    package_cache: Annotated[
        Literal["clean", "mount"] | UnsetType,
        Meta(description="Whether package managers leave no cache behind, or have it in a mount (an unsafe rewrite)."),
    ] = UNSET
    online: Annotated[
        bool | UnsetType, Meta(description="Let transforms ask registries what the tags of images stand for.")
    ] = UNSET
    context: Annotated[
        str | UnsetType,
        Meta(description="The folder that is the build context of the Dockerfiles, seen from that of this file."),
    ] = UNSET
    transforms: Annotated[
        dict[str, dict[str, str]] | UnsetType, Meta(description="Options by transform id and name.")
    ] = UNSET
