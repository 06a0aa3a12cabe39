"""Configuration files: how they are found, read and checked.

Of the files in one folder ``dfopt.toml`` comes first, then ``.dfopt.toml``, then ``[tool.dfopt]`` in
``pyproject.toml``; a folder without one has that of its parent.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

import msgspec
from msgspec import UNSET

from dfopt import __version__
from dfopt.config import ConfigFile
from dfopt.errors import ConfigError
from dfopt.nearest import suggestion
from dfopt.paths import shown

FILES = ("dfopt.toml", ".dfopt.toml", "pyproject.toml")
_CLAUSE = re.compile(r"(==|!=|>=|<=|>|<)[ ]*([0-9]+(?:\.[0-9]+)*)")


def inside(folder: str) -> str | None:
    """The configuration file in a folder itself.

    Raises ConfigError if it cannot be read.
    """
    for name in FILES:
        path = os.path.join(folder, name)
        if os.path.isfile(path) and (name != "pyproject.toml" or _table(path) is not None):
            return path
    return None


def read(path: str, extended_by: tuple[str, ...] = ()) -> Iterator[tuple[str, ConfigFile]]:
    """What a file extends, the farthest first, then the file itself; each with the path to show.

    Raises ConfigError for a file that cannot be read or used.
    """
    real = os.path.realpath(path)
    if real in extended_by:
        raise ConfigError(f"{shown(path)}: extend: the file extends itself")
    table = _table(path)
    if table is None:
        raise ConfigError(f"{shown(path)}: has no table [tool.dfopt]")
    values = _values(table, shown(path))
    if values.required_version is not UNSET and not admits(values.required_version, shown(path)):
        wanted = values.required_version
        raise ConfigError(f"{shown(path)}: required-version: {wanted!r} does not admit dfopt {__version__}")
    if values.extend is not UNSET:
        base = os.path.join(os.path.dirname(path), os.path.expanduser(values.extend))
        yield from read(base, (*extended_by, real))
    if values.context is not UNSET:
        values = msgspec.structs.replace(values, context=os.path.join(os.path.dirname(path), values.context))
    yield shown(path), values


def _table(path: str) -> dict[str, Any] | None:
    """What a file says to dfopt; None for a pyproject.toml that does not speak of it."""
    of_project = os.path.basename(path) == "pyproject.toml"
    data = b""
    try:
        with open(path, "rb") as file:
            data = file.read()
        if of_project and b"dfopt" not in data:
            return None
        import tomllib

        table = tomllib.loads(data.decode("utf-8"))
    except OSError as error:
        raise ConfigError(f"{shown(path)}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{shown(path)}: not valid TOML: {_with_line(error, data)}") from error
    if not of_project:
        return table
    own = dict(_items(table.get("tool"))).get("dfopt")
    if own is not None and not isinstance(own, dict):
        raise ConfigError(f"{shown(path)}: tool.dfopt: expected a table, got {own!r}")
    return cast("dict[str, Any] | None", own)


def _with_line(error: ValueError, data: bytes) -> str:
    """The message with a line where Python gives none."""
    if isinstance(error, UnicodeDecodeError):
        line = data.count(b"\n", 0, error.start) + 1
        return f"not UTF-8 (at line {line})"
    last = data.rstrip().count(b"\n") + 1
    return str(error).replace("at end of document", f"at line {last}, the last one")


def _values(table: dict[str, Any], name: str) -> ConfigFile:
    known = [field.encode_name for field in msgspec.structs.fields(ConfigFile)]
    for key in table:
        if key not in known:
            raise ConfigError(f"{name}: unknown key {key!r}{suggestion(key, known)}")
    for option, value in _options(table):
        if not isinstance(value, str):
            raise ConfigError(f"{name}: {option}: expected a string, got {value!r}")
    try:
        return msgspec.convert(table, ConfigFile)
    except msgspec.ValidationError as error:
        what, _, key = str(error).replace("`", "").partition(" - at $.")
        raise ConfigError(f"{name}: {key}: {what.lower()}") from error


def _options(table: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Each option of a transform with its value, as far as the table has the right form."""
    for transform, options in _items(table.get("transforms")):
        for option, value in _items(options):
            yield f"transforms.{transform}.{option}", value


def _items(value: object) -> Sequence[tuple[str, object]]:
    return tuple(cast("dict[str, object]", value).items()) if isinstance(value, dict) else ()


def admits(requirement: str, name: str) -> bool:
    """True if this version of dfopt meets a requirement: comparisons between commas.

    Raises ConfigError, naming the file, if it is not written so.
    """
    own = _release(__version__)
    for clause in requirement.split(","):
        match = _CLAUSE.fullmatch(clause.strip(" "))
        if match is None:
            raise ConfigError(f"{name}: required-version: {requirement!r} is not written like '>=0.1,<1'")
        wanted = _release(match[2])
        holds = {
            "==": own == wanted,
            "!=": own != wanted,
            ">=": own >= wanted,
            "<=": own <= wanted,
            ">": own > wanted,
            "<": own < wanted,
        }
        if not holds[match[1]]:
            return False
    return True


def _release(version: str) -> tuple[int, ...]:
    """The numbers of a version without zeros at the end: 1.0 is 1. What follows them (rc1, .dev0) does not count."""
    match = re.match(r"[0-9]+(?:\.[0-9]+)*", version)
    numbers = [int(part) for part in match[0].split(".")] if match else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
