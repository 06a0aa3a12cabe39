"""Maven: the POMs of a project with all its modules."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

import msgspec

from dfopt.expression import Expression
from dfopt.facts.installs.project import NEEDS_SOURCES, Needs, Project, Refused
from dfopt.facts.installs.tables import xml_file
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.installs import Install

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_GOAL: Final = Expression(
    r"(?:dependency|org\.apache\.maven\.plugins:maven-dependency-plugin(?::(?P<version>[\d.]+))?)"
    r":(go-offline|resolve|resolve-plugins)"
)
_OTHER_POM: Final = Expression(r" (-f|--file)(=\S*)? ")
_LOCAL_PLACE: Final = Expression(r"file:|\$\{(project\.)?basedir\}")
_KNOWS_REACTOR: Final = Expression(r"3\.[1-9].*|[4-9].*")
"""Older versions look for the modules of a project in a repository."""

EXTENSIONS: Final = "extensions of Maven may read the sources"


class _Poms(msgspec.Struct):
    paths: set[str]
    modules: set[str]
    """The names of the artifacts that the project itself makes."""
    used: set[str]
    """The names of those that it depends on."""


def maven_needs(project: Project, call: PackageCall, row: Install) -> Needs | Refused:
    """What ``mvn dependency:go-offline`` reads."""
    goals = [_GOAL.fullmatch(goal) for goal in call.verb.split() + [word.value or "$" for word in call.packages]]
    if not all(goals) or _OTHER_POM.search(call.text):
        return Refused(NEEDS_SOURCES, f"mvn {call.verb}")
    poms = _Poms(set(), set(), set())
    problem = _read(project, row.manifest, poms, is_module=True)
    if problem:
        return problem
    is_new = all(match and match["version"] and _KNOWS_REACTOR.fullmatch(match["version"]) for match in goals)
    if not is_new and not poms.modules.isdisjoint(poms.used):
        detail = f"modules depend on {min(poms.modules & poms.used)}, which is one of them"
        return Refused(NEEDS_SOURCES, detail)
    names = [*poms.paths, *row.reads, *_settings(call)]
    doubts = (EXTENSIONS,) if project.has(".mvn/extensions.xml") else ()
    return Needs(project.reads(names), doubts=doubts)


def _settings(call: PackageCall) -> list[str]:
    """Files that options name."""
    return re.findall(
        r" (?:-s|--settings|-gs|--global-settings|-t|--toolchains|-gt|--global-toolchains)[ =]([^\s$]\S*)", call.text
    )


def _read(project: Project, name: str, poms: _Poms, *, is_module: bool) -> Refused | None:
    """Reads a POM with its parent and, if it is a module itself, with its modules."""
    if name in poms.paths:
        return None
    root = xml_file(project, name)
    if isinstance(root, Refused):
        return root
    poms.paths.add(name)
    folder = posixpath.dirname(name)
    local = next((each for each in root.iter() if _is_local(each)), None)
    if local is not None:
        return Refused(NEEDS_SOURCES, f"{name}: {local.tag} {(local.text or '').strip()}")
    above = _parent(root)
    if above and project.has(path := _file(project, posixpath.join(folder, above))):
        problem = _read(project, path, poms, is_module=False)
        if problem:
            return problem
    _note(root, poms, is_module=is_module)
    for each in root.iterfind(".//modules/module") if is_module else ():
        module = (each.text or "").strip()
        if "$" in module:
            return Refused(NEEDS_SOURCES, f"{name}: module {module}")
        problem = _read(project, _file(project, posixpath.join(folder, module)), poms, is_module=True)
        if problem:
            return problem
    return None


def _is_local(element: Element) -> bool:
    """True if it names a file of the project, or asks whether there is one."""
    if element.tag in ("systemPath", "exists", "missing"):
        return True
    return element.tag == "url" and _LOCAL_PLACE.search(element.text or "") is not None


def _parent(root: Element) -> str:
    """Where the parent is looked for; empty if not in the project (https://maven.apache.org/pom.html#inheritance)."""
    parent = root.find("parent")
    if parent is None:
        return ""
    place = parent.find("relativePath")
    return "../pom.xml" if place is None else (place.text or "").strip()


def _file(project: Project, path: str) -> str:
    """A POM: the path may be that of its folder."""
    plain = posixpath.normpath(path)
    return plain if plain.endswith(".xml") and project.has(plain) else posixpath.join(plain, "pom.xml")


def _note(root: Element, poms: _Poms, *, is_module: bool) -> None:
    own = root.find("artifactId")
    if is_module and own is not None and root.findtext("packaging", "jar").strip() != "pom":
        poms.modules.add((own.text or "").strip())
    for kind in ("dependency", "plugin", "extension"):
        poms.used.update((each.findtext("artifactId") or "").strip() for each in root.iter(kind))
