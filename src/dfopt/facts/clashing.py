"""Files of a COPY that stand where programs and installs look for theirs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from dfopt.expression import Expression
from dfopt.facts.facts import Facts
from dfopt.facts.folders import is_in
from dfopt.knowledge.installs import WRITTEN_BY_INSTALLS
from dfopt.model.expand import expand
from dfopt.model.placed import Placed
from dfopt.model.stages import led_to
from dfopt.syntax.nodes import Env, Run

SEARCHED: Final = frozenset("PATH LD_LIBRARY_PATH LD_PRELOAD RUBYLIB RUBYOPT PERL5LIB GEM_PATH GEM_HOME".split())
_OF_BASE: Final = Expression(r"\$\{?(PATH|HOME|GOPATH|GOROOT|JAVA_HOME|LD_LIBRARY_PATH|NVM_DIR|GEM_HOME)\b\}?")
_DOTFILE: Final = Expression(r"(/root|/home/[^./][^/]*)/\.[^/]")


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


def clashes(own: Placed, reads: frozenset[str], home: str | None) -> Iterator[str]:
    """Files of the COPY in folders where installs write, and in homes of users, where programs look for settings."""
    near = [place for place in WRITTEN_BY_INSTALLS if not is_apart(place, own.folder)]
    for place in near:
        yield from own.below(place)
    if any(is_in(own.folder, place) for place in near):
        yield own.folder
    for path in own.paths:
        is_setting = _DOTFILE.match(path) or (home and path.startswith(f"{home.rstrip('/')}/."))
        if is_setting and path not in reads:
            yield path


def is_apart(path: str, folder: str) -> bool:
    """True if neither lies in the other."""
    plain = posixpath.normpath(path)
    return not is_in(plain, folder) and not is_in(folder, plain)
