"""Files that are replaced whole or not at all.

The new content goes into a temporary file of the same folder, which is synced and then renamed over
the old one: a reader, or a power cut, sees the one or the other. A process that is killed in between
leaves its temporary file, ``.dfopt-….tmp``: no other program reads it, dfopt takes it for no
Dockerfile, and the next file that is written to this folder sweeps those away that are an hour old.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import cache
from typing import BinaryIO

from dfopt.errors import DfoptError

PREFIX = ".dfopt-"
SUFFIX = ".tmp"
STALE = 3600
"""Seconds after which no running process can still need a temporary file."""


class WriteError(DfoptError):
    """A file that could not be replaced; it is as it was."""


def replace(path: str, data: bytes, read: os.stat_result | None = None) -> None:
    """Puts new content into the file at a real path (not a link); mode, owner and extended attributes stay.

    ``read`` is the state in which the old content was read. Raises WriteError if the file has
    changed since, if it cannot be written, or if the new one could not have the same owner.
    """
    try:
        before = os.stat(path, follow_symlinks=False)
        if not stat.S_ISREG(before.st_mode):
            raise WriteError("it is not a regular file")
        if read is not None and _state(read) != _state(before):
            raise WriteError("it changed while dfopt worked on it")
        if not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise WriteError("it is write-protected")
        _sweep(os.path.dirname(path))
        with _temporary(path, 0o600) as file:
            file.write(data)
            file.flush()
            _keep(file.fileno(), path, before)
    except OSError as error:
        raise WriteError(f"it cannot be replaced by a new file: {error.strerror}") from error


@contextmanager
def whole_file(path: str) -> Generator[BinaryIO, None, None]:
    """A file to write a report into: it takes its place at the end, and only if nothing was raised.

    What is no regular file (a pipe, a terminal) is written to directly. Raises OSError.
    """
    real = os.path.realpath(path)
    if os.path.exists(real) and not os.path.isfile(real):
        with open(path, "wb") as file:
            yield file
        return
    with _temporary(real, 0o666) as file:
        yield file
        file.flush()
        if os.path.exists(real):
            os.chmod(file.name, stat.S_IMODE(os.stat(real).st_mode))


@contextmanager
def _temporary(path: str, mode: int) -> Generator[BinaryIO, None, None]:
    """A new file beside the one at the path, synced and renamed over it at the end, removed if anything is raised."""
    name = os.path.join(os.path.dirname(path), f"{PREFIX}{os.getpid()}-{os.urandom(6).hex()}{SUFFIX}")
    try:
        with open(name, "xb", opener=lambda path, flags: os.open(path, flags, mode)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):  # what went wrong first is what counts
            os.unlink(name)
        raise


def _keep(file: int, path: str, before: os.stat_result) -> None:
    """Gives the new file the owner, mode and extended attributes of the old one.

    The owner comes first, since a change of it may clear bits of the mode.
    """
    if sys.platform == "win32":
        return
    now = os.fstat(file)
    if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        try:
            os.fchown(file, before.st_uid, before.st_gid)
        except PermissionError as error:
            raise WriteError("it belongs to somebody else, and so could the new file not") from error
    os.fchmod(file, stat.S_IMODE(before.st_mode))
    if sys.platform == "linux":
        own = _attributes(file)
        for name, value in _attributes(path).items():
            if own.get(name) != value:
                os.setxattr(file, name, value)


if sys.platform == "linux":

    def _attributes(file: int | str) -> dict[str, bytes]:
        try:
            return {name: os.getxattr(file, name) for name in os.listxattr(file)}
        except OSError as error:
            if error.errno == errno.ENOTSUP:
                return {}
            raise


def _state(of: os.stat_result) -> tuple[int, int, int, int]:
    return of.st_dev, of.st_ino, of.st_size, of.st_mtime_ns


@cache
def _sweep(folder: str) -> None:
    """Takes away, once a process and folder, what killed processes left; a courtesy that may fail."""
    limit = time.time() - STALE
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if is_temporary(entry.name) and entry.stat(follow_symlinks=False).st_mtime < limit:
                os.unlink(entry.path)


def is_temporary(name: str) -> bool:
    """True for the names of temporary files of ours."""
    return name.startswith(PREFIX) and name.endswith(SUFFIX)
