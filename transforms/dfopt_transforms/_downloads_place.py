"""Where a step that downloads can stand: above the sources, and below all that may set it up."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence

import msgspec

from dfopt.facts.base_image import is_root
from dfopt.facts.copied import copied, destination
from dfopt.facts.facts import Facts
from dfopt.facts.folders import is_in
from dfopt.facts.installs.project import Refused
from dfopt.model.build_files import BuildFiles, Kind
from dfopt.model.placed import Placed
from dfopt.model.stages import Stage
from dfopt.shell.nodes import NotModelled
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Arg, Copy, Env, Instruction, Run, Shell, User, Volume
from dfopt_transforms._downloads_needs import Download, prepares_nothing

SET_UP = "what stands between the COPY and the build may set up the download"
NO_SOURCES = "no sources are copied above the build"
FOLDERS = "the COPYs go to folders that are named from different places"
NOT_OF_USER = "the user of the build cannot write into the folders that COPY makes for the manifests"
TRIGGERS = "the base image has triggers that copy or build"


class Part(msgspec.Struct, frozen=True):
    """What has to come first of a COPY."""

    copy: Copy
    placed: Placed
    needed: tuple[str, ...]
    is_whole: bool
    """True if that is all that it brings."""


class Place(msgspec.Struct, frozen=True):
    """Above which COPY the step can stand."""

    copy: Copy
    parts: tuple[Part, ...]
    stubs: tuple[str, ...]
    """The files that have to be there, and that a COPY below brings."""
    sources: Mapping[str, str]
    """The paths in the build context of what it reads."""


def place(facts: Facts, stage: Stage, run: Run, wanted: Download, files: BuildFiles) -> Place | Refused:
    """The first COPY of sources with nothing between it and the build that the download may depend on."""
    reference = facts.base(stage).reference
    if reference is not None and "onbuild" in (reference.tag or ""):
        return Refused(TRIGGERS, stage.start.image.text)
    best: Copy | None = None
    refused = Refused(NO_SOURCES)
    below: list[Copy] = []
    passed: list[Copy] = []
    for each in reversed([found for found in stage.instructions if found.span.start < run.span.start]):
        if isinstance(each, Copy) and each.flag("from") is None:
            own = copied(facts, each, files)
            if isinstance(own, Refused):
                refused = own
                break
            passed.insert(0, each)
            if any(path not in wanted.reads and _is_file(own, path, files) for path in own.paths):
                best, below = each, list(passed)
        elif problem := _barrier(facts, each, wanted, files):
            refused = problem
            break
    return refused if best is None else _place(facts, best, below, wanted, files)


def _place(facts: Facts, first: Copy, below: list[Copy], wanted: Download, files: BuildFiles) -> Place | Refused:
    """``below`` are the COPYs from the first one on."""
    parts: list[Part] = []
    brought: dict[str, str] = {}
    for each in below:
        own = copied(facts, each, files)
        if isinstance(own, Refused):
            return own
        same = {path: source for path, source in own.paths.items() if wanted.seen.paths.get(path) == source}
        needed = tuple(path for path in same if path in wanted.reads and path not in brought)
        brought |= same
        if not needed:
            continue
        text = facts.dockerfile.text(each)
        is_apart = each is first or ("$" not in text and each.destination.text.startswith("/"))
        if not is_apart and ("$" in text or facts.scope(each).workdir != facts.scope(first).workdir):
            return Refused(FOLDERS, text[:60])
        is_whole = all(path in needed for path in own.paths if _is_file(own, path, files))
        parts.append(Part(each, own, needed, is_whole))
    stubs = tuple(sorted(path for path in wanted.stubs if path in brought))
    if closed := next((each for each in stubs if _is_closed(facts, each, parts, wanted)), None):
        return Refused(NOT_OF_USER, closed)
    return Place(first, tuple(parts), stubs, {path: wanted.seen.paths[path] for path in wanted.reads})


def _is_closed(facts: Facts, stub: str, parts: Sequence[Part], wanted: Download) -> bool:
    """True if a file has to be made in a folder that a COPY of the step makes for root, by another user.

    COPY makes folders for the owner that it names, or else for root, whatever USER says (moby/buildkit, dispatchCopy).
    """
    for part in parts:
        folders = {posixpath.dirname(path) for path in part.needed} - {wanted.folder}
        if any(is_in(stub, folder) and not is_in(wanted.folder, folder) for folder in folders):
            return not _is_owner(facts, part.copy)
    return False


def _is_owner(facts: Facts, copy: Copy) -> bool:
    """True if what a COPY brings is of the user who is in force, or of a user that may be root."""
    user, owner = facts.scope(copy).user, copy.flag("chown")
    if user is None:
        return facts.base(facts.stage_of(copy)).is_root is not False
    return is_root(user) or (owner is not None and (owner.value or "").partition(":")[0] == user.partition(":")[0])


def _is_file(own: Placed, path: str, files: BuildFiles) -> bool:
    entry = own.entry(path, files)
    return entry is not None and entry.kind is not Kind.FOLDER


def _barrier(facts: Facts, each: Instruction, wanted: Download, files: BuildFiles) -> Refused | None:
    """Why the step must stand below an instruction."""
    text = facts.dockerfile.text(each)[:60]
    if isinstance(each, User | Shell | Volume):
        return Refused(SET_UP, text)
    if isinstance(each, Env | Arg):
        return Refused(SET_UP, text) if any(_counts(pair.key, wanted, files) for pair in each.pairs) else None
    if isinstance(each, Copy):
        target = destination(facts, each)
        is_of_project = target is not None and is_in(target, wanted.folder) and target not in wanted.reads
        return None if is_of_project else Refused(SET_UP, text)
    if isinstance(each, Run):
        script = facts.script(each)
        if isinstance(script, NotModelled):
            return Refused(SET_UP, text)
        quiet = all(prepares_nothing(command, wanted.row) for command in simple_commands(script))
        return None if quiet else Refused(SET_UP, text)
    return None


def _counts(name: str, wanted: Download, files: BuildFiles) -> bool:
    """True if a variable may decide about the download: the tool asks for it, or a manifest names it."""
    if re.fullmatch(wanted.row.settings, name):
        return True
    word = re.compile(rf"\b{re.escape(name)}\b".encode("utf-8", "surrogateescape"))
    return any(word.search(files.read(wanted.seen.paths[path]) or b"") for path in wanted.reads)
