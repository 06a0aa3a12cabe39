"""RUNs that set up the system above the cut: both stages have them, or what they do comes with what is copied.

Owners and modes of folders that are made anew are set again.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dfopt.facts.folders import folder_of, is_in, is_there
from dfopt.facts.run_work import Done
from dfopt.knowledge import build_commands as known
from dfopt.model.build_files import folders_above
from dfopt.shell.argv import Argv
from dfopt.syntax.nodes import Run, User
from dfopt_transforms._stages_kept import added
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, is_system, sets_up_only

ACCOUNTS = "a RUN makes users, and works with what is built at the same time"
MIXED = "a RUN sets up the system, and works with what is built at the same time"
MISSING = "a RUN sets the owner or the mode of what the run-time image may not have"


def repeat(old: Old, needs: Needs) -> None:
    """Notes them.

    Raises RefusedError for one that does both.
    """
    for each in old.builds:
        if not sets_up_only(each):
            continue
        places = [*each.made, *each.touched]
        built = _built(old, needs, each)
        outside = [path for path in places if not any(is_in(path, other) or is_in(other, path) for other in built)]
        accounts = any(view.base in known.ACCOUNTS for view in each.commands)
        if len(outside) == len(places) and (outside or accounts):
            _check_there(old, needs, each)
            needs.repeated.append(each.run)
        elif accounts:
            raise RefusedError(ACCOUNTS, next(path for path in places if path not in outside))
        elif not all(path in each.made for path in outside):
            raise RefusedError(MIXED, outside[0])


def drop_folders(old: Old, needs: Needs) -> None:
    """A RUN that makes folders is not repeated if these are copied."""
    for each in old.builds:
        if each.run not in needs.repeated or not all(view.base == "mkdir" for view in each.commands):
            continue
        if all(any(is_in(path, other) for other in needs.copied) for path in each.made):
            needs.repeated.remove(each.run)


def _built(old: Old, needs: Needs, each: Done) -> set[str]:
    """What the build brings, and the folders that it works in.

    A RUN that sets owners or modes works with what is there by then; one that only makes folders need not be repeated
    for those that the build has later."""
    is_late = not each.touched
    start = each.run.span.start
    others = [done for done in old.builds if done is not each and (is_late or done.run.span.start < start)]
    laid = [at for at in old.laid if at.copy in old.head and (is_late or at.copy.span.start < start)]
    folders = {folder for done in others for folder in (*done.folders, *done.fetched)}
    folders |= {posixpath.dirname(at.path) for at in laid}
    files = {at.path for at in laid} | set(added(old))
    files |= {
        path
        for done in others
        if done.run not in needs.repeated and not sets_up_only(done) and done.run.span.start < start
        for path in done.made
    }
    return files | {folder for folder in folders if not is_system(folder)}


def _check_there(old: Old, needs: Needs, each: Done) -> None:
    """Raises RefusedError if a RUN sets the owner or the mode of what the new stage may not have."""
    if old.run_time.image == old.stage.start.image.text:
        return
    before = [done for done in old.builds if done.run in needs.repeated] + [each]
    made = {path for done in before for path in done.made}
    has_accounts = any(view.base in known.ACCOUNTS for done in before for view in done.commands)
    for path in each.touched:
        is_home = has_accounts and posixpath.dirname(path) == "/home"
        is_made = any(is_in(other, path) for other in made)
        if not (is_home or is_made or path in _FILES or is_there(old.facts, each.run, path)):
            raise RefusedError(MISSING, path)


_FILES = frozenset({"/etc/passwd", "/etc/group"})


def set_again(old: Old, needs: Needs, files: set[str]) -> None:
    """Folders above the files that are copied get the owner and the mode that the build gives them, once more.

    What lies in them has its own from the build; only they are made anew."""
    if any(isinstance(each, User) for each in old.head):
        return
    found: dict[str, list[str] | None] = {}
    for each in old.builds:
        for at, view in enumerate(each.commands if each.run not in needs.repeated else ()):
            if view.base not in known.CHANGES_OWNERS:
                continue
            if any(word.value is None for word in view.operands):
                return
            for path, command in _commands(old, needs, each.run, each.places[at], view, files):
                commands = found.setdefault(path, [])
                if command is None or commands is None:
                    found[path] = None
                else:
                    commands.append(command)
    for path, commands in found.items():
        if commands:
            needs.commands += commands
            needs.set_again.add(path)
            needs.evidence.append(f"{path} is made anew, and its owner or mode is set again")


def _commands(
    old: Old, needs: Needs, run: Run, here: str, view: Argv, files: set[str]
) -> Iterator[tuple[str, str | None]]:
    """The folders that a command is given, and how it is said of those that are made anew; None if that is not sure."""
    options = {word.value for word in view.options}
    what, *words = [word.value or "$" for word in view.operands] or ["$"]
    is_plain = (
        (here == folder_of(old.facts, run) or all(word.startswith("/") for word in words))
        and options <= {"-R"}
        and _is_known(old, needs, view.base or "", what)
    )
    for word in words:
        path = posixpath.normpath(posixpath.join(here, word))
        inside = [other for other in needs.paths() if is_in(other, path)]
        if not inside or path in inside:
            continue
        folders = {
            path,
            *(at for other in inside for at in folders_above(other) if "-R" in options and is_in(at, path)),
        }
        is_sure = is_plain and files.issuperset(inside) and all(_PLAIN.fullmatch(at) for at in folders)
        yield path, f"{view.base} {what} {' '.join(sorted(folders))}" if is_sure else None


def _is_known(old: Old, needs: Needs, command: str, text: str) -> bool:
    """True for a mode, and for an owner that the new stage has, too."""
    if command == "chmod":
        return re.fullmatch(r"[0-7]{3}|[ugoa]*[-+=][rwxX]+", text) is not None
    views = [view for done in old.builds if done.run in needs.repeated for view in done.commands]
    made = [word.value for view in views if view.base in known.ACCOUNTS for word in view.words]
    names = [name for name in text.split(":") if name]
    return bool(names) and all(name.isdecimal() or name in ("root", *made) for name in names)


_PLAIN = re.compile(r"(?:/[\w.+@-]+)+")
