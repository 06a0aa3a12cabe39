"""Where the files of the build context come to lie in a stage."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

import msgspec

from dfopt.facts.facts import Facts
from dfopt.facts.folders import place
from dfopt.knowledge.build_commands import SCRATCH
from dfopt.model.build_files import BuildFiles, Entry, Kind
from dfopt.model.copy_sources import is_remote
from dfopt.model.expand import expand
from dfopt.model.stages import Stage
from dfopt.syntax.nodes import Add, Copy, Workdir

ARCHIVE = "ADD unpacks an archive"
UNKNOWN = "where a COPY puts its files is not known"
_ARCHIVES = (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst")


class Laid(msgspec.Struct, frozen=True):
    """A file or folder of the context and where it is in the image."""

    path: str
    entry: Entry
    copy: Copy


def laid_out(facts: Facts, stage: Stage, files: BuildFiles, folder: str = "") -> list[Laid] | str:
    """What COPY and ADD bring from the context, in order; a fixed sentence if that is not known.

    ``folder`` is the one that the base image starts in, where somebody knows it.
    """
    found: list[Laid] = []
    for instruction in stage.instructions:
        if isinstance(instruction, Copy) and instruction.flag("from") is None:
            own = _of_copy(facts, instruction, files, folder)
            if isinstance(own, str):
                return own
            found += own
    return found


class Lacking(msgspec.Struct, frozen=True):
    """What an instruction names of the context, and is not there: a build stops without it."""

    source: str
    path: str
    """Where it comes to if it is a file."""
    target: str
    """Where what is in it comes to if it is a folder."""
    copy: Copy


def lacking(facts: Facts, stage: Stage, files: BuildFiles, folder: str = "") -> list[Lacking]:
    """The sources of COPY and ADD that the context lacks: this is not all that a build gets.

    A pattern may match nothing, so that none is among them. The layout of the stage must be known.
    """
    found: list[Lacking] = []
    for copy in (each for each in stage.instructions if isinstance(each, Copy) and each.flag("from") is None):
        given = _given(facts, copy, folder)
        if given is None:
            continue
        for text in given.texts:
            if not (_PATTERN.search(text) or _is_root(text) or files.reach(text)):
                inner = posixpath.join(given.target, posixpath.basename(text.rstrip("/")))
                found.append(Lacking(text, inner if given.into else given.target, given.target, copy))
    return found


_PATTERN = re.compile(r"[*?\[\\]")


class _Given(msgspec.Struct, frozen=True):
    """What an instruction says: sources of the context, and where they come to."""

    texts: list[str]
    target: str
    into: bool
    """True if files keep their names."""


def _given(facts: Facts, copy: Copy, folder: str) -> _Given | None:
    """None if that is not known."""
    target = place(facts, copy, copy.destination.text)
    if target is None and folder and not _has_folder(facts, copy) and "$" not in copy.destination.text:
        target = posixpath.normpath(posixpath.join(folder, copy.destination.text))
    if target is None or "\1" in target or any(flag.name in ("parents", "exclude") for flag in copy.flags):
        return None
    heredocs = {heredoc.opener.start for heredoc in copy.heredocs}
    texts: list[str] = []
    for source in copy.sources:
        if source.span.start in heredocs or (isinstance(copy, Add) and is_remote(source.text)):
            continue
        text = expand(source.text, facts.scope(copy).variables(), facts.dockerfile.escape, unset=None)
        if text is None and not SCRATCH.fullmatch(target):
            return None
        if text is not None:
            texts.append(text)
    into = copy.destination.text.rstrip("\"'").endswith(("/", "/.")) or copy.destination.text in (".", "./", "..")
    return _Given(texts, target, into or len(copy.sources) > 1)


def _of_copy(facts: Facts, copy: Copy, files: BuildFiles, folder: str) -> list[Laid] | str:
    given = _given(facts, copy, folder)
    if given is None:
        return UNKNOWN
    target = given.target
    tops = [top for text in given.texts for top in _tops(files.select(text))]
    found: list[Laid] = []
    for text in given.texts:
        selected = files.select(text)
        root = _is_root(text)
        for top in [None] if root else _tops(selected):
            if top is not None and top.kind is not Kind.FOLDER:
                if isinstance(copy, Add) and top.path.endswith(_ARCHIVES):
                    return ARCHIVE
                name = posixpath.basename(top.path)
                is_inside = given.into or len(tops) > 1
                found.append(Laid(posixpath.join(target, name) if is_inside else target, top, copy))
                continue
            above = "" if top is None else f"{top.path}/"
            found += (
                Laid(posixpath.join(target, entry.path[len(above) :]), entry, copy)
                for entry in selected
                if entry is not top and entry.path.startswith(above)
            )
    return found


def _has_folder(facts: Facts, copy: Copy) -> bool:
    """True if a WORKDIR stands above."""
    stage = facts.stage_of(copy)
    return any(isinstance(each, Workdir) and each.span.start < copy.span.start for each in stage.instructions)


def _is_root(text: str) -> bool:
    return posixpath.normpath("/" + text) == "/"


def _tops(selected: Sequence[Entry]) -> Iterator[Entry]:
    """Those that no other one of them holds."""
    folders = {entry.path for entry in selected if entry.kind is Kind.FOLDER}
    for entry in selected:
        above = entry.path
        while (above := posixpath.dirname(above)) and above not in folders:
            pass
        if not above:
            yield entry
