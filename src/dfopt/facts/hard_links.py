"""Hard links that a script makes, and changes in place to files that may have several names: between a layer with the
one and a layer with the other, the changed name becomes a file of its own.

A program that is in no table is taken to do neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec

from dfopt.expression import Expression
from dfopt.facts.packages import calls_of
from dfopt.facts.path_patterns import HERE, Path, is_exact, leads, paths
from dfopt.facts.running import Running, running
from dfopt.knowledge.hard_links import (
    CHANGERS,
    COPIERS,
    LINKERS,
    NOT_SYSTEM,
    OUTPUTS,
    OVERWRITERS,
    PROGRAMS,
    SYSTEM,
    Linker,
)
from dfopt.knowledge.manager import NEVER
from dfopt.knowledge.package_managers import Action
from dfopt.knowledge.shell_commands import FIND_COMMANDS
from dfopt.shell.argv import Argv
from dfopt.shell.carried import text_of
from dfopt.shell.nodes import Script, Word

APPEND = ">>"
WRITE = ">"

_MENTIONS = Expression(rf"\b(?:{'|'.join(CHANGERS)}|tee|cp|dd|{'|'.join(OUTPUTS)})\b|>")
_MODE = Expression(r"-[rwxXstugo,=+-]+")
_RECURSIVE = Expression(r"-[a-zA-Z]*R[a-zA-Z]*|--recursive")
_PLACEHOLDER = Expression(r"\{([^}]*)\}")


class Links(msgspec.Struct, frozen=True):
    """Hard links with all their names in these folders."""

    maker: str
    folders: tuple[Path, ...]
    but: tuple[Path, ...] = ()
    """Folders in there that have none."""
    whole: str = NEVER
    """On a path: all of the folders are in there."""
    texts: bool = True
    """False if no file that a script appends to is one of them."""
    packages: frozenset[str] | None = None
    """What was installed, if it is packages of the system; an empty name may be any."""


class Change(msgspec.Struct, frozen=True):
    """A change to a file, or to those in a folder."""

    changer: str
    path: Path
    is_recursive: bool
    is_partial: bool
    """Not to each file in the folder, as far as that is known."""


class HardLinks(msgspec.Struct, frozen=True):
    links: tuple[Links, ...]
    changes: tuple[Change, ...]


_TOUCHING = frozenset({"find", "xargs", *CHANGERS, *COPIERS, *OUTPUTS, *OVERWRITERS})
"""Commands that change or bring files without a redirection."""
_SYSTEM = tuple(path for folder in SYSTEM for path in paths(folder, ()))
_PROGRAMS = tuple(path for folder in PROGRAMS for path in paths(folder, ()))
_NOT_SYSTEM = tuple(path for folder in NOT_SYSTEM for path in paths(folder, ()))


def hard_links(script: Script, workdir: str | None, variables: Mapping[str, str | None]) -> HardLinks:
    """What a script links and what it changes."""
    links: list[Links] = []
    changes: list[Change] = []
    own: set[Path] = set()
    for run in running(script, workdir, {"HOME": "~", **variables}):
        links += _links(run, variables)
        if not run.view.command.redirects and run.view.base not in _TOUCHING:
            continue
        found = (*_changes(run), *_appends(run), *_writes(run))
        changes += (each for each in found if each.is_recursive or each.path not in own)
        own.update(_brought(run))
    return HardLinks(tuple(links), tuple(changes))


def may_change(text: str) -> bool:
    """False if the text of a script shows that it changes no file in its place."""
    return _MENTIONS.search(text) is not None


def told_apart(links: Sequence[Links], changes: Sequence[Change]) -> Iterator[tuple[Links, Change]]:
    """The changes that do not come to each name of a file if a layer ends between them and the links."""
    return ((link, change) for link in links for change in changes if _is_told_apart(link, change))


def _is_told_apart(links: Links, change: Change) -> bool:
    path = change.path
    if change.changer in (APPEND, WRITE) and not links.texts:
        return False
    if change.changer == WRITE and not _may_be_one_of(links, change.path):
        return False
    if path[:1] == (HERE,):
        if links.but:
            return False
        path = ("**", *path[1:])
    if any(path[: len(folder)] == folder for folder in links.but):
        return False
    inside = any(leads(folder, path) for folder in links.folders)
    around = change.is_recursive and any(leads(path, folder) for folder in links.folders)
    everything = change.is_recursive and not change.is_partial and _holds_all(path, links)
    return (inside or around) and not everything


def _may_be_one_of(links: Links, path: Path) -> bool:
    """False for a file in the folders of a package manager that bears the name of no package: it is a new one."""
    if links.packages is None:
        return True
    if not any(leads(folder, path) for folder in _PROGRAMS):
        return False
    return any(name in ("", "*", "**") or name in path[-1] or path[-1] in name for name in links.packages)


def _holds_all(path: Path, links: Links) -> bool:
    if not is_exact(path):
        return False
    if re.fullmatch(links.whole, "/" + "/".join(path)):
        return True
    return all(folder[: len(path)] == path for folder in links.folders)


def _links(run: Running, variables: Mapping[str, str | None]) -> Iterator[Links]:
    view = run.view
    base = view.base or ""
    calls = calls_of(view.command)
    installs = [call for call in calls if call.manager.families and call.action in (Action.INSTALL, Action.SELF)]
    if installs:
        packages = frozenset(re.split("[=/:]", word.value or "")[0] for call in installs for word in call.packages)
        yield Links(base, _SYSTEM, _NOT_SYSTEM, packages=packages)
    for linker in _linkers(base):
        if _makes_links(linker, run, variables):
            yield _made_by(linker, run, variables)


@lru_cache(maxsize=4096)
def _linkers(base: str) -> tuple[Linker, ...]:
    return tuple(linker for linker in LINKERS if re.fullmatch(linker.commands, base))


def _makes_links(linker: Linker, run: Running, variables: Mapping[str, str | None]) -> bool:
    text = f" {' '.join(_known(run, word) or '$' for word in run.view.words)} "
    settings = [f"{name}={value}" for name, value in variables.items()]
    settings += [f"{assign.name}={assign.value.value}" for assign in run.view.command.assignments]
    return (
        re.search(linker.words, text) is not None
        and not re.search(linker.without, text)
        and not any(re.fullmatch(linker.copying, setting) for setting in settings)
    )


def _known(run: Running, word: Word) -> str | None:
    texts = run.values.of(word.parts)
    return next(iter(texts)) if texts and len(texts) == 1 else None


def _made_by(linker: Linker, run: Running, variables: Mapping[str, str | None]) -> Links:
    folders: list[Path] = []
    told = False
    for folder in linker.folders:
        place = _PLACEHOLDER.match(folder)
        if place is None:
            folders += paths(folder, ())
            continue
        options = [name for name in place[1].split() if name != "."]
        found = [*run.view.operands] if not place[1] else list(_option_values(run, options))
        told = told or bool(options and found)
        texts = [text for word in found for text in run.texts(word)]
        if not texts and "." in place[1]:
            texts = ["."]
        folders += (path for text in texts for path in paths(text + folder[place.end() :], run.folders, unknown="**"))
    for name in linker.variables:
        value = variables.get(name, "")
        told = told or value != ""
        folders += paths(value or "/**", ()) if value != "" else ()
    whole = NEVER if told else linker.whole
    return Links(run.view.base or "", tuple(folders), whole=whole, texts=linker.texts)


def _option_values(run: Running, options: Sequence[str]) -> Iterator[Word]:
    words = run.view.words
    for at, word in enumerate(words):
        value = word.value or ""
        for option in options:
            is_short = len(option) == 2 and value[:1] == "-" and value[:2] != "--" and value.endswith(option[1])
            if (value == option or is_short) and at + 1 < len(words):
                yield words[at + 1]
            elif option[:2] == "--" and value.startswith(f"{option}="):
                yield msgspec.structs.replace(word, value=value[len(option) + 1 :], parts=())


def _changes(run: Running) -> Iterator[Change]:
    view = run.view
    base = view.base or ""
    if base in CHANGERS:
        modes = any(_MODE.fullmatch(word.value or "") for word in view.options)
        words = view.operands if base == "chmod" and modes else view.operands[CHANGERS[base] :]
        options = [word.value for word in view.options]
        recursive = any(option is None or _RECURSIVE.fullmatch(option) for option in options)
        partial = any(option is None or option.startswith("--from") for option in options)
        yield from _to(run, base, words, recursive=recursive, partial=partial)
    elif base == "find":
        end = next((at for at, word in enumerate(view.words) if (word.value or "x")[0] in "-(!"), len(view.words))
        at = next((at for at, word in enumerate(view.words) if word.value in FIND_COMMANDS), len(view.words))
        made = next((name for name in CHANGERS for word in view.words[at:] if _names(word, name)), None)
        if made and end:
            yield from _to(run, made, view.words[:end], recursive=True, partial=True)
        elif made:
            yield from (Change(made, path, True, True) for path in _placed(run, "."))
    elif base == "xargs":
        made = next((name for name in CHANGERS for word in view.words if _names(word, name)), None)
        if made:
            yield Change(made, ("**",), True, True)


def _appends(run: Running) -> Iterator[Change]:
    view = run.view
    words = [redirect.target for redirect in view.command.redirects if redirect.operator == ">>"]
    if view.base == "tee" and any(word.value in ("-a", "--append") for word in view.options):
        words += view.operands
    return _to(run, APPEND, words, recursive=False, partial=False)


def _writes(run: Running) -> Iterator[Change]:
    """What is written into a file that may be there already."""
    view = run.view
    words = [redirect.target for redirect in view.command.redirects if redirect.operator in (">", ">|")]
    words += _option_values(run, OUTPUTS.get(view.base or "", ()))
    if _overwrites(view):
        words += view.operands if view.base == "tee" else view.operands[-1:]
        if view.base == "dd":
            files = [word for word in view.words if word.value and word.value.startswith("of=")]
            words = [msgspec.structs.replace(word, value=(word.value or "")[3:], parts=()) for word in files]
    return _to(run, WRITE, words, recursive=False, partial=False)


def _overwrites(view: Argv) -> bool:
    pattern = OVERWRITERS.get(view.base or "")
    return (
        pattern is not None
        and re.fullmatch(pattern, "".join(f"{word.value or '$'} " for word in view.words)) is not None
    )


def _brought(run: Running) -> Iterator[Path]:
    """The files that a command writes as a whole: they are taken to be of its own making, and of no package."""
    view = run.view
    words = [redirect.target for redirect in view.command.redirects if redirect.operator in (">", ">|")]
    words += _option_values(run, OUTPUTS.get(view.base or "", ()))
    if view.base in COPIERS:
        words += view.operands[-1:]
    for word in words:
        for text in run.values.of(word.parts) or () if word.parts else (word.value or "",):
            yield from filter(is_exact, _placed(run, text))


def _names(word: Word, program: str) -> bool:
    return re.search(rf"(?<![\w.-]){program}(?![\w.-])", text_of(word.parts)) is not None


def _to(run: Running, changer: str, words: Sequence[Word], *, recursive: bool, partial: bool) -> Iterator[Change]:
    for word in words:
        for text in run.texts(word):
            yield from (Change(changer, path, recursive, partial) for path in _placed(run, text))


def _placed(run: Running, text: str) -> Iterator[Path]:
    """The paths in the folders that a script goes to: only the first may be what the base image says."""
    return paths(text, run.folders, unknown=HERE)
