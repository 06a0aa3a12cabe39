"""The settings that hold for a folder: the command line over the environment over the closest configuration file.

A list that is given on one level replaces that of the levels below; a transform that is selected on
one level is not ignored by a level below it; the options of transforms add up. A level that says ``select`` or
``preset`` has said both, so that each can be chosen over the other.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec import UNSET, UnsetType

from dfopt import configfile
from dfopt.config import Config, ConfigFile
from dfopt.errors import ConfigError

_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_KEYS = ("select", "preset", "ignore", "unsafe", "package-cache", "online", "context")
_Options = Mapping[str, Mapping[str, str]]


class Layer(msgspec.Struct, frozen=True):
    """The settings of one origin; what is UNSET is left to the layers below."""

    origin: str
    values: ConfigFile


class Effective(msgspec.Struct, frozen=True):
    """The settings that hold, and the origin of each by its key, such as ``transforms.merge-runs.runs``."""

    config: Config
    origins: Mapping[str, str]


class Settings:
    """The settings of every folder. A file that ``config`` names is read instead of the closest one."""

    def __init__(self, command_line: ConfigFile, environ: Mapping[str, str], config: str | None = None) -> None:
        self._above = (from_environment(environ), Layer("command line", command_line))
        self._config = config
        self._closest: dict[str, str | None] = {}
        self._effective: dict[str | None, Effective] = {}

    def of(self, folder: str) -> Effective:
        """The settings for the files of one folder: the same object for the same configuration file.

        Raises ConfigError for a configuration that cannot be used.
        """
        path = self._config or self._find(os.path.abspath(folder))
        if path not in self._effective:
            below = [] if path is None else [Layer(*found) for found in configfile.read(path)]
            self._effective[path] = merge([*below, *self._above])
        return self._effective[path]

    def _find(self, folder: str) -> str | None:
        if folder not in self._closest:
            parent = os.path.dirname(folder)
            self._closest[folder] = configfile.inside(folder) or (None if parent == folder else self._find(parent))
        return self._closest[folder]


def merge(layers: Iterable[Layer]) -> Effective:
    """The settings of all layers, the lowest first."""
    config = Config()
    origins: dict[str, str] = dict.fromkeys(_KEYS, "default")
    for layer in layers:
        given = layer.values
        select = () if given.select is UNSET else given.select
        preset = "" if given.preset is UNSET else given.preset
        ignore = tuple(name for name in config.ignore if name not in select)
        config = Config(
            select=select if _chooses(given) else config.select,
            preset=preset if _chooses(given) else config.preset,
            ignore=ignore if given.ignore is UNSET else given.ignore,
            unsafe=config.unsafe if given.unsafe is UNSET else given.unsafe,
            package_cache=config.package_cache if given.package_cache is UNSET else given.package_cache,
            online=config.online if given.online is UNSET else given.online,
            context=config.context if given.context is UNSET else given.context,
            transforms=config.transforms if given.transforms is UNSET else _joined(config.transforms, given.transforms),
        )
        origins.update(dict.fromkeys(_keys(given), layer.origin))
    return Effective(config, origins)


def _joined(below: _Options, above: _Options) -> _Options:
    return {name: {**below.get(name, {}), **above.get(name, {})} for name in (*below, *above)}


def _chooses(given: ConfigFile) -> bool:
    return given.select is not UNSET or given.preset is not UNSET


def _keys(given: ConfigFile) -> Iterator[str]:
    yield from (key for key in _KEYS if getattr(given, key.replace("-", "_")) is not UNSET)
    if _chooses(given):
        yield from ("select", "preset")
    if given.transforms is not UNSET:
        for transform, options in given.transforms.items():
            yield f"transforms.{transform}"
            yield from (f"transforms.{transform}.{option}" for option in options)


def from_environment(environ: Mapping[str, str]) -> Layer:
    """The settings in ``DFOPT_SELECT``, ``DFOPT_IGNORE`` (ids between commas), ``DFOPT_PRESET``, ``DFOPT_UNSAFE`` and
    ``DFOPT_ONLINE``.

    Raises ConfigError if one of the last two is neither true nor false.
    """
    values = ConfigFile(
        select=split_ids(environ["DFOPT_SELECT"]) if "DFOPT_SELECT" in environ else UNSET,
        preset=environ.get("DFOPT_PRESET", UNSET),
        ignore=split_ids(environ["DFOPT_IGNORE"]) if "DFOPT_IGNORE" in environ else UNSET,
        unsafe=_truth(environ, "DFOPT_UNSAFE"),
        online=_truth(environ, "DFOPT_ONLINE"),
    )
    return Layer("environment", values)


def _truth(environ: Mapping[str, str], name: str) -> bool | UnsetType:
    word = environ.get(name)
    if word is None:
        return UNSET
    if word.lower() not in _WORDS:
        raise ConfigError(f"{name} is {word.lower()!r}: neither true nor false")
    return _WORDS[word.lower()]


def split_ids(text: str) -> tuple[str, ...]:
    """The ids in a text that has commas between them."""
    return tuple(name for part in text.split(",") if (name := part.strip(" \t")))
