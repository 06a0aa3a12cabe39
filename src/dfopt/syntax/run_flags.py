"""What BuildKit checks in the flags of RUN before it links anything.

instructions/commands_runmount.go, commands_rundevice.go, commands_runnetwork.go, commands_runsecurity.go.
"""

from __future__ import annotations

from dfopt.syntax.lexer import LexError, check_expandable
from dfopt.syntax.nodes import Flag
from dfopt.syntax.rejection import Rejection, Step

NETWORKS = frozenset({"default", "none", "host"})
SECURITY = frozenset({"insecure", "sandbox"})
_TRUTH = frozenset("1 t T TRUE true True 0 f F FALSE false False".split())


def check_run_flags(flags: tuple[Flag, ...], escape: str) -> None:
    """Raises Rejection for a value that RUN does not take."""
    for flag in flags:
        value = flag.value or ""
        if flag.name == "network" and value not in NETWORKS:
            raise _wrong(flag, f"the network is one of {', '.join(sorted(NETWORKS))}")
        if flag.name == "security" and value not in SECURITY:
            raise _wrong(flag, f"the security is one of {', '.join(sorted(SECURITY))}")
        if flag.name == "mount":
            _check_mount(flag, value, escape)
        if flag.name == "device":
            _check_device(flag, value)


def csv_fields(value: str) -> list[str]:
    """The comma-separated fields of one line, double quotes taken away. Raises ValueError (Go, encoding/csv)."""
    if value.endswith("\n"):
        value = value[:-1].removesuffix("\r")
    if not value:
        raise ValueError("there is no field")
    fields: list[str] = []
    at = 0
    while True:
        if value.startswith('"', at):
            field, at = _quoted_field(value, at + 1)
        else:
            comma = value.find(",", at)
            end = len(value) if comma == -1 else comma
            field, at = value[at:end], end
            if '"' in field:
                raise ValueError("a quote stands inside a field")
        fields.append(field)
        if at == len(value):
            return fields
        at += 1


def _quoted_field(value: str, at: int) -> tuple[str, int]:
    pieces: list[str] = []
    while True:
        quote = value.find('"', at)
        if quote == -1:
            raise ValueError("a quoted field does not end")
        pieces.append(value[at:quote])
        at = quote + 1
        if value.startswith('"', at):
            pieces.append('"')
            at += 1
        elif at == len(value) or value[at] == ",":
            return "".join(pieces), at
        else:
            raise ValueError("text follows a quoted field")


def _check_mount(flag: Flag, value: str, escape: str) -> None:
    for field in _fields(flag, value):
        key, _, content = field.partition("=")
        if key.lower() != "from":
            _check_expandable(flag, content, escape)
        elif -1 != content.find("$") != len(content) - 1:
            raise _wrong(flag, "the from of a mount takes no variable")


def _check_expandable(flag: Flag, content: str, escape: str) -> None:
    try:
        check_expandable(content, escape)
    except LexError as error:
        raise Rejection(error.reason, flag.span.start, Step.LINK) from error


def _check_device(flag: Flag, value: str) -> None:
    name = ""
    for field in _fields(flag, value):
        key, equals, content = field.partition("=")
        key = key.lower()
        if key == "required":
            if equals and content not in _TRUTH:
                raise _wrong(flag, "required is true or false")
        elif key == "name" and equals:
            if name:
                raise _wrong(flag, "the device has two names")
            name = content
        elif name:
            raise _wrong(flag, f"a device has no {field!r}")
        else:
            name = field


def _fields(flag: Flag, value: str) -> list[str]:
    try:
        return csv_fields(value)
    except ValueError as error:
        raise _wrong(flag, f"--{flag.name} is no list of fields: {error}") from error


def _wrong(flag: Flag, reason: str) -> Rejection:
    return Rejection(reason, flag.span.start, Step.INSTRUCTIONS)
