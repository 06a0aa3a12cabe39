"""dotnet: the project files that a restore reads, and what MSBuild imports into them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

import msgspec

from dfopt.expression import Expression
from dfopt.facts.installs.msbuild_targets import task_of_restore
from dfopt.facts.installs.project import NEEDS_SOURCES, UNREADABLE, Needs, Project, Refused, folders_to_root
from dfopt.facts.installs.tables import xml_file
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.installs import Install

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PROJECT: Final = Expression(r".*\.\w+proj")
_SOLUTION: Final = Expression(r".*\.slnx?")
_IN_SOLUTION: Final = Expression(r'"([^"\n]+\.\w+proj)"')
_IMPORTED: Final = tuple(
    f"Directory.{name}"
    for name in ("Build.props", "Build.targets", "Packages.props", "Solution.props", "Solution.targets")
)
_SOURCES: Final = Expression(r"Restore\w*(Sources|FallbackFolders)|RestoreConfigFile")
_FEEDS: Final = frozenset(["packageSources", "fallbackPackageFolders"])
_WRITTEN: Final = frozenset(["globalPackagesFolder", "repositoryPath"])
"""Settings of a nuget.config whose values are folders that a restore writes
(https://learn.microsoft.com/nuget/reference/nuget-config-file)."""
_ADDRESS: Final = Expression(r"(?i:https?://.*|\$\(Restore\w*(Sources|FallbackFolders)\))?")
_LOCK: Final = "packages.lock.json"
"""Written again if it does not fit the projects, unless a restore is told to keep it
(https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files#locking-dependencies)."""
_READ: Final = frozenset(["nuget.config", "global.json"])

_FROM_ABOVE: Final = Expression(
    r"\$\(\[MSBuild\]::GetPathOfFileAbove\(\s*'?(Directory\.(Build\.(props|targets)|Packages\.props)"
    r"|\$\(MSBuildThisFile\))'?[^)]*\)?[^)]*\)\)?"
)
"""One of the files that are looked for in the folders above anyway."""

CONDITIONS: Final = "conditions of MSBuild may look at the sources"


class _Found(msgspec.Struct):
    reads: set[str]
    """Paths in the image."""
    projects: set[str]
    """Their folders."""
    packages: set[str]
    """Folders that settings have for packages."""
    roots: list[Element]
    """Of the project files, and of what they import."""
    locks: set[str]
    asks: bool = False
    """True if a condition asks which files there are."""


def dotnet_needs(project: Project, call: PackageCall, row: Install) -> Needs | Refused:
    """What ``dotnet restore`` reads: it evaluates the project files, and compiles nothing
    (https://learn.microsoft.com/dotnet/core/tools/dotnet-restore)."""
    if call.verb != "restore":
        return Refused(NEEDS_SOURCES, f"dotnet {call.verb}")
    start = _start(project, call)
    if isinstance(start, Refused):
        return start
    found = _Found(set(), set(), set(), [], set())
    problem = _solution(project, start, found) if _SOLUTION.fullmatch(start) else _project(project, start, found)
    if problem:
        return problem
    task = task_of_restore(found.roots, project.env)
    if task:
        return Refused(NEEDS_SOURCES, f"a target that it runs has a task: {task}")
    outputs = {posixpath.join(folder, name) for folder in found.projects for name in row.writes}
    writes = frozenset(outputs | found.packages)
    folders = frozenset([posixpath.dirname(start)])
    rewrites = frozenset[str]() if re.search(row.keeps_lock, call.text) else frozenset(found.locks)
    doubts = (CONDITIONS,) if found.asks else ()
    return Needs(frozenset(found.reads | found.locks), writes, doubts, rewrites, folders)


def _start(project: Project, call: PackageCall) -> str | Refused:
    """The project or solution that a call is for, by its path in the image."""
    named = next((word for word in call.packages), None)
    if named is not None and named.value is None:
        return Refused(NEEDS_SOURCES, "the project is not written out")
    path = project.at("." if named is None or named.value is None else named.value)
    if _PROJECT.fullmatch(path) or _SOLUTION.fullmatch(path):
        return path if project.has(path) else Refused(UNREADABLE, f"{path} is not in the build context")
    names = [name for name in project.names(path) if _PROJECT.fullmatch(name) or _SOLUTION.fullmatch(name)]
    if len(names) != 1:
        return Refused(UNREADABLE, f"there are {len(names)} projects in {path}")
    return posixpath.join(path, names[0])


def _solution(project: Project, path: str, found: _Found) -> Refused | None:
    found.reads.add(path)
    problem = _near(project, posixpath.dirname(path), found)
    if problem:
        return problem
    for name in dict.fromkeys(_IN_SOLUTION.findall(project.text(path) or "")):
        problem = _referred(project, path, name, name, found)
        if problem:
            return problem
    return None


def _referred(project: Project, path: str, written: str, name: str, found: _Found) -> Refused | None:
    """Reads what a file refers to: ``name`` is what was written, without the variables that say where it lies."""
    inner = posixpath.normpath(posixpath.join(posixpath.dirname(path), name.replace("\\", "/")))
    if not project.has(inner):
        return Refused(UNREADABLE, f"{written} is not in the build context")
    return _project(project, inner, found)


def _project(project: Project, path: str, found: _Found) -> Refused | None:
    """Reads a project with all that it refers to, or a file that one imports."""
    if path in found.reads:
        return None
    root = xml_file(project, path)
    if isinstance(root, Refused):
        return root
    found.reads.add(path)
    found.roots.append(root)
    folder = posixpath.dirname(path)
    if _PROJECT.fullmatch(path):
        found.projects.add(folder)
        own = f"{path}.user"  # imported by Microsoft.Common.targets
        problem = _near(project, folder, found) or (_project(project, own, found) if project.has(own) else None)
        if problem:
            return problem
    text = project.text(path) or ""
    found.asks = (
        found.asks or re.search(r"(?i)\bexists *\(|\[System\.IO|\$\(\[MSBuild\]::Get(Path|Dir)", text) is not None
    )
    for each in root.iter():
        if _SOURCES.fullmatch(each.tag) and not all(
            _ADDRESS.fullmatch(part.strip()) for part in (each.text or "").split(";")
        ):
            return Refused(NEEDS_SOURCES, f"{posixpath.basename(path)}: {each.tag} {(each.text or '').strip()}")
        name = each.get("Include") if each.tag == "ProjectReference" else None
        name = each.get("Project") if each.tag == "Import" and each.get("Sdk") is None else name
        if name is None or _FROM_ABOVE.fullmatch(name):
            continue
        plain = name.replace("$(MSBuildThisFileDirectory)", "").replace("$(MSBuildProjectDirectory)/", "")
        if set("$*;").intersection(plain):
            return Refused(NEEDS_SOURCES, f"{posixpath.basename(path)}: {name}")
        problem = _referred(project, path, name, plain, found)
        if problem:
            return problem
    return None


def _settings(project: Project, path: str, found: _Found) -> str:
    """Reads a nuget.config; gives a place of packages in it that is no address, or nothing."""
    root = xml_file(project, path)
    if isinstance(root, Refused):
        return path if (project.text(path) or "").strip() else ""
    for part in root:
        for each in part.iter("add"):
            place = each.get("value", "").strip()
            if part.tag in _FEEDS and not _ADDRESS.fullmatch(place):
                return place
            if part.tag == "config" and each.get("key") in _WRITTEN:
                found.packages.add(project.at(posixpath.join(posixpath.dirname(path), place.replace("\\", "/"))))
    return ""


def _near(project: Project, folder: str, found: _Found) -> Refused | None:
    """Reads what is looked for in the folder of a project, and in those above it."""
    found.locks |= project.reads([posixpath.join(folder, _LOCK)])
    for place in (folder, *folders_to_root(folder)):
        for name in _IMPORTED:
            path = posixpath.join(place, name)
            problem = _project(project, path, found) if project.has(path) else None
            if problem:
                return problem
        names = project.names(place) if place != "/" else []
        found.reads.update(posixpath.join(place, name) for name in names if name.lower() in _READ)
        for name in names:
            feed = _settings(project, posixpath.join(place, name), found) if name.lower() == "nuget.config" else ""
            if feed:
                return Refused(NEEDS_SOURCES, f"packages are in {feed}")
    return None
