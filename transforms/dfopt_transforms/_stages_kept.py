"""What a container needs of the folders that a program is built in: what is made by name, unpacked, may be opened."""

from __future__ import annotations

import posixpath
import re

from dfopt.facts.folders import is_in
from dfopt.facts.run_work import Done
from dfopt.knowledge import build_commands as known
from dfopt.knowledge.source_code import Language
from dfopt.model.build_files import Kind
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, is_removed, is_system, tree_of
from dfopt_transforms._stages_reach import Reached
from dfopt_transforms._stages_source import Shown, data_files

ROOT = "files of the program lie in the root of the file system"
FETCHED = "something is unpacked into a folder of the system"
TOO_MANY = "too many files would have to be copied one by one"
_MOST_PATHS = 12


def brought(old: Old, needs: Needs) -> None:
    """Files of the context that come into folders of the system: scripts and configuration."""
    for each in old.laid:
        folder = posixpath.dirname(each.path)
        if each.copy not in old.head or each.entry.kind is Kind.FOLDER:
            continue
        if folder == "/":
            raise RefusedError(ROOT, each.path)
        if is_system(folder) and not (known.SCRATCH.fullmatch(each.path) or is_removed(each.path, old.done)):
            needs.copy(each.path, f"{each.entry.path} comes there")


def trees_of(old: Old) -> list[str]:
    """The folders that a tool chain works in, and those that sources come to."""
    found = {folder for each in old.builds for folder in each.folders}
    for each in old.laid:
        if each.copy in old.head:
            found.add(posixpath.dirname(each.path))
    kept = {folder for folder in found if folder.startswith("/") and not is_system(folder)}
    return sorted(folder for folder in kept if not any(folder != other and is_in(folder, other) for other in kept))


def made(old: Old, needs: Needs, trees: list[str]) -> None:
    """What a RUN above the cut makes by name, and none removes."""
    builds = [folder for each in old.builds for folder in each.folders]
    given = {path for each in old.builds for path in each.named}
    made = {path: (how, each) for each in old.builds for path, how in each.made.items()}
    for path, (how, each) in made.items():
        if is_removed(path, old.done) or path in needs.copied or each.run in needs.repeated:
            continue
        if how == "mkdir":
            holds = any(is_in(other, path) for other in (*builds, *made, *given) if other != path)
            if holds or path in given or path in builds or is_system(path) or _is_for_sources(old, each, path):
                continue
        tree = tree_of(path, trees)
        if tree is not None and how in _INNER and not _is_output(path, each):
            continue
        if tree == path:
            continue
        if path in each.links and is_in(path, "/usr"):
            raise RefusedError("a link is made together with what is built", path)
        needs.copy(path, f"{how} makes it, and nothing removes it")


def _is_for_sources(old: Old, each: Done, path: str) -> bool:
    """True for a folder that is made for sources to come to."""
    laid = [laid for laid in old.laid if laid.copy in old.head and laid.copy.span.start > each.run.span.start]
    return any(is_in(other.path, path) and _CODE.fullmatch(other.path) for other in laid)


_CODE = re.compile(r".*\.(?:java|kts?|scala|groovy|gradle|go|rs|c|cc|cpp|h|hpp|hs|pas|f90|ml|zig|nim)")


_INNER = (known.MAKES_PROGRAMS - {"go"}) | frozenset("touch sed tee javac jar tar unzip git curl wget mv cp".split())
"""What makes files of a build in the folders that it works in."""


def _is_output(path: str, each: Done) -> bool:
    is_between = re.search(r"\.(o|a|d|class|txt|log|out|tmp)$", path) is not None
    return not is_between and each.made.get(path, "") in known.MAKES_PROGRAMS


def fetched(old: Old, reached: Reached, needs: Needs) -> None:
    """Folders with what was unpacked or cloned: nobody knows which of these files a program reads."""
    runs = [each for each in old.builds if any(view.base in _TOOL_CHAINS for view in each.commands)]
    builds = {folder for each in runs for folder in each.folders}
    for folder in (folder for each in old.builds for folder in each.fetched):
        if known.SCRATCH.fullmatch(folder) or is_removed(folder, old.done):
            continue
        is_used = is_in(old.folder, folder) or any(is_in(path, folder) for path in reached.paths)
        if not is_used and any(is_in(at, folder) for at in builds):
            needs.evidence.append(f"nothing leads to {folder}: a container starts in {old.folder}")
        elif not folder.startswith("/") or (is_system(folder) and folder != "/usr/local") or folder == "/usr/local":
            raise RefusedError(FETCHED, folder)
        else:
            needs.copy(folder, "something was unpacked there, and nothing removes it")


_TOOL_CHAINS = frozenset("go cargo make cmake gcc g++ cc c++ mvn gradle javac ninja meson".split())


def may_build(old: Old, tree: str) -> bool:
    return any(is_in(folder, tree) for each in old.builds for folder in each.folders)


def data(old: Old, needs: Needs, trees: list[str], language: Language, source: Shown) -> None:
    """The files of the sources that are neither code nor a description of the build."""
    name = language.name
    if not source.files:
        return
    if not source.reads and not source.libraries:
        needs.evidence.append(f"the program opens no files: no call that does in {source.files} files of {name}")
        return
    inputs = [path for each in old.builds for path in each.named]
    who = source.reads or source.libraries
    for tree in trees:
        if not _is_reached(old, tree, language):
            needs.evidence.append(f"nothing leads to {tree}: a container starts in {old.folder}")
            continue
        for path in data_files(old, language, tree, inputs):
            if not is_removed(path, old.done):
                needs.copy(path, f"{who} may open it: it is neither code nor part of the build")
    if len(needs.paths()) > _MOST_PATHS:
        raise RefusedError(TOO_MANY, f"{len(needs.paths())} paths")


def _is_reached(old: Old, tree: str, language: Language) -> bool:
    """True if relative paths lead to a folder, or the source names it."""
    if is_in(old.folder, tree) or is_in(tree, old.folder):
        return True
    return any(
        tree in old.text(each.path)
        for each in old.laid
        if language.sources.fullmatch(posixpath.basename(each.path)) and not each.path.endswith("/go.sum")
    )
