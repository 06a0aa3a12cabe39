"""The standard streams of the process: whether they are open, and what happens when they cannot be written to."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import BinaryIO

from dfopt.errors import DfoptError


class StreamError(DfoptError):
    """A standard stream that is closed, or that takes no more."""


def check() -> None:
    """Raises StreamError if output has nowhere to go; it would end up in the first file that is opened."""
    for name, stream in (("output", sys.stdout), ("error", sys.stderr)):
        if stream is None:
            raise StreamError(f"standard {name} is closed; send it to /dev/null if nobody is to see it")


def standard_input() -> BinaryIO:
    """Raises StreamError if it is closed."""
    if sys.stdin is None:
        raise StreamError("standard input is closed")
    return sys.stdin.buffer


class Checked:
    """A stream that says which one it is when it cannot be written to. A closed pipe stays a BrokenPipeError."""

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self._name = name
        self._stream = stream

    def write(self, data: bytes, /) -> object:
        try:
            return self._stream.write(data)
        except OSError as error:
            raise self._told(error) from error

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            raise self._told(error) from error

    def isatty(self) -> bool:
        return self._stream.isatty()

    def _told(self, error: OSError) -> Exception:
        if isinstance(error, BrokenPipeError):
            return error
        return StreamError(f"standard {self._name} cannot be written to: {error.strerror}")


def standard_output() -> Checked:
    return Checked("output", sys.stdout.buffer)


def standard_error() -> Checked:
    return Checked("error", sys.stderr.buffer)


def show(text: str) -> None:
    """Writes to standard output what a command was asked for."""
    out = standard_output()
    out.write(text.encode("utf-8", "backslashreplace"))
    out.flush()


def say(message: str) -> None:
    """Writes a last message to standard error, or to standard output if that is closed, as far as it can be written."""
    stream = sys.stderr or sys.stdout
    if stream is not None:
        with suppress(OSError):
            stream.buffer.write(message.encode("utf-8", "surrogateescape"))
            stream.buffer.flush()


def forget() -> None:
    """Lets nothing be tried again, when Python ends, that a stream did not take."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            if stream is not None:
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
