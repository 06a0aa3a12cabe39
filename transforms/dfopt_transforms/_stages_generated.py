"""What a build makes beside the program, and the program reads: pages of a front end, data from a Makefile."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from dfopt.facts.folders import is_in
from dfopt.knowledge.build_rules import OWN_PLACE
from dfopt.knowledge.front_ends import BUILDERS, MANAGERS, OUTPUTS
from dfopt.knowledge.installs import NPM, PNPM, YARN
from dfopt.knowledge.source_code import Language
from dfopt_transforms._stages_names import Names
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, is_removed
from dfopt_transforms._stages_rules import rules
from dfopt_transforms._stages_source import sources

GENERATED = "what a build makes beside the program is not known"
_FOLDER_OPTIONS = frozenset(option for row in (NPM, PNPM, YARN) for option in row.folder_options)


def generated(old: Old, needs: Needs, trees: list[str], language: Language, names: Names) -> list[str]:
    """Notes what a front end becomes; gives the folders of these, whose sources no program needs.

    Raises RefusedError if something else may be made, and read.
    """
    fronts = list(dict.fromkeys(folder for folder in _fronts(old) if any(is_in(folder, tree) for tree in trees)))
    for folder in fronts:
        outputs = {top: who for path, who in names.others.items() if (top := _output(path, folder))}
        for path, who in outputs.items():
            if not is_removed(path, old.done):
                needs.copy(path, f"{who} names it, and what is built in {folder} comes there")
        if not outputs and not _is_embedded(old, language, folder):
            raise RefusedError(GENERATED, folder)
    made = rules(old)
    for path, who in names.others.items():
        if (
            posixpath.basename(who) != "build.rs"
            and not (needs.has(path) or is_removed(path, old.done))
            and made.makes(_relative(path, trees))
        ):
            raise RefusedError(GENERATED, f"{path}, which {who} names")
    asks = any(OWN_PLACE.search(text) for _, text in sources(old, language))
    for path, who in (names.laid if asks else names.astray).items():
        if made.makes_again(_relative(path, trees)):
            raise RefusedError(GENERATED, f"{path}, which {who} names")
    return [folder for folder in fronts if folder not in trees]


def _relative(path: str, trees: list[str]) -> str:
    return next(posixpath.relpath(path, tree) for tree in trees if is_in(path, tree))


def _fronts(old: Old) -> Iterator[str]:
    """The folders that front ends are built in."""
    for each in old.builds:
        for view, folder in zip(each.commands, each.places, strict=True):
            words = [word.value or "$" for word in view.words]
            if view.base in BUILDERS or not MANAGERS.get(view.base or "", frozenset()).isdisjoint(words):
                yield posixpath.normpath(posixpath.join(folder, folder_option(words)))


def folder_option(words: Sequence[str]) -> str:
    """The folder that a package manager is told to work in; empty if it is not told any."""
    for at, word in enumerate(words):
        name, _, value = word.partition("=")
        if name in _FOLDER_OPTIONS:
            return value or "".join(words[at + 1 : at + 2])
    return ""


def _output(path: str, folder: str) -> str:
    """The folder of what is built that a path lies in."""
    if not is_in(path, folder) or path == folder:
        return ""
    first = posixpath.relpath(path, folder).split("/")[0]
    return posixpath.join(folder, first) if first in OUTPUTS else ""


def _is_embedded(old: Old, language: Language, folder: str) -> bool:
    """True if the compiler puts files of a folder into the program."""
    name = posixpath.basename(folder)
    for each, text in sources(old, language):
        for found in language.embeds.finditer(text):
            if is_in(each.path, folder) or re.search(rf"\b{re.escape(name)}\b", found[0]):
                return True
    return False
