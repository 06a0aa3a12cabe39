"""Scripts of projects that bring a tool, and run it."""

from __future__ import annotations

import posixpath
import re
from typing import Final

from dfopt.expression import Expression
from dfopt.facts.folders import is_in
from dfopt.facts.installs.project import UNREADABLE, Needs, Project, Refused
from dfopt.facts.naming import named_in_settings
from dfopt.knowledge.installs import Wrapper

NOT_KNOWN: Final = "the script that brings the tool is not as the tool writes it"

_COMMENT: Final = Expression(r"^\s*#.*", re.MULTILINE)
_BETWEEN: Final = Expression(r"[^\S\n]|\\")


def wrapper_needs(project: Project, name: str, wrapper: Wrapper) -> Needs | Refused:
    """What a script that is called by a name reads of its own, for what it runs reads the rest."""
    if "/" not in name:
        return Needs()
    path = project.at(name)
    if not project.brings(path):
        return Needs()
    own = project.inside(posixpath.dirname(path))
    text, said = own.text(path), own.text(wrapper.properties)
    if own.folder != project.folder or text is None or not re.search(wrapper.known_by, text):
        return Refused(NOT_KNOWN, name)
    missing = next((each for each in wrapper.needs if not own.has(each)), None)
    if missing is not None or said is None:
        return Refused(UNREADABLE, f"{missing or wrapper.properties} is not in the build context")
    settings = _BETWEEN.sub("", said)
    if not re.search(wrapper.says, settings) or re.search(wrapper.says_else, settings):
        return Refused(UNREADABLE, f"{wrapper.properties} names no address")
    reads = own.reads([wrapper.folder]) | {path}
    code = _COMMENT.sub("", re.sub(wrapper.home, ".", text))
    named = sorted(named_in_settings(code, (own.folder,), own.placed) - reads)
    other = next((each for each in named if not any(is_in(found, each) for found in reads)), None)
    return Needs(reads) if other is None else Refused(NOT_KNOWN, f"{name} names {other}")
