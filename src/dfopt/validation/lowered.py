"""The law of the COPY that stands below a RUN: it may, if the RUN does the same without its files, or with a part.

COPY and RUN may change places if the RUN neither reads nor writes what the COPY brings. What it reads may be copied
above it as well: the later COPY brings the same files again. So each COPY that is declared to have moved is put back in
its place, the COPYs that came in are taken out, and what is left is compared as ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dfopt.edits import Delta, Edit, Lowered, apply
from dfopt.facts.command_needs import Passing
from dfopt.facts.copied import copied
from dfopt.facts.facts import Facts
from dfopt.facts.installs.project import Refused
from dfopt.facts.passing import fixed_destination, passing, stands_apart
from dfopt.model.build_files import BuildFiles, Files, Kind
from dfopt.model.placed import Placed
from dfopt.source import Source, Span
from dfopt.syntax.nodes import Copy, Instruction, Run, Workdir
from dfopt.syntax.parser import parse
from dfopt.validation.declared_copies import declared_copy, is_alike
from dfopt.validation.exempt import UndeclaredError


def raised(before: Facts, after: Facts, deltas: Sequence[Delta], files: Files) -> Facts:
    """The new file with its COPYs where they were.

    Raises UndeclaredError if one of them may not stand where it does.
    """
    for each in (lowered for delta in deltas for lowered in delta.lowered):
        copy, context = declared_copy(before, each.copy, files, "moved", "have moved")
        after = _with_one_raised(before, copy, after, each, context)
    return after


def _with_one_raised(before: Facts, copy: Copy, after: Facts, declared: Lowered, files: BuildFiles) -> Facts:
    """The file with one COPY back in its place: the first in the stage that fits what is declared."""
    problem = "a COPY did not move as declared"
    stage, text = before.stage_of(copy).index, declared.written or before.dockerfile.text(copy)
    instructions = after.stages[stage].instructions
    for at, found in enumerate(instructions):
        place = at - declared.passed - len(declared.first)
        if not isinstance(found, Copy) or after.dockerfile.text(found) != text or declared.passed < 1 or place < 0:
            continue
        first = instructions[place : place + len(declared.first)]
        if tuple(after.dockerfile.text(each) for each in first) != declared.first:
            continue
        moves = declared.written or any(isinstance(each, Workdir) for each in instructions[at - declared.passed : at])
        if moves and not _brings_the_same(before, copy, after, found, files):
            problem = "a COPY that moved brings other files, or to other places"
            continue
        new = _moved_back(
            after, found, first, instructions[at - declared.passed], before.dockerfile.source.slice(copy.span)
        )
        refusal = _refusal(
            after, first, new, new.stages[stage].instructions[place : at - len(first) + 1], declared, files
        )
        if refusal is None:
            return new
        problem = f"a COPY moved where it may not: {refusal}"
    raise UndeclaredError(problem)


def _refusal(
    after: Facts,
    first: Sequence[Instruction],
    facts: Facts,
    passed: Sequence[Instruction],
    declared: Lowered,
    files: BuildFiles,
) -> str | None:
    """Why a COPY, the first of some instructions, may not stand below the others."""
    copy = passed[0]
    if not isinstance(copy, Copy):
        return "it is no COPY"
    own = copied(facts, copy, files)
    if isinstance(own, Refused):
        return own.reason
    early = _early(after, first, copy, own, files)
    if isinstance(early, str):
        return early
    for each in passed[1:]:
        if not isinstance(each, Run):
            if not stands_apart(facts, copy, each, files, has_first=bool(first)):
                return f"it may not pass {each.keyword}"
            continue
        found = passing(facts, copy, each, files)
        if isinstance(found, Refused):
            return f"{found.reason} ({found.detail})"
        if problem := _lacking(found, own, early, declared, files):
            return problem
    return None


def _early(
    after: Facts, first: Sequence[Instruction], copy: Copy, own: Placed, files: BuildFiles
) -> Mapping[str, str] | str:
    """What the COPYs that came in bring, each a part of what the moved one brings; or why they are not that."""
    early: dict[str, str] = {}
    for each in first:
        part = copied(after, each, files) if isinstance(each, Copy) else Refused("what came in is no COPY")
        if isinstance(part, Refused):
            return part.reason
        if any(own.paths.get(path) != source for path, source in part.paths.items()):
            return "a COPY that came in brings other files"
        if not isinstance(each, Copy) or not is_alike(each, copy):
            return "a COPY that came in has other flags"
        early.update(part.paths)
    return early


def _lacking(found: Passing, own: Placed, early: Mapping[str, str], declared: Lowered, files: BuildFiles) -> str | None:
    """What a RUN needs of the COPY that does not come early, or why more than that may be needed."""
    for path in found.needs.reads:
        entry = own.entry(path, files)
        if entry is None or entry.kind is Kind.FOLDER:
            continue
        if path not in early or entry.kind is not Kind.FILE:
            return f"a RUN reads {path}"
    return next((doubt for doubt in found.needs.doubts if doubt not in declared.doubts), None)


def _brings_the_same(before: Facts, old: Copy, after: Facts, new: Copy, files: BuildFiles) -> bool:
    """True for a COPY with the same flags that puts the same files to the same places, whatever folder it stands in."""
    was, now = copied(before, old, files), copied(after, new, files)
    if isinstance(was, Refused) or isinstance(now, Refused) or not is_alike(old, new):
        return False
    is_fixed = new.destination.text.startswith("/") and fixed_destination(before, old) is not None
    return is_fixed and was.folder == now.folder and was.paths == now.paths


def _moved_back(facts: Facts, copy: Copy, first: Sequence[Instruction], place: Instruction, written: str) -> Facts:
    """The file with a COPY, as it was written, in front of another instruction."""
    text = facts.dockerfile.source.text
    block = _block(text, copy)
    lines = text[block.start : copy.span.start] + written + text[copy.span.end : block.end]
    start = _line(text, first[0]).start if first else _block(text, place).start
    end = "" if text[block.start : block.end].endswith("\n") else "\n"
    edits = [Edit(Span(start, start), lines + end), Edit(block, "")]
    edits += [Edit(_line(text, each), "") for each in first]
    merged = _joined(edits)
    return Facts(parse(Source(apply(text, merged), facts.dockerfile.source.path)))


def _joined(edits: Sequence[Edit]) -> Iterator[Edit]:
    """Insertions and deletions at one place as one edit."""
    inserted = {edit.span.start: edit for edit in edits if edit.span.start == edit.span.end}
    for edit in edits:
        if edit.span.start == edit.span.end:
            continue
        before = inserted.pop(edit.span.start, None)
        yield Edit(edit.span, (before.text if before else "") + edit.text)
    yield from inserted.values()


def _block(text: str, instruction: Instruction) -> Span:
    """The lines of an instruction and of the comments above it."""
    first = instruction.comments[0] if instruction.comments else instruction
    return Span(text.rfind("\n", 0, first.span.start) + 1, _line(text, instruction).end)


def _line(text: str, instruction: Instruction) -> Span:
    end = text.find("\n", instruction.span.end)
    return Span(text.rfind("\n", 0, instruction.span.start) + 1, len(text) if end == -1 else end + 1)
