"""Collections of real Dockerfiles that a package registry brings when the tests run.

Each collection is one package of the machine's own registries, asked for with the machine's own
clients and configuration. What was brought stays in ``.cache/corpus`` and is used again.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

CACHE = Path(__file__).parents[2] / ".cache" / "corpus"
MINUTES = 10
_DOCKERFILE = re.compile(
    r"(?:Dockerfile|Containerfile)(?:[._-].+)?|.+\.(?:Dockerfile|Containerfile)(?:\..+)?", re.IGNORECASE
)
_OTHER = re.compile(
    r".+\.(?:dockerignore|in|j2|erb|tmpl|template|include|go|js|json|md|sh|txt|png|ya?ml|diff)|.*template.*",
    re.IGNORECASE,
)


class MissingError(Exception):
    """A collection that no registry brought; the message says why."""


class Collection(msgspec.Struct, frozen=True):
    """One package. ``fetch`` puts its archives into a folder; ``at_least`` files must be in them."""

    name: str
    fetch: Callable[[str, Path], None]
    package: str
    at_least: int

    def files(self) -> list[Path]:
        """Its Dockerfiles, in order of their paths.

        Raises MissingError if the package cannot be had.
        """
        with _locked():
            folder = CACHE / self.name
            if not folder.is_dir():
                self._bring(folder)
        return sorted(path for path in folder.rglob("*") if path.is_file())

    def _bring(self, folder: Path) -> None:
        partial = CACHE / f"{self.name}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        archives = partial / "archives"
        archives.mkdir(parents=True)
        self.fetch(self.package, archives)
        for archive in sorted(archives.iterdir()):
            _unpack(archive, partial / "files")
        if not (partial / "files").is_dir():
            raise MissingError(f"{self.package} holds no Dockerfile")
        (partial / "files").rename(folder)
        shutil.rmtree(partial)


def is_dockerfile(name: str) -> bool:
    """True for the names that Dockerfiles have; templates and what only belongs to a Dockerfile are left out."""
    return bool(_DOCKERFILE.fullmatch(name)) and not _OTHER.fullmatch(name)


def dockerfiles_below(folder: Path) -> list[Path]:
    """The files below a folder with such names, in order of their paths."""
    return sorted(path for path in folder.rglob("*") if is_dockerfile(path.name) and path.is_file())


@contextmanager
def _locked() -> Generator[None]:
    """One process at a time: test workers share the cache."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _call(words: list[str], folder: Path) -> None:
    if shutil.which(words[0]) is None:
        raise MissingError(f"{words[0]} is not installed")
    try:
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=MINUTES * 60, check=False)
    except subprocess.TimeoutExpired as error:
        raise MissingError(f"{words[0]} took more than {MINUTES} minutes") from error
    if done.returncode:
        last = (done.stderr.strip() or "no message").splitlines()[-1]
        raise MissingError(f"{words[0]} failed: {last}")


def _unpack(archive: Path, folder: Path) -> None:
    """Copies the Dockerfiles out of a tar file or a Debian package; other files are no archives."""
    if archive.suffix == ".deb":
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(archive)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            _copy_dockerfiles(process.stdout, folder)
    elif ".tar." in archive.name or archive.suffix == ".tgz":
        with archive.open("rb") as file:
            _copy_dockerfiles(file, folder)


def _copy_dockerfiles(stream: IO[bytes], folder: Path) -> None:
    with tarfile.open(fileobj=stream, mode="r|*") as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            if not member.isreg() or not is_dockerfile(path.name) or path.is_absolute() or ".." in path.parts:
                continue
            content = tar.extractfile(member)
            assert content is not None
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.read())


def _npm(package: str, folder: Path) -> None:
    _call(["npm", "pack", "--silent", package], folder)


def _debian_binary(package: str, folder: Path) -> None:
    _call(["apt-get", *_apt(), "download", package], folder)


def _debian_source(package: str, folder: Path) -> None:
    _call(["apt-get", *_apt(), "source", "--download-only", package], folder)


def _apt() -> list[str]:
    """Options for a private apt that knows the machine's repositories, and their sources as well."""
    root = CACHE / "apt"
    options = [
        f"-oDir::Etc::sourcelist={root}/sources.list",
        f"-oDir::Etc::sourceparts={root}/sources.list.d",
        f"-oDir::State::lists={root}/lists",
        f"-oDir::Cache={root}/cache",
        "-oAPT::Sandbox::User=",
    ]
    for name in ("sources.list.d", "lists/partial", "cache/archives/partial"):
        (root / name).mkdir(parents=True, exist_ok=True)
    etc = Path("/etc/apt")
    for path in (etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))):
        if path.suffix in (".list", ".sources") and path.is_file():
            target = root / path.relative_to(etc)
            target.write_text(with_sources(path.read_text(encoding="utf-8")), encoding="utf-8")
    _call(["apt-get", *options, "update"], root)
    return options


def with_sources(text: str) -> str:
    """An apt sources file, in either format, that names the source packages as well."""
    text = re.sub(r"(?m)^(Types:[ \t]*)deb[ \t]*$", r"\1deb deb-src", text)
    return re.sub(r"(?m)^deb([ \t].*)$", r"deb\1\ndeb-src\1", text)


def debian_package(package: str, folder: Path) -> None:
    """Unpacks a package of the machine's Debian repository into a folder that is not there yet.

    Raises MissingError if it cannot be had.
    """
    with _locked():
        if folder.is_dir():
            return
        partial = folder.with_name(f"{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        _debian_binary(package, partial)
        for archive in partial.glob("*.deb"):
            _call(["dpkg-deb", "--extract", archive.name, "."], partial)
        partial.rename(folder)


def in_ci() -> bool:
    return os.environ.get("CI", "") not in ("", "0", "false")


COLLECTIONS = (
    Collection("dockerfilelint", _npm, "dockerfilelint", at_least=15),
    Collection("imagebuilder", _debian_binary, "golang-github-openshift-imagebuilder-dev", at_least=60),
    Collection("buildah", _debian_source, "golang-github-containers-buildah", at_least=150),
    Collection("grpc", _debian_source, "grpc", at_least=60),
)
