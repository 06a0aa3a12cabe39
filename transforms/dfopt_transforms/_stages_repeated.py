"""RUNs that set up the system above the cut: both stages have them, or what they do comes with what is copied."""

from __future__ import annotations

import posixpath

from dfopt.facts.folders import is_in, is_there
from dfopt.facts.run_work import Done
from dfopt.knowledge import build_commands as known
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
