"""Reads what BuildKit prints with ``--progress plain``: numbered steps, each with its name, its output and its end."""

from __future__ import annotations

import re
from collections import deque

from dfopt.verify.engines.protocol import LAST, BuildFailedError, Step

_LINE = re.compile(r"#(\d+) (.*)")
_NAME = re.compile(r"\[(?:(?!internal\]).)*?\d+/\d+\] ")
_OUTPUT = re.compile(r"\d+\.\d+ (.*)")


def steps(output: str) -> tuple[Step, ...]:
    """The steps that stand for instructions, in the order in which they were first named."""
    names: dict[str, str] = {}
    cached: set[str] = set()
    for line in output.splitlines():
        if found := _LINE.fullmatch(line):
            number, text = found[1], found[2]
            if number not in names and _NAME.match(text):
                names[number] = text
            elif text == "CACHED":
                cached.add(number)
    return tuple(Step(name, number in cached) for number, name in names.items())


def failure(output: str) -> BuildFailedError:
    """What failed, and its last lines."""
    lines: dict[str, deque[str]] = {}
    names: dict[str, str] = {}
    failed = ""
    for line in output.splitlines():
        if not (found := _LINE.fullmatch(line)):
            continue
        number, text = found[1], found[2]
        if text.startswith("ERROR"):
            failed = number
            lines.setdefault(number, deque(maxlen=LAST)).append(text)
        elif printed := _OUTPUT.fullmatch(text):
            lines.setdefault(number, deque(maxlen=LAST)).append(printed[1])
        else:
            names.setdefault(number, text)
    if not failed:
        return BuildFailedError("", [line for line in output.strip().splitlines() if line.strip()][-LAST:])
    return BuildFailedError(names.get(failed, ""), lines[failed])
