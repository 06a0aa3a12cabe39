"""One file from beginning to end: read, rewrite, compare, write. Whatever goes wrong is part of the outcome."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from dfopt import api
from dfopt.config import Config
from dfopt.discovery import Target
from dfopt.errors import ConfigError, DfoptError, DockerfileSyntaxError, TargetError
from dfopt.model.build_files import BuildFiles, FilesOf, NoFiles
from dfopt.model.relatives import NO_RELATIVES, Relatives
from dfopt.paths import is_below, place_of_diff, quoted, relative
from dfopt.report.outcome import Outcome, file_report, plain
from dfopt.report.values import Error, FileReport, Proof
from dfopt.results import ContextFile, Rewrite
from dfopt.source import Source
from dfopt.writing import Replacement, WriteError, replace_all

LIMIT = 5_000_000
"""Bytes above which a file is not taken for a Dockerfile."""

LONGEST = 300
"""Characters of a message that are shown."""


class ReadError(DfoptError):
    """A file that cannot be read, or that is none a Dockerfile could be in."""


Prove = Callable[[Rewrite, bytes, str, Config], tuple[Rewrite, Proof]]
"""Builds a rewrite of some bytes at a path: what is left of it, and what that showed."""


class Wanted(msgspec.Struct, frozen=True):
    """The settings by folder, what to do with a rewritten file, and what to tell of it."""

    configs: Mapping[str, Config]
    write: bool = False
    diff: bool = False
    folder: str = ""
    """Of all files, where they are in no repository: what they have to do with each other is looked for below it."""
    place: str = ""
    """The folder from where names in diffs are seen; by default the one in which each can be applied."""
    traceback: bool = False
    prove: Prove | None = None


def perform(target: Target, wanted: Wanted) -> Outcome:
    """Rewrites one file; raises nothing."""
    try:
        data, state = read(target.path, regular=wanted.write)
        config = wanted.configs[os.path.dirname(target.path)]
        outcome, after, files = rewritten(data, target.path, config, wanted)
        if wanted.write and outcome.report.changed:
            own = [Replacement(target.real, after, state)] if after != data else []
            replace_all([*map(_replacement, files), *own])
            return msgspec.structs.replace(outcome, report=msgspec.structs.replace(outcome.report, written=True))
        return outcome
    except Exception as error:  # noqa: BLE001  no file may stop the others; the outcome tells what it was
        return failed(target.path, error, traceback=wanted.traceback)


def _replacement(file: ContextFile) -> Replacement:
    """Another file of the build context to be written; what it must hold now is compared when it is."""
    before = None if file.before is None else Source(file.before).to_bytes()
    is_new, name = before is None, quoted(relative(file.path))
    return Replacement(file.path, Source(file.after).to_bytes(), before=before, is_new=is_new, name=name)


def read(path: str, *, regular: bool = False) -> tuple[bytes, os.stat_result]:
    """The content of a file, as far as it can matter, and the state that it was in.

    Raises ReadError if it cannot be read; with ``regular``, for a pipe before anybody waits for it.
    """
    try:
        if regular and not stat.S_ISREG(os.stat(path).st_mode):
            raise ReadError("it is not a regular file")
        with open(path, "rb", buffering=0) as file:
            state = os.fstat(file.fileno())
            data = b""
            while len(data) <= LIMIT and (piece := file.read(LIMIT + 1 - len(data))):
                data += piece
            return data, state
    except OSError as error:
        raise ReadError(error.strerror or "it cannot be read") from error


def rewritten(data: bytes, path: str, config: Config, wanted: Wanted) -> tuple[Outcome, bytes, tuple[ContextFile, ...]]:
    """What comes of a file's content, the new content, and the files of its build context that change along.

    Raises ReadError for what is no text, DockerfileSyntaxError for what BuildKit would not read.
    """
    if len(data) > LIMIT:
        raise ReadError(f"it is larger than {LIMIT // 1_000_000} MB and so not taken for a Dockerfile")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReadError("it is UTF-16 text, which BuildKit does not read")
    if b"\0" in data:
        raise ReadError("it holds NUL bytes and so is a binary file, not a Dockerfile")
    rewrite = api.rewrite(
        Source.from_bytes(data, path), config, files=files_at(path, config), relatives=relatives_at(path, wanted)
    )
    proof: Proof | None = None
    if wanted.prove is not None and rewrite.changed:
        rewrite, proof = wanted.prove(rewrite, data, path, config)
    after = Source(rewrite.after).to_bytes() if rewrite.changed else data
    difference = b""
    if wanted.diff and rewrite.changed:
        difference = _difference(data, after, path, rewrite.files, wanted.place)
    return Outcome(file_report(rewrite, path, proof), difference), after, rewrite.files


def _difference(before: bytes, after: bytes, path: str, files: Sequence[ContextFile], place: str) -> bytes:
    from dfopt.diff import unified

    paths = [os.path.realpath(file.path) for file in files]
    if not all(is_below(each, place) for each in paths):
        place = place_of_diff([path, *paths])
    found = unified(before, after, path, place)
    for file in files:
        old = None if file.before is None else Source(file.before).to_bytes()
        found += unified(old, Source(file.after).to_bytes(), file.path, place)
    return found


def files_at(path: str, config: Config) -> FilesOf | None:
    """How the build context of a file is found; None for one that has no place."""
    is_file = os.path.isfile(path)
    if not config.context and not is_file:
        return None

    def find(sources: Sequence[str]) -> BuildFiles | NoFiles:
        from dfopt.context.place import files_of

        return files_of(Path(path), config.context, writable=is_file)(sources)

    return find


def relatives_at(path: str, wanted: Wanted) -> Relatives:
    """How the Dockerfiles beside a file are found that it has to do with; none of one that has no place."""

    @cache
    def found() -> Relatives:
        if not os.path.isfile(path):
            return NO_RELATIVES
        from dfopt.context.relatives import relatives_of

        return relatives_of(Path(path), wanted.folder)

    return Relatives(lambda: found().heirs(), lambda image: found().makers(image))


def lost(target: Target, how: str) -> Outcome:
    """The outcome of a file whose worker process died."""
    message = f"the process that worked on it died ({how}); please report this"
    return _erroneous(target.path, Error("internal", message))


def failed(path: str, error: Exception, *, traceback: bool) -> Outcome:
    """The outcome of a file that an exception put an end to."""
    match error:
        case DockerfileSyntaxError():
            return _erroneous(path, Error("syntax", _short(error.reason), error.line, error.column))
        case ReadError():
            return _erroneous(path, Error("read", _short(str(error))))
        case WriteError():
            return _erroneous(path, Error("write", _short(str(error))))
        case TargetError():
            return _erroneous(path, Error("target", _short(str(error))))
        case DfoptError():
            return _erroneous(path, Error("internal", _short(str(error))))
        case _:
            message = f"dfopt failed on it: {_short(f'{type(error).__name__}: {error}')}; please report this"
            return _erroneous(path, Error("internal", message, traceback=_trace(error) if traceback else None))


def _erroneous(path: str, error: Error) -> Outcome:
    return Outcome(FileReport(path=plain(path), error=error))


def _short(message: str) -> str:
    """Messages quote the file, whose words may have any length."""
    text = plain(message)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _trace(error: Exception) -> str:
    from traceback import format_exception

    return plain("".join(format_exception(error)))


def named_dockerfile(path: str) -> Path:
    """The one Dockerfile that a path stands for.

    Raises ConfigError.
    """
    if os.path.isdir(path):
        named = sorted(name for name in os.listdir(path) if name.lower() in ("dockerfile", "containerfile"))
        if not named:
            raise ConfigError(f"{quoted(path)}: there is no Dockerfile in it; name one")
        return Path(path, named[-1])
    if not os.path.isfile(path):
        raise ConfigError(f"{quoted(path)}: there is no such file")
    return Path(path)


def named_context(given: str | None, dockerfile: Path) -> Path:
    """The build context that an option names; by default the one that is found, else the folder of the Dockerfile.

    Raises ConfigError.
    """
    if given is None:
        from dfopt.context.place import likely_root

        return likely_root(dockerfile)
    context = Path(given)
    if not context.is_dir():
        raise ConfigError(f"--context: there is no folder {quoted(str(context))}")
    return context
