"""cargo: the manifests of a workspace, and the sources without which it takes none of them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final, cast

import msgspec

from dfopt.expression import Expression
from dfopt.facts.installs.project import NEEDS_SOURCES, Needs, Project, Refused, folders_to_root
from dfopt.facts.installs.tables import Table, items, table, toml_file
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.installs import Install

_OTHER_MANIFEST: Final = Expression(r" --manifest-path(=\S*)? ")
_KINDS: Final = (("bin", "src/bin"), ("example", "examples"), ("test", "tests"), ("bench", "benches"))
_MAIN: Final = ("src/main.rs", "src/lib.rs")


class _Found(msgspec.Struct):
    manifests: set[str]
    sources: set[str]


def cargo_needs(project: Project, call: PackageCall, row: Install) -> Needs | Refused:
    """What ``cargo fetch`` reads. It looks into no source, but a package without any, or without one that its manifest
    names without a path, is refused (cargo 1.65 does so; https://doc.rust-lang.org/cargo/reference/cargo-targets.html).
    """
    if call.verb != "fetch" or _OTHER_MANIFEST.search(call.text):
        return Refused(NEEDS_SOURCES, f"cargo {call.verb}")
    folders = (project.folder, *folders_to_root(project.folder))
    config = " ".join(project.text(posixpath.join(each, name)) or "" for each in folders for name in row.settings)
    if "[source" in config or "paths" in config:
        return Refused(NEEDS_SOURCES, "the configuration of cargo names other sources of crates")
    root = toml_file(project, row.manifest)
    if isinstance(root, Refused):
        return root
    manifests = (posixpath.join(folder, "Cargo.toml") for folder in folders_to_root(project.folder))
    above = next((path for path in manifests if "[workspace" in (project.text(path) or "")), None)
    if above is not None:
        return Refused(NEEDS_SOURCES, f"the package is in the workspace of {above}")
    found = _Found(set(), set())
    for folder in (".", *_members(project, root)):
        problem = _read(project, folder, found)
        if problem:
            return problem
    return Needs(project.reads([*found.manifests, *found.sources, *row.locks, *row.reads]))


def _members(project: Project, root: Table) -> Iterator[str]:
    """The folders that the workspace names, patterns too."""
    workspace = table(root.get("workspace"))
    excluded = [str(each) for each in items(workspace.get("exclude"))]
    start = f"{project.folder.rstrip('/')}/"
    manifests = [path for path in project.below(".") if posixpath.basename(path) == "Cargo.toml"]
    folders = [posixpath.dirname(path.removeprefix(start)) for path in manifests]
    for pattern in map(str, items(workspace.get("members"))):
        plain = posixpath.normpath(pattern)
        if not set("*?[").intersection(plain):
            yield plain
            continue
        for folder in folders:
            same = folder.count("/") == plain.count("/") and fnmatchcase(folder, plain)
            if same and folder not in excluded:
                yield folder


def _read(project: Project, folder: str, found: _Found) -> Refused | None:
    """Reads a package, and those in folders that it depends on."""
    name = posixpath.normpath(posixpath.join(folder, "Cargo.toml"))
    if name in found.manifests:
        return None
    said = toml_file(project, name)
    if isinstance(said, Refused):
        return Refused(NEEDS_SOURCES, f"a dependency is at {folder}") if not project.has(name) else said
    found.manifests.add(name)
    if "package" in said or "project" in said:
        sources = _sources(project.inside(folder), said)
        if isinstance(sources, Refused):
            return sources
        found.sources.update(posixpath.normpath(posixpath.join(folder, each)) for each in sources)
    for path in _paths(said):
        problem = _read(project, posixpath.normpath(posixpath.join(folder, path)), found)
        if problem:
            return problem
    return None


def _paths(said: object) -> Iterator[str]:
    """Where the dependencies of a manifest lie that have a path, those of targets, patches and the workspace too."""
    for name, value in table(said).items():
        if name.replace("_", "-") in ("dependencies", "dev-dependencies", "build-dependencies", "replace"):
            yield from _local(value)
        elif name == "patch":
            for registry in items(value):
                yield from _local(registry)
        elif name == "target":
            for target in items(value):
                yield from _paths(target)
        elif name == "workspace":
            yield from _paths(value)


def _local(dependencies: object) -> Iterator[str]:
    for value in items(dependencies):
        path = table(value).get("path")
        if isinstance(path, str):
            yield path


def _sources(project: Project, said: Table) -> set[str] | Refused:
    """The sources that have to be there: those of targets that are named without a path, and one of any."""
    found: set[str] = set()
    package = table(said.get("package", said.get("project")))
    name = str(package.get("name", ""))
    lib = said.get("lib")
    if isinstance(lib, dict) and "path" not in lib:
        found.add("src/lib.rs")
    for kind, folder in _KINDS:
        for target in map(table, _listed(said.get(kind))):
            if "path" in target:
                continue
            source = _target(project, kind, folder, str(target.get("name", "")), name)
            if source is None:
                return Refused(NEEDS_SOURCES, f"the {kind} {target.get('name')} is not found")
            found.add(source)
    found |= {each for each in _MAIN if project.has(each)}
    default = package.get("default-run")
    if isinstance(default, str) and (source := _target(project, "bin", "src/bin", default, name)):
        found.add(source)
    if found or _has_paths(said):
        return found
    first = next((path for path in project.below("src/bin") if path.endswith(".rs")), None)
    return {first} if first else Refused(NEEDS_SOURCES, f"the package {name} has no sources")


def _has_paths(said: Mapping[str, object]) -> bool:
    return any("path" in table(each) for each in (said.get("lib"), *_listed(said.get("bin"))))


def _listed(found: object) -> list[object]:
    """A list; an empty one for anything else."""
    return items(cast("object", found)) if isinstance(found, list) else []


def _target(project: Project, kind: str, folder: str, name: str, package: str) -> str | None:
    choices = [f"{folder}/{name}.rs", f"{folder}/{name}/main.rs"]
    if kind == "bin" and name == package:
        choices.insert(0, "src/main.rs")
    return next((each for each in choices if project.has(each)), None)
