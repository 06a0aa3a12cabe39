"""What only some builds make: a COPY of it fails in the others."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dfopt.facts.run_work import Done
from dfopt_transforms._stages_parts import Needs, Old, RefusedError

CONDITION = "a path that is copied is made under a condition"
_EITHER_WAY = frozenset({"mkdir", "touch"})
_INSTALLS = {("go", "install"): "/go/bin", ("go", "get"): "/go/bin", ("cargo", "install"): "/usr/local/cargo/bin"}


def check_conditions(old: Old, needs: Needs) -> None:
    """Raises RefusedError if a path is copied that one command makes, which may not run."""
    runs = [each for each in old.builds if each.run not in needs.repeated]
    makers = [(path, span in each.optional) for each in runs for path, span in each.makers]
    makers += [(path, is_optional) for each in runs for path, is_optional in _installed(each)]
    for path in needs.copied:
        found = [is_optional for made, is_optional in makers if made == path]
        if found == [True] and not old.is_laid(path):
            how = next((each.made[path] for each in runs if path in each.made), "")
            if how not in _EITHER_WAY:
                raise RefusedError(CONDITION, path)


def _installed(each: Done) -> Iterator[tuple[str, bool]]:
    """The programs that a tool chain installs by their names."""
    for view in each.commands:
        words = [word.value or "$" for word in view.words]
        folder = _INSTALLS.get((view.base or "", words[0] if words else ""))
        for word in words[1:] if folder else ():
            name = posixpath.basename(word.partition("@")[0])
            yield posixpath.join(folder or "", name), view.command.span in each.optional
