"""Which files a run is about: those given by name, and the Dockerfiles below the folders that are given.

Below a folder git says what is there, ignored files left out; where there is no repository, or no
git, the folder is walked and its ``.gitignore`` files are read. Links to folders are not followed.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from enum import Enum

import msgspec

from dfopt.paths import quoted

_NAME = re.compile(r"[Dd]ockerfile|[Cc]ontainerfile|[Dd]ockerfile\..+|.*\.[Dd]ockerfile", re.DOTALL)
_ALIKE = re.compile(r".*(docker|container)file.*|.*\.docker", re.DOTALL | re.IGNORECASE)
_OTHER = (".dockerignore", ".md", ".txt", ".bak", ".orig")
_TEMPLATE = (".j2", ".jinja", ".jinja2", ".erb", ".tmpl", ".tpl", ".template", ".gotmpl", ".mustache", ".in")
_MAGIC = re.compile(r"[*?\[]")
_OF_VERSION_CONTROL = (".git", ".hg", ".svn")


class Kind(Enum):
    """What a name says about a file."""

    DOCKERFILE = "Dockerfile"
    TEMPLATE = "template"


class Target(msgspec.Struct, frozen=True):
    """A file to work on: the path to show, and that of the file itself, behind all links."""

    path: str
    real: str


class Found(msgspec.Struct, frozen=True):
    """What the given paths stand for; each list in order and without repetitions."""

    targets: tuple[Target, ...]
    templates: tuple[str, ...]
    """Files that have to be rendered before they are Dockerfiles."""
    problems: tuple[tuple[str, str], ...]
    """Paths that stand for nothing, or folders that could not be read, with the reason."""
    empty: tuple[str, ...]
    """Folders without Dockerfiles."""


def kind_of(name: str) -> Kind | None:
    """What a file is by its name alone; None for all the rest."""
    stem, dot, suffix = name.rpartition(".")
    if dot + suffix in _TEMPLATE:
        return Kind.TEMPLATE if kind_of(stem) else None
    return Kind.DOCKERFILE if _NAME.fullmatch(name) and not name.endswith(_OTHER) else None


def may_be(name: str) -> Kind | None:
    """What a file may be to somebody who names it in a build: ``Dockerfile-test`` too, which nobody looks for.

    The content says whether it is one.
    """
    stem, dot, suffix = name.rpartition(".")
    if dot + suffix in _TEMPLATE:
        return Kind.TEMPLATE if may_be(stem) else None
    return Kind.DOCKERFILE if _ALIKE.fullmatch(name) and not name.endswith(_OTHER) else None


def discover(paths: Iterable[str], kind: Callable[[str], Kind | None] = kind_of) -> Found:
    """Every file that the paths (files, folders, globs) stand for. A file given by name counts whatever its name is.

    ``kind`` says what the others are by their names.
    """
    search = _Search(kind)
    for path in paths:
        search.add(path)
    return search.found()


class _Search:
    """Collects what the given paths stand for."""

    def __init__(self, kind: Callable[[str], Kind | None]) -> None:
        self._kind = kind
        self._targets: dict[str, str] = {}
        """The path to show by the real path."""
        self._folders: dict[str, str] = {}
        """The real path of each folder."""
        self._templates: set[str] = set()
        self._problems: dict[str, str] = {}
        self._empty: list[str] = []

    def add(self, path: str) -> None:
        if os.path.isdir(path):
            self._add_folder(path)
        elif os.path.lexists(path) or not _MAGIC.search(path):
            self._add_file(path)
        else:
            self._add_glob(path)

    def found(self) -> Found:
        targets = sorted((Target(path, real) for real, path in self._targets.items()), key=lambda each: each.path)
        return Found(
            tuple(targets), tuple(sorted(self._templates)), tuple(sorted(self._problems.items())), tuple(self._empty)
        )

    def _add_file(self, path: str) -> None:
        path = _tidy(path)
        is_link = os.path.islink(path)
        real = os.path.realpath(path) if is_link else self._real(path)
        if not is_link or real not in self._targets:
            self._targets[real] = path

    def _real(self, path: str) -> str:
        """The real path of what is no link itself."""
        folder, name = os.path.split(path)
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        return os.path.join(self._folders[folder], name)

    def _add_glob(self, pattern: str) -> None:
        from glob import glob

        matches = sorted(glob(pattern, recursive=True))
        if not matches:
            self._problems[quoted(pattern)] = "no file matches"
        for match in matches:
            if os.path.isdir(match):
                self._add_below(match)
            else:
                self._add_file(match)

    def _add_folder(self, folder: str) -> None:
        if not self._add_below(folder):
            self._empty.append(folder)

    def _add_below(self, folder: str) -> bool:
        """Adds the Dockerfiles and templates below a folder; False if there are none."""
        some = False
        for path in files_below(folder, self._problems):
            kind = self._kind(os.path.basename(path))
            if kind is None or not _is_file(path):
                continue
            some = True
            if kind is Kind.TEMPLATE:
                self._templates.add(_tidy(path))
            else:
                self._add_file(path)
        return some


def _is_file(path: str) -> bool:
    """True for a regular file or a link to one, or to nothing: that is worth a message."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return False  # deleted, but still in git's index
    return stat.S_ISREG(mode) or (stat.S_ISLNK(mode) and (os.path.isfile(path) or not os.path.exists(path)))


def _tidy(path: str) -> str:
    """Without dots and double slashes; a path with ``..`` stays, since there may be a link before it."""
    return path if ".." in path.split(os.sep) else os.path.normpath(path)


def files_below(folder: str, problems: dict[str, str]) -> Iterator[str]:
    """Every file below a folder that is not ignored; ``problems`` gets what cannot be read."""
    listed = _listed_by_git(folder, problems)
    if listed is None:
        yield from _walked(folder, problems)
        return
    for name, is_repository in listed:
        path = os.path.join(folder, name)
        if not is_repository:
            yield path
        elif os.path.lexists(os.path.join(path, ".git")):
            yield from files_below(path, problems)


def _listed_by_git(folder: str, problems: dict[str, str]) -> list[tuple[str, bool]] | None:
    """The files below a folder, tracked or not, seen from there; True with those that are repositories of their own.

    None if git cannot tell, or if the folder itself is ignored: it was given by name, so it counts.
    """
    tracked = _git(folder, "ls-files", "-sz")
    others = _git(folder, "ls-files", "-oz", "--exclude-standard")
    if tracked is None or others is None:
        return None
    if not tracked.output and not others.output and _git(folder, "check-ignore", "-q", ".") is not None:
        return None
    if others.warnings:
        problems[quoted(folder)] = others.warnings
    names = [(name, entry.startswith("160000 ")) for entry, name in _entries(tracked.output)]
    return names + [(name, name.endswith("/")) for name in others.output.split("\0") if name]


def _entries(output: str) -> Iterator[tuple[str, str]]:
    """Mode, object and stage before the tab, the name behind it."""
    for entry in output.split("\0"):
        if entry:
            head, _, name = entry.partition("\t")
            yield head, name


class _Git(msgspec.Struct, frozen=True):
    output: str
    warnings: str


def _git(folder: str, *arguments: str) -> _Git | None:
    """What git says in a folder; None if it fails or is not installed.

    A hook's variables would point it elsewhere, and a repository may name a program for fsmonitor.
    """
    import subprocess

    environ = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = ["git", "-C", folder, "-c", "core.fsmonitor=false", *arguments]
    try:
        done = subprocess.run(command, env={**environ, "LC_ALL": "C"}, capture_output=True, check=False)
    except FileNotFoundError:
        return None
    if done.returncode != 0:
        return None
    return _Git(os.fsdecode(done.stdout), os.fsdecode(done.stderr).strip("\n").replace("\n", "; "))


def _walked(folder: str, problems: dict[str, str]) -> Iterator[str]:
    """The files below a folder, without git: its ``.gitignore`` files are read here."""
    from dfopt.ignored import Rules

    stack = [(folder, Rules())]
    while stack:
        current, rules = stack.pop()
        try:
            with os.scandir(current) as entries:
                children = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            problems[quoted(current)] = error.strerror or "cannot be read"
            continue
        rules = rules.inside(current)
        for child in children:
            is_folder = child.is_dir(follow_symlinks=False)
            if child.name in _OF_VERSION_CONTROL or rules.ignore(child.path, is_folder=is_folder):
                continue
            if is_folder:
                stack.append((child.path, rules))
            else:
                yield child.path
