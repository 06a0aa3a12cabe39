"""What one RUN leaves behind: kinds of work, and the paths and packages that it is about."""

from __future__ import annotations

from enum import Flag, auto

import msgspec

from dfopt.shell.argv import Argv
from dfopt.source import Span
from dfopt.syntax.nodes import Run


class Work(Flag):
    NOTHING = 0
    BUILDS = auto()
    """It runs a tool chain, or works with what one has left."""
    INSTALLS = auto()
    """It installs packages of the system."""
    SETS_UP = auto()
    """It makes users, folders, links: the same in whatever stage it runs."""


class Done(msgspec.Struct):
    """What one RUN does."""

    run: Run
    work: Work = Work.NOTHING
    made: dict[str, str] = {}
    """Paths that it makes by name, and the command that does."""
    makers: list[tuple[str, Span]] = []
    """The same paths, and the place of each command that makes one."""
    optional: frozenset[Span] = frozenset()
    """The commands that may not run."""
    links: dict[str, str] = {}
    """Symbolic links among them, and where they lead."""
    touched: list[str] = []
    """Paths whose mode or owner it sets."""
    removed: list[str] = []
    """Paths, and patterns of paths, that it removes."""
    folders: list[str] = []
    """Where it builds."""
    named: list[str] = []
    """Paths that its tool chain is given."""
    packages: list[str] = []
    recommended: list[str] = []
    """Those among them that came with the packages that they recommend."""
    groups: dict[str, list[str]] = {}
    """By the names that apk gives them: packages that are removed together."""
    dropped: list[str] = []
    """Packages, and groups of them, that it removes."""
    fetched: list[str] = []
    """Folders that it unpacks or clones something into."""
    scripts: list[str] = []
    """What an interpreter is given to run, by its path, or a tool chain, as it is written: no more is known of it."""
    commands: list[Argv] = []
    places: list[str] = []
    """The folder that each of the commands runs in."""
    problem: tuple[str, str] | None = None
    """Why it is not known what it leaves, if so."""

    @property
    def kept_packages(self) -> list[str]:
        """The packages that are there at its end."""
        gone = set(self.dropped)
        gone |= {name for group, names in self.groups.items() if group in gone for name in names}
        return [name for name in self.packages if name not in gone]
