"""Package managers: how they are called, what fills their caches, and what empties them again.

One row a manager; code reads the rows and names none of them.
"""

from __future__ import annotations

from dfopt.knowledge.language_managers import LANGUAGE_MANAGERS
from dfopt.knowledge.manager import Action, Manager, Rival, Switch
from dfopt.knowledge.node_managers import NODE_MANAGERS
from dfopt.knowledge.python_managers import PYTHON_MANAGERS
from dfopt.knowledge.system_managers import SYSTEM_MANAGERS

__all__ = ["MANAGERS", "PYTHON_COMMANDS", "Action", "Manager", "Rival", "Switch"]

MANAGERS: tuple[Manager, ...] = SYSTEM_MANAGERS + PYTHON_MANAGERS + NODE_MANAGERS + LANGUAGE_MANAGERS

PYTHON_COMMANDS = r"(python|pypy)[0-9.]*"
"""On the base name of a command that takes ``-m MODULE``."""
