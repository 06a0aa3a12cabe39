"""Scripts of a program that a build runs: they may write only to the folders that are copied."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import cast

import msgspec

from dfopt.facts.folders import is_in
from dfopt.knowledge import build_commands as known
from dfopt.knowledge.front_ends import LIFE
from dfopt.knowledge.python_tools import STANDARD_MODULES, WRITES_WHERE_TOLD
from dfopt_transforms._stages_django import check_collected
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, settings

WRITES = "what a script that the build runs writes is not known"
_IMPORT = re.compile(r"(?m)^[ \t]*(?:import[ \t]+([\w., \t]+)|from[ \t]+([\w.]+)[ \t]+import\b)")
_HOME = re.compile(r"\bPath\.home\(|\bexpanduser\(|\bos\.homedir\(|\bDir\.home\b|process\.env\.HOME\b")
_OUTSIDE = re.compile(
    r"[\"'`](/(?:var|opt|srv|data|home|root|mnt|vol|volumes?|models?|cache|storage)(?:/[\w.+@-]+)*/?)[\"'`]|"
    r"_ROOT\s*=\s*[\"'](/[\w./+@-]+)[\"']"
)
"""A path in a text that is none of the program, and no address on a server by its looks."""
_VARIABLE = re.compile(
    r"\b(?:environ\.get\(|environ\[|getenv\(|env\(|ENV\[|ENV\.fetch\()[ \t]*[\"'](\w+)[\"']|"
    r"\bprocess\.env\.(\w+)"
)
"""A variable of the environment that a text asks for."""
_ABSOLUTE = re.compile(r"(?:/[\w.+@-]+)+/?")
_LIFE = ("preinstall", "install", "postinstall", "prepare")


def check_writes(old: Old, needs: Needs) -> None:
    """Raises RefusedError if one of them may write elsewhere."""
    scripts = {path for each in old.builds for path in each.scripts}
    scripts |= set(_of_packages(old))
    variables = {name: posixpath.normpath(at) for name, at in settings(old).items() if _ABSOLUTE.fullmatch(at)}
    for script in sorted(scripts):
        for path, text in _read(old, script):
            if found := _HOME.search(text):
                raise RefusedError(WRITES, f"{found[0].rstrip('(')}, in {path}")
            asked = ("".join(groups) for groups in _VARIABLE.findall(text))
            given = [variables[name] for name in asked if name in variables]
            for outside in (*(posixpath.normpath("".join(groups)) for groups in _OUTSIDE.findall(text)), *given):
                is_kept = any(is_in(outside, each) for each in needs.copied) or known.SCRATCH.fullmatch(outside)
                if not is_kept and not old.is_laid(outside):
                    raise RefusedError(WRITES, f"{outside}, in {path}")
    check_collected(old, needs)


def _read(old: Old, script: str) -> Iterator[tuple[str, str]]:
    """The files of a script: itself, and what it imports of the program; all of it for one of Django.

    Raises RefusedError for a library that may write where nobody tells it to.
    """
    text = old.text(script)
    yield script, text
    if not script.endswith(".py") or posixpath.basename(script) == "setup.py":
        return
    if posixpath.basename(script) == "manage.py":
        top = posixpath.dirname(script)
        yield from (
            (each.path, old.text(each.path)) for each in old.laid if each.path.endswith(".py") and is_in(each.path, top)
        )
        return
    folders = list(dict.fromkeys([posixpath.dirname(script), old.folder]))
    seen, waiting = {script}, [(script, text)]
    while waiting:
        path, text = waiting.pop()
        for name in _imported(text):
            own = list(_own(old, folders, name))
            if not own and name not in STANDARD_MODULES and name not in WRITES_WHERE_TOLD:
                raise RefusedError(WRITES, f"{name}, in {path}")
            for each in own:
                if each not in seen:
                    seen.add(each)
                    waiting.append((each, old.text(each)))
                    yield waiting[-1]


def _imported(text: str) -> set[str]:
    found: set[str] = set()
    for several, one in _IMPORT.findall(text):
        for name in several.split(",") if several else [one]:
            top = name.split(" as ")[0].strip().split(".")[0]
            if top:
                found.add(top)
    return found


def _own(old: Old, folders: list[str], name: str) -> Iterator[str]:
    """The files of a module of the program."""
    for folder in folders:
        top = posixpath.join(folder, name)
        for each in old.laid:
            if each.path == f"{top}.py" or (each.path.endswith(".py") and is_in(each.path, top)):
                yield each.path


def _of_packages(old: Old) -> Iterator[str]:
    """The files that scripts of package.json give to node, of those scripts that the build runs."""
    for each in old.builds:
        for view, folder in zip(each.commands, each.places, strict=True):
            if view.base not in ("npm", "yarn", "pnpm"):
                continue
            words = [word.value or "$" for word in view.words if not (word.value or "$").startswith("-")]
            scripts = scripts_of(old, folder)
            names = list(words)
            if not words or not LIFE.isdisjoint(words):
                names += _LIFE
            for name in names:
                for text in (scripts.get(before + name, "") for before in ("pre", "", "post")):
                    for file in re.findall(r"\bnode[ \t]+(?:-[\w=-]+[ \t]+)*([\w./-]+)", text):
                        yield _file(old, posixpath.normpath(posixpath.join(folder, file)))


def _file(old: Old, path: str) -> str:
    """What node reads when it is given a path."""
    return next((path + end for end in ("", ".js", "/index.js") if old.text(path + end)), path)


def scripts_of(old: Old, folder: str) -> dict[str, str]:
    """The scripts of package.json in a folder, by their names."""
    try:
        read = msgspec.json.decode(old.text(posixpath.join(folder, "package.json")))
    except msgspec.DecodeError:
        return {}
    found = cast("dict[str, object]", read).get("scripts") if isinstance(read, dict) else None
    return {str(name): str(text) for name, text in cast("dict[object, object]", found or {}).items()}
