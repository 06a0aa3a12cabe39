"""Which folder is the build context of a Dockerfile: what a file orders, or the only place where it can be."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from dfopt.context.orders import orders_in
from dfopt.context.repository import folders_around, up_to_repository
from dfopt.model.build_files import NoFiles
from dfopt.model.copy_sources import copy_source
from dfopt.model.ignore import PatternError

UNKNOWN = NoFiles(
    "the build context is not known", "give it with --context, or with the setting `context` in dfopt.toml"
)
BY_VARIABLE = "a variable in a compose, bake or devcontainer file decides what the build context is"
SEVERAL = "compose, bake or devcontainer files name several build contexts for it"


def find_root(dockerfile: Path, sources: Sequence[str]) -> Path | NoFiles:
    """The context that files of compose, bake and dev containers name, else the only folder that can be it."""
    ordered = ordered_root(dockerfile)
    return _only_folder(dockerfile, sources) if ordered is None else ordered


def ordered_root(dockerfile: Path) -> Path | NoFiles | None:
    """The context that such files in the folders above name for a Dockerfile; None if none does."""
    real = Path(os.path.realpath(dockerfile))
    roots: dict[str, None] = {}
    unclear = ""
    for order in orders_in(folders_around(real.parent)):
        if order.dockerfile == str(real) and order.context is not None:
            roots[order.context] = None
        elif order.dockerfile is None and order.inline is None and order.name in (None, real.name):
            unclear = order.origin
    if unclear and not roots:
        return NoFiles(BY_VARIABLE, unclear)
    if len(roots) > 1:
        return NoFiles(SEVERAL, ", ".join(os.path.relpath(root, real.parent) for root in roots))
    return Path(next(iter(roots))) if roots else None


def _only_folder(dockerfile: Path, sources: Sequence[str]) -> Path | NoFiles:
    """The context if there is one folder only, from that of the Dockerfile up to its repository, that has all sources.

    What is not in a repository may be built from anywhere.
    """
    folders = up_to_repository(dockerfile.resolve().parent)
    fitting = [folder for folder in folders if has_all(folder, sources)]
    return fitting[0] if len(fitting) == 1 else UNKNOWN


def has_all(folder: Path, sources: Sequence[str]) -> bool:
    """True if all sources are in a folder; of a pattern, the folder that it begins with."""
    return all(_is_there(folder, source) for source in sources)


def may_be_root(folder: Path, others: Iterable[Path], sources: Sequence[str]) -> bool:
    """True if no other folder has all that a folder has of some sources, and more of them.

    What is in none of them is made before the build, and says nothing.
    """
    own = {source for source in sources if _is_there(folder, source)}
    return not any(own < {source for source in sources if _is_there(other, source)} for other in others)


def _is_there(folder: Path, source: str) -> bool:
    try:
        wanted = copy_source(source)
    except PatternError:
        return False
    if wanted.pattern is None:
        return os.path.lexists(folder / wanted.path)
    fixed: list[str] = []
    for part in wanted.path.split("/"):
        if any(character in part for character in "*?[\\"):
            break
        fixed.append(part)
    return os.path.isdir(folder.joinpath(*fixed))
