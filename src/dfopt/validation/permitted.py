"""What a delta may declare: only what the tables know to be without meaning for the image."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from dfopt.edits import Delta
from dfopt.knowledge.package_managers import MANAGERS, Manager, Switch


def not_permitted(deltas: Sequence[Delta]) -> str | None:
    """The first declaration that no table allows, in words."""
    for delta in deltas:
        for command in delta.added_commands:
            if command not in _cleanups():
                return f"not a known cleanup: {' '.join(command)}"
        for command in delta.dropped_commands:
            if not any(is_housekeeping(command, manager) for manager in MANAGERS):
                return f"not a command that may go: {' '.join(command)}"
        for _, option in delta.added_options:
            if not any(option == switch.written for switch in _switches()):
                return f"not an option without meaning for the image: {option}"
        for _, option in delta.dropped_options:
            if not any(option in switch.replaces for switch in _switches()):
                return f"not an option that another one makes useless: {option}"
    return None


@cache
def _cleanups() -> frozenset[tuple[str, ...]]:
    return frozenset(command for manager in MANAGERS for command in manager.cleanup)


@cache
def _switches() -> tuple[Switch, ...]:
    return tuple(switch for manager in MANAGERS for switch in neutral_switches(manager))


def neutral_switches(manager: Manager) -> tuple[Switch, ...]:
    """The options of a manager that change nothing but what it leaves behind, or whether it stops to ask."""
    return tuple(switch for switch in (manager.yes, manager.no_cache) if switch and switch.written)


def is_housekeeping(command: tuple[str, ...], manager: Manager) -> bool:
    return is_removal(command, manager) or is_update(command, manager)


def is_removal(command: tuple[str, ...], manager: Manager) -> bool:
    """True for the removal of the manager's own cache folders."""
    paths = [word for word in command[1:] if not word.startswith("-")]
    own = tuple(path for path in (manager.index_path, *manager.cache_paths) if path)
    return command[0] == "rm" and bool(paths) and all(path.removesuffix("/*").rstrip("/") in own for path in paths)


def is_update(command: tuple[str, ...], manager: Manager) -> bool:
    """True for an update of the manager's index."""
    verb = next((word for word in command[1:] if not word.startswith("-")), "")
    return bool(re.fullmatch(manager.commands, command[0]) and re.fullmatch(manager.update, verb))
