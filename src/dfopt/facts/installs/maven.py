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
_ADDRESS: Final = Expression(r"(?!file:)[\w+.-]+://")
_PROPERTY: Final = Expression(r"\$\{([^{}]+)\}")
_DEEPEST: Final = 10
"""Of properties that stand for each other."""
_SETTINGS: Final = Expression(r"(?:^|\s)(?:-s|--settings|-gs|--global-settings)(?:\s+|=)([^\s$]+)")
_USUAL_SETTINGS: Final = (".m2/settings.xml", "/usr/share/maven/conf/settings.xml")
"""Seen from the home of who calls it (https://maven.apache.org/settings.html)."""
_KNOWS_REACTOR: Final = Expression(r"3\.[1-9].*|[4-9].*")
"""Older versions look for the modules of a project in a repository."""

EXTENSIONS: Final = "extensions of Maven may read the sources"


class _Poms(msgspec.Struct):
    paths: set[str]
    modules: set[str]
    """The names of the artifacts that the project itself makes."""
    used: set[str]
    """The names of those that it depends on."""
    places: list[tuple[str, str]]
    """Where packages are looked for, with the file that says so."""
    properties: dict[str, set[str]]


def maven_needs(project: Project, call: PackageCall, row: Install) -> Needs | Refused:
    """What ``mvn dependency:go-offline`` reads."""
    goals = [_GOAL.fullmatch(goal) for goal in call.verb.split() + [word.value or "$" for word in call.packages]]
    if not all(goals) or _OTHER_POM.search(call.text):
        return Refused(NEEDS_SOURCES, f"mvn {call.verb}")
    poms = _Poms(set(), set(), set(), [], {})
    problem = _read(project, row.manifest, poms, is_module=True)
    problem = problem or _read_settings(project, call, row, poms) or _at_place(poms)
    if problem:
        return problem
    is_new = all(match and match["version"] and _KNOWS_REACTOR.fullmatch(match["version"]) for match in goals)
    if not is_new and not poms.modules.isdisjoint(poms.used):
        detail = f"modules depend on {min(poms.modules & poms.used)}, which is one of them"
        return Refused(NEEDS_SOURCES, detail)
    names = [*poms.paths, *row.reads, *_settings(call)]
    doubts = (EXTENSIONS,) if any(map(project.has, project.near(".mvn/extensions.xml"))) else ()
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
    _note_places(root, name, poms)
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


def _read_settings(project: Project, call: PackageCall, row: Install, poms: _Poms) -> Refused | None:
    """Reads the files of settings that the COPYs bring."""
    config = "\n".join(project.text(name) or "" for name in project.near(*row.settings))
    home = project.variables.get("HOME") or "/root"
    usual = (posixpath.join(home, name) for name in _USUAL_SETTINGS)
    for name in (*_SETTINGS.findall(call.text), *_SETTINGS.findall(config), *usual):
        root = xml_file(project, name) if project.has(name) else None
        if isinstance(root, Refused):
            return root
        if root is not None:
            _note_places(root, name, poms)
            poms.places += [(name, each.findtext("url", "")) for each in root.iter("mirror")]
    return None


def _note_places(root: Element, name: str, poms: _Poms) -> None:
    for kind in ("repositories/repository", "pluginRepositories/pluginRepository"):
        poms.places += [(name, each.findtext("url", "")) for each in root.iterfind(f".//{kind}")]
    for each in (inner for found in root.iter("properties") for inner in found):
        poms.properties.setdefault(each.tag, set()).add((each.text or "").strip())


def _at_place(poms: _Poms) -> Refused | None:
    """A repository that may lie in the project."""
    for name, place in poms.places:
        if _may_be_local(place.strip(), poms):
            return Refused(NEEDS_SOURCES, f"{name}: url {place.strip()}")
    return None


def _may_be_local(place: str, poms: _Poms, depth: int = 0) -> bool:
    """True unless it is an address, with its properties in each of their values."""
    if not place or _ADDRESS.match(place):
        return False
    property_ = _PROPERTY.match(place)
    if property_ is None or depth > _DEEPEST:
        return True
    values = poms.properties.get(property_[1], {"."})
    return any(_may_be_local(value + place[property_.end() :], poms, depth + 1) for value in values)


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
