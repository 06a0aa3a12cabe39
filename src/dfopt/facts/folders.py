"""Where the paths of instructions lie, and what a folder of the image holds when an instruction begins."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from enum import IntEnum

from dfopt.expression import Expression
from dfopt.facts.facts import Facts
from dfopt.facts.packages import calls_of
from dfopt.facts.process import start_folder
from dfopt.facts.values import Values
from dfopt.knowledge import folders as known
from dfopt.knowledge.archives import PLAIN_EXTENSIONS, PLAIN_NAMES
from dfopt.knowledge.package_managers import Action
from dfopt.model.expand import expand
from dfopt.model.stages import chain
from dfopt.shell.argv import argv
from dfopt.shell.nodes import (
    DoubleQuoted,
    Escaped,
    Literal,
    NotModelled,
    Parameter,
    Part,
    Simple,
    SingleQuoted,
    Word,
)
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Copy, Instruction, Run, Volume, Workdir

_FILE_EXTENSIONS = (PLAIN_EXTENSIONS | known.FILE_EXTENSIONS) - known.FOLDER_EXTENSIONS
_NAMES = Expression(r"\$\{?([A-Za-z_]\w*)")
_SYMBOL = Expression(r"\x01(\w+)")
_PATTERN = Expression(r"[*?\[\]{}~]")


class Held(IntEnum):
    """What is known of a folder, the worst last."""

    ABSENT = 0
    """It is not there."""
    EMPTY = 1
    """An instruction made it, and nothing else."""
    UNKNOWN = 2


def folder_of(facts: Facts, instruction: Instruction) -> str | None:
    """The folder in force at an instruction; None if it is not known."""
    scope, stage = facts.scope(instruction), facts.stage_of(instruction)
    if scope.workdir is not None:
        return scope.workdir
    return start_folder(stage, facts.base(stage), instruction.span.start)


def place(facts: Facts, instruction: Instruction, text: str) -> str | None:
    """Where a path that an instruction names lies; None if that is not known.

    A variable whose value is not known stands for itself: two paths that begin with it are in one place.
    """
    variables: dict[str, str | None] = {**facts.scope(instruction).variables()}
    for name in _NAMES.findall(text):
        if variables.get(name) is None:
            variables[name] = _symbol(name)
    path = expand(text, variables, facts.dockerfile.escape, unset=None)
    return None if path is None else _at(facts, instruction, path)


def unknown_variables(path: str) -> frozenset[str]:
    """The variables that stand for themselves in a place."""
    return frozenset(_SYMBOL.findall(path))


def word_place(facts: Facts, run: Run, word: Word) -> str | None:
    """The same of a word in the script of a RUN that goes to no other folder and sets no variable."""
    path = _text(word.parts, facts.scope(run).variables())
    return None if path is None or _PATTERN.search(path) else _at(facts, run, path)


def _text(parts: tuple[Part, ...], variables: Mapping[str, str | None]) -> str | None:
    found = ""
    for part in parts:
        text: str | None = None
        if isinstance(part, Literal | SingleQuoted | Escaped):
            text = part.text
        elif isinstance(part, DoubleQuoted):
            text = _text(part.parts, variables)
        elif isinstance(part, Parameter) and not part.operator:
            text = variables.get(part.name) or _symbol(part.name)
        if text is None:
            return None
        found += text
    return found


def _symbol(name: str) -> str | None:
    """A variable in a path; None for those that a shell knows by itself."""
    return None if known.OF_SHELLS.fullmatch(name) else f"/\1{name}"


def _at(facts: Facts, instruction: Instruction, path: str) -> str | None:
    folder = folder_of(facts, instruction)
    if not path or (folder is None and not path.startswith("/")):
        return None
    return posixpath.normpath("/" + posixpath.join(folder or "/", path).lstrip("/"))


def split(path: str) -> tuple[str, str]:
    """The folder that a path lies in, and its last part."""
    folder, _, name = path.rpartition("/")
    return folder or "/", name


def is_in(path: str, folder: str) -> bool:
    """True if a path is a folder or lies in it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def names_file(path: str) -> bool:
    """True if the name of a path tells that it is a file."""
    folder, _, name = path.rpartition("/")
    extension = name.rpartition(".")[2].lower() if "." in name.lstrip(".") else ""
    return extension in _FILE_EXTENSIONS or name in PLAIN_NAMES or folder in known.OF_PROGRAMS


def is_folder(copy: Copy) -> bool:
    """True if the destination is a folder for sure."""
    text = copy.destination.text
    return len(copy.sources) > 1 or text.endswith("/") or text.rpartition("/")[2] in (".", "..")


def is_there(facts: Facts, until: Instruction, folder: str) -> bool:
    """True if a folder is known to be there when an instruction begins."""
    reference = facts.base(facts.stage_of(until)).reference
    of_image = known.OF_IMAGES.get(reference.official or "", ()) if reference else ()
    if folder in known.THERE or any(is_in(found, folder) for found in of_image):
        return True
    return any(_makes(facts, found, folder) for found in _before(facts, until))


def held(facts: Facts, until: Instruction, folder: str) -> Held:
    """What a folder holds when an instruction begins."""
    if "\1" in folder or own_place(folder) is None or not facts.base(facts.stage_of(until)).is_official:
        return Held.UNKNOWN
    return left(facts, until, folder)


def left(facts: Facts, until: Instruction, folder: str) -> Held:
    """The same of a folder that does not come with the base image."""
    return max((_leaves(facts, found, folder) for found in _before(facts, until)), default=Held.ABSENT)


def _before(facts: Facts, until: Instruction) -> Iterator[Instruction]:
    last = facts.stage_of(until)
    for stage in chain(last):
        for instruction in stage.instructions:
            if stage is last and instruction.span.start >= until.span.start:
                return
            yield instruction


def own_place(path: str) -> str | None:
    """The first folder around a path that images and packages do not come with; None if they may have them all."""
    first = path.split("/")[1]
    if first not in known.ROOTS:
        return f"/{first}" if first else None
    found = next(filter(None, (re.match(rf"{own}(?=/|$)", path) for own in known.OWN)), None)
    return found[0] if found else None


def _makes(facts: Facts, instruction: Instruction, folder: str) -> bool:
    if isinstance(instruction, Workdir):
        path = place(facts, instruction, instruction.path.text)
        return path is not None and is_in(path, folder)
    if isinstance(instruction, Copy):
        path = place(facts, instruction, instruction.destination.text) or ""
        return is_in(path if is_folder(instruction) else posixpath.dirname(path), folder)
    if isinstance(instruction, Run):
        script = facts.script(instruction)
        commands = () if isinstance(script, NotModelled) else simple_commands(script)
        made = (word_place(facts, instruction, word) for found in commands for word in _made(found))
        return any(path is not None and is_in(path, folder) for path in made) or _comes_with_package(
            facts, instruction, folder
        )
    return False


def _comes_with_package(facts: Facts, run: Run, folder: str) -> bool:
    """True for a folder of a package that is installed, such as ``/etc/tor``."""
    above, name = posixpath.split(folder)
    return above in known.OF_PACKAGES and any(
        call.action is Action.INSTALL and call.is_certain and any(word.value == name for word in call.packages)
        for call in facts.calls(run)
    )


def _made(command: Simple) -> tuple[Word, ...]:
    view = argv(command)
    return view.operands if view.base == "mkdir" else ()


def _leaves(facts: Facts, instruction: Instruction, folder: str) -> Held:
    """What an instruction leaves of a folder that was not there, or empty."""
    if isinstance(instruction, Run):
        return _run_leaves(facts, instruction, folder)
    if isinstance(instruction, Workdir):
        path = place(facts, instruction, instruction.path.text)
        if path == folder:
            return Held.EMPTY
        return Held.UNKNOWN if path is None or is_in(path, folder) else Held.ABSENT
    if isinstance(instruction, Copy):
        path = place(facts, instruction, instruction.destination.text)
        if path is None or is_in(path, folder):
            return Held.UNKNOWN
        is_apart = not is_in(folder, path) or all(names_file(source.text) for source in instruction.sources)
        return Held.ABSENT if is_apart else Held.UNKNOWN
    if isinstance(instruction, Volume):
        paths = [place(facts, instruction, path.text) for path in instruction.paths]
        return Held.UNKNOWN if any(path is None or is_in(path, folder) for path in paths) else Held.ABSENT
    return Held.ABSENT


def _run_leaves(facts: Facts, run: Run, folder: str) -> Held:
    script = facts.script(run)
    if isinstance(script, NotModelled):
        return Held.UNKNOWN
    here = folder_of(facts, run)
    if here is None:
        return Held.UNKNOWN
    return max(
        (_command_leaves(facts, run, found, here, folder) for found in simple_commands(script)), default=Held.ABSENT
    )


def _command_leaves(facts: Facts, run: Run, command: Simple, here: str, folder: str) -> Held:
    view = argv(command)
    if view.base == "mkdir":
        made = [word_place(facts, run, word) for word in view.operands]
        if folder in made and all(path is None or path == folder or not is_in(path, folder) for path in made):
            return Held.EMPTY
    targets = tuple(redirect.target for redirect in command.redirects if ">" in redirect.operator)
    if view.base in known.CHANGING and not targets:
        return Held.ABSENT
    if any(_may_name(facts, run, word, folder) for word in (*command.words, *targets)):
        return Held.UNKNOWN
    is_still = _is_still(command)
    if any(_may_lie_in(facts, run, word, folder) for word in (targets if is_still else (*view.operands, *targets))):
        return Held.UNKNOWN
    stays = is_still or view.base in known.WRITING
    return Held.UNKNOWN if is_in(here, folder) and not stays else Held.ABSENT


def _may_name(facts: Facts, run: Run, word: Word, folder: str) -> bool:
    """True if the text of a word may hold the path of a folder."""
    texts = Values(facts.scope(run).variables()).of(word.parts)
    return texts is None or any(re.search(rf"{re.escape(folder)}(?![\w.-])", text) for text in texts)


def _may_lie_in(facts: Facts, run: Run, word: Word, folder: str) -> bool:
    path = word_place(facts, run, word)
    return path is not None and is_in(path, folder) and not (word.value or "").startswith("-")


def _is_still(command: Simple) -> bool:
    """True if a command writes nothing to where its words or its folder say."""
    calls = calls_of(command)
    return not command.words or argv(command).base in known.STAYING or any(call.manager.families for call in calls)
