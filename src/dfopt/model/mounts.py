"""The mounts of a RUN: ``--mount`` values read as BuildKit reads them (instructions/commands_runmount.go)."""

from __future__ import annotations

import csv
from collections.abc import Mapping

import msgspec

from dfopt.syntax.nodes import Run


class Mount(msgspec.Struct, frozen=True):
    type: str
    """``bind`` (the default), ``cache``, ``tmpfs``, ``secret`` or ``ssh``."""
    target: str | None
    """None if it is not given (secrets and ssh have defaults)."""
    fields: Mapping[str, str]

    @property
    def writes_vanish(self) -> bool:
        """True if what one RUN writes there is not seen by the next: two such RUNs are not one."""
        writable = self.fields.get("rw", self.fields.get("readwrite", "false")).lower() in ("", "true")
        read_only = self.fields.get("readonly", self.fields.get("ro", "true")).lower() == "false"
        return self.type == "tmpfs" or (self.type == "bind" and (writable or read_only))


def mounts(run: Run) -> tuple[Mount, ...]:
    """The mounts of a RUN in order."""
    return tuple(read_mount(flag.value or "") for flag in run.flags if flag.name == "mount")


def read_mount(value: str) -> Mount:
    """One ``--mount`` value: CSV fields ``key=value``, keys in any case; ``dst`` and ``destination`` are ``target``."""
    fields: dict[str, str] = {}
    for field in next(csv.reader([value]), list[str]()):
        key, _, text = field.partition("=")
        fields[key.lower()] = text
    target = fields.get("target", fields.get("dst", fields.get("destination")))
    return Mount(fields.get("type", "bind").lower(), target, fields)
