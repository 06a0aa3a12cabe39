"""What a conversion into two stages is made of: the parts of the old stage, and what the new one gets."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

import msgspec

from dfopt.facts.base_image import BaseImage
from dfopt.facts.facts import Facts
from dfopt.facts.folders import is_in, place
from dfopt.facts.layout import Lacking, Laid
from dfopt.facts.run_time import RunTime, has_adduser, name_of
from dfopt.facts.run_work import Done, Work
from dfopt.knowledge import build_commands as known
from dfopt.knowledge.accounts import OF_ADDUSER
from dfopt.knowledge.folders import THERE
from dfopt.knowledge.python_tools import TOOLS
from dfopt.knowledge.tool_chains import Builder
from dfopt.model.build_files import BuildFiles, folders_above
from dfopt.model.expand import expand
from dfopt.model.scope import after
from dfopt.model.stages import Stage
from dfopt.shell.argv import Argv
from dfopt.syntax.nodes import Copy, Env, Instruction, Run

Why = tuple[str, str]
"""The fixed sentence of a refusal, and what it is about."""


class RefusedError(Exception):
    """The evidence is too thin for a conversion."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.why: Why = (reason, detail)


class Old(msgspec.Struct, frozen=True):
    """The stage as it is."""

    facts: Facts
    stage: Stage
    base: BaseImage
    builder: Builder
    run_time: RunTime
    done: Sequence[Done]
    """What each RUN does."""
    laid: Sequence[Laid]
    """What comes from the build context."""
    files: BuildFiles | None
    """None if nothing does."""
    cut: int
    """How many of its instructions build."""
    folder: str
    """That a container starts in."""
    unread: tuple[Copy, ...] = ()
    """COPYs behind the cut whose files are not known."""
    lacking: Sequence[Lacking] = ()
    """What COPYs name that is not in the build context."""

    @property
    def head(self) -> tuple[Instruction, ...]:
        return self.stage.instructions[: self.cut]

    @property
    def tail(self) -> tuple[Instruction, ...]:
        return self.stage.instructions[self.cut :]

    @property
    def builds(self) -> list[Done]:
        """What the RUNs above the cut do."""
        return [each for each in self.done if each.run in self.head]

    @property
    def name(self) -> str:
        """The name of the image that it starts from."""
        return name_of(self.base)

    @property
    def on_alpine(self) -> bool:
        return re.search(r"(?:^|/)alpine\b|-alpine", self.run_time.image) is not None

    @property
    def essential(self) -> frozenset[str]:
        """The programs that the run-time image has in any case."""
        if self.on_alpine:
            return known.ESSENTIAL_ON_ALPINE
        is_same = self.run_time.image == self.stage.start.image.text
        found = known.ESSENTIAL | {"perl"} if is_same and self.base.family == "debian" else known.ESSENTIAL
        is_bare = is_same and not any(each.packages for each in self.done)
        return found if is_bare or has_adduser(self.run_time) else found - OF_ADDUSER

    def text(self, path: str) -> str:
        """The content of a file that comes from the context to a path; empty if there is none."""
        found = next((each for each in reversed(self.laid) if each.path == path), None)
        content = self.files.read(found.entry.path) if found and self.files else None
        return "" if content is None else content.decode("utf-8", "replace")

    def is_unread(self, path: str) -> bool:
        """True if a path may come from the context, which is not known."""
        folders = [place(self.facts, each, each.destination.text) for each in self.unread]
        return any(folder is None or is_in(path, folder) or is_in(folder, path) for folder in folders)

    def is_laid(self, path: str) -> bool:
        return any(is_in(each.path, path) for each in self.laid)


class Needs:
    """What the new stage gets, each with what shows that it is needed."""

    def __init__(self) -> None:
        self.copied: dict[str, str] = {}
        self.packages: dict[str, str] = {}
        self.written: dict[str, str] = {}
        """Of some of them: the name with a version, as it was installed."""
        self.recommended: list[str] = []
        """Those among them that come with what they recommend."""
        self.repeated: list[Run | Copy] = []
        """RUNs and COPYs of files of the context that both stages have."""
        self.env: dict[str, str] = {}
        """Variables that the old base sets, and the new one not, or to something else."""
        self.commands: list[str] = []
        """Commands behind the copies: ``ldconfig``, and ``command -v`` for a program that has to be there."""
        self.set_again: set[str] = set()
        """Folders whose owner or mode these commands set."""
        self.pruned = ""
        """A command at the end of the stage that builds, which takes away what only the build needs."""
        self.gains = False
        """True if something stays behind that is no package of the system."""
        self.is_assumed = False
        """True if ``/usr/local`` is copied by a convention: the new stage looks whether what is started is there."""
        self.is_read = False
        """True if the source of the program was read."""
        self.opens_none = False
        """True if the program opens no files of those that lie around it."""
        self.links_all = False
        """True if what is built may link with all libraries that are installed for it."""
        self.static = ""
        """Why it needs nothing of a system; empty if it does, or if that is not known."""
        self.evidence: list[str] = []
        self.left: list[str] = []
        """What only the build needs."""

    def copy(self, path: str, why: str) -> None:
        self.copied.setdefault(posixpath.normpath(path), why)

    def paths(self) -> list[str]:
        """The paths to copy, without those that lie in others."""
        found = list(self.copied)
        return sorted(path for path in found if not any(path != other and is_in(path, other) for other in found))

    def has(self, path: str) -> bool:
        """True if a path is copied, or lies in one that is, or holds one."""
        return any(is_in(path, other) or is_in(other, path) for other in self.copied)


def as_installer(view: Argv) -> Argv:
    """``python -m pip`` is ``pip``."""
    words = [word.value for word in view.words[:2]]
    if (view.base or "").rstrip("0123456789.") == "python" and words[:1] == ["-m"]:
        name = words[-1]
        if name in ("pip", *TOOLS):
            return msgspec.structs.replace(view, name=name, base=name, words=view.words[2:])
    return view


def in_path(old: Old, needs: Needs) -> bool:
    """True if a folder of programs that is copied comes first in PATH."""
    values = [
        (pair.value or "").strip("\"'").partition(":")[0]
        for each in old.stage.instructions
        if isinstance(each, Env)
        for pair in each.pairs
        if pair.key == "PATH"
    ]
    folders = [
        expand(value, old.facts.scope(old.stage.instructions[-1]).variables(), "\\", unset=None) for value in values
    ]
    return any(folder and any(is_in(folder, path) for path in needs.copied) for folder in folders)


def settings(old: Old) -> dict[str, str]:
    """The variables that ENV sets, with their values at the end; those with a value that is not known are left out."""
    last = old.stage.instructions[-1]
    scope = after(old.facts.scope(last), last, old.facts.dockerfile.escape).variables()
    names = [pair.key for each in old.stage.instructions if isinstance(each, Env) for pair in each.pairs]
    return {name: value for name in names if (value := scope.get(name))}


def is_removed(path: str, done: Iterable[Done]) -> bool:
    """True if one of the RUNs removes a path."""
    return any(
        fnmatchcase(part, pattern) for each in done for pattern in each.removed for part in (path, *folders_above(path))
    )


def is_system(path: str) -> bool:
    """True for a folder that belongs to the system."""
    first = path.split("/")[1] if path.startswith("/") else ""
    return path in THERE - {"/opt", "/srv"} or first in ("bin", "lib", "lib64", "sbin", "etc", "proc", "sys", "dev")


def tree_of(path: str, trees: Iterable[str]) -> str | None:
    """The innermost of some folders that a path lies in."""
    return max((tree for tree in trees if is_in(path, tree)), key=len, default=None)


def sets_up_only(each: Done) -> bool:
    return each.work is Work.SETS_UP
