"""Commands that a shell remembers, and what may put another program in their place."""

from __future__ import annotations

import sys

from dfopt.knowledge import shell_commands as known
from dfopt.shell.effects import Effects


def may_replace(name: str, by: Effects, since: int = -1, until: int = sys.maxsize) -> bool:
    """True if a script may put another program in PATH in the place of ``name``, between two offsets of its text.

    Shells remember where they found a command: after ``pip install -U pip`` they run the old one.
    """
    names = [name, known.COMMAND_PACKAGE.get(name, name)]
    if name in known.STAYING_COMMANDS:
        names += known.COLLECTIONS
    elif by.opaque is not None and since < by.opaque[1] and by.opaque[0] < until:
        return True
    found = (by.mentions[mention] for mention in names if mention in by.mentions)
    return any(since < last and first < until for first, last in found)


def last_use(name: str, by: Effects) -> int:
    """The offset of the last command in a script that is ``name`` or may be; -1 if there is none."""
    return max(by.commands.get(name, -1), by.runs_any)
