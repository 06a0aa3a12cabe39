"""What a conversion into two stages must not meet, whatever is built."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase

from dfopt.facts.folders import is_in, is_there, place
from dfopt.facts.scripts import is_posix_shell
from dfopt.knowledge import build_commands as known
from dfopt.knowledge.python_tools import TOOL_IMAGES
from dfopt.model.build_files import Kind, folders_above
from dfopt.model.image_reference import parse_reference
from dfopt.syntax.nodes import Arg, Copy, Env, Run, User, Volume, Workdir
from dfopt_transforms._stages_kept import added
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, sets_up_only
from dfopt_transforms._stages_reach import Reached

SHELL = "its SHELL is not a POSIX shell"
LOCALE = "a locale is set that the run-time image may not have"
EARLY_VOLUME = "files come into a VOLUME behind it"
ACCOUNTS = "a RUN makes users and builds at the same time"
OWNER = "a folder that is copied has an owner or a mode of its own"
MADE_ANEW = "a folder that a container works in has an owner or a mode of its own"
NAME = "a path that is copied has a blank or a sign in it"
MISSING = "a RUN behind the build works with what is not copied"
VARIABLE = "a variable of the old base image is used"
NOT_ALONE = "what is copied is not known"
_LOCALES = frozenset({"C", "POSIX", "C.UTF-8", "C.utf8"})


def check_stage(old: Old) -> None:
    """Raises RefusedError for what no recipe knows."""
    for each in old.done:
        shell = old.facts.shell(each.run)
        if shell is not None and not is_posix_shell(shell):
            raise RefusedError(SHELL)
        accounts = [view.base for view in each.commands if view.base in known.ACCOUNTS - {"usermod"}]
        if accounts and each.run in old.head and not sets_up_only(each):
            raise RefusedError(ACCOUNTS, accounts[0] or "")
    for instruction in old.stage.instructions:
        if isinstance(instruction, Copy) and instruction.flag("from") and instruction in old.head:
            _check_tool(old, instruction)
        if isinstance(instruction, Env):
            for pair in instruction.pairs:
                if _sets_locale(pair.key, (pair.value or "").strip("\"'")):
                    raise RefusedError(LOCALE, f"{pair.key}={pair.value}")
        if isinstance(instruction, Volume):
            _check_volume(old, instruction)


def _sets_locale(name: str, value: str) -> bool:
    """True for a locale, or translations, that come with packages; what programs say untranslated is English."""
    if name == "LANGUAGE":
        return not re.fullmatch(r"(?:(?:en(?:_\w+)?|C|POSIX)(?:\.[\w-]+)?:?)*", value)
    return (name == "LANG" or name.startswith("LC_")) and value not in _LOCALES


def _check_tool(old: Old, copy: Copy) -> None:
    """What another image brings above the cut is a program for builds."""
    flag = copy.flag("from")
    reference = parse_reference(flag.value or "") if flag else None
    name = (reference.official or reference.name) if reference else ""
    if not TOOL_IMAGES.get(name, frozenset()).issuperset(source.text for source in copy.sources):
        raise RefusedError(NOT_ALONE, old.facts.dockerfile.text(copy)[:60])


def tools(old: Old, reached: Reached, needs: Needs) -> None:
    """The programs that other images bring above the cut: a container has those that it starts."""
    for copy in old.head:
        if not isinstance(copy, Copy) or copy.flag("from") is None:
            continue
        target = place(old.facts, copy, copy.destination.text) or "/"
        into = len(copy.sources) > 1 or copy.destination.text.endswith("/") or posixpath.basename(target) == "bin"
        for source in copy.sources:
            name = posixpath.basename(source.text)
            if who := reached.programs.get(name):
                needs.copy(posixpath.join(target, name) if into else target, f"{who} calls {name}")
            else:
                needs.left.append(name)
                needs.gains = True


def _check_volume(old: Old, volume: Volume) -> None:
    """What comes into a volume behind it is lost with some builders, and kept with others."""
    for text in volume.paths:
        path = place(old.facts, volume, text.text) or "/"
        behind = [each for each in old.laid if each.copy.span.start > volume.span.start]
        named = [
            path for each in old.done if each.run.span.start > volume.span.start for path in (*each.made, *each.folders)
        ]
        if any(is_in(each, path) for each in (*(each.path for each in behind), *named)):
            raise RefusedError(EARLY_VOLUME, text.text)


def check_tail(old: Old, needs: Needs) -> None:
    """What works behind the cut finds there what it works with."""
    made: list[str] = [*(path for each in old.builds if each.run in needs.repeated for path in each.made)]
    for each in old.done:
        if each.run in old.head:
            continue
        made += each.made
        for path in each.touched:
            tails = [laid.path for laid in old.laid if laid.copy in old.tail]
            if not any(is_in(path, other) or is_in(other, path) for other in (*made, *tails, *needs.copied)):
                raise RefusedError(MISSING, path)
        for link, target in each.links.items():
            if target.startswith("/") and not needs.has(target) and not old.is_laid(target):
                raise RefusedError(MISSING, link)


def is_file(old: Old, reached: Reached, path: str) -> bool:
    """True for a path that is known to be no folder: a copy has its owner and mode."""
    if any(each.path == path and each.entry.kind is Kind.FILE for each in old.laid):
        return True
    if path in added(old):
        return True
    how = {found for each in old.builds for at, found in each.made.items() if at == path}
    if how and how <= _MAKES_FILES:
        return True
    return bool(how) and "mkdir" not in how and posixpath.basename(path) in reached.programs


_MAKES_FILES = known.MAKES_PROGRAMS | frozenset("curl wget touch echo printf cat install strip sed tee".split())


def check_owner(old: Old, needs: Needs, folder: str) -> None:
    """A copy of a folder has all that is in it, with owners and modes, but is itself made anew, as root's.

    Raises RefusedError if the folder has another owner or mode."""
    touched = [path for each in old.builds if each.run not in needs.repeated for path in each.touched]
    if any(fnmatchcase(part, path) for path in touched for part in (folder, *folders_above(folder))):
        raise RefusedError(OWNER, folder)
    folders = [place(old.facts, each, each.path.text) for each in old.head if isinstance(each, Workdir)]
    if folder in folders:
        return
    for each in old.head:
        if isinstance(each, User) and each.user.text.partition(":")[0] not in ("root", "0"):
            raise RefusedError(OWNER, folder)
        if isinstance(each, Copy) and (each.flag("chown") or each.flag("chmod")):
            target = place(old.facts, each, each.destination.text)
            if target is None or is_in(folder, target):
                raise RefusedError(OWNER, folder)


def check_names(needs: Needs) -> None:
    """Raises RefusedError for a path that COPY reads as something else, or as two."""
    for path in needs.paths():
        if not _NAME.fullmatch(path):
            raise RefusedError(NAME, path)


_NAME = re.compile(r"(?:/[\w.+@-]+)+")


def check_folders(old: Old, needs: Needs) -> None:
    """Folders that the new stage makes anew have the owner and the mode that they had.

    Raises RefusedError."""
    touched = {path for each in old.builds if each.run not in needs.repeated for path in each.touched}
    touched -= needs.set_again
    for each in old.head:
        if isinstance(each, Copy) and (each.flag("chown") or each.flag("chmod")):
            target = place(old.facts, each, each.destination.text)
            if target is not None and not is_there(old.facts, each, target):
                touched.add(target)
    folders = _folders(old)
    for path in sorted(touched & folders):
        is_inside = any(is_in(path, other) for other in needs.copied)
        is_near = is_in(path, old.folder) or is_in(old.folder, path) or any(is_in(at, path) for at in needs.copied)
        if is_near and not is_inside:
            raise RefusedError(MADE_ANEW, path)


def _folders(old: Old) -> set[str]:
    """Paths that are known to be folders."""
    found = {folder for each in old.builds for folder in (*each.folders, *each.fetched)}
    found |= {place(old.facts, each, each.path.text) or "/" for each in old.head if isinstance(each, Workdir)}
    found |= {path for each in old.builds for path, how in each.made.items() if how == "mkdir"}
    paths = [*(each.path for each in old.laid), *(path for each in old.builds for path in each.made)]
    return found | {folder for path in paths for folder in folders_above(path)}


def check_variables(old: Old, needs: Needs) -> None:
    """What only the old base sets is used by nothing that a container has."""
    kept = [each for each in old.stage.instructions if each in old.tail or not isinstance(each, Run | Copy | Arg)]
    text = "\n".join(old.facts.dockerfile.text(each) for each in (*kept, *needs.repeated))
    for name in old.builder.variables:
        if re.search(rf"\$\{{?{name}\b", text) and not re.search(rf"(?m)^\s*ENV\s+{name}\b", text):
            raise RefusedError(VARIABLE, name)
