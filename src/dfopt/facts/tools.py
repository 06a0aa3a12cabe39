"""Whether a package manager can be called once more at the end of a script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dfopt.facts.facts import Facts
from dfopt.facts.packages import PackageCall
from dfopt.facts.process import FOLDER
from dfopt.facts.surroundings import differs_at_the_end
from dfopt.facts.tool_losses import may_lose
from dfopt.knowledge.package_managers import Action
from dfopt.knowledge.programs import REMOVERS, STEERING_VARIABLES
from dfopt.knowledge.shell_commands import READERS
from dfopt.model.stages import led_to
from dfopt.shell.argv import Argv, argv
from dfopt.shell.nodes import Script, Word
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Run

_OWN_SOURCES = re.compile(r" --(enablerepo|repo|repoid|repofrompath|plus-repo|from)[ =]")


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
    later = [view for view in commands if view.command.span.start > call.command.span.start]
    if _sources_gone(call.manager.sources_gone, commands) or _sources_gone(call.manager.sources_changed, later):
        return "its sources may be removed"
    if _needs_no_sources(call) and any(
        _sources_gone(call.manager.sources_gone, found) for found in _before(facts, run)
    ):
        return "its sources may be removed"
    removal = next((view for view in later if any(_may_be(word, call) for word in _removed_packages(view))), None)
    lost = removal.base if removal else may_lose(script, call)
    return f"{lost} comes later" if lost else ""


def _needs_no_sources(call: PackageCall) -> bool:
    """True if a call may work without the sources that are in force: with files, or with others that it names."""
    return _OWN_SOURCES.search(call.text) is not None or any("/" in (word.value or "/") for word in call.packages)


def _before(facts: Facts, run: Run) -> Iterator[list[Argv]]:
    """The commands of the RUNs that led to one."""
    for other in led_to(facts.stage_of(run), run):
        script = facts.script(other) if isinstance(other, Run) else None
        if isinstance(script, Script):
            yield [argv(found) for found in simple_commands(script)]


def _sources_gone(pattern: str, commands: Sequence[Argv]) -> bool:
    return any(re.fullmatch(pattern, _text(view), re.DOTALL) for view in commands if _may_write(view))


def _may_write(view: Argv) -> bool:
    return view.base not in READERS or any(">" in redirect.operator for redirect in view.command.redirects)


def _text(view: Argv) -> str:
    targets = (redirect.target for redirect in view.command.redirects)
    return " ".join((view.base or "", *(word.value or "$" for word in (*view.words, *targets)), ""))


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
