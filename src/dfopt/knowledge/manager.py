"""What a row of the table of package managers holds.

Expressions are regular expressions: those on verbs match the whole verb ("install",
"mod download"), those on words are searched in the words of a call with a blank before and
after each.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Literal

import msgspec

NEVER = "(?!)"
"""The expression that matches nothing."""


class Action(Enum):
    """What a call does to the package index and to the cache."""

    INSTALL = "install"
    """Reads the index if there is one, and leaves downloads behind."""
    UPDATE = "update"
    """Downloads the index."""
    READ = "read"
    """Reads the index and leaves nothing."""
    SELF = "self"
    """Downloads the index, installs, and removes both again."""
    CLEAN = "clean"
    """Removes downloads, not the index."""
    PURGE = "purge"
    """Removes downloads and the index."""
    REMOVE = "remove"
    """Removes packages."""
    OTHER = "other"


class Switch(msgspec.Struct, frozen=True, kw_only=True):
    """An option that dfopt adds to a call."""

    written: str
    """Empty if it can be recognised only: not every version has it."""
    seen: str
    """On words: the call has it already, or has what excludes it."""
    place: Literal["command", "verb"] = "verb"
    """What it is written after."""
    replaces: frozenset[str] = frozenset()
    """Options that it makes useless."""


class Rival(msgspec.Struct, frozen=True, kw_only=True):
    """Another program of the same name, which must be ruled out before anything is cleaned."""

    why: str
    own_verbs: str
    """On the verb: only the program that is meant has it."""
    images: frozenset[str]
    """Official images that bring the program that is meant."""
    traces: str
    """On the text of a stage: it may bring the rival."""


class Manager(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    source: str
    """Where the facts of the row are documented."""

    # How it is called
    commands: str
    """On the base name of the command."""
    module: str = ""
    """Its name after ``python -m``."""
    companions: Mapping[str, Action] = {}
    """Other commands that use the same index, whatever their arguments."""
    value_options: frozenset[str] = frozenset()
    """Options whose value is the next word."""
    verb_is_option: bool = False

    # What its verbs do; the verb is empty if there is none
    install: str
    update: str = NEVER
    read: str = NEVER
    clean: str = NEVER
    purge: str = NEVER
    remove: str = NEVER
    dry: str = NEVER
    """On words: nothing is installed."""
    updates_first: str = NEVER
    """On words: the call downloads the index itself."""
    replaces_itself: str = NEVER
    """On words: the call brings another version of the tool, which may not run here."""
    sources_gone: str = NEVER
    """On the words of any command: it may take away the sources without which the cleanup fails."""
    sources_changed: str = NEVER
    """On the words of a command behind the call: it may change those sources."""

    # Options
    yes: Switch | None = None
    """Answers the question that an install would stop at."""
    no_cache: Switch | None = None
    lean: Mapping[str, Switch] = {}
    """By the base name of the command: keeps out what packages only recommend."""

    # What it leaves behind
    families: frozenset[str] = frozenset()
    """The families of base images that have it; empty for a tool that may be anywhere."""
    needs_root: bool = False
    """It installs as root only."""
    has_index: bool = False
    """An install fails without an index that an update downloaded."""
    index_path: str = ""
    sources_path: str = ""
    """The folder that says where its index comes from."""
    own_sources: str = NEVER
    """On words: the call reads another index than an update without them downloads, or trusts others."""
    cache_paths: tuple[str, ...] = ()
    """Without the index; ``{NAME}`` is the value of a variable."""
    defaults: Mapping[str, str] = {}
    """Variables in paths that have a value if they are not set."""
    cleanup: tuple[tuple[str, ...], ...] = ()
    """The words of each command."""
    assumes: Mapping[str, str] = {}
    """Values of variables that the paths of the cleanup are right for."""
    left_behind: int = 0
    """Bytes in an image, at the low end of what was measured; 0 if nobody measured."""
    keeps: str = ""
    """Why nothing can be gained or cleaned; empty if it can."""

    # What speaks against cleaning
    no_cache_env: Mapping[str, str] = {}
    """Variables with which nothing is left behind, and the values that say so (the whole value)."""
    own_cache_env: tuple[str, ...] = ()
    """Variables that put the cache in another place."""
    elsewhere: str = NEVER
    """On words: the cache or the root is in another place, or the call needs its cache."""
    offline: str = NEVER
    """On words: a call that needs what an earlier one left behind."""
    traces: str = NEVER
    """On the text of a later instruction: it may mean the cache."""
    read_at_run_time: bool = False
    """Programs that were built or installed with it may read from the cache when the image runs."""
    fills_for_others: str = NEVER
    """On the verb: it only fills the cache, or what it builds reads from there."""
    rival: Rival | None = None
    too_old: str = NEVER
    """On the name and tag of the base image: its version may not know the option or the cleanup, or do more with it."""
    since: Mapping[str, int] = {}
    """By family: the release since which its version is not too old."""
    brought_by: frozenset[str] = frozenset()
    """Official images with a version of their own, whatever their release."""
    upgrades_blindly: str = NEVER
    """On the same: ``upgrade`` takes the index as it is there, and does nothing without one."""
    upgrades_since: Mapping[str, int] = {}
    """By family: the release since which it does not."""
    called_by_base: str = NEVER
    """On the same: other programs of the image install with it, and take its index as it is there."""
    comes_old: str = NEVER
    """On the text of the file: it brings a version that is too old by itself."""
    linked: str = NEVER
    """On the text of the file: what is installed may be links into the cache."""
    known_in: frozenset[str] = frozenset()
    """The official images whose versions are known, if only these are cleaned; empty for a tool of any age."""

    # For cache mounts
    mounts: tuple[str, ...] = ()
    sharing: Literal["shared", "locked"] = "shared"
    mount_note: str = ""
    mount_option: Switch | None = None
    """Without it a call does not keep its downloads, or fails in a mount."""
    update_option: str = ""
    """What a call that keeps its index in a mount takes in the place of the option that keeps none."""
    moved_by_mount: str = NEVER
    """On words: the folders that a mount makes change where the call installs to."""
    setup: tuple[str, ...] = ()
    """Commands without which the system empties the mount."""
    setup_trace: str = ""
    """A text that a file has if it did that already."""
    unmountable: str = ""
    """Why no mount is written; empty if it can be."""


CACHE_FOLDER = r"\.cache/?\*?(?![\w/.-])"
"""On a text: the folder of all caches of a home, as a whole."""


def words(text: str) -> frozenset[str]:
    """The words of a text: a short way to write a set of options."""
    return frozenset(text.split())
