"""The mounts of a RUN: ``--mount`` values read as BuildKit reads them (instructions/commands_runmount.go)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from dfopt.syntax.nodes import Run

_TRUE = ("", "1", "t", "true")
_FALSE = ("0", "f", "false")
"""As Go's strconv.ParseBool reads them; a field without a value is true."""
_KEEPS = ("cache", "secret", "ssh")
"""Types of mounts in which nothing that a RUN writes is lost with it, or nothing can be written."""


class Mount(msgspec.Struct, frozen=True):
    type: str
    """``bind`` (the default), ``cache``, ``tmpfs``, ``secret`` or ``ssh``."""
    target: str | None
    """None if it is not given (secrets and ssh have defaults)."""
    fields: Mapping[str, str]

    @property
    def source(self) -> str:
        """What it shows of where it takes its files from; empty if nothing is said."""
        return self.fields.get("source") or self.fields.get("src") or ""

    @property
    def writes_vanish(self) -> bool:
        """True if what one RUN writes there is not seen by the next: two such RUNs are not one."""
        if self.type != "bind":
            return self.type not in _KEEPS
        given = {name: value.lower() for name, value in self.fields.items()}
        writable = any(given.get(name, "0") not in _FALSE for name in ("rw", "readwrite"))
        return writable or any(given.get(name, "1") not in _TRUE for name in ("ro", "readonly"))


def mounts(run: Run) -> tuple[Mount, ...]:
    """The mounts of a RUN in order."""
    return tuple(read_mount(flag.value or "") for flag in run.flags if flag.name == "mount")


@lru_cache(maxsize=1024)
def read_mount(value: str) -> Mount:
    """One ``--mount`` value: CSV fields ``key=value``, keys in any case; ``dst`` and ``destination`` are ``target``."""
    fields: dict[str, str] = {}
    for field in next(csv.reader([value]), list[str]()):
        key, _, text = field.partition("=")
        fields[key.lower()] = text
    target = fields.get("target", fields.get("dst", fields.get("destination")))
    return Mount(fields.get("type", "bind").lower(), target, fields)
