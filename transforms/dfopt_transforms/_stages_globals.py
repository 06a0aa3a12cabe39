"""Packages of Node that are installed for the whole image: left behind, installed again, or copied."""

from __future__ import annotations

import re

from dfopt.facts.run_work import Done
from dfopt.knowledge import build_commands as known
from dfopt.knowledge.node_globals import PROGRAMS
from dfopt.shell.argv import Argv
from dfopt_transforms._stages_parts import Needs, Old, RefusedError
from dfopt_transforms._stages_reach import Reached

WHERE = "where packages for the whole image are installed is not known"
_GLOBAL = frozenset({"-g", "--global", "global"})
_MANAGERS = frozenset({"npm", "yarn", "pnpm"})
_VERBS = frozenset("install i add global upgrade".split())


def node_globals(old: Old, reached: Reached, needs: Needs) -> None:
    """Notes what a container needs of them."""
    for each in old.builds:
        views = [view for view in each.commands if _is_global(view)]
        names = [name for view in views for name in _names(view)]
        if not names:
            continue
        if any(name not in PROGRAMS for name in names) or _may_be_found(old):
            _copied(old, each, needs, views)
        elif not any(_is_started(program, reached) for name in names for program in PROGRAMS[name]):
            needs.left += names
            called = {view.base for done in old.builds for view in done.commands}
            needs.gains = needs.gains or not called.isdisjoint(program for name in names for program in PROGRAMS[name])
        elif _installs_only(each):
            needs.repeated.append(each.run)
        else:
            _copied(old, each, needs, views)


def programs_of(each: Done) -> set[str]:
    """The programs that a RUN installs for the whole image."""
    names = [name for view in each.commands if _is_global(view) for name in _names(view)]
    return {program for name in names for program in PROGRAMS.get(name, ())}


def _is_global(view: Argv) -> bool:
    return view.base in _MANAGERS and not _GLOBAL.isdisjoint(word.value or "$" for word in view.words)


def _names(view: Argv) -> list[str]:
    """The packages that a command installs, without their versions; one that is not known is ``$``."""
    words = [word.value or "$" for word in view.words if not (word.value or "").startswith("-")]
    return [re.sub(r"(?<=.)@.*", "", word) for word in words if word not in _VERBS]


def _may_be_found(old: Old) -> bool:
    """True if a program looks for packages where these are."""
    return any("NODE_PATH" in old.facts.scope(each).env for each in old.stage.instructions[-1:])


def _is_started(program: str, reached: Reached) -> bool:
    return program in reached.programs or program in reached.of_packages or program in ("npm", "npx")


def _installs_only(each: Done) -> bool:
    """True for a RUN that does nothing else."""
    cleans = {"clean", "cache"}
    return all(
        _is_global(view)
        or view.base in known.QUIET
        or (view.base in _MANAGERS and not cleans.isdisjoint(word.value or "" for word in view.words))
        for view in each.commands
    )


def _copied(old: Old, each: Done, needs: Needs, views: list[Argv]) -> None:
    for view in views:
        variables = {name.lower() for name in old.facts.scope(each.run).variables()}
        variables |= {assign.name.lower() for assign in view.command.assignments}
        others = variables & {"npm_config_prefix", "prefix", "yarn_global_folder", "xdg_config_home", "xdg_data_home"}
        if view.base not in _FOLDERS or others or any(word.startswith("--prefix") for word in _texts(view)):
            raise RefusedError(WHERE, " ".join([view.base or "", *_names(view)]))
        needs.copy(_FOLDERS[view.base or ""], f"{view.base} puts packages of the whole image there")
        needs.copy("/usr/local/bin", f"{view.base} puts programs there")


def _texts(view: Argv) -> list[str]:
    return [word.value or "$" for word in view.words]


_FOLDERS = {"npm": "/usr/local/lib/node_modules", "yarn": "/usr/local/share/.config/yarn/global"}
"""Where root's packages for the whole image are; those of pnpm are where a variable says."""
