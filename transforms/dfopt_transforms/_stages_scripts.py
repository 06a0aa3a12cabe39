"""A container that runs nothing but shell scripts that can be read: they show which files they use."""

from __future__ import annotations

import re

from dfopt.facts.folders import is_in
from dfopt.facts.run_work import Done
from dfopt.model.build_files import Kind
from dfopt_transforms._stages_kept import brought, fetched, made, trees_of
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, is_removed
from dfopt_transforms._stages_reach import Reached

NOT_MADE = "a script uses a file of which it is not known where it comes from"
_PATH = re.compile(r"(?<![\w$}\])*.\"'/^-])/[\w.+-]+(?:/[\w.+-]+)+|(?<=[\"'])/[\w.+-]+(?:/[\w.+-]+)+")
_THERE = re.compile(r"/(?:dev|proc|sys|tmp|bin|sbin|etc)(?:/.*)?|/usr/s?bin(?:/.*)?|/var/(?:tmp|log)(?:/.*)?")


def runs_scripts_only(old: Old, reached: Reached) -> bool:
    """True if all that is started is a script of the build context, and a program that every image of a system has."""
    return (
        not old.builder.language
        and bool(reached.scripts)
        and not reached.is_open
        and all(name in old.essential or name in reached.linked for name in reached.programs)
    )


def assembled(old: Old, reached: Reached, needs: Needs) -> None:
    """Notes what these scripts use of that which was fetched and put together.

    Raises RefusedError.
    """
    needs.is_read = True
    brought(old, needs)
    trees = trees_of(old)
    for path, how in made(old, needs, trees).items():
        needs.copy(path, f"{how} makes it, and nothing removes it")
    for tree in trees:
        there = [each for each in old.laid if each.copy in old.head and is_in(each.path, tree)]
        if any(each.entry.kind is Kind.FILE and not is_removed(each.path, old.done) for each in there):
            needs.copy(tree, "files of the context come there, which scripts may use")
    fetched(old, reached, needs)
    for path, text in reached.scripts.items():
        code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
        for used in _PATH.findall(code):
            laid = any(is_in(each.path, used) or is_in(used, each.path) for each in old.laid)
            if not (_THERE.fullmatch(used) or needs.has(used) or laid or _is_made_behind(old, used)):
                raise RefusedError(NOT_MADE, f"{used}, in {path}")
    needs.evidence.append(f"a container runs {', '.join(sorted(reached.scripts))}, and what these name is there")
    needs.gains = any(_takes_away(each) for each in old.builds)


def _takes_away(each: Done) -> bool:
    """True for a RUN that removes what came before it: that is in the image all the same."""
    fetches = {"curl", "wget", "git", "apt-get", "apk"}
    return bool(each.removed) and fetches.isdisjoint(view.base for view in each.commands)


def _is_made_behind(old: Old, path: str) -> bool:
    return any(is_in(path, each) for done in old.done if done.run not in old.head for each in done.made)
