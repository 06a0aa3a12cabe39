"""The transforms that are installed: our own first, in their order, then those of other distributions, by id.

A distribution brings transforms by an entry point of the group ``dfopt.transforms`` that names a
package, each of whose modules holds one transform, or a single module. Modules whose names start
with an underscore are the package's own business.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from dfopt.errors import ConfigError
from dfopt.transform import Transform

GROUP = "dfopt.transforms"
BUILTIN = "dfopt_transforms"


@cache
def load(*, unsafe: bool = True) -> dict[str, Transform]:
    """Every transform by its id, in the order in which the chain runs them.

    Without ``unsafe``, our own that do nothing unless they are asked for are not even imported: most runs need none.

    Raises ConfigError if one of another distribution cannot be loaded or two have the same id.
    """
    builtin = import_module(BUILTIN)
    order: tuple[str, ...] = builtin.ORDER
    left_out: frozenset[str] = frozenset() if unsafe else builtin.UNSAFE
    own = {transform.id: transform for transform in _transforms(builtin, left_out)}
    others: dict[str, Transform] = {}
    origin = dict.fromkeys(own, "dfopt")
    for distribution, name in sorted(_declared_by_others()):
        for transform in _load_others(distribution, name):
            if transform.id in origin:
                raise ConfigError(f"{distribution}: {origin[transform.id]} has a transform {transform.id!r} too")
            others[transform.id] = transform
            origin[transform.id] = distribution
    ordered = [own.pop(name) for name in order if name in own]
    ordered += [*_by_id(own), *_by_id(others)]
    return {transform.id: transform for transform in ordered}


def page(transform: Transform) -> str | None:
    """The page about a transform, as a path in dfopt's repository; None for one of another distribution."""
    own = transform.run.__module__.startswith(f"{BUILTIN}.")
    return f"docs/transforms/{transform.id}.md" if own else None


def _by_id(transforms: dict[str, Transform]) -> list[Transform]:
    return [transforms[name] for name in sorted(transforms)]


def _transforms(module: ModuleType, left_out: frozenset[str] = frozenset()) -> list[Transform]:
    """Those of a package, one a module, but for some ids; that of a single module.

    Raises ValueError if a module does not hold exactly one.
    """
    if not hasattr(module, "__path__"):
        return [_only_transform(module)]
    names = [found.name for found in iter_modules(module.__path__) if not found.name.startswith("_")]
    wanted = [name for name in names if name.replace("_", "-") not in left_out]
    return [_only_transform(import_module(f"{module.__name__}.{name}")) for name in wanted]


def _only_transform(module: ModuleType) -> Transform:
    found = [value for value in vars(module).values() if isinstance(value, Transform)]
    if len(found) != 1:
        raise ValueError(f"{module.__name__} holds {len(found)} transforms, not one")
    return found[0]


def _load_others(distribution: str, name: str) -> list[Transform]:
    try:
        return _transforms(import_module(name))
    except Exception as error:
        raise ConfigError(f"{distribution}: its transforms in {name} cannot be loaded: {error!r}") from error


def _declared_by_others() -> set[tuple[str, str]]:
    """Distribution and module of each entry point that is not our own.

    Only importlib.metadata knows them all, but it takes 24 ms, a sixth of what a run over one file
    may: it is asked only if a look at the installed distributions shows that one declares the group.
    """
    if not any(_may_declare(folder) for folder in sys.path):
        return set()
    from importlib.metadata import entry_points

    found = entry_points(group=GROUP)
    return {(entry.dist.name if entry.dist else "?", entry.value) for entry in found if entry.value != BUILTIN}


def _may_declare(folder: str) -> bool:
    """True if a distribution in the folder declares entry points of the group that are not our own."""
    try:
        entries = list(os.scandir(folder or "."))
    except NotADirectoryError:
        return True  # an archive: left to importlib.metadata
    except OSError:
        return False  # Python skips such folders too
    return any(_is_foreign(text) for entry in entries for text in _entry_points(entry))


def _entry_points(entry: os.DirEntry[str]) -> Iterator[str]:
    """The entry points of an installed distribution, in whichever of its two layouts."""
    if entry.name.lower().endswith((".dist-info", "egg-info")):
        try:
            with open(os.path.join(entry.path, "entry_points.txt"), encoding="utf-8") as file:
                yield file.read()
        except (FileNotFoundError, NotADirectoryError):
            return


def _is_foreign(entry_points: str) -> bool:
    section = entry_points.partition(f"[{GROUP}]")[2].partition("[")[0]
    values = [line.partition("=")[2].strip() for line in section.split("\n") if "=" in line]
    return any(value != BUILTIN for value in values)
