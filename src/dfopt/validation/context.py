"""The law of the build context: when other files of it are edited, every instruction takes what it took before.

Only the ignore file may be edited, and rules may only come in. What a patch declares to leave out may be taken no more;
each such path must be one that the table of unwanted things names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dfopt.edits import FileEdit, Patch
from dfopt.errors import DfoptError
from dfopt.facts.context_sources import context_sources, is_settled, may_have_triggers
from dfopt.facts.facts import Facts
from dfopt.facts.unwanted import all_below, unwanted
from dfopt.knowledge.unwanted import BUILD_DESCRIPTIONS, UNWANTED
from dfopt.model.build_files import BuildFiles, Entry, IgnoreFile, Kind, NoFiles
from dfopt.model.ignore import Ignore, read
from dfopt.syntax.parser import parse


def difference(
    dockerfiles: Sequence[Facts],
    before: BuildFiles | NoFiles,
    after: BuildFiles | NoFiles,
    patches: Sequence[Patch],
) -> str | None:
    """What differs beyond what is declared, in words; ``dockerfiles`` are all states of the file that must fit."""
    if isinstance(before, NoFiles) or isinstance(after, NoFiles):
        return "the build context is not known"
    edits = [edit for patch in patches for edit in patch.files]
    patterns = [pattern for patch in patches for pattern in patch.delta.left_out]
    problem = next(filter(None, (_edited(before.ignore_file, edit, patterns) for edit in edits)), None)
    if problem or not edits:
        return problem or "nothing is left out as declared"
    if isinstance(before.sharers, NoFiles):
        return before.sharers.reason
    facts = [*dockerfiles, *(Facts(parse(sharer.source)) for sharer in before.sharers)]
    if not patterns and any(map(may_have_triggers, facts)):
        return "an ONBUILD trigger of a base image may take what is left out"
    going = _matched(before.entries, patterns)
    return next(filter(None, (_taken(each, before, after, going) for each in facts)), None) or _stray(before, going)


def _edited(file: IgnoreFile | NoFiles, edit: FileEdit, patterns: Sequence[str]) -> str | None:
    """What is wrong with an edit: all that was in the file must be there, in the same order."""
    if isinstance(file, NoFiles) or edit.path != file.path:
        return f"{edit.path} may not be edited"
    if edit.old != file.text:
        return f"{edit.path} is not what the patch expects"
    lines = iter(_lines(edit.new))
    if not all(line in lines for line in _lines(edit.old or "")):
        return f"rules or comments of {edit.path} are lost"
    try:
        old, new = read(edit.old or ""), read(edit.new)
    except DfoptError as error:
        return str(error)
    came = list(_came_in(old, new))
    if any(pattern.startswith("!") for pattern in came):
        return f"{edit.path} takes back what was left out"
    missing = [pattern for pattern in patterns if pattern not in came]
    return f"{missing[0]} is not left out as declared" if missing else None


def _lines(text: str) -> list[str]:
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")] if text else []


def _came_in(old: Ignore, new: Ignore) -> Iterator[str]:
    rest = [(pattern.text, pattern.takes_back) for pattern in old.patterns]
    for pattern in new.patterns:
        if rest and (pattern.text, pattern.takes_back) == rest[0]:
            del rest[0]
        else:
            yield f"{'!' if pattern.takes_back else ''}{pattern.text}"


def _taken(facts: Facts, before: BuildFiles, after: BuildFiles, going: frozenset[str]) -> str | None:
    """What instructions of one Dockerfile take otherwise, but for what is declared to go."""
    for instruction, written, value in context_sources(facts):
        if value is None or not is_settled(facts, instruction, written):
            return f"what {instruction.keyword} {written} takes is not known"
        old = {entry.path: entry for entry in before.reach(value)}
        new = {entry.path: entry for entry in after.reach(value)}
        if any(old.get(path) != entry for path, entry in new.items()):
            return f"{instruction.keyword} {written} takes other files"
        if ((old and not new) or (_has_content(old) and not _has_content(new))) and value.strip("./"):
            return f"{instruction.keyword} {written} finds nothing any more"
        lost = next((path for path in old if path not in new and path not in going), None)
        if lost is not None:
            return f"{instruction.keyword} {written} takes {lost!r} no more"
    return None


def _has_content(found: Mapping[str, Entry]) -> bool:
    """True if there is more than links, which may lead nowhere."""
    return any(entry.kind is not Kind.LINK for entry in found.values())


def _matched(entries: Sequence[Entry], patterns: Sequence[str]) -> frozenset[str]:
    """All that patterns leave out, of which none takes anything back."""
    expressions = [pattern.expression for pattern in read("\n".join(patterns)).patterns]
    tops = [entry for entry in entries if any(expression.match(entry.path) for expression in expressions)]
    return frozenset(entry.path for entry in all_below(entries, tops))


def _stray(files: BuildFiles, going: frozenset[str]) -> str | None:
    """What is declared to go, and what no table says to be unwanted; the ignore file itself is, wherever it lies."""
    if not going:
        return None
    own = {files.ignore_file.path} if isinstance(files.ignore_file, IgnoreFile) else set[str]()
    tops = [entry for found in unwanted(files.entries, UNWANTED + BUILD_DESCRIPTIONS).values() for entry in found]
    known = {entry.path for entry in all_below(files.entries, tops)}
    stray = next((path for path in sorted(going) if path not in known | own), None)
    return f"{stray!r} is nothing that an image should not have" if stray is not None else None
