"""Options that a patch declared: taken out of the commands, and looked at where they differ."""

from __future__ import annotations

from collections import Counter

import msgspec

from dfopt.facts.packages import calls_of
from dfopt.knowledge.package_managers import Action
from dfopt.shell.nodes import Script, Simple
from dfopt.validation.erasure import map_simple
from dfopt.validation.permitted import neutral_switches

Option = tuple[str, str]
"""A command, and an option that is given to it."""


Found = list[Simple]
"""The commands that options were looked for in, in order."""


def without_options(script: Script, declared: frozenset[Option]) -> tuple[Script, Found]:
    """Without declared options of declared commands (those in substitutions are not looked at), and those commands."""
    found: Found = []

    def without(command: Simple) -> Simple:
        gone = _declared_of(command, declared)
        if not gone:
            return command
        found.append(command)
        words = tuple(word for word in command.words if word.value not in gone)
        return msgspec.structs.replace(command, words=words) if len(words) < len(command.words) else command

    return (map_simple(script, without) if declared else script), found


def _declared_of(command: Simple, declared: frozenset[Option]) -> set[str]:
    return {option for name, option in declared if name in _names(command)}


def _names(command: Simple) -> set[str]:
    return {word.value.rpartition("/")[2] for word in command.words if word.value}


def option_changes(
    old: Found, new: Found, declared: frozenset[Option]
) -> tuple[Counter[Option], Counter[Option], str | None]:
    """The options that were added and dropped, and why one of them must not be.

    The commands must be the same but for their options.
    """
    added: Counter[Option] = Counter()
    dropped: Counter[Option] = Counter()
    for ours, theirs in zip(old, new, strict=True):
        names = _names(theirs)
        gone = _declared_of(theirs, declared)
        for before, after in zip(_gaps(ours, gone), _gaps(theirs, gone), strict=True):
            more, less = after.options - before.options, before.options - after.options
            problem = _misplaced(theirs, after.start, more, less)
            if problem:
                return added, dropped, problem
            for name, option in declared:
                added[name, option] += more[option] if name in names else 0
                dropped[name, option] += less[option] if name in names else 0
    return added, dropped, None


def _gaps(command: Simple, gone: set[str]) -> list[_Gap]:
    """The options behind each of the other words."""
    found = [_Gap(command.span.start, Counter())]
    for word in command.words:
        if word.value in gone:
            found[-1].options[word.value or ""] += 1
        else:
            found.append(_Gap(word.span.end, Counter()))
    return found


class _Gap(msgspec.Struct, frozen=True):
    """Where a word ends, and the declared options that follow it."""

    start: int
    options: Counter[str]


def _misplaced(command: Simple, start: int, more: Counter[str], less: Counter[str]) -> str | None:
    """Why options may not be added, or dropped, behind the place where a word of a command ends.

    An option is added to an install, right behind the command or the verb, as its table says, or in the place of
    one that it makes useless; only such a one is dropped.
    """
    if not more and not less:
        return None
    installs = [call for call in calls_of(command) if call.action is Action.INSTALL]
    for option in more:
        if more[option] > 1 or not any(
            start == (call.after_command if switch.place == "command" else call.after_verb)
            or not switch.replaces.isdisjoint(less)
            for call in installs
            for switch in neutral_switches(call.manager)
            if switch.written == option
        ):
            return f"{option} is not added right behind a command that installs"
    present = {word.value for word in command.words}
    for option in less:
        if not any(
            switch.written in present and option in switch.replaces
            for call in installs
            for switch in neutral_switches(call.manager)
        ):
            return f"nothing makes {option} useless"
    return None
