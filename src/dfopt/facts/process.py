"""What the engine sets up for each RUN anew, and a RUN may change: the folder that it starts in, and its user.

In one RUN the later commands would stay in a folder that is gone, or keep the groups and the home that they had.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from dfopt.facts.base_image import BaseImage
from dfopt.model.stages import Stage
from dfopt.shell.argv import Argv, argv
from dfopt.shell.nodes import (
    CommandSubstitution,
    DoubleQuoted,
    Escaped,
    Literal,
    Parameter,
    Part,
    Script,
    ShellNode,
    Simple,
    SingleQuoted,
    Subshell,
)
from dfopt.shell.walk import children
from dfopt.syntax.nodes import Workdir

FOLDER = "it may remove the folder that the next RUN starts in"
USER = "it may change the user that the next RUN runs as"

_USER_COMMANDS = frozenset("usermod groupmod gpasswd adduser addgroup deluser delgroup vipw vigr".split())
_ACCOUNTS = frozenset(["/etc/passwd", "/etc/group"])
_MENTIONS = re.compile(rf"\b(?:rm|rmdir|mv|find|{'|'.join(_USER_COMMANDS)})\b|/etc/(?:passwd|group)")

_NO_WORKDIR = frozenset(
    """
    debian ubuntu alpine busybox fedora centos rockylinux almalinux oraclelinux amazonlinux archlinux buildpack-deps
    python node openjdk eclipse-temurin amazoncorretto ruby nginx
    """.split()
)
"""Official images that set no WORKDIR (the Dockerfiles of docker-library/official-images)."""

_NEVER_WORKDIR = re.compile(
    r"/(?:tmp|etc|dev|proc|sys|boot|lib\w*|usr/(?:share|lib\w*|s?bin|include)|var/(?:lib|cache|log|tmp))(?:/.*)?|/root/\..*"
)
"""Folders that no image is known to start in."""

_GLOB = re.compile(r"[*?\[{]")


def may_change(text: str) -> bool:
    """False if the text of a script shows that it changes nothing of the kind."""
    return _MENTIONS.search(text) is not None


def start_folder(stage: Stage, base: BaseImage) -> str | None:
    """The folder of a stage for which no WORKDIR is known: ``/`` where neither the file nor the base sets one."""
    at: Stage | None = stage
    while at is not None:
        if any(isinstance(found, Workdir) for found in at.instructions):
            return None
        at = at.parent
    return "/" if base.reference is not None and base.reference.official in _NO_WORKDIR else None


def changes_process(script: Script, workdir: str | None, variables: Mapping[str, str | None]) -> str:
    """What a script may change of it, in words; empty if nothing. A ``workdir`` of None is one that is not known.

    A path is looked at from each folder that the script goes to; one that is not known is taken for another.
    """
    for command, folders in _commands(script, [workdir]):
        view = argv(command)
        if view.base in ("cd", "chdir", "pushd"):
            target = _text(view.operands[0].parts, variables) if view.operands else None
            folders.append(None if target is None else posixpath.join(folders[0] or ".", target))
        elif any(_may_hold(path, workdir, folders) for path in _taken_away(view, variables)):
            return FOLDER
        elif _changes_user(view):
            return USER
    return ""


def _commands(root: ShellNode, folders: list[str | None]) -> Iterator[tuple[Simple, list[str | None]]]:
    """Every command with the folders that it may run in, a list to add to; a subshell has a copy of its own."""
    for node in children(root):
        own = [*folders] if isinstance(node, Subshell | CommandSubstitution) else folders
        if isinstance(node, Simple):
            yield node, own
        yield from _commands(node, own)


def _taken_away(view: Argv, variables: Mapping[str, str | None]) -> Iterator[str]:
    """The paths that a command takes away with all below them; ``/`` for one that is not known."""
    options = "".join(word.value or "r" for word in view.options)
    if view.base == "mv":
        operands = view.operands if "t" in options else view.operands[:-1]
    elif (
        view.base == "rmdir"
        or (view.base == "rm" and ("r" in options or "R" in options))
        or (view.base == "find" and any(word.value == "-delete" for word in view.words))
    ):
        operands = view.operands
    else:
        return
    for word in operands:
        path = _text(word.parts, variables)
        yield "/" if path is None else path


def _may_hold(path: str, workdir: str | None, folders: list[str | None]) -> bool:
    """True if a path may be the folder, or one that holds it."""
    if path.startswith("/"):
        return _holds(path, workdir)
    return any(
        ".." in path.split("/") if folder is None else _holds(posixpath.join(folder, path), workdir)
        for folder in folders
    )


def _holds(path: str, workdir: str | None) -> bool:
    path = posixpath.normpath(path)
    parent, name = posixpath.split(path)
    if not path.startswith("/"):
        return path == "." or name == ".."
    if workdir is None:
        return not any(_NEVER_WORKDIR.fullmatch(found) for found in (path, parent if _GLOB.search(name) else path))
    here = posixpath.normpath(workdir).rstrip("/") + "/"
    if _GLOB.search(path):
        return here.startswith(_GLOB.split(path)[0]) and here != _GLOB.split(path)[0]
    return here.startswith(path.rstrip("/") + "/")


def _text(parts: tuple[Part, ...], variables: Mapping[str, str | None]) -> str | None:
    """The text of a word with the Dockerfile's variables put in; None if it is not known."""
    found = ""
    for part in parts:
        value: str | None = None
        if isinstance(part, Literal | SingleQuoted | Escaped):
            value = part.text
        elif isinstance(part, DoubleQuoted):
            value = _text(part.parts, variables)
        elif isinstance(part, Parameter) and not part.operator:
            value = variables.get(part.name)
        if value is None:
            return None
        found += value
    return found


def _changes_user(view: Argv) -> bool:
    if view.base in _USER_COMMANDS:
        is_root = {"sudo", "doas"}.isdisjoint(view.wrappers)
        return not is_root or any(word.value in (None, "root", "0") for word in view.operands)
    edits = view.base == "sed" and any((word.value or "").startswith(("-i", "--in-place")) for word in view.options)
    return edits and any(word.value in _ACCOUNTS for word in view.operands)
