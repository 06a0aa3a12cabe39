"""What a COPY or ADD of a Dockerfile puts where, with the files of the build context at hand."""

from __future__ import annotations

import posixpath
from typing import Final

from dfopt.facts.context_sources import written_sources
from dfopt.facts.facts import Facts
from dfopt.facts.installs.project import Refused
from dfopt.knowledge.archives import PLAIN_EXTENSIONS, PLAIN_NAMES
from dfopt.model.build_files import BuildFiles, Kind
from dfopt.model.copy_sources import context_path
from dfopt.model.expand import expand
from dfopt.model.placed import Placed, placed
from dfopt.syntax.nodes import Add, Copy

_FLAGS: Final = frozenset(["chown", "chmod"])
UNKNOWN_PLACE: Final = "it is not known where the COPY puts its files"


def copied(facts: Facts, copy: Copy, files: BuildFiles) -> Placed | Refused:
    """What a COPY of files of the build context puts where."""
    if any(flag.name not in _FLAGS for flag in copy.flags) or copy.heredocs:
        return Refused("the COPY has flags that are not looked into")
    target = destination(facts, copy)
    sources = list(written_sources(facts, copy))
    variables = facts.scope(copy).variables()
    values = [expand(source, variables, facts.dockerfile.escape, unset=None) for source in sources]
    known = [value for value in values if value is not None]
    # an argument may be given another value in each build
    if target is None or len(known) != len(copy.sources) or any("$" in source for source in sources):
        return Refused(UNKNOWN_PLACE, copy.destination.text)
    if isinstance(copy, Add) and not all(_is_as_it_is(files, value) for value in known):
        return Refused("an ADD may unpack what it adds")
    if not _is_folder(facts, copy, files, known):
        if posixpath.basename(known[0]) != posixpath.basename(target):
            return Refused(UNKNOWN_PLACE, f"{copy.destination.text} may be a file")
        target = posixpath.dirname(target)
    found = placed(files, known, target)
    return Refused(found) if isinstance(found, str) else found


def _is_as_it_is(files: BuildFiles, source: str) -> bool:
    """True for a folder, and for a kind of file that ADD never unpacks."""
    entry = files.get(context_path(source))
    name = posixpath.basename(source)
    is_plain = name in PLAIN_NAMES or name.rpartition(".")[2].lower() in PLAIN_EXTENSIONS
    return (entry is None and not name.strip(".")) or (entry is not None and (entry.kind is Kind.FOLDER or is_plain))


def destination(facts: Facts, copy: Copy) -> str | None:
    """The absolute path that a COPY names; None if it is not known."""
    scope = facts.scope(copy)
    variables = {**facts.base(facts.stage_of(copy)).env, **scope.variables()}
    text = expand(copy.destination.text, variables, facts.dockerfile.escape, unset=None)
    if text is None or (not text.startswith("/") and scope.workdir is None):
        return None
    return posixpath.normpath(posixpath.join(scope.workdir or "/", text))


def _is_folder(facts: Facts, copy: Copy, files: BuildFiles, sources: list[str]) -> bool:
    """True if the destination is a folder for sure: it is written as one, or folders go into it."""
    text = copy.destination.text
    if len(sources) > 1 or text.endswith("/") or posixpath.basename(text) in (".", "..", ""):
        return True
    if destination(facts, copy) == posixpath.normpath(facts.scope(copy).workdir or "//"):
        return True
    source = context_path(sources[0])
    entry = files.get(source)
    return not source or (entry is not None and entry.kind is Kind.FOLDER)
