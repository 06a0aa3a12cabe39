"""Whether a package manager can be called once more at the end of a script."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfopt.facts.facts import Facts
from dfopt.facts.packages import PackageCall
from dfopt.facts.process import FOLDER
from dfopt.facts.surroundings import differs_at_the_end
from dfopt.knowledge.package_managers import Action
from dfopt.knowledge.programs import REMOVERS, STEERING_VARIABLES
from dfopt.shell.argv import Argv, argv
from dfopt.shell.nodes import Script, Word
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Run

_PROGRAM_FOLDERS = ("/usr/local/bin", "/usr/local/lib", "/usr/bin", "/usr/lib", "/opt", "/usr/local/node", "/root/.nvm")
_SYSTEM_FOLDERS = ("/var/lib/apt/", "/var/lib/dpkg/", "/var/cache/", "/var/log/")
"""Where no script goes to run a tool."""


def tool_gone(facts: Facts, run: Run, script: Script, call: PackageCall) -> str:
    """What may take the tool that a call used, or what it ran with, from a later call; empty if nothing does."""
    if re.search(call.manager.replaces_itself, call.text):
        return f"{call.name} {call.verb} brings another version of it"
    if not call.variables <= STEERING_VARIABLES:
        return "variables are set for one call only"
    if facts.changes_process(run) == FOLDER:
        return "the folder that it starts in may be removed"
    differs = differs_at_the_end(script, call.command)
    if differs:
        return f"it is called in another shell, or before that changes: {differs}"
    for other in facts.calls(run):
        comes_later = other.command.span.start > call.command.span.start
        if other.action is Action.REMOVE and comes_later and _may_remove(other, call):
            return f"{other.name} {other.verb} comes later"
    commands = [argv(found) for found in simple_commands(script)]
    if any(re.fullmatch(call.manager.sources_gone, _text(view), re.DOTALL) for view in commands):
        return "its sources may be removed"
    moves = any(view.base in ("cd", "pushd") for view in commands)
    for view in commands:
        if view.command.span.start <= call.command.span.start:
            continue
        if any(_may_be(word, call) for word in _removed_packages(view)):
            return f"{view.base} comes later"
        if view.base in ("rm", "mv") and any(_may_take_away(word.value, moves) for word in view.operands):
            return f"{view.base} comes later"
    return ""


def _text(view: Argv) -> str:
    return " ".join((view.base or "", *(word.value or "$" for word in view.words), ""))


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


def _may_take_away(path: str | None, moves: bool) -> bool:
    """True if removing a path may take the tool away, or the folder that the script has gone to."""
    if path is None:
        return True
    if path.startswith("/"):
        return path.startswith(_PROGRAM_FOLDERS) or (moves and not path.startswith(_SYSTEM_FOLDERS))
    return path.startswith(("..", "~", "$")) or path.rstrip("/") in (".", "") or moves
