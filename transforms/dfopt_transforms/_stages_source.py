"""What the source of a program shows of that which it needs at run time."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

import msgspec

from dfopt.facts.layout import Laid
from dfopt.facts.program_calls import started
from dfopt.knowledge.source_code import Language
from dfopt.model.build_files import Kind
from dfopt_transforms._stages_parts import Old, RefusedError
from dfopt_transforms._stages_reach import Reached

STARTS_OTHERS = "the program starts others whose names are not known"
LOADS = "the program loads libraries at run time"
TOOL_CHAIN = "the program calls its tool chain at run time"


class Shown(msgspec.Struct, frozen=True):
    """What was seen in the source of a program."""

    files: int
    """How many files were read."""
    reads: str = ""
    """The file that opens others; empty if none does."""
    tls: str = ""
    zones: str = ""
    system: str = ""
    """The file that asks for what only a system has: users, a folder for temporary files."""
    libraries: str = ""
    """The file that names libraries that are not of the language; empty if there are none."""
    starts: tuple[tuple[str, str], ...] = ()
    """Programs that it starts, and the file that does."""


def shown(old: Old, language: Language, reached: Reached) -> Shown:
    """What the source shows; scripts that it starts are noted as reached.

    Raises RefusedError for what nothing can be said of.
    """
    found: dict[str, str] = {}
    calls = Reached(old)
    count = 0
    for each, text in sources(old, language):
        count += 1
        path = each.entry.path
        if language.loads.search(text):
            raise RefusedError(LOADS, path)
        if language.tool_chain.search(text):
            raise RefusedError(TOOL_CHAIN, path)
        for name, expression in (
            ("reads", language.reads),
            ("tls", language.speaks_tls),
            ("zones", language.zones),
            ("system", language.system),
        ):
            if expression.search(text):
                found.setdefault(name, path)
        for command in started(text, language.calls):
            if command is not None:
                calls.follow(command, path)
            if command is None or calls.is_open:
                raise RefusedError(STARTS_OTHERS, path)
    reached.scripts |= calls.scripts
    reached.said |= calls.said
    for path, who in calls.paths.items():
        reached.paths.setdefault(path, who)
    return Shown(
        count,
        found.get("reads", ""),
        found.get("tls", ""),
        found.get("zones", ""),
        found.get("system", ""),
        _libraries(old, language),
        tuple(calls.programs.items()),
    )


def sources(old: Old, language: Language) -> Iterator[tuple[Laid, str]]:
    """The files of source that are not for tests, and what is in them."""
    for each in old.laid:
        name = posixpath.basename(each.path)
        if each.entry.kind is Kind.FILE and language.sources.fullmatch(name):
            expressions = (language.tests, language.builds)
            if any(each_of.fullmatch(each.entry.path) for each_of in expressions) or _is_of_others(each.entry.path):
                continue
            content = old.files.read(each.entry.path) if old.files else None
            if content is not None:
                yield each, content.decode("utf-8", "replace")


def _is_of_others(path: str) -> bool:
    """True for what a package manager brought."""
    return not {"node_modules", "vendor", ".venv", "venv"}.isdisjoint(path.split("/"))


def _libraries(old: Old, language: Language) -> str:
    for each in old.laid:
        if language.libraries.fullmatch(posixpath.basename(each.path)) and old.files:
            content = old.files.read(each.entry.path)
            if content is None or language.has_libraries.search(content.decode("utf-8", "replace")):
                return each.entry.path
    return ""
