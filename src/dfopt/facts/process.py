"""What the engine sets up for each RUN anew, and a RUN may change: the folder that it starts in, and its user.

In one RUN the later commands would stay in a folder that is gone, or keep the groups and the home that they had.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Hashable, Mapping
from fnmatch import fnmatchcase

from dfopt.facts import accounts
from dfopt.facts.base_image import BaseImage
from dfopt.facts.running import running
from dfopt.facts.taken_away import COMMANDS, taken_away
from dfopt.facts.values import Values
from dfopt.knowledge import shell_commands as known
from dfopt.memo import kept_by
from dfopt.model.stages import Stage
from dfopt.shell.argv import Argv
from dfopt.shell.lasting import VOLATILE
from dfopt.shell.nodes import Script, Word
from dfopt.shell.volatile import is_volatile_text
from dfopt.syntax.nodes import Workdir

FOLDER = "it may remove the folder that the next RUN starts in"
LOCALE = "it may make the locale that the shell of the next RUN starts with"
USER = "it may change the user that the next RUN runs as"

_MENTIONS = re.compile(
    rf"\b(?:{'|'.join(sorted(accounts.EDITORS | accounts.MAKERS | {*COMMANDS}))})\b|passwd|/etc|group"
    r"|/(?:dev(?!/(?:null|stdout|stderr))|proc|sys)\b"
)

_NO_WORKDIR = frozenset(
    """
    debian ubuntu alpine busybox fedora centos rockylinux almalinux oraclelinux amazonlinux archlinux buildpack-deps
    python node openjdk eclipse-temurin amazoncorretto ruby nginx rust gcc maven
    """.split()
)
"""Official images that set no WORKDIR (the Dockerfiles of docker-library/official-images)."""

_NEVER_WORKDIR = re.compile(
    r"/(?:tmp|etc|dev|proc|sys|boot|lib\w*|usr/(?:share|lib\w*|(?:local/)?s?bin|include)"
    r"|var/(?:lib|cache|log|tmp))(?:/.*)?"
    r"|/(?:root|\*\*)/\..*"
)
"""Folders that no image is known to start in."""

_GLOB = re.compile(r"[*?\[{]")


def may_change(text: str, workdir: str | None, variables: Mapping[str, str | None]) -> bool:
    """False if the text of a script shows that it changes nothing of the kind."""
    if _MENTIONS.search(text) or (workdir and is_volatile_text(workdir)):
        return True
    return any(value and name in text and is_volatile_text(value) for name, value in variables.items())


def start_folder(stage: Stage, base: BaseImage, end: int) -> str | None:
    """The folder in a stage, before a place in the file, as far as the base image decides on it.

    WORKDIRs with a relative path go on from there; None where that is not known, or a variable decides.
    """
    folder = base_folder(base)
    for found in stage.all_instructions:
        if not isinstance(found, Workdir) or found.span.start >= end:
            continue
        text = found.path.text
        if _NOT_PLAIN.search(text) or (folder is None and not text.startswith("/")):
            return None
        folder = posixpath.normpath("/" + posixpath.join(folder or "/", text).lstrip("/"))
    return folder


_NOT_PLAIN = re.compile(r"[$\\:\"']")
"""In the text of a WORKDIR: a variable, a quote, or a drive."""


def base_folder(base: BaseImage) -> str | None:
    """The folder that an image starts in: ``/`` where it is known to set none (those with triggers may)."""
    reference = base.reference
    if reference is None or reference.official not in _NO_WORKDIR or "onbuild" in (reference.tag or ""):
        return None
    return "/"


def _key(
    script: Script, workdir: str | None, user: str | None, variables: Mapping[str, str | None]
) -> tuple[Hashable, ...]:
    return id(script), workdir, user, *variables.items()


@kept_by(_key, most=1024)
def changes_process(script: Script, workdir: str | None, user: str | None, variables: Mapping[str, str | None]) -> str:
    """What a script may change of it, in words; empty if nothing. A ``workdir`` of None is one that is not known.

    A path is looked at from each folder that the script goes to; one that is not known is taken for another.
    """
    if workdir and is_volatile_text(workdir):
        return VOLATILE
    for run in running(script, workdir, variables):
        view, folders = run.view, run.folders
        taken = taken_away(view, run.values, inside=workdir is not None) if view.base in COMMANDS else ()
        if any(_may_hold(path, workdir, folders) for path in taken):
            return FOLDER
        if any(accounts.changes_user(view, folder, user, run.values) for folder in folders):
            return USER
        if _writes_volatile(view, run.values):
            return VOLATILE
    return ""


def _writes_volatile(view: Argv, values: Values) -> bool:
    """True if a path in a variable is one that is made anew for each RUN."""
    words: tuple[Word, ...] = () if view.base in known.READERS else view.words
    targets = tuple(redirect.target for redirect in view.command.redirects if ">" in redirect.operator)
    return any(
        word.value is None and is_volatile_text(text)
        for word in (*words, *targets)
        for text in values.of(word.parts) or ()
    )


def _may_hold(path: str, workdir: str | None, folders: list[str | None]) -> bool:
    """True if a path may be the folder, or one that holds it."""
    if not path:
        return False
    if path.startswith("~"):
        path = "/" if ".." in path.split("/") else "/**/" + path.partition("/")[2]
    if path.startswith("/"):
        return _holds(path, workdir)
    return any(
        ".." in path.split("/") if folder is None else _holds(posixpath.join(folder, path), workdir)
        for folder in folders
    )


def _holds(path: str, workdir: str | None) -> bool:
    path = posixpath.normpath("/" + path.lstrip("/") if path.startswith("/") else path)
    parent, name = posixpath.split(path)
    if not path.startswith("/"):
        return path == "." or name == ".."
    if workdir is None:
        return not any(_NEVER_WORKDIR.fullmatch(found) for found in (path, parent if _GLOB.search(name) else path))
    here = posixpath.normpath(workdir).strip("/").split("/")
    pattern = path.strip("/").split("/")
    return here != [""] and (pattern == [""] or _matches_head(pattern, here))


def _matches_head(pattern: list[str], path: list[str]) -> bool:
    """True if a pattern may be a path, or a folder around it; ``**`` is any number of folders."""
    reached = _past_folders(pattern, {0})
    for name in path:
        kept = {at for at in reached if at < len(pattern) and pattern[at] == "**"}
        further = {
            at + 1
            for at in reached - kept
            if at < len(pattern) and ("{" in pattern[at] or fnmatchcase(name, pattern[at]))
        }
        reached = _past_folders(pattern, kept | further)
        if len(pattern) in reached:
            return True
    return False


def _past_folders(pattern: list[str], reached: set[int]) -> set[int]:
    """The places in a pattern that are reached, and those behind a ``**`` there."""
    found: set[int] = set()
    for start in reached:
        at = start
        while at not in found:
            found.add(at)
            at += at < len(pattern) and pattern[at] == "**"
    return found
