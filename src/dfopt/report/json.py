"""The report for programs: one JSON object, written file by file; see ``dfopt report schema``."""

from __future__ import annotations

import base64
from typing import Any, cast

import msgspec

from dfopt import __version__
from dfopt.discovery import Found
from dfopt.report import Out
from dfopt.report.outcome import Outcome, plain
from dfopt.report.values import VERSION, FileReport, Report, Summary


class JsonReport:
    """Writes to a binary stream, one line for each file."""

    def __init__(self, out: Out) -> None:
        self._out = out
        self._encode = msgspec.json.Encoder().encode
        self._separator = f'{{"version":{VERSION},"dfopt":"{__version__}","files":[\n'.encode()

    def file(self, outcome: Outcome) -> None:
        self._out.write(self._separator)
        self._out.write(self._encode(with_diff(outcome)))
        self._separator = b",\n"

    def end(self, found: Found, summary: Summary) -> None:
        if self._separator != b",\n":
            self._out.write(self._separator)
        rest = {
            "templates": [plain(path) for path in found.templates],
            "problems": {plain(path): reason for path, reason in found.problems},
            "summary": summary,
        }
        self._out.write(b"\n]," + self._encode(rest)[1:] + b"\n")


def with_diff(outcome: Outcome) -> FileReport:
    """The report of a file with its diff, in base 64 where JSON cannot hold it otherwise."""
    if not outcome.diff:
        return outcome.report
    try:
        return msgspec.structs.replace(outcome.report, diff=outcome.diff.decode())
    except UnicodeDecodeError:
        return msgspec.structs.replace(outcome.report, diff_base64=base64.b64encode(outcome.diff).decode())


def schema() -> dict[str, Any]:
    """The JSON schema of the report."""
    return msgspec.json.schema(Report)


def document(value: object) -> str:
    """A value as JSON for people and programs; its texts may hold names that are not UTF-8."""
    return msgspec.json.format(msgspec.json.encode(_plain(msgspec.to_builtins(value))), indent=2).decode() + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {_plain(key): _plain(each) for key, each in cast("dict[str, Any]", value).items()}
    return [_plain(each) for each in cast("list[Any]", value)] if isinstance(value, list | tuple) else value
