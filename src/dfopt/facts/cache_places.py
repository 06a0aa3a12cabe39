"""Where the cache of a package manager is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dfopt.facts.facts import Facts
from dfopt.knowledge.package_managers import Manager
from dfopt.syntax.nodes import Run

_HOMES = ("/root", "/home/*")
_NAME = re.compile(r"\{(\w+)\}")


def cache_places(facts: Facts, run: Run, manager: Manager) -> tuple[str, ...]:
    """The folders that a RUN may fill; a part that is ``*`` may be any, a folder that cannot be known is left out."""
    base = facts.base(facts.stage_of(run))
    given = {**base.env, **{name: value for name, value in facts.scope(run).variables().items() if value}}
    return tuple(found for path in manager.cache_paths for found in _places(path, given, manager))


def _places(path: str, given: Mapping[str, str], manager: Manager) -> tuple[str, ...]:
    found = _NAME.search(path)
    if found is None:
        return (path,)
    name = found[1]
    values = [value for value in (given.get(name), manager.assumes.get(name)) if value][:1]
    if not values and name in manager.defaults:
        values = [manager.defaults[name]]
    elif not values and name == "HOME":
        values = list(_HOMES)
    return tuple(each for value in values for each in _places(path.replace(found[0], value, 1), given, manager))
