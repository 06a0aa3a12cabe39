"""Which COPYs of a file can stand below RUNs, how far, and what of their files has to come first."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from dfopt.expression import Expression
from dfopt.facts.command_needs import Passing
from dfopt.facts.context_sources import written_sources
from dfopt.facts.copied import copied
from dfopt.facts.facts import Facts
from dfopt.facts.installs.project import Refused
from dfopt.facts.passing import fixed_destination, head, installs_dependencies, passing, stands_apart
from dfopt.knowledge.installs import FIRST, LOCKS, is_manifest
from dfopt.knowledge.manager import Action
from dfopt.model.build_files import BuildFiles, Kind
from dfopt.model.placed import Placed
from dfopt.source import Span
from dfopt.syntax.nodes import Copy, Instruction, Run, Workdir
from dfopt_transforms._split_text import PLAIN

OTHER_FOLDER: Final = "the COPY may put its files elsewhere, or make their folder in another way, below the WORKDIR"

JOINT: Final = Expression(r"[ \t]*([\\`][ \t]*\r?\n[ \t]*)*&&[ \t]*([\\`][ \t]*\r?\n[ \t]*)*")
"""What stands between two commands if no comment does."""


class Move(msgspec.Struct, frozen=True):
    """Below which RUN a COPY can stand."""

    target: Run
    passed: tuple[Instruction, ...]
    placed: Placed
    needed: tuple[str, ...]
    """The files that have to be copied first, by their paths in the image."""
    doubts: tuple[str, ...]
    cut: Span | None = None
    """What stands between the part of the RUN that it can stand below and the rest, in the file; None for the whole."""
    destination: str = ""
    """What has to be written for its destination there; empty for what is written."""


class Lowering(msgspec.Struct, frozen=True):
    """A COPY above an install, and how far it can move down, or why it cannot."""

    copy: Copy
    result: Move | Refused


def candidates(facts: Facts) -> Iterator[Copy]:
    """COPYs of what may be folders that stand above an install of dependencies."""
    for stage in facts.stages:
        for at, copy in enumerate(stage.instructions):
            if isinstance(copy, Copy) and any(map(_may_be_folder, written_sources(facts, copy))):
                below = stage.instructions[at + 1 :]
                if any(isinstance(each, Run) and installs_dependencies(facts, each) for each in below):
                    yield copy


def _may_be_folder(source: str) -> bool:
    name = source.rstrip("/").rpartition("/")[2]
    return source.endswith("/") or not name.strip(".") or not ("." in name or is_manifest(name))


def lowerings(facts: Facts, files: BuildFiles) -> Iterator[Lowering]:
    """All COPYs that can move, and those that stand directly above an install that needs them; the last ones first."""
    for stage in facts.stages:
        for at, copy in reversed(list(enumerate(stage.instructions))):
            if not isinstance(copy, Copy) or copy.flag("from") or copy.heredocs:
                continue
            result = _result(facts, copy, stage.instructions[at + 1 :], files)
            if result is not None:
                yield Lowering(copy, result)


def _result(facts: Facts, copy: Copy, below: Sequence[Instruction], files: BuildFiles) -> Move | Refused | None:
    """How far a COPY can move; None if there is nothing to gain."""
    first = next((each for each in below if isinstance(each, Run)), None)
    if first is None or not any(_takes_long(facts, each) for each in below if isinstance(each, Run)):
        return None
    own = copied(facts, copy, files)
    if isinstance(own, Refused):
        return own if installs_dependencies(facts, first) else None
    return _walked(facts, copy, below, own, files)


def _walked(
    facts: Facts, copy: Copy, below: Sequence[Instruction], own: Placed, files: BuildFiles
) -> Move | Refused | None:
    passed: list[Instruction] = []
    needed: set[str] = set()
    doubts: list[str] = []
    alone = True
    best: Move | None = None
    whole: Move | None = None
    """The last one for which nothing is needed: of a COPY that installs need as a whole no part comes first."""
    refused: Refused | None = None
    for each in below:
        if not isinstance(each, Run):
            if not stands_apart(facts, copy, each, files, has_first=True) or _is_lost_below(facts, copy, each):
                refused = _about_place(facts, copy, each, below)
                break
            alone = alone and stands_apart(facts, copy, each, files, has_first=False)
            passed.append(each)
            continue
        found, cut = _passing(facts, copy, each, files)
        if isinstance(found, Refused):
            refused = found if installs_dependencies(facts, each) else None
            break
        needed |= {path for path in found.needs.reads if _kind(own, path, files) not in (None, Kind.FOLDER)}
        doubts += found.needs.doubts
        passed.append(each)
        if found.installs and _has_others(own, needed, files) and (needed or alone):
            said, names = tuple(dict.fromkeys(doubts)), tuple(sorted(needed, key=order))
            best = Move(each, tuple(passed), own, names, said, cut, _destination(facts, copy, passed))
            whole = whole if needed else best
        if cut is not None:
            break
        if len(needed) >= _files(own, files):
            return best if best is None or not best.needed else whole
    if best is None:
        return refused
    if any(_kind(own, path, files) is not Kind.FILE for path in best.needed):
        return Refused("a file that the install reads is a link", min(best.needed))
    return best


def _is_lost_below(facts: Facts, copy: Copy, other: Instruction) -> bool:
    """True if a COPY cannot be written plainly so that it may stand in the folder of a WORKDIR."""
    is_plain = PLAIN.fullmatch(facts.dockerfile.text(copy.destination)) is not None
    return isinstance(other, Workdir) and not copy.destination.text.startswith("/") and not is_plain


def _about_place(facts: Facts, copy: Copy, other: Instruction, below: Sequence[Instruction]) -> Refused | None:
    """Why a COPY of folders stays above a WORKDIR that stands in front of an install."""
    run = next((each for each in below if isinstance(each, Run)), None)
    if not isinstance(other, Workdir) or run is None or not installs_dependencies(facts, run):
        return None
    is_wanted = any(map(_may_be_folder, written_sources(facts, copy)))
    return Refused(OTHER_FOLDER, facts.dockerfile.text(other)) if is_wanted else None


def _destination(facts: Facts, copy: Copy, passed: Sequence[Instruction]) -> str:
    """What has to be written below some instructions for the destination of a COPY; empty for what is written."""
    is_seen_from_folder = not copy.destination.text.startswith("/") and any(isinstance(p, Workdir) for p in passed)
    return (fixed_destination(facts, copy) or "") if is_seen_from_folder else ""


def _passing(facts: Facts, copy: Copy, run: Run, files: BuildFiles) -> tuple[Passing | Refused, Span | None]:
    """What a RUN needs, or the first part of it, and where that ends in the file."""
    found = passing(facts, copy, run, files)
    first = head(facts, copy, run, files) if isinstance(found, Refused) else None
    if first is None or run.script is None:
        return found, None
    joint = Span(run.script.end_offset(first.joint.start), run.script.offset(first.joint.end))
    return (first.passing, joint) if JOINT.fullmatch(facts.dockerfile.source.slice(joint)) else (found, None)


def order(path: str) -> tuple[str, int, str]:
    """Manifests before their lock files, and both before what else is read."""
    folder, _, name = path.rpartition("/")
    return folder, next((at for at, names in enumerate((FIRST, LOCKS)) if name in names), 2), name


def _has_others(own: Placed, needed: set[str], files: BuildFiles) -> bool:
    """True if a COPY brings more than what is needed and what looks like it: other lists of requirements, say."""
    alike = {_alike(path) for path in needed}
    return any(
        path not in needed and _kind(own, path, files) is not Kind.FOLDER and _alike(path) not in alike
        for path in own.paths
    )


def _alike(path: str) -> tuple[str, str]:
    return posixpath.dirname(path), posixpath.splitext(path)[1]


def _kind(own: Placed, path: str, files: BuildFiles) -> Kind | None:
    entry = own.entry(path, files)
    return entry.kind if entry else None


def _files(own: Placed, files: BuildFiles) -> int:
    return sum(_kind(own, path, files) is not Kind.FOLDER for path in own.paths)


def _takes_long(facts: Facts, run: Run) -> bool:
    return any(call.action is Action.INSTALL for call in facts.calls(run))
