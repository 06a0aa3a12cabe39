"""go: what it takes to download the modules of a project, of a workspace too."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from dfopt.expression import Expression
from dfopt.facts.installs.project import NEEDS_SOURCES, UNREADABLE, Needs, Project, Refused, folders_to_root
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.installs import Install

_REPLACED: Final = Expression(r'=>\s*"?(\.{1,2}(?:/[^\s"]*)?|/[^\s"]*)"?[ \t]*$', re.MULTILINE)
_REQUIRED: Final = Expression(r"^[ \t]*require[ \t]*\(([^)]*)\)|^[ \t]*require[ \t]+([^\s(][^\n]*)$", re.MULTILINE)
_PUT_FOR: Final = Expression(r"^[ \t]*(?:replace[ \t]+)?(\S+)(?:[ \t]+v\S+)?[ \t]*=>[ \t]*([^\n]+)$", re.MULTILINE)
_OWN: Final = Expression(r'^[ \t]*module[ \t]+"?([^\s"]+)', re.MULTILINE)
_USED: Final = Expression(r"^use\s+\(([^)]*)\)|^use\s+(\S+)[ \t]*$", re.MULTILINE)
_COMMENT: Final = Expression(r"(^|\s)//.*", re.MULTILINE)

_Version: TypeAlias = tuple[str, str]
"""The path of a module, and its version; no version for a folder."""


def go_needs(project: Project, call: PackageCall, row: Install) -> Needs | Refused:
    """What ``go mod download`` reads: of a module in a folder of the project its go.mod, whose replacements count only
    if it is used by the workspace (https://go.dev/ref/mod#go-mod-file-replace)."""
    if call.verb != "mod download":
        return Refused(NEEDS_SOURCES, f"go {call.verb}")
    workspaces = (posixpath.join(folder, "go.work") for folder in folders_to_root(project.folder))
    above = next(filter(project.has, workspaces), None)
    if above is not None:
        return Refused(NEEDS_SOURCES, f"the module is in the workspace of {above}")
    names = ["go.work", "go.work.sum"] if project.has("go.work") else []
    folders = list(_used(project)) if names else ["."]
    if not folders:
        return Refused(UNREADABLE, "go.work names no modules")
    replaced = _replaced(project, "go.work", row)
    if isinstance(replaced, Refused):
        return replaced
    names += replaced
    for folder in folders:
        found = _module(project, folder, row)
        if isinstance(found, Refused):
            return found
        names += found
    sums = [name for name in names if name.endswith(".sum")]
    modules = (project.text(posixpath.join(folder, row.manifest)) or "" for folder in folders)
    has_sums = _described(project.text(name) or "" for name in sums) >= _loaded([_plain(text) for text in modules])
    return Needs(project.reads(names), rewrites=frozenset() if has_sums else project.reads(sums))


def _loaded(texts: Sequence[str]) -> set[_Version]:
    """The modules that the go.mods require, whose descriptions are downloaded to know what else is: the sum of one that
    go.sum has not is written there by any version of go (https://go.dev/doc/go1.18#go-command, "may still make changes
    to go.sum needed to load the build list")."""
    loaded: set[_Version] = set()
    own = {match[1] for text in texts for match in _OWN.finditer(text)}
    for text in texts:
        lines = (line for match in _REQUIRED.finditer(text) for line in (match[1] or match[2]).splitlines())
        put_for = {match[1].strip('"'): _version(match[2]) for match in _PUT_FOR.finditer(text)}
        required = {_version(line) for line in lines if line.strip()}
        loaded |= {put_for.get(each[0], each) for each in required if each[0] not in own}
    return {each for each in loaded if each[1]}


def _described(sums: Iterable[str]) -> set[_Version]:
    """The modules whose descriptions have a sum."""
    versions = (_version(line) for text in sums for line in text.splitlines())
    return {(path, number.removesuffix("/go.mod")) for path, number in versions if number.endswith("/go.mod")}


def _version(line: str) -> _Version:
    path, number = [*line.replace('"', "").split(), "", ""][:2]
    return path, number


def _used(project: Project) -> Iterator[str]:
    text = _plain(project.text("go.work") or "")
    for match in _USED.finditer(text):
        yield from (match[1] or match[2]).split()


def _module(project: Project, folder: str, row: Install) -> list[str] | Refused:
    """The files of a module, and the descriptions of those in folders that it is told to take."""
    path = posixpath.join(folder, row.manifest)
    if project.text(path) is None:
        return Refused(UNREADABLE, f"{posixpath.normpath(path)} is not in the build context")
    names = [path, *(posixpath.join(folder, lock) for lock in row.locks)]
    more = _replaced(project, path, row)
    return more if isinstance(more, Refused) else names + more


def _replaced(project: Project, path: str, row: Install) -> list[str] | Refused:
    """The descriptions of modules in folders that a go.mod or go.work says to take."""
    names: list[str] = []
    for local in _REPLACED.findall(_plain(project.text(path) or "")):
        inner = posixpath.join(posixpath.dirname(path), local, row.manifest)
        if local.startswith("/") or not project.has(inner):
            return Refused(NEEDS_SOURCES, f"{posixpath.basename(path)}: => {local}")
        names.append(inner)
    return names


def _plain(text: str) -> str:
    return _COMMENT.sub("", text.replace("\r\n", "\n"))
