"""What a delta may declare: only what the tables know to be without meaning for the image."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from dfopt.edits import Delta
from dfopt.knowledge.package_managers import MANAGERS, Manager


def not_permitted(deltas: Sequence[Delta]) -> str | None:
    """The first declaration that no table allows, in words."""
    for delta in deltas:
        for command in delta.added_commands:
            if command not in _cleanups():
                return f"not a known cleanup: {' '.join(command)}"
        for command in delta.dropped_commands:
            if not any(_is_housekeeping(command, manager) for manager in MANAGERS):
                return f"not a command that may go: {' '.join(command)}"
        for _, option in (*delta.added_options, *delta.dropped_options):
            if option not in _neutral_options():
                return f"not an option without meaning for the image: {option}"
    return None


@cache
def _cleanups() -> frozenset[tuple[str, ...]]:
    return frozenset(command for manager in MANAGERS for command in manager.cleanup)


@cache
def _neutral_options() -> frozenset[str]:
    switches = [switch for manager in MANAGERS for switch in (manager.yes, manager.no_cache) if switch]
    return frozenset(option for switch in switches for option in (switch.written, *switch.replaces) if option)


def _is_housekeeping(command: tuple[str, ...], manager: Manager) -> bool:
    """True for an update of the index, and for the removal of the manager's own cache folders."""
    if command[0] == "rm":
        paths = [word for word in command[1:] if not word.startswith("-")]
        own = tuple(path for path in (manager.index_path, *manager.cache_paths) if path)
        return bool(paths) and all(path.removesuffix("/*").rstrip("/") in own for path in paths)
    verb = next((word for word in command[1:] if not word.startswith("-")), "")
    return bool(re.fullmatch(manager.commands, command[0]) and re.fullmatch(manager.update, verb))
