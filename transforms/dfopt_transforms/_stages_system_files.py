"""Files of the system that a program names: the image to run on has them, or a package brings them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dfopt.facts.folders import is_in
from dfopt.knowledge import base_files as known
from dfopt.knowledge.source_code import DESCRIPTIONS, Language
from dfopt.model.build_files import Kind
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, settings
from dfopt_transforms._stages_reach import Reached
from dfopt_transforms._stages_source import sources

LOST = "a file of the system is named that the run-time image may not have"
_MEDIA = "media-types"
_NAMES = "netbase"
_LITERAL = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`\n]*`")


def system_files(old: Old, reached: Reached, language: Language, needs: Needs) -> None:
    """Notes the packages that bring them.

    Raises RefusedError for one of which nobody knows where it comes from.
    """
    is_larger = old.name in known.LARGER and old.run_time.image != old.stage.start.image.text and not old.on_alpine
    for path, who in _named(old, reached, language):
        if needs.has(path) or old.is_laid(path) or any(is_in(path, made) for each in old.done for made in each.made):
            continue
        if is_larger and (package := _package(path)):
            if _may_be_lost(old, package):
                needs.packages.setdefault(package, f"{who} names {path}")
            continue
        folder = known.OTHERS.fullmatch(path)
        if folder is None or known.EVERYWHERE.fullmatch(path) or _is_brought(folder[1], path, needs):
            continue
        if is_larger or any(folder[1] in name or name in folder[1] for name in needs.left):
            raise RefusedError(LOST, f"{path}, in {who}")
    _services(old, language, needs, is_larger=is_larger)
    if is_larger:
        for path, who in _in_settings(old):
            package = _package(path)
            if package and not needs.has(path) and _may_be_lost(old, package):
                needs.packages.setdefault(package, f"{who} names {path}")
        _media(old, reached, language, needs)


def _package(path: str) -> str:
    return next((package for expression, package in known.OF_PACKAGES if expression.fullmatch(path.rstrip("/"))), "")


def _may_be_lost(old: Old, package: str) -> bool:
    """True if the old base has a package, and the image to run on may not."""
    if package in known.OF_GRAPHICS and old.name in known.WITHOUT_GRAPHICS:
        return False
    if package == "tzdata" and old.run_time.release not in ("", "trixie"):
        return False
    return package not in known.HAVE.get(old.name, frozenset())


def _is_brought(folder: str, path: str, needs: Needs) -> bool:
    """True if a package of the new stage has, by its name, a folder in which others look for its files."""
    by_name = known.OF_FOLDERS.get(folder)
    library = re.fullmatch(r"(lib[\w+-]+?)[\d.-]*\.so.*", posixpath.basename(path))
    wanted = library[1] if library else folder
    return any(wanted in name or name in wanted or (by_name and by_name.fullmatch(name)) for name in needs.packages)


def _named(old: Old, reached: Reached, language: Language) -> Iterator[tuple[str, str]]:
    """The paths that the source, ENV and what is started name, each with where it stands."""
    for each, text in sources(old, language):
        plain = language.calls.comments.sub("", text)
        for literal in _LITERAL.findall(plain):
            for path in known.PLACES.findall(literal):
                yield path.rstrip("/"), each.entry.path
    for name, value in settings(old).items():
        if not known.SEARCHED.fullmatch(name):
            yield from ((path.rstrip("/"), f"ENV {name}") for path in known.PLACES.findall(value))
    for path, text in reached.scripts.items():
        plain = re.sub(r"(?m)^\s*#.*$", "", text)
        yield from ((found.rstrip("/"), path) for found in known.PLACES.findall(plain))
    for path, who in reached.paths.items():
        if known.PLACES.fullmatch(path):
            yield path, who


def _in_settings(old: Old) -> Iterator[tuple[str, str]]:
    """The same of the settings of the program."""
    for path, text in settings_files(old):
        yield from ((found.rstrip("/"), path) for found in known.PLACES.findall(text))


def settings_files(old: Old) -> Iterator[tuple[str, str]]:
    """The files with settings that a program may read, by their paths in the context."""
    for each in old.laid:
        path = each.entry.path
        if each.entry.kind is Kind.FILE and known.SETTINGS.fullmatch(path) and not known.NO_SETTINGS.fullmatch(path):
            yield path, old.text(each.path)


def _services(old: Old, language: Language, needs: Needs, *, is_larger: bool) -> None:
    """The names of services and protocols, which larger images have, and perl brings by what it recommends."""
    is_there = is_larger or any(each.recommended or _NAMES in each.packages for each in old.builds)
    if not is_there or old.base.family not in ("debian", "ubuntu"):
        return
    for each, text in sources(old, language):
        if language.services.search(text):
            needs.packages.setdefault(_NAMES, f"{each.entry.path} asks for services or protocols by their names")


def _media(old: Old, reached: Reached, language: Language, needs: Needs) -> None:
    """Types of media by the names of files: what a language does not know by itself, it reads from the system."""
    name = old.builder.language
    if name not in known.GUESSES:
        return
    guesses, gives = known.GUESSES[name], known.GIVES_OUT[name]
    odd = _of_odd_type(old, name)
    for each, text in sources(old, language):
        if guesses.search(text):
            needs.packages.setdefault(_MEDIA, f"{each.entry.path} asks for the types of media")
        elif odd and gives.search(text):
            needs.packages.setdefault(_MEDIA, f"{each.entry.path} gives out files like {odd}")
    if odd and "http.server" in reached.words:
        needs.packages.setdefault(_MEDIA, f"http.server gives out {odd}")


def _of_odd_type(old: Old, language: str) -> str:
    """A file whose type the language does not know; empty if there is none."""
    types = known.TYPES - known.OWN_TYPES[language]
    for each in old.laid:
        name = posixpath.basename(each.path)
        if posixpath.splitext(name)[1].lower().removeprefix(".") in types and not DESCRIPTIONS.fullmatch(name):
            return each.entry.path
    return ""
