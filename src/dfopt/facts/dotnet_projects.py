"""Projects of .NET: what their files, and those that MSBuild imports into them, say of the program that is built.

Rules: https://learn.microsoft.com/visualstudio/msbuild/customize-by-directory and
https://learn.microsoft.com/dotnet/core/project-sdk/overview.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from dfopt.expression import Expression
from dfopt.facts.installs.msbuild_targets import QUIET_TASKS
from dfopt.facts.installs.tables import xml
from dfopt.model.build_files import folders_above

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PROJECT = Expression(r".*\.(?:cs|fs|vb)proj")
SOLUTION = Expression(r".*\.slnx?")
UNREAD = "a project file, or one that it names, cannot be read"
OPEN = "what a property of a project is set to is not known"
_IN_SOLUTION = re.compile(r"\"([^\"\n]+\.(?:cs|fs|vb)proj)\"")
_ABOVE = ("Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props")
_FROM_ABOVE = Expression(r".*\bGetPathOfFileAbove\b.*")
_PLACES = re.compile(r"\$\(MSBuild(?:ThisFile|Project)Directory\)[\\/]?")
_NAMED = re.compile(r"\$\((\w+)\)")

Text = Callable[[str], str]
"""The content of a file by its path in the image; empty if there is none."""


class UnreadError(Exception):
    """What a project says is not known."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason)
        self.why = (reason, detail)


class Project(msgspec.Struct):
    """One project file, with what is imported into it."""

    path: str
    sdk: str = ""
    properties: dict[str, str] = {}
    open: set[str] = set()
    """Properties that a condition decides, or that are set by a target."""
    packages: set[str] = set()
    frameworks: set[str] = set()
    """What a FrameworkReference names."""
    references: list[str] = []
    """The projects that it refers to, by their paths."""
    targets: str = ""
    """A file with targets of its own that make, copy or run something in a build; empty if there is none."""
    texts: list[str] = []

    @property
    def name(self) -> str:
        """That of what it builds."""
        return self.value("AssemblyName") or posixpath.splitext(posixpath.basename(self.path))[0]

    def value(self, name: str) -> str:
        """A property; empty if it is not set.

        Raises UnreadError if it is not known.
        """
        if name in self.open:
            raise UnreadError(OPEN, f"{name}, in {self.path}")
        found = self.properties.get(name, "")
        for _ in range(4):
            found = _NAMED.sub(lambda each: self.properties.get(each[1], each[0]), found)
        own = posixpath.splitext(posixpath.basename(self.path))[0]
        found = found.replace("$(MSBuildProjectName)", own)
        if "$(" in found:
            raise UnreadError(OPEN, f"{name} is {found}, in {self.path}")
        return found.strip()


def closure(start: str, text: Text) -> list[Project]:
    """A project, and those that it refers to.

    Raises UnreadError.
    """
    found: dict[str, Project] = {}
    waiting = [start]
    while waiting:
        path = waiting.pop(0)
        if path not in found:
            found[path] = _project(path, text)
            waiting += found[path].references
    return list(found.values())


def of_solution(path: str, text: Text) -> list[str]:
    """The paths of the projects in a solution."""
    names = _IN_SOLUTION.findall(text(path))
    return [posixpath.normpath(posixpath.join(posixpath.dirname(path), name.replace("\\", "/"))) for name in names]


def _project(path: str, text: Text) -> Project:
    found = Project(path, properties={}, open=set(), packages=set(), frameworks=set(), references=[], texts=[])
    for above in _above(path, text, "Directory.Build.props"):
        _read(found, above, text)
    root = _read(found, path, text)
    sdks = [root.get("Sdk", ""), *(each.get("Name", "") for each in root.iter("Sdk"))]
    sdks += [each.get("Sdk", "") for each in root.iter("Import")]
    found.sdk = next((each.partition("/")[0] for each in sdks if each), "")
    for name in _ABOVE[1:]:
        for above in _above(path, text, name):
            _read(found, above, text)
    return found


def _above(path: str, text: Text, name: str) -> Iterator[str]:
    """The nearest file of a name, behind those further up that it imports."""
    found: list[str] = []
    for folder in (*reversed(folders_above(path)), "/"):
        at = posixpath.join(folder, name)
        if content := text(at):
            found.append(at)
            if "GetPathOfFileAbove" not in content:
                break
    yield from reversed(found)


def _read(found: Project, path: str, text: Text, *, is_open: bool = False) -> Element:
    """Notes what a file says; ``is_open`` says that a condition decides whether it is imported."""
    content = text(path)
    root = xml(content.removeprefix("\ufeff").strip())
    if root is None:
        raise UnreadError(UNREAD, path)
    found.texts.append(content)
    tasks = {inner.tag for each in root.iter("Target") for inner in each}
    if tasks - QUIET_TASKS or any(True for _ in root.iter("UsingTask")):
        found.targets = found.targets or path
    inside = {id(inner) for tag in ("Target", "Choose") for each in root.iter(tag) for inner in each.iter()}
    for group in root.iter("PropertyGroup"):
        _properties(found, group, is_open=is_open or id(group) in inside)
    for each in root.iter():
        name = each.get("Include") or each.get("Update") or ""
        if each.tag in ("PackageReference", "GlobalPackageReference"):
            found.packages.update(part.strip() for part in name.split(";") if part.strip())
        elif each.tag == "FrameworkReference":
            found.frameworks.add(name)
        elif each.tag == "ProjectReference" and each.get("Include"):
            found.references += _paths(path, name, text)
        elif each.tag == "Import" and each.get("Sdk") is None:
            _import(found, path, each, text, is_open=is_open)
    return root


def _properties(found: Project, group: Element, *, is_open: bool) -> None:
    for each in group:
        if is_open or group.get("Condition") is not None or each.get("Condition") is not None:
            if is_open or not _is_default(found, each):
                found.open.add(each.tag)
        else:
            found.properties[each.tag] = (each.text or "").strip()
            found.open.discard(each.tag)


def _import(found: Project, path: str, each: Element, text: Text, *, is_open: bool) -> None:
    named, condition = each.get("Project", ""), each.get("Condition") or ""
    if _FROM_ABOVE.fullmatch(named):
        return
    is_asked = re.search(r"(?i)\bexists\s*\(", condition) is not None
    try:
        imported = list(_paths(path, named, text))
    except UnreadError:
        if is_asked and "$" not in _PLACES.sub("", named):
            return
        raise
    for other in imported:
        _read(found, other, text, is_open=is_open or bool(condition and not is_asked))


def _is_default(found: Project, each: Element) -> bool:
    """True for ``Condition="'$(Name)' == ''"`` on a property that has a value already."""
    condition = (each.get("Condition") or "").replace(" ", "").replace('"', "'")
    return condition == f"'$({each.tag})'==''" and each.tag in found.properties


def _paths(path: str, written: str, text: Text) -> Iterator[str]:
    """The files that a reference names.

    Raises UnreadError if one is not there.
    """
    for part in written.split(";"):
        plain = _PLACES.sub("", part.strip()).replace("\\", "/")
        if not plain:
            continue
        at = posixpath.normpath(posixpath.join(posixpath.dirname(path), plain))
        if "$" in plain or "*" in plain or not text(at):
            raise UnreadError(UNREAD, f"{part.strip()}, in {path}")
        yield at
