"""HEALTHCHECK: its two kinds and the values of its flags (BuildKit, parseHealthConfig and parseHealthcheck)."""

from __future__ import annotations

import re

from dfopt.syntax.flags import FLAG_SPACE
from dfopt.syntax.joined import Joined
from dfopt.syntax.nodes import Flag
from dfopt.syntax.rejection import Rejection, Step

_KIND = re.compile(rf"([^{FLAG_SPACE}]*)[{FLAG_SPACE}]*")
_DURATION = re.compile(r"([+-]?)((?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+|0)\Z")
_DURATION_PART = re.compile(r"([0-9.]+)([a-zµμ]+)")
_NANOSECONDS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_LARGEST = 2**63 - 1
_RETRIES = re.compile(r"\+?[0-9]+\Z|-0+\Z")


def split_kind(body: Joined) -> tuple[str, Joined]:
    """The first word in upper case, and what follows it."""
    match = _KIND.match(body.text)
    assert match is not None
    return match[1].upper(), body.cut(match.end(), len(body.text))


def check_health_values(flags: tuple[Flag, ...]) -> None:
    """Raises Rejection for a duration or a number of retries that BuildKit does not take."""
    for flag in flags:
        if not flag.value:
            continue
        if flag.name == "retries":
            if not _RETRIES.match(flag.value) or int(flag.value) >= 2**31:
                raise _wrong(flag, "--retries is a number")
        elif not _is_duration(flag.value):
            raise _wrong(flag, f"--{flag.name} is a duration of at least one millisecond, or 0")


def _is_duration(value: str) -> bool:
    match = _DURATION.match(value)
    if match is None:
        return False
    total = 0.0
    for amount, unit in _DURATION_PART.findall(match[2]):
        total += float(amount) * _NANOSECONDS[unit]
    total = int(total)
    if total > _LARGEST:
        return False
    return total == 0 or (match[1] != "-" and total >= _NANOSECONDS["ms"])


def _wrong(flag: Flag, reason: str) -> Rejection:
    return Rejection(reason, flag.span.start, Step.INSTRUCTIONS)
