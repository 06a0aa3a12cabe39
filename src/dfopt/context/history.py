"""The files of a repository commit by commit, as git has them: nothing is checked out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from dfopt.errors import DfoptError
from dfopt.model.build_files import Churn, NoFiles
from dfopt.model.ignore import Ignore

MOST = 1000
"""Commits that are looked at to see what changes how often."""
_MOST_RENAMES = 400
LINK = "120000"
"""The mode of a symbolic link, whose content is where it leads."""
SUBMODULE = "160000"
"""The mode of a submodule: its commit stands for the files, which are in another repository."""


class HistoryError(DfoptError):
    """A folder whose history cannot be read; the message says why."""


class Blob(msgspec.Struct, frozen=True, gc=False):
    """A file: ``mode`` is git's (120000 is a link, 160000 a submodule), ``sha`` stands for its bytes."""

    mode: str
    sha: str


class Commit(msgspec.Struct, frozen=True):
    """A commit on the first-parent line, and what it made of which paths (None: the path is gone)."""

    sha: str
    time: int
    """In seconds since 1970."""
    changes: Mapping[str, Blob | None]
    renames: Mapping[str, str] = {}
    """Where files went that were moved, if that was asked for; both paths are among the changes."""


def churn(root: Path, ignore: Ignore) -> Churn | NoFiles:
    """What the last commits changed of a build context."""
    try:
        _, found = History(root).commits(MOST, renames=True)
    except HistoryError as error:
        return NoFiles("the history of the build context cannot be read", str(error))
    return churn_of(found, ignore)


def churn_of(commits: Sequence[Commit], ignore: Ignore) -> Churn:
    """What commits, the oldest first, changed that is not left out of the build context.

    A file that was moved has changed by its later path before, too.
    """
    later: dict[str, str] = {}
    touched: list[set[str]] = []
    for commit in reversed(commits):
        later.update({old: later.get(new, new) for old, new in commit.renames.items()})
        touched.append({later.get(path, path) for path in commit.changes})
    kept = {path for path in set[str]().union(*touched) if not ignore.leaves_out(path)}
    return Churn(tuple(frozenset(paths & kept) for paths in reversed(touched) if paths & kept))


def tracked(root: Path) -> frozenset[str]:
    """The files below a folder that git tracks, a submodule as one; empty if it does not say."""
    try:
        return _paths(_git(root, "ls-files", "-z"))
    except HistoryError:
        return frozenset()


def ignored(root: Path, paths: Iterable[str]) -> frozenset[str]:
    """Those of some paths below a folder that git is told to ignore; empty if it does not say."""
    given = "\0".join(paths).encode("utf-8", "surrogateescape")
    try:
        output = _git(root, "check-ignore", "--no-index", "-z", "--stdin", given=given) if given else b""
    except HistoryError:  # so it ends, too, if it ignores none
        return frozenset()
    return _paths(output)


def left_out(root: Path) -> frozenset[str] | None:
    """The files and whole folders below a folder that git ignores; None if it does not say."""
    try:
        output = _git(root, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
    except HistoryError:
        return None
    return frozenset(path.rstrip("/") for path in _paths(output))


class History:
    """The history of the folder ``root``; paths are relative to it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        prefix = self._git("rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").strip("\n")
        self._prefix = prefix
        self._reader: subprocess.Popen[bytes] | None = None
        self.is_cut = False
        """True if a shallow clone has fewer commits than were asked for."""

    def commits(self, most: int, *, renames: bool = False) -> tuple[Mapping[str, Blob], list[Commit]]:
        """The files before the first of the last ``most`` commits, and those commits, the oldest first.

        In a shallow clone the oldest commit that is there is where it begins. Only files that stay the same count as
        renamed in a commit that moves thousands, and in a partial clone, which would have to get the others.
        """
        following = (
            (f"-M{'100%' if self._is_partial() else ''}", f"-l{_MOST_RENAMES}") if renames else ("--no-renames",)
        )
        output = self._git(
            *("log", "--first-parent", "--reverse", f"-n{most}", "--raw", "-z", *following, "--no-abbrev"),
            *("--diff-merges=first-parent", "--root", "--format=commit %H %ct", "--", "."),
        )
        found = list(_commits(output.decode("utf-8", "surrogateescape"), self._prefix))
        if not found:
            raise HistoryError("there is no commit that changes anything here")
        first = found[0].sha
        if self._has(f"{first}^"):
            return self._tree(f"{first}^"), found
        if first.encode() in self._shallow():
            self.is_cut = True
            return self._tree(first), found[1:]
        return {}, found

    def read(self, blob: Blob) -> bytes:
        """The bytes of a file."""
        if self._reader is None:
            self._reader = subprocess.Popen(
                ["git", "-C", os.fspath(self.root), "cat-file", "--batch"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        assert self._reader.stdin is not None
        assert self._reader.stdout is not None
        self._reader.stdin.write(f"{blob.sha}\n".encode())
        self._reader.stdin.flush()
        head = self._reader.stdout.readline().split()
        if len(head) != 3:
            raise HistoryError(f"git does not have {blob.sha}")
        data = self._reader.stdout.read(int(head[2]))
        self._reader.stdout.read(1)
        return data

    def sizes(self, blobs: Iterable[Blob]) -> Mapping[str, int]:
        """The bytes of files, by what they are."""
        names = "".join(f"{sha}\n" for sha in {blob.sha for blob in blobs})
        output = self._git("cat-file", "--batch-check=%(objectname) %(objectsize)", given=names.encode())
        found = (line.split() for line in output.decode().splitlines())
        return {words[0]: int(words[1]) for words in found if len(words) == 2 and words[1].isdigit()}

    def close(self) -> None:
        if self._reader is not None:
            self._reader.communicate()
            self._reader = None

    def _tree(self, commit: str) -> dict[str, Blob]:
        found: dict[str, Blob] = {}
        for line in self._git("ls-tree", "-r", "-z", commit, ".").decode("utf-8", "surrogateescape").split("\0"):
            head, _, path = line.partition("\t")
            if path:
                mode, _, sha = head.split(" ")
                found[path] = Blob(mode, sha)
        return found

    def _has(self, commit: str) -> bool:
        command = ["git", "-C", os.fspath(self.root), "rev-parse", "--quiet", "--verify", commit]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def _is_partial(self) -> bool:
        command = ["git", "-C", os.fspath(self.root), "config", "--get-regexp", r"remote\..*\.promisor"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def _shallow(self) -> list[bytes]:
        path = self._git("rev-parse", "--git-path", "shallow").decode("utf-8", "surrogateescape").strip("\n")
        try:
            return (self.root / path).read_bytes().split()
        except OSError:
            return []

    def _git(self, *arguments: str, given: bytes = b"") -> bytes:
        return _git(self.root, *arguments, given=given)


def _paths(output: bytes) -> frozenset[str]:
    """What git lists with ``-z``."""
    return frozenset(path for path in output.decode("utf-8", "surrogateescape").split("\0") if path)


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What git prints. Raises HistoryError."""
    try:
        done = subprocess.run(
            ["git", "-C", os.fspath(root), *arguments], input=given, capture_output=True, check=False, timeout=600
        )
    except OSError as error:
        raise HistoryError("git is not installed: its history cannot be read") from error
    except subprocess.TimeoutExpired as error:
        raise HistoryError("git did not answer within ten minutes") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise HistoryError(said.split("\n")[0] or "git failed")
    return done.stdout


def _commits(output: str, prefix: str) -> Iterator[Commit]:
    words = iter(output.split("\0"))
    sha, time = "", 0
    changes, renames = dict[str, Blob | None](), dict[str, str]()
    for word in words:
        record = word.lstrip("\n")
        if record.startswith("commit "):
            if sha:
                yield Commit(sha, time, changes, renames)
            _, sha, seconds = record.split(" ")
            time, changes, renames = int(seconds), {}, {}
        elif record.startswith(":"):
            _, mode, _, new, status = record.split(" ")
            path = next(words).removeprefix(prefix)
            if status[0] == "R":
                old, path = path, next(words).removeprefix(prefix)
                changes.setdefault(old, None)
                renames[old] = path
            changes[path] = None if status[0] == "D" else Blob(mode, new)
    if sha:
        yield Commit(sha, time, changes, renames)
