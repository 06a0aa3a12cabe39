"""What a container starts has to be there: a conversion without it would be of no use."""

from __future__ import annotations

import posixpath
import re

from dfopt.facts.folders import is_in
from dfopt.facts.run_work import Done
from dfopt.knowledge import build_commands as known
from dfopt_transforms._stages_makers import may_make
from dfopt_transforms._stages_parts import Needs, Old, RefusedError
from dfopt_transforms._stages_reach import Reached

NO_PRODUCT = "what a container starts is not known to come from the build"
_OF_SYSTEM = re.compile(r"(?:/usr)?(?:/local)?/s?bin/[^/]+")
_JAVA = "/opt/java/openjdk/bin/java"
"""Where eclipse-temurin has it, with a JRE as with a JDK."""


_NO_PROGRAM = known.QUIET | {"mkdir", "touch", "tee"}
"""What makes a file by a redirect, or an empty one: no program."""


def check_product(old: Old, reached: Reached, needs: Needs, *, any_is_enough: bool) -> None:
    """Raises RefusedError if a program that is started by its path is not copied, or nothing that was built is."""
    tail = [each.path for each in old.laid if each.copy in old.tail]
    tail += [path for each in old.done if each.run not in old.head for path in (*each.made, *each.folders)]
    for view, who in reached.first:
        name = view.name or ""
        path = posixpath.normpath(posixpath.join(old.folder, name))
        if "/" not in name or _OF_SYSTEM.fullmatch(path) or any(is_in(path, each) for each in (*needs.copied, *tail)):
            continue
        if path != _JAVA or "eclipse-temurin" not in old.run_time.image:
            raise RefusedError(NO_PRODUCT, f"{path}, by {who}")
    for view, who in reached.first:
        path = posixpath.normpath(posixpath.join(old.folder, view.name or ""))
        if "/" in (view.name or "") and path in needs.copied and not may_make(old, path):
            raise RefusedError(NO_PRODUCT, f"{path}, by {who}")
    laid = {each.path for each in old.laid}
    made = {path: how for each in old.builds for path, how in each.made.items()}
    built = [path for path in needs.copied if path not in laid and made.get(path) not in _NO_PROGRAM]
    if not built and not any_is_enough:
        raise RefusedError(NO_PRODUCT, ", ".join(sorted(reached.scripts)))
    if reached.is_open and any(map(_installs, old.builds)) and not any(_OF_TOOLS.match(path) for path in needs.copied):
        raise RefusedError(NO_PRODUCT, ", ".join(sorted(reached.scripts)))


_OF_TOOLS = re.compile(r"/go/bin(?:/|$)|/usr/local/cargo/bin(?:/|$)")


def _installs(each: Done) -> bool:
    """True if a tool chain puts programs into a folder of its own."""
    return any(
        view.base in ("go", "cargo") and bool(view.words) and view.words[0].value == "install" for view in each.commands
    )
