"""Which code reads the files of which tool."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Final

from dfopt.facts.installs.cargo import cargo_needs
from dfopt.facts.installs.dotnet import dotnet_needs
from dfopt.facts.installs.go import go_needs
from dfopt.facts.installs.gradle import gradle_needs
from dfopt.facts.installs.maven import maven_needs
from dfopt.facts.installs.mix import mix_needs
from dfopt.facts.installs.node import node_needs
from dfopt.facts.installs.others import bundle_needs, composer_needs
from dfopt.facts.installs.project import NEEDS_SOURCES, Needs, Project, Refused
from dfopt.facts.installs.python import pip_needs, pipenv_needs, poetry_needs, uv_needs
from dfopt.facts.installs.surroundings import surroundings
from dfopt.facts.installs.wrappers import wrapper_needs
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.installs import INSTALLS, Install
from dfopt.knowledge.manager import Action
from dfopt.shell.argv import argv
from dfopt.shell.nodes import Literal, Word

REDIRECTED: Final = "a variable may name other files"

_READERS: Final[Mapping[str, Callable[[Project, PackageCall, Install], Needs | Refused]]] = {
    "npm": node_needs,
    "yarn": node_needs,
    "pnpm": node_needs,
    "pip": pip_needs,
    "poetry": poetry_needs,
    "pipenv": pipenv_needs,
    "uv": uv_needs,
    "go": go_needs,
    "bundle": bundle_needs,
    "composer": composer_needs,
    "maven": maven_needs,
    "gradle": gradle_needs,
    "cargo": cargo_needs,
    "dotnet": dotnet_needs,
    "mix": mix_needs,
}
_ROWS: Final = {row.manager: row for row in INSTALLS}


def install_needs(project: Project, call: PackageCall, base: str) -> Needs | Refused | None:
    """What a call needs of the project that it runs in; None if that is not known of the tool or of the call.

    ``base`` is the name and tag of the base image.
    """
    row = _ROWS.get(call.manager.name)
    if row is None:
        return None
    brought = _brought(project, call, row)
    around = surroundings(project, row)
    if isinstance(brought, Refused) or isinstance(around, Refused):
        return brought if isinstance(brought, Refused) else around
    brought += Needs(rewrites=_pinned(project, call, row, base))
    if re.match(row.harmless, call.text):
        return around + brought
    configured = re.match(row.configures, call.text)
    if configured:
        folders = [row.config, *row.writes, *(group for group in configured.groups() if group)]
        return Needs(project.reads([row.manifest, *row.locks, *row.reads]), project.writes(folders))
    if call.action is not Action.INSTALL:
        return None
    names = [word.value or "$" for word in call.packages if not _is_number_option(word)]
    if names and re.search(row.everywhere, call.text):
        is_known = all(re.fullmatch(row.registry, name) for name in names)
        local = next((name for name in project.names() if re.fullmatch(row.local_packages, name)), None)
        if local is not None:
            return Refused(NEEDS_SOURCES, local)
        return around + brought if is_known else Refused(NEEDS_SOURCES, call.text.strip()[:60])
    if re.search(row.everywhere, call.text):
        return Refused(NEEDS_SOURCES, "it installs the project itself")
    if (names and row.adds) or not row.manifest:
        return Refused(NEEDS_SOURCES, call.text.strip()[:60])
    for name in (*project.variables, *call.variables):
        if re.fullmatch(row.redirects, name):
            return Refused(REDIRECTED, name)
    folder = _folder(call, row)
    if folder is None:
        return Refused("the folder of the install is not written out", call.text.strip()[:60])
    inner = project.inside(folder)
    found = _READERS[row.manager](inner, call, row)
    if isinstance(found, Refused):
        return found
    around = surroundings(inner, row)
    if isinstance(around, Refused):
        return around
    brought += Needs(rewrites=_pinned(inner, call, row, base))
    found += around + brought + Needs(folders=frozenset() if folder == "." else frozenset([inner.folder]))
    if re.search(row.keeps_lock, call.text) or re.search(row.keeps_lock_in, base):
        return found
    if any(project.variables.get(name) in ("1", "true") for name in row.frozen_by):
        return found
    locks = {path for path in found.reads if posixpath.basename(path) in row.locks}
    return found + Needs(rewrites=inner.reads(row.locks) | locks)


def _brought(project: Project, call: PackageCall, row: Install) -> Needs | Refused:
    """What a script of the project reads that brings the tool, if it is called by that."""
    if row.wrapper is None or call.name != row.wrapper.name:
        return Needs()
    return wrapper_needs(project, argv(call.command).name or "", row.wrapper)


def _pinned(project: Project, call: PackageCall, row: Install, base: str) -> frozenset[str]:
    """The manifest into which the version of the tool may be written: the outermost, if none says it."""
    pinning = row.pinning
    if pinning is None or not re.search(pinning.brings, project.above):
        return frozenset()
    given = {assign.name: assign.value.value for assign in call.command.assignments}
    is_off = {**project.variables, **given}.get(pinning.switch) == "0"
    if is_off or re.search(pinning.never_in, base) or re.search(pinning.never_after, project.above):
        return frozenset()
    manifests = [path for path in project.near(row.manifest) if project.has(path)]
    is_said = any(re.search(pinning.said_by, project.text(path) or "") for path in manifests)
    return frozenset() if is_said else frozenset(manifests[-1:])


def is_of_project(call: PackageCall) -> bool:
    """True for a tool that installs what a project says that it depends on."""
    return bool(_ROWS[call.manager.name].manifest) if call.manager.name in _ROWS else False


def _is_number_option(word: Word) -> bool:
    """True for ``--jobs=$(nproc)``: what is substituted is one word, and not the name of a package."""
    first = word.parts[0] if word.value is None else None
    return isinstance(first, Literal) and re.fullmatch(r"-j|--jobs=", first.text) is not None


def _folder(call: PackageCall, row: Install) -> str | None:
    """The folder that options name; None if a variable decides."""
    words = call.text.split()
    for at, word in enumerate(words):
        option, separator, value = word.partition("=")
        if option in row.folder_options or option in row.manifest_options:
            value = value if separator else "".join(words[at + 1 : at + 2])
            if option in row.manifest_options:
                folder, _, name = value.rpartition("/")
                value = folder or ("/" if value.startswith("/") else ".") if name == row.manifest else "$"
            return None if "$" in value else value
    return "."
