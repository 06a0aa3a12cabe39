"""The projects under ``fixtures/projects``: small, whole programs with the Dockerfile that somebody in a hurry wrote.

A project is a folder with a ``project.toml``. What its build downloads is packed here and served on loopback.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import tarfile
import tempfile
import threading
import tomllib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

FOLDER = Path(__file__).parents[2] / "fixtures" / "projects"
_DESCRIPTION = "project.toml"
_TIME = 1_700_000_000
"""When everything in an archive was changed last."""


class _Description(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What project.toml holds."""

    summary: str
    ecosystem: str
    run: str
    touch: str
    serve: str | None = None


class Project(msgspec.Struct, frozen=True):
    """A project to build: what it is, what shows that its image works, and what a developer changes."""

    name: str
    folder: Path
    summary: str
    ecosystem: str
    run: str
    """The command for ``docker run IMAGE``, as a shell splits it; empty for the image's own."""
    touch: str
    """A source file of the folder; a line end more at its end changes no behaviour."""
    serve: str | None = None
    """A folder of which each sub-folder is served as NAME.tar.gz during the build."""


def load(folder: Path = FOLDER) -> list[Project]:
    """Every project below a folder, in order of name.

    Raises ValueError if a ``project.toml`` is missing, cannot be used, or names what is not there.
    """
    return [_read(each) for each in sorted(folder.iterdir()) if each.is_dir()]


def _read(folder: Path) -> Project:
    path = folder / _DESCRIPTION
    if not path.is_file():
        raise ValueError(f"{folder} has no {_DESCRIPTION}")
    try:
        read = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Description)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{path}: {error}") from error
    if not (folder / read.touch).is_file():
        raise ValueError(f"{path}: there is no file {read.touch}")
    if read.serve is not None and not (folder / read.serve).is_dir():
        raise ValueError(f"{path}: there is no folder {read.serve}")
    return Project(
        name=folder.name,
        folder=folder,
        summary=read.summary,
        ecosystem=read.ecosystem,
        run=read.run,
        touch=read.touch,
        serve=read.serve,
    )


@contextmanager
def served(project: Project) -> Generator[tuple[str, ...]]:
    """The build arguments of a project; while it holds, what they lead to is served on a free port of loopback."""
    if project.serve is None:
        yield ()
        return
    with tempfile.TemporaryDirectory() as folder:
        for source in sorted((project.folder / project.serve).iterdir()):
            if source.is_dir():
                pack(source, Path(folder, f"{source.name}.tar.gz"))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield (f"MIRROR=http://127.0.0.1:{server.server_port}",)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def pack(source: Path, target: Path) -> None:
    """Packs a folder, under its name, into a .tar.gz: byte for byte the same each time and wherever it lies."""
    with (
        target.open("wb") as file,
        gzip.GzipFile("", "wb", 9, file, mtime=_TIME) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for path in [source, *sorted(source.rglob("*"))]:
            name = str(Path(source.name, path.relative_to(source)))
            archive.add(path, name, recursive=False, filter=_without_circumstances)


def _without_circumstances(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.mtime = _TIME
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
    return member


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing about it."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass
