"""Rules of an ignore file for what is found, as short as they can be without being about anything else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import msgspec

from dfopt.facts.unwanted import all_below
from dfopt.model.build_files import BuildFiles, Entry, IgnoreFile
from dfopt.model.ignore import Pattern, read
from dfopt_transforms._ignore_finds import SWEEPS, Find

_SPECIAL = "\\*?["
_EXACT = ("secret", "build description")
"""Kinds that are not written with a wildcard: a certificate or another description may come up."""


class Rule(msgspec.Struct, frozen=True):
    """A line, and the paths that it is meant for."""

    text: str
    paths: frozenset[str] = frozenset()

    def covers(self, path: str) -> bool:
        return read(self.text).leaves_out(path)


def rules(found: Sequence[Find], files: BuildFiles, file: IgnoreFile, staying: Collection[str] = ()) -> list[Rule]:
    """The rules for what is found, without what the file brings back on purpose.

    ``staying`` are places where nothing is yet, and that no rule may be about.
    """
    exceptions = [pattern for pattern in read(file.text or "").patterns if pattern.takes_back]
    going = frozenset(path for find in found for path in find.paths)
    made = [rule for find in found if not find.place for rule in _rules(find, files, exceptions, going)]
    places = [find.place for find in found if find.place and not any(rule.covers(find.place) for rule in made)]
    made += (Rule(text) for text in _of_places(places, staying, files) if not _takes_back(text, exceptions))
    return list({rule.text: rule for rule in made}.values())


def _of_places(places: Sequence[str], staying: Collection[str], files: BuildFiles) -> Iterator[str]:
    """The patterns for places where nothing is yet: one for several with the same name, if it is about nothing else."""
    by_name: dict[str, list[str]] = {}
    for place in places:
        by_name.setdefault(place.rpartition("/")[2], []).append(place)
    for name, same in by_name.items():
        text = f"**/{name}"
        pattern = read(text).patterns[0]
        is_alone = not any(map(pattern.matches, (*staying, *(entry.path for entry in files.entries))))
        yield from [text] if len(same) > 1 and is_alone else filter(None, map(_escaped, same))


def _takes_back(text: str, exceptions: Sequence[Pattern]) -> bool:
    """True if an ignore file brings back what a pattern is about."""
    return any(_meets(read(text).patterns[0], exception) for exception in exceptions)


def leave_out(path: str) -> Rule:
    """The rule for one path."""
    return Rule(_escaped(path) or path, frozenset([path]))


def _rules(find: Find, files: BuildFiles, exceptions: Sequence[Pattern], going: frozenset[str]) -> Iterator[Rule]:
    """``going`` is all that the rules together are about."""
    text = find.row.pattern
    if find.tops and all("/" not in top.path for top in find.tops):
        text = text.removeprefix("**/")
    pattern = read(text).patterns[0]
    if not find.tops:
        if not any(_meets(pattern, exception) for exception in exceptions):
            yield Rule(text)
        return
    kept = {top.path for top in find.tops if any(_is_about(each, top, files) for each in exceptions)}
    tops = [top for top in find.tops if top.path not in kept]
    others = {entry.path for entry in files.entries if pattern.matches(entry.path)} - going
    is_exact = find.row.kind in _EXACT and "*" in text.removeprefix("**/")
    if tops and not (kept or others or is_exact or any(_meets(pattern, each) for each in exceptions)):
        yield Rule(text, find.paths)
        return
    for top in tops:
        exact = _escaped(top.path)
        if exact:
            yield Rule(exact, frozenset(entry.path for entry in all_below(files.entries, [top])))


def _is_about(exception: Pattern, top: Entry, files: BuildFiles) -> bool:
    """True if a ``!`` line names what is found, or something in it, and not just everything in a folder."""
    if exception.text.rpartition("/")[2] in SWEEPS:
        return False
    return exception.matches(top.path) or any(
        exception.matches(entry.path) for entry in all_below(files.entries, [top])
    )


def _meets(pattern: Pattern, exception: Pattern) -> bool:
    """True if a rule may take away what a ``!`` line is there for, now or later."""
    last = exception.text.rpartition("/")[2]
    if last in SWEEPS:
        return False
    parts = exception.text.split("/")
    return any(pattern.matches("/".join(parts[:end])) for end in range(1, len(parts) + 1))


def _escaped(path: str) -> str | None:
    """A path as a pattern; None for one that no pattern can name for sure."""
    if not path.isprintable() or path != path.strip() or path.endswith("\\"):
        return None
    text = "".join(f"\\{character}" if character in _SPECIAL else character for character in path)
    return f"\\{text}" if text[0] in "#!" else text


def with_rules(text: str | None, lines: Sequence[str]) -> str:
    """The text of the file with rules behind the others, in its own line ends."""
    old = text or ""
    end = "\r\n" if "\r\n" in old else "\n"
    gap = end if old.removeprefix("\ufeff") and not old.endswith("\n") else ""
    return old + gap + "".join(line + end for line in lines)
