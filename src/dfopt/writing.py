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
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, partial
from typing import BinaryIO

import msgspec

from dfopt.errors import DfoptError

PREFIX = ".dfopt-"
SUFFIX = ".tmp"
STALE = 3600
"""Seconds after which no running process can still need a temporary file."""


class WriteError(DfoptError):
    """A file that could not be replaced; it is as it was."""


class Replacement(msgspec.Struct, frozen=True):
    """New content for the file at a real path (not a link)."""

    path: str
    data: bytes
    read: os.stat_result | None = None
    """The state in which the old content was read."""
    before: bytes | None = None
    """The old content, if that is known instead."""
    is_new: bool = False
    """True if there must be no such file."""
    name: str = ""
    """How messages call it, if it is not the file that they are about."""


def replace(path: str, data: bytes, read: os.stat_result | None = None) -> None:
    """Puts new content into one file; see ``replace_all``."""
    replace_all([Replacement(path, data, read)])


def replace_all(replacements: Sequence[Replacement]) -> None:
    """Puts new content into all of the files, in this order, or into none; mode, owner and extended attributes stay.

    Each is on the disk before the first takes its place. Raises WriteError if a file has changed since it was read, if
    it cannot be written, or if the new one could not have the same owner.
    """
    with ExitStack() as stack:
        ready = [(each, stack.enter_context(_prepared(each))) for each in replacements]
        for each in replacements:
            with _told(each):
                _check(each)
        undo = ExitStack()
        try:
            for each, temporary in ready:
                with _told(each):
                    back = _way_back(each, stack) if each is not replacements[-1] else None
                    _take_place(each, temporary)
                    if back:
                        undo.callback(back)
        except BaseException:
            undo.close()
            raise


@contextmanager
def _told(each: Replacement) -> Generator[None, None, None]:
    """Turns what goes wrong into a WriteError about the file."""
    try:
        yield
    except OSError as error:
        raise WriteError(f"{_subject(each)} cannot be replaced by a new file: {error.strerror}") from error


def _subject(each: Replacement) -> str:
    return each.name or "it"


@contextmanager
def _prepared(each: Replacement) -> Generator[str, None, None]:
    """The new file, beside the place that it will take; it is removed in the end if it did not take it."""
    with ExitStack() as stack:
        with _told(each):
            before = _check(each)
            _sweep(os.path.dirname(each.path))
            name = _temporary_name(each.path)
            stack.callback(_remove, name)
            with _created(name, 0o666 if before is None else 0o600) as file:
                file.write(each.data)
                file.flush()
                if before is not None:
                    _keep(file.fileno(), each.path, before)
                os.fsync(file.fileno())
        yield name


def _check(each: Replacement) -> os.stat_result | None:
    """The state of the old file; None if there is none to be."""
    if each.is_new:
        if os.path.lexists(each.path):
            raise WriteError(f"{_subject(each)} came into being while dfopt worked")
        return None
    before = os.stat(each.path, follow_symlinks=False)
    if not stat.S_ISREG(before.st_mode):
        raise WriteError(f"{_subject(each)} is not a regular file")
    if each.read is not None and _state(each.read) != _state(before):
        raise WriteError(f"{_subject(each)} changed while dfopt worked on it")
    if each.before is not None and _content(each.path) != each.before:
        raise WriteError(f"{_subject(each)} changed while dfopt worked on it")
    if not os.access(each.path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise WriteError(f"{_subject(each)} is write-protected")
    return before


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _take_place(each: Replacement, temporary: str) -> None:
    if not each.is_new:
        os.replace(temporary, each.path)
        return
    try:
        os.link(temporary, each.path)
    except FileExistsError:
        raise WriteError(f"{_subject(each)} came into being while dfopt worked") from None
    except OSError:  # a file system without hard links
        os.replace(temporary, each.path)


def _way_back(each: Replacement, stack: ExitStack) -> Callable[[], object] | None:
    """How to bring back the old file, or the lack of one; None where the file system has no hard links."""
    if each.is_new:
        return partial(_remove, each.path)
    name = _temporary_name(each.path)
    stack.callback(_remove, name)
    try:
        os.link(each.path, name)
    except OSError:
        return None
    return partial(os.replace, name, each.path)


def _remove(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)


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
    name = _temporary_name(path)
    try:
        with _created(name, mode) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):  # what went wrong first is what counts
            os.unlink(name)
        raise


def _temporary_name(path: str) -> str:
    return os.path.join(os.path.dirname(path), f"{PREFIX}{os.getpid()}-{os.urandom(6).hex()}{SUFFIX}")


def _created(name: str, mode: int) -> BinaryIO:
    return open(name, "xb", opener=lambda path, flags: os.open(path, flags, mode))


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
