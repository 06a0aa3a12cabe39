"""A container that gives out files which a build has made: these are all that it needs."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from dfopt.facts.folders import is_in
from dfopt.knowledge import build_commands as known
from dfopt.knowledge.static_servers import SERVERS, Server
from dfopt_transforms._stages_parts import Old
from dfopt_transforms._stages_reach import Reached


def served(old: Old, reached: Reached) -> tuple[str, str] | None:
    """The folder that is given out, and by what; None if something else is started, or more is given out than that."""
    views = [view for view, who in reached.first if who != "HEALTHCHECK" and view.base not in known.PROGRAM_PACKAGES]
    if len(views) != 1 or _is_of_project(views[0].name or ""):
        return None
    name, words = views[0].base or "", [word.value or "$" for word in views[0].words]
    if name.rstrip("0123456789.") == "python" and words[:1] == ["-m"]:
        name, words = "".join(words[1:2]), words[2:]
    if name not in SERVERS:
        return None
    folder = _folder(SERVERS[name], words)
    if not folder or "$" in folder:
        return None
    path = posixpath.normpath(posixpath.join(old.folder, folder))
    sources = {posixpath.dirname(each.path) for each in old.laid}
    is_inside = any(path != source and is_in(path, source) for source in sources if source != "/")
    return (path, name) if is_inside else None


def _is_of_project(name: str) -> bool:
    """True for a server that lies among the packages of a project: these have to be there, too."""
    return "/" in name and not name.startswith(("/usr/", "/bin/"))


def _folder(server: Server, words: Sequence[str]) -> str:
    for at, word in enumerate(words):
        before = words[at - 1] if at else ""
        if server.folders:
            option, _, value = word.partition("=")
            if before in server.folders or (option in server.folders and value):
                return value or word
        elif not word.startswith("-") and before not in server.valued:
            return word
    return ""
