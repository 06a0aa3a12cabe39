"""Whether merging saves bytes, not only layers."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.facts.facts import Facts
from dfopt.shell.argv import argv
from dfopt.shell.walk import simple_commands
from dfopt_transforms._merge_members import Member

_CHANGES_FILES = frozenset(
    ["rm", "chmod", "chown", "chgrp", "touch", "mv", "sed", "truncate", "strip", "find", "ln", "tee"]
)


def saves_bytes(facts: Facts, earlier: list[Member], following: Member) -> bool:
    """True if the RUNs use one package manager, or the later one changes paths that an earlier one names.

    A file that a later layer removes, changes or moves is stored twice; a package database that two
    layers write is too.
    """
    calls = {call.manager.name for member in earlier for call in facts.calls(member.run)}
    if calls & {call.manager.name for call in facts.calls(following.run)}:
        return True
    named = {path for member in earlier for path in _paths(member, None)}
    return any(_related(path, other) for path in _paths(following, _CHANGES_FILES) for other in named)


def _paths(member: Member, by: frozenset[str] | None) -> Iterator[str]:
    for command in simple_commands(member.script):
        view = argv(command)
        if by is None or (view.name or "").rpartition("/")[2] in by:
            for word in view.words:
                value = word.value
                if value and "/" in value and not value.startswith("-"):
                    yield value.rstrip("/*")
        for redirect in command.redirects:
            value = redirect.target.value
            if value and ">" in redirect.operator and "/" in value and value != "/dev/null":
                yield value


def _related(path: str, other: str) -> bool:
    return path == other or path.startswith(other + "/") or other.startswith(path + "/")
