"""Commands that a shell remembers, and what may put another program in their place."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from dfopt.knowledge import shell_commands as known
from dfopt.knowledge.program_installs import ENVIRONMENT_INSTALLERS, keeps
from dfopt.shell.argv import argv
from dfopt.shell.effects import Effects
from dfopt.shell.nodes import For, Literal, Parameter, ShellNode, Simple, Word
from dfopt.shell.walk import parts


def may_replace(
    name: str, by: Effects, since: int = -1, until: int = sys.maxsize, free: frozenset[str] = frozenset()
) -> bool:
    """True if a script may put another program in PATH in the place of ``name``, between two offsets of its text.

    Shells remember where they found a command: after ``pip install -U pip`` they run the old one. ``free`` are the
    installers for which PATH has a folder before the one that ``name`` may be in: they may bring any program.
    """
    names = [name, known.COMMAND_PACKAGE.get(name, name)]
    if name in known.STAYING_COMMANDS:
        names += known.COLLECTIONS
    found = [by.mentions[mention] for mention in names if mention in by.mentions]
    if name not in known.STAYING_COMMANDS or name in known.BROUGHT_COMMANDS:
        found += [at for installer, at in by.installs.items() if installer in free | ENVIRONMENT_INSTALLERS]
    if by.opaque is not None and (name not in known.STAYING_COMMANDS or (free and name in known.BROUGHT_COMMANDS)):
        found.append(by.opaque)
    if name not in known.STAYING_COMMANDS:
        found += [at for installer, at in by.exchanges.items() if not keeps(installer, name)]
    return any(since < last and first < until for first, last in found)


def loses_path(node: ShellNode) -> bool:
    """True for a command after which programs may not be found that were found before: PATH is set anew, or unset."""
    if not isinstance(node, Simple):
        return isinstance(node, For) and node.name == "PATH"
    settings = [word for word in node.words if _sets_path(word)]
    settings += [assign.value for assign in node.assignments if assign.name == "PATH"]
    view = argv(node)
    taken = view.name in ("unset", "read", "getopts") and any(word.value == "PATH" for word in view.operands)
    return taken or any(not _mentions_path(word) for word in settings)


def _sets_path(word: Word) -> bool:
    first = word.parts[0] if word.parts else None
    return isinstance(first, Literal) and first.text.startswith("PATH=")


def _mentions_path(word: Word) -> bool:
    return any(isinstance(part, Parameter) and part.name == "PATH" for part in parts(word))


def last_use(name: str, by: Effects) -> int:
    """The offset of the last command in a script that is ``name`` or may be; -1 if there is none."""
    return max(by.commands.get(name, -1), by.runs_any)


def stale_lookups(pieces: Sequence[Effects], free: frozenset[str]) -> list[tuple[int, int]]:
    """The pieces, run one after the other, in which a command is first remembered and last used that may run stale."""
    first: dict[str, tuple[int, int]] = {}
    for at, found in enumerate(pieces):
        for name, since in found.remembered.items():
            first.setdefault(name, (at, since))
    users = ((at, stale_user(name, since, at, pieces, free)) for name, (at, since) in first.items())
    return [(at, user) for at, user in users if user is not None]


def stale_user(name: str, since: int, at: int, pieces: Sequence[Effects], free: frozenset[str]) -> int | None:
    """The last of the later pieces that uses a command, if something may have replaced it by then; see may_replace.

    ``since`` is where it is remembered in its own piece. Offsets of two pieces are never compared.
    """
    for user in range(len(pieces) - 1, at, -1):
        until = last_use(name, pieces[user])
        if until >= 0:
            is_stale = (
                may_replace(name, pieces[at], since=since, free=free)
                or any(may_replace(name, by, free=free) for by in pieces[at + 1 : user])
                or may_replace(name, pieces[user], until=until, free=free)
            )
            return user if is_stale else None
    return None
