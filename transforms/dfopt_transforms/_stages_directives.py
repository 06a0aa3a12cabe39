"""What a build runs by what stands in files: the directives of ``go generate``, the recipes of a Makefile."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dfopt.facts.built import UNKNOWN, program_run
from dfopt.knowledge import runners
from dfopt.shell.argv import argv
from dfopt.shell.nodes import Script
from dfopt.shell.parser import parse
from dfopt.shell.walk import simple_commands
from dfopt_transforms._stages_installed import is_of_project
from dfopt_transforms._stages_make import MAKEFILES, recipes
from dfopt_transforms._stages_parts import Old, RefusedError

_DIRECTIVE = re.compile(r"(?m)^//go:generate[ \t]+(\S.*)$")
_RUN = re.compile(r"go[ \t]+(?:run|tool)[ \t]+(?:-\S+[ \t]+)*(\S+)")


def check_directives(old: Old) -> None:
    """Raises RefusedError if one of them runs what may write other files than sources."""
    for each in old.builds:
        for view, folder in zip(each.commands, each.places, strict=True):
            words = [word.value or "$" for word in view.words]
            if view.base == "go" and words[:1] == ["generate"]:
                _check_sources(old)
            elif view.base in ("make", "gmake"):
                _check_recipes(old, folder, words)


def _check_sources(old: Old) -> None:
    """What others wrote and ``go generate`` runs is for sources; a program of the project may be for anything."""
    for each in (each for each in old.laid if each.path.endswith(".go") and each.copy in old.head):
        for line in _DIRECTIVE.findall(old.text(each.path)):
            run = _RUN.match(line)
            name = run[1].partition("@")[0] if run else line.split()[0]
            is_of_others = run is not None and not is_of_project(old, name)
            if not (is_of_others or runners.GENERATOR_NAMES.fullmatch(name)):
                raise RefusedError(UNKNOWN, f"{line.strip()}, in {each.entry.path}")


def _check_recipes(old: Old, folder: str, words: list[str]) -> None:
    if "-C" in words[:-1]:
        folder = posixpath.join(folder, words[words.index("-C") + 1])
    targets = [
        word for at, word in enumerate(words) if re.fullmatch(r"[\w.][\w./-]*", word) and words[at - 1] not in _VALUES
    ]
    path = next((path for name in MAKEFILES if old.text(path := posixpath.normpath(posixpath.join(folder, name)))), "")
    for line in recipes(old.text(path), targets) or () if path else ():
        for name, given in _commands(line):
            if run := program_run(name, given):
                raise RefusedError(UNKNOWN, f"{run}, in {path}")


_VALUES = frozenset({"-C", "-f", "-j"})


def _commands(line: str) -> Iterator[tuple[str, list[str]]]:
    script = parse(line)
    if isinstance(script, Script):
        for view in map(argv, simple_commands(script)):
            yield view.base or "", [word.value or "$" for word in view.words]
