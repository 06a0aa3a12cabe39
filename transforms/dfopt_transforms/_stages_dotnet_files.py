"""The files that a program of .NET opens beside those that are published with it.

A server looks for its settings and pages in the folder that it is started in, not in that of the program
(https://learn.microsoft.com/aspnet/core/fundamentals/#content-root): if that is the folder of the sources, these are
files of the sources.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from dfopt.facts.dotnet_projects import PROJECT
from dfopt.facts.folders import is_in
from dfopt.knowledge import dotnet as known
from dfopt.knowledge.source_code import DOTNET
from dfopt_transforms._stages_data import data
from dfopt_transforms._stages_dotnet_calls import Output
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, is_system, settings, tree_of
from dfopt_transforms._stages_reach import Reached
from dfopt_transforms._stages_source import Shown, sources
from dfopt_transforms._stages_tracked import check_ignored, check_tracked

CLIMBS = "the program looks for files above its own folder, where its sources lie"
GENERATED = "a build may make files in the folder that the program is started in"
ELSEWHERE = "a target of a project may write to a folder of its own"
_LITERAL = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"")
_UP = re.compile(r"(?:^|/)\.\.(?:/|$)")
_CLIMBS = re.compile(
    r"(?<!Contains\()(?<!IndexOf\()(?<!StartsWith\()(?<!EndsWith\()(?<!Replace\()(?<!Split\()(?<!== )@?\"\.\.[/\\]*\"|"
    r"\bTraversePath\(|\bDirectory\.GetParent\(|\bDirectoryInfo\([^;]*\)\s*\.Parent\b"
)
"""In a source: a way up that no name of a file ends."""
_TAKES_IN = re.compile(r"\b(?:Compile|Content)\s+Include\s*=\s*\"(?:\.\.|\$|/)")
"""In a project file: it has files that lie elsewhere."""
_WRITES = re.compile(
    r"\b(?:DestinationFolder|DestinationFiles|Directories|File)\s*=\s*\"/|\bCommand\s*=\s*\"[^\"]*\s/(?:opt|srv|var|usr|etc|root|home|data)/"
)
_SETTINGS = tuple(f"appsettings.{name}.json" for name in ("Production", "Development", "Staging", "Local", "Docker"))


def with_sources_of(old: Old, found: list[Output]) -> Old:
    """The stage without the files of projects that are no part of what is started, unless a project takes some in."""
    projects = {each.path: posixpath.dirname(each.path) for each in old.laid if PROJECT.fullmatch(each.path)}
    parts = {project.path for each in found for project in each.projects}
    texts = [text for each in found for project in each.projects for text in project.texts]
    if any(_TAKES_IN.search(text) for text in texts):
        return old
    ours = {projects[path] for path in parts if path in projects}
    others = set(projects.values()) - ours
    folders = [*ours, *others]

    def is_ours(path: str) -> bool:
        return tree_of(path, folders) not in others

    return msgspec.structs.replace(old, laid=[each for each in old.laid if is_ours(each.path)])


def opened(
    old: Old,
    own: Old,
    reached: Reached,
    needs: Needs,
    found: list[Output],
    trees: list[str],
    source: Shown,
    inner: dict[str, str],
) -> None:
    """Notes what lies among the sources and is opened; ``own`` is the stage without other programs.

    Raises RefusedError.
    """
    for each in (project for one in found for project in one.projects):
        if each.targets and any(_WRITES.search(text) for text in each.texts):
            raise RefusedError(ELSEWHERE, each.targets)
    _arguments(old, reached, needs)
    outputs = [each.folder for each in found]
    if all(any(is_in(folder, each) for each in outputs) for folder in _started_in(old, reached, outputs)):
        apart = "the folder that the program is started in is its own"
    elif not any(is_in(old.folder, tree) or is_in(tree, old.folder) for tree in trees):
        apart = f"a container starts in {old.folder}"
    else:
        _from_sources(old, reached, needs, found, trees, source, inner)
        return
    _named(old, own, needs, outputs, trees)
    needs.evidence.append(f"only what is named of the sources is opened: {apart}, in {source.files} files")


def _started_in(old: Old, reached: Reached, outputs: list[str]) -> set[str]:
    """The folders that programs are started in; of one that is started by itself, that of the container."""
    folders = {folder or old.folder for words, folder, _ in reached.of_dotnet if words}
    by_itself = [path for path in reached.paths if posixpath.dirname(path) in outputs and not path.endswith(".dll")]
    return {old.folder, *folders} if by_itself or not folders else folders


def _arguments(old: Old, reached: Reached, needs: Needs) -> None:
    """Files of the sources that what is started names, and scripts."""
    for path, who in reached.paths.items():
        own = [each for each in old.laid if each.copy in old.head and is_in(each.path, path)]
        if own and not is_system(path) and path != "/" and not any(is_in(path, each) for each in needs.copied):
            check_tracked(old, [path])
            needs.copy(path, f"{who} names it")


def _named(old: Old, own: Old, needs: Needs, outputs: list[str], trees: list[str]) -> None:
    """What the source, settings and ENV name of that which lies elsewhere.

    Raises RefusedError for a name that leads to all of it.
    """
    below = any(is_in(each, tree) and each != tree for each in (old.folder, *outputs) for tree in trees)
    for text, who in _texts(own):
        path = text.replace("\\\\", "/").replace("\\", "/")
        if path.startswith("/"):
            places = [posixpath.normpath(path)]
        elif _UP.search(path) and not path.startswith("http"):
            places = [posixpath.normpath(posixpath.join(at, path)) for at in (old.folder, *outputs)]
        else:
            continue
        for place in places:
            if place == "/" or any(is_in(place, each) for each in outputs) or is_system(place):
                continue
            if place in trees:
                raise RefusedError(CLIMBS, f"{text}, in {who}")
            if any(is_in(place, tree) for tree in trees) and old.is_laid(place):
                check_tracked(old, [place])
                needs.copy(place, f"{who} names it")
    for each, text in sources(own, DOTNET):
        if below and (found := _CLIMBS.search(text)):
            raise RefusedError(CLIMBS, f"{found[0]}, in {each.entry.path}")


def _texts(old: Old) -> Iterator[tuple[str, str]]:
    for each, text in sources(old, DOTNET):
        yield from ((found, each.entry.path) for found in _LITERAL.findall(text) if "/" in found or "\\" in found)
    for each in old.laid:
        if each.path.endswith(".json") and posixpath.basename(each.path).startswith("appsettings"):
            yield from ((found, each.entry.path) for found in _LITERAL.findall(old.text(each.path)))
    yield from ((value, f"ENV {name}") for name, value in settings(old).items())


def _from_sources(
    old: Old,
    reached: Reached,
    needs: Needs,
    found: list[Output],
    trees: list[str],
    source: Shown,
    inner: dict[str, str],
) -> None:
    """The container starts among the sources: what is no code there may be opened."""
    for each in (project for one in found for project in one.projects):
        if each.targets:
            raise RefusedError(GENERATED, each.targets)
    package = next((name for one in found for name in one.packages if known.GENERATES.fullmatch(name)), "")
    if package:
        raise RefusedError(GENERATED, package)
    check_ignored(old, DOTNET, [posixpath.join(old.folder, name) for name in _SETTINGS])
    outside = [tree for tree in trees if not any(is_in(tree, each.folder) for each in found)]
    data(old, reached, needs, outside, DOTNET, source, inner)
