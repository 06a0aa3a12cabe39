"""Whether a package manager can be called once more at the end of a script."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.facts.facts import Facts
from dfopt.facts.package_state import is_within
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.package_managers import Action
from dfopt.knowledge.programs import REMOVERS
from dfopt.shell.argv import Argv, argv
from dfopt.shell.nodes import Script, Word
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Run

_PROGRAM_FOLDERS = ("/usr/local/bin", "/usr/local/lib", "/usr/bin", "/usr/lib", "/opt", "/usr/local/node", "/root/.nvm")


def tool_gone(facts: Facts, run: Run, script: Script, call: PackageCall) -> str:
    """What behind a call may remove the tool that it used, or the folder that it ran in; empty if nothing does."""
    for other in facts.calls(run):
        comes_later = other.command.span.start > call.command.span.start
        if other.action is Action.REMOVE and comes_later and _may_remove(other, call):
            return f"{other.name} {other.verb} comes later"
    commands = [argv(found) for found in simple_commands(script)]
    moves = any(view.base in ("cd", "pushd") for view in commands)
    for view in commands:
        if view.command.span.start <= call.command.span.start:
            continue
        if any(_may_be(word, call) for word in _removed_packages(view)):
            return f"{view.base} comes later"
        if view.base in ("rm", "mv") and any(_may_take_away(facts, run, word.value, moves) for word in view.operands):
            return f"{view.base} comes later"
    return ""


def _removed_packages(view: Argv) -> Iterator[Word]:
    """What ``rpm -e`` and ``dpkg -r`` remove."""
    options = REMOVERS.get(view.base or "", frozenset())
    if any(word.value in options for word in view.words):
        yield from view.operands


def _may_remove(removal: PackageCall, call: PackageCall) -> bool:
    """True if a removal of packages may remove the tool of a call."""
    return removal.manager is not call.manager or any(_may_be(word, call) for word in removal.packages)


def _may_be(package: Word, call: PackageCall) -> bool:
    return package.value is None or package.value.startswith(call.manager.name)


def _may_take_away(facts: Facts, run: Run, path: str | None, moves: bool) -> bool:
    """True if removing a path may take the tool or the current folder away."""
    if path is None:
        return True
    if path.startswith("/"):
        workdir = facts.scope(run).workdir
        here = moves or workdir is None or is_within(workdir, path.removesuffix("/*"))
        plain = path.startswith(("/var/", "/tmp/", "/usr/share/", "/root/.", "/usr/src/"))
        return path.startswith(_PROGRAM_FOLDERS) or (here and not plain) or (moves and not path.startswith("/var/"))
    return path.startswith(("..", "~", "$")) or path.rstrip("/") in (".", "") or moves
