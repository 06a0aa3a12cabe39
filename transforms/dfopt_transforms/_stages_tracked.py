"""Files that only this checkout has: COPY from a stage fails for them where somebody else builds."""

from __future__ import annotations

from collections.abc import Iterable

from dfopt.facts.folders import is_in
from dfopt.knowledge.source_code import VERSION_CONTROL
from dfopt.model.build_files import Kind
from dfopt_transforms._stages_parts import Old, RefusedError

UNTRACKED = "a file that git does not track would have to be copied by its name"
HISTORY = "a folder of version control would have to be copied by its name"


def check_tracked(old: Old, paths: Iterable[str]) -> None:
    """Raises RefusedError for a path of which nothing is there in another checkout.

    A COPY of which git tracks nothing brings what something else makes, wherever the image is built.
    """
    untracked = old.files.untracked if old.files else frozenset[str]()
    files = [each for each in old.laid if each.copy in old.head and each.entry.kind is not Kind.FOLDER]
    partly = {each.copy.span for each in files if each.entry.path not in untracked}
    for path in paths:
        own = [each for each in files if is_in(each.path, path)]
        if own and not VERSION_CONTROL.isdisjoint(path.split("/")):
            raise RefusedError(HISTORY, own[0].entry.path)
        if own and all(each.entry.path in untracked and each.copy.span in partly for each in own):
            raise RefusedError(UNTRACKED, own[0].entry.path)
