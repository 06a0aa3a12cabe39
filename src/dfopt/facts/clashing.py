"""Files of a COPY that stand where programs and installs look for theirs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from dfopt.expression import Expression
from dfopt.facts.facts import Facts
from dfopt.facts.folders import Held, is_in, left, own_place
from dfopt.facts.homes import homes
from dfopt.facts.installs.project import Project
from dfopt.knowledge.folders import NOT_FOR_HOMES, PAGES_OF, WRITTEN_BY_INSTALLS
from dfopt.model.expand import expand
from dfopt.model.placed import Placed
from dfopt.model.stages import led_to
from dfopt.syntax.nodes import Copy, Env, Run

SEARCHED: Final = frozenset("PATH LD_LIBRARY_PATH LD_PRELOAD RUBYLIB RUBYOPT PERL5LIB GEM_PATH GEM_HOME".split())
_OF_BASE: Final = Expression(r"\$\{?(PATH|HOME|GOPATH|GOROOT|JAVA_HOME|LD_LIBRARY_PATH|NVM_DIR|GEM_HOME)\b\}?")
_HOME: Final = Expression(r"/root|/home/[^./][^/]*")


def searched(facts: Facts, run: Run, own: Placed) -> str:
    """A folder of the COPY in which programs or libraries are looked for; empty if there is none."""
    stage = facts.stage_of(run)
    for each in _above(facts, run):
        for pair in each.pairs:
            if pair.key not in SEARCHED:
                continue
            text = _OF_BASE.sub("/nowhere", (pair.value or "").strip("\"'"))
            value = expand(text, facts.scope(each).variables(), facts.dockerfile.escape, unset=None)
            if value is None:
                return f"{pair.key} is not known in stage {stage.index}"
            for part in re.split(r"[:\s]", value):
                path = posixpath.normpath(posixpath.join(own.folder, part)) if part else ""
                if path and own.below(path):
                    return f"{pair.key} has {part}"
    return ""


def _above(facts: Facts, run: Run) -> Iterator[Env]:
    """The ENVs in force, those of the stages that this one starts from included."""
    return (each for each in led_to(facts.stage_of(run), run) if isinstance(each, Env))


def clashes(facts: Facts, copy: Copy, run: Run, own: Placed, reads: frozenset[str], project: Project) -> Iterator[str]:
    """Files of the COPY in folders where installs write, and where programs look for settings.

    They do so in homes of users, and wherever there may be something else than what instructions bring.
    """
    near = [place for place in WRITTEN_BY_INSTALLS if not is_apart(place, own.folder)]
    for place in near:
        yield from own.below(place)
    if any(is_in(own.folder, place) for place in near):
        yield own.folder
    yield from (path for path in _settings(facts, run, own, project) if path not in reads)
    is_shared = project.folder == "/" or _brings_pages(facts, run, project.folder)
    outside = own.paths if is_shared else [path for path in own.paths if not is_in(path, project.folder)]
    places = {path: own_place(path) for path in outside}
    filled = {place for place in {*places.values()} if place and left(facts, copy, place) is Held.UNKNOWN}
    yield from (path for path, place in places.items() if path not in reads and (not place or place in filled))


def _settings(facts: Facts, run: Run, own: Placed, project: Project) -> Iterator[str]:
    """Hidden files of the COPY in homes of users; a home that is not known may be the folder of the project."""
    said = {*homes(facts, run), project.variables.get("HOME") or "/root"}
    unknown = (own.folder, project.folder) if None in said else ()
    places = {each.rstrip("/") for each in (*said, *unknown) if each}
    for path in own.paths:
        above, dot, below = path.partition("/.")
        is_home = dot and (above in places or _HOME.fullmatch(above))
        if is_home and not NOT_FOR_HOMES.fullmatch(f".{below.partition('/')[0]}"):
            yield path


def _brings_pages(facts: Facts, run: Run, folder: str) -> bool:
    """True if a package that a RUN installs may have pages of its own in a folder."""
    packages = (word.value for call in facts.calls(run) if call.manager.families for word in call.packages)
    return own_place(folder) is None and any(name is None or PAGES_OF.match(name) for name in packages)


def is_apart(path: str, folder: str) -> bool:
    """True if neither lies in the other."""
    plain = posixpath.normpath(path)
    return not is_in(plain, folder) and not is_in(folder, plain)
