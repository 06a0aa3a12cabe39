"""What the source of a program shows of that which it needs at run time."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from dfopt.facts.layout import Laid
from dfopt.facts.program_calls import started
from dfopt.knowledge import system_libraries
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
            if language.tests.fullmatch(each.entry.path) or _is_of_others(each.entry.path):
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


def linked(old: Old) -> dict[str, str]:
    """The libraries that a build names to the linker, and the file that does."""
    found: dict[str, str] = {}
    for each in old.laid:
        name = posixpath.basename(each.path)
        if each.entry.kind is not Kind.FILE or old.files is None:
            continue
        if name == "Cargo.lock":
            found |= _of_crates(old.text(each.path), each.entry.path)
            continue
        is_go = name.endswith(".go")
        if not is_go and not re.fullmatch(
            r"(?i)(gnu)?makefile|.*\.mk|cmakelists\.txt|meson\.build|build\.rs|configure\.ac", name
        ):
            continue
        text = (old.files.read(each.entry.path) or b"").decode("utf-8", "replace")
        if is_go:
            text = "\n".join(re.findall(r"(?m)^.*#cgo.*$", text))
        for library in re.findall(r"(?<![\w-])-l([\w+.-]+)", text):
            found.setdefault(library, each.entry.path)
        if name.lower() == "cmakelists.txt":
            for library in re.findall(r"(?im)^\s*find_(?:package|library)\(\s*(\w+)", text):
                found.setdefault(_CMAKE.get(library.lower()) or library.lower(), each.entry.path)
        if "-fopenmp" in text:
            found.setdefault("gomp", each.entry.path)
        for library in re.findall(r"pkg[-_]config[^\n]*?\s([a-z][\w+.-]+)", text):
            found.setdefault(library.removeprefix("lib"), each.entry.path)
    for build in old.builds:
        for view in build.commands:
            for word in view.words if _LINKERS.fullmatch(view.base or "") else ():
                if word.value and re.fullmatch(r"-l[\w+.-]+", word.value):
                    found.setdefault(word.value[2:], "a RUN")
    return found


def _of_crates(text: str, path: str) -> dict[str, str]:
    """The libraries of the system that crates link with; a crate that is not known is one by its own name."""
    names = re.findall(r'(?m)^name\s*=\s*"([\w-]+)"', text)
    is_vendored = "openssl-src" in names
    found: dict[str, str] = {}
    for name in names:
        if name in system_libraries.CRATES and not (is_vendored and name == "openssl-sys"):
            found[system_libraries.CRATES[name]] = path
        elif (
            name.endswith("-sys")
            and name not in system_libraries.CRATES
            and not system_libraries.PLAIN_CRATES.fullmatch(name)
        ):
            found[name] = path
    return found


_LINKERS = re.compile(r"g?cc(-\d+)?|[gc]\+\+(-\d+)?|clang(\+\+)?|ld")
_CMAKE = {
    "threads": "pthread",
    "openssl": "ssl",
    "zlib": "z",
    "curl": "curl",
    "sqlite3": "sqlite3",
    "libxml2": "xml2",
    "bzip2": "bz2",
    "postgresql": "pq",
    "png": "png",
    "jpeg": "jpeg",
    "gtest": "c",
    "doctest": "c",
    "catch2": "c",
}
"""What CMake calls a library that the linker knows by another name; those for tests are no libraries of the program."""
