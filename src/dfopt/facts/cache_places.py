"""Where the cache of a package manager is."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

from dfopt.facts.copied import destination
from dfopt.facts.facts import Facts
from dfopt.facts.path_patterns import Path, leads, paths
from dfopt.knowledge.package_managers import Manager
from dfopt.model.stages import led_to
from dfopt.syntax.nodes import Add, Copy, Onbuild, Run

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


def brought_before(facts: Facts, run: Run, manager: Manager) -> str:
    """A COPY, ADD or mount that may put files into the cache before a RUN, as it is written; empty if none does."""
    held = [path for place in cache_places(facts, run, manager) for path in paths(place, ())]
    for mount in facts.mounts(run):
        if mount.type == "bind" and mount.target and _meets(mount.target, held, around=mount.target != "/"):
            return mount.target
    for copy, target in _copies_before(facts, run):
        if target is not None and _meets(target, held, around=_brings_folders(copy, target)):
            return facts.dockerfile.text(copy)
    return ""


def _meets(target: str, held: Sequence[Path], *, around: bool) -> bool:
    """True for a path in the cache or, with ``around``, above it."""
    found = list(paths(target, ()))
    return any(leads(place, path) or (around and leads(path, place)) for place in held for path in found)


def _brings_folders(copy: Copy, target: str) -> bool:
    """True if what comes into a folder may have a cache deep in it: from a stage or an archive, or hidden folders."""
    if target == "/":
        return copy.flag("from") is not None and any(not each.text.strip("/.*") for each in copy.sources)
    return copy.flag("from") is not None or isinstance(copy, Add) or posixpath.basename(target).startswith(".")


def _copies_before(facts: Facts, run: Run) -> Iterator[tuple[Copy, str | None]]:
    """What copies before a RUN, triggers too, and where to."""
    for each in led_to(facts.stage_of(run), run):
        if isinstance(each, Copy):
            yield each, destination(facts, each)
        elif isinstance(each, Onbuild) and isinstance(each.trigger, Copy):
            yield each.trigger, each.trigger.destination.text
