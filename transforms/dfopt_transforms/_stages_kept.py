"""What a container needs of the folders that a program is built in: what is made by name, unpacked, may be opened."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator

from dfopt.facts.built import UNKNOWN
from dfopt.facts.folders import is_in, place
from dfopt.facts.run_work import Done
from dfopt.knowledge import build_commands as known
from dfopt.model.build_files import Kind
from dfopt.model.copy_sources import is_remote
from dfopt.syntax.nodes import Add
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, is_removed, is_system, tree_of
from dfopt_transforms._stages_reach import Reached
from dfopt_transforms._stages_tracked import check_tracked

ROOT = "files of the program lie in the root of the file system"
FETCHED = "something is unpacked into a folder of the system"
DOWNLOADED = "where something that is fetched comes to is not known"


def brought(old: Old, needs: Needs) -> None:
    """Files of the context that come into folders of the system: scripts and configuration."""
    for each in old.laid:
        folder = posixpath.dirname(each.path)
        if each.copy not in old.head or each.entry.kind is Kind.FOLDER:
            continue
        if folder == "/":
            raise RefusedError(ROOT, each.path)
        if is_system(folder) and not (known.SCRATCH.fullmatch(each.path) or is_removed(each.path, old.done)):
            check_tracked(old, [each.path])
            needs.copy(each.path, f"{each.entry.path} comes there")


def trees_of(old: Old) -> list[str]:
    """The folders that a tool chain works in, and those that sources come to."""
    found = {folder for each in old.builds for folder in each.folders}
    for each in old.laid:
        if each.copy in old.head:
            found.add(posixpath.dirname(each.path))
    kept = {folder for folder in found if folder.startswith("/") and not is_system(folder)}
    return sorted(folder for folder in kept if not any(folder != other and is_in(folder, other) for other in kept))


def made(old: Old, needs: Needs, trees: list[str]) -> dict[str, str]:
    """Notes what a RUN above the cut makes by name, and none removes; gives what lies among the sources, and how.

    Raises RefusedError.
    """
    builds = [folder for each in old.builds for folder in each.folders]
    given = {path for each in old.builds for path in each.named}
    made = {path: (how, each) for each in old.builds for path, how in each.made.items()}
    inner: dict[str, str] = {}
    for path, (how, each) in made.items():
        if is_removed(path, old.done) or path in needs.copied or each.run in needs.repeated:
            continue
        if how == "mkdir":
            holds = any(is_in(other, path) for other in (*builds, *made, *given) if other != path)
            if holds or path in given or path in builds or is_system(path) or _is_for_sources(old, each, path):
                continue
        if is_fetched_only(path, how, given):
            continue
        tree = tree_of(path, trees)
        if tree == path:
            continue
        if tree is not None and how in _INNER and not _is_output(path, each):
            if how in _BRINGS and path not in given:
                if "$" in path:
                    raise RefusedError(UNKNOWN, path)
                inner[path] = how
            continue
        if path in each.links and is_in(path, "/usr"):
            raise RefusedError("a link is made together with what is built", path)
        needs.copy(path, f"{how} makes it, and nothing removes it")
    for path in added(old):
        if path not in given and tree_of(path, trees) is not None:
            inner[path] = "ADD"
        elif path not in given:
            needs.copy(path, "ADD fetches it")
    return inner


def is_fetched_only(path: str, how: str, given: Collection[str]) -> bool:
    """True for what is downloaded for another command, which unpacks or installs it.

    Raises RefusedError if its name is not known.
    """
    if how not in _DOWNLOADS:
        return False
    if path in given or known.PACKED.fullmatch(path):
        return True
    if "$" in path:
        raise RefusedError(DOWNLOADED, path)
    return False


_DOWNLOADS = frozenset({"curl", "wget"})
_BRINGS = frozenset("touch tee curl wget mv cp".split())
"""What puts files into these folders that no tool chain asks for."""


def added(old: Old) -> Iterator[str]:
    """What ADD fetches above the cut, if no RUN removes it.

    Raises RefusedError.
    """
    for each in (each for each in old.head if isinstance(each, Add)):
        for source in each.sources:
            if not is_remote(source.text):
                continue
            target = place(old.facts, each, each.destination.text)
            name = posixpath.basename(source.text)
            is_folder = each.destination.text.endswith("/") or len(each.sources) > 1 or each.destination.text == "."
            has_name = known.PLAIN_NAME.fullmatch(name) is not None or not is_folder
            if target is None or "$" in target or not source.text.startswith("http") or not has_name:
                raise RefusedError(DOWNLOADED, source.text)
            path = posixpath.normpath(posixpath.join(target, name) if is_folder else target)
            if not known.SCRATCH.fullmatch(path) and not is_removed(path, old.done):
                yield path


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
