"""The law of the COPY that became several: they stand in its place, and bring the same files to the same places."""

from __future__ import annotations

from collections.abc import Sequence

from dfopt.edits import Delta, Edit, Parted, apply
from dfopt.facts.copied import copied
from dfopt.facts.facts import Facts
from dfopt.facts.installs.project import Refused
from dfopt.model.build_files import BuildFiles, Files, Kind
from dfopt.model.copy_sources import context_path
from dfopt.source import Source, Span
from dfopt.syntax.nodes import Copy
from dfopt.syntax.parser import parse
from dfopt.validation.declared_copies import declared_copy, is_alike
from dfopt.validation.exempt import UndeclaredError

_MODE = 0o755
"""Of the folders that a COPY makes on the way to its destination."""


def joined(before: Facts, after: Facts, deltas: Sequence[Delta], files: Files) -> Facts:
    """The new file with the COPYs as they were.

    Raises UndeclaredError if the parts are not what the old ones were.
    """
    for each in (parted for delta in deltas for parted in delta.parted):
        copy, context = declared_copy(before, each.copy, files, "is in parts", "be in parts")
        after = _with_one_joined(before, copy, after, each, context)
    return after


def _with_one_joined(before: Facts, copy: Copy, after: Facts, declared: Parted, files: BuildFiles) -> Facts:
    problem = "a COPY is not in parts as declared"
    instructions = after.stages[before.stage_of(copy).index].instructions
    count = len(declared.parts)
    for at in range(len(instructions) - count + 1):
        parts = [each for each in instructions[at : at + count] if isinstance(each, Copy)]
        if count < 2 or tuple(after.dockerfile.text(each) for each in parts) != declared.parts:
            continue
        text = after.dockerfile.source.text
        whole = Edit(Span(parts[0].span.start, parts[-1].span.end), before.dockerfile.text(copy))
        new = Facts(parse(Source(apply(text, [whole]), after.dockerfile.source.path)))
        refusal = _refusal(before, copy, after, parts, files)
        if refusal is None:
            return new
        problem = f"the parts of a COPY are not what it was: {refusal}"
    raise UndeclaredError(problem)


def _refusal(before: Facts, copy: Copy, after: Facts, parts: Sequence[Copy], files: BuildFiles) -> str | None:
    whole = copied(before, copy, files)
    if isinstance(whole, Refused):
        return whole.reason
    brought: dict[str, str] = {}
    for part in parts:
        if part.comments and part is not parts[0]:
            return "a comment came in between"
        if not is_alike(part, copy):
            return "a part has other flags"
        own = copied(after, part, files)
        if isinstance(own, Refused):
            return own.reason
        if not brought.keys().isdisjoint(own.paths):
            return "two parts bring the same file"
        brought.update(own.paths)
        if own.folder != whole.folder:
            folder = context_path(part.sources[0].text)
            entry = files.get(folder)
            if entry is not None and entry.kind is Kind.FOLDER and entry.mode != _MODE:
                return "a folder has other permissions than those of a new one"
            brought[own.folder] = folder
    return None if brought == whole.paths else "other files are copied"
