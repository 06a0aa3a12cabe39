"""What one command of a RUN needs of the files of a project."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from typing import Final

import msgspec

from dfopt.expression import Expression
from dfopt.facts.clashing import is_apart
from dfopt.facts.installs.project import Needs, Project, Refused
from dfopt.facts.installs.python import venv_needs
from dfopt.facts.installs.readers import install_needs
from dfopt.facts.installs.surroundings import chosen, surroundings
from dfopt.facts.naming import named_by_pattern, named_by_variable, named_by_words
from dfopt.facts.packages import PackageCall, calls_of
from dfopt.knowledge.installs import WRAPPERS
from dfopt.knowledge.manager import Action
from dfopt.knowledge.package_managers import PYTHON_COMMANDS
from dfopt.knowledge.quiet_commands import ASK_SYSTEM, QUIET_CALLS
from dfopt.knowledge.version_managers import CHOSEN_BY, VERSION_OPTIONS, VERSIONS_OF
from dfopt.model.placed import Placed
from dfopt.shell.argv import Argv, argv
from dfopt.shell.nodes import DoubleQuoted, Parameter, Simple, Word
from dfopt.shell.walk import nodes, simple_commands, substitutions

MAY_READ: Final = "a command may read the sources"

_SAYING: Final = frozenset(["echo", "printf", "true", ":", "set", "umask", "sleep"])
_ACCOUNTS: Final = frozenset(["useradd", "groupadd", "adduser", "addgroup", "usermod"])
_ON_PATHS: Final = frozenset(["mkdir", "rm", "rmdir", "touch", "chmod", "chown", "chgrp"])
_PLAIN: Final = Expression(r"[\w./-]+")


class Passing(msgspec.Struct, frozen=True):
    """``needs`` of the files of the COPY; ``installs`` is True if it takes long."""

    needs: Needs
    installs: bool = False


def command_needs(view: Argv, project: Project, own: Placed, base: str) -> Passing | Refused | None:
    """What one command needs; None if that is not known."""
    if view.name is not None and "/" in view.name and view.base not in WRAPPERS and project.brings(view.name):
        return None
    inner = [each for each in nodes(view.command) if isinstance(each, Simple) and each is not view.command]
    if any(each.redirects or argv(each).base not in ASK_SYSTEM for each in inner):
        return None
    calls = calls_of(view.command)
    found = _calls(calls, project, base) if calls else _other(view, project, own)
    if not isinstance(found, Passing):
        return found
    of_tools = [call for call in calls if not call.manager.families] or re.fullmatch(VERSIONS_OF, view.base or "")
    if project.has_choice and of_tools:
        found = msgspec.structs.replace(found, needs=found.needs + chosen(project))
    named = _named(view, calls, project, own, found.needs)
    return Refused(MAY_READ, f"it is given {named}") if named else found


def _named(view: Argv, calls: Sequence[PackageCall], project: Project, own: Placed, needs: Needs) -> str:
    """What is in the words or the environment of a command that names something of the COPY that it does not know."""
    folders = (project.folder, *needs.folders)
    for inner in substitutions(view.command):
        asked = [word for each in simple_commands(inner.script) for word in each.words]
        if named := named_by_words(asked, folders, own, ()):
            return named
    if not calls:
        return named_by_pattern(view.words, folders, own)
    packages = [word for call in calls if call.manager.families for word in call.packages]
    words = view.command.words[1:]
    given = {assign.name: assign.value.value for assign in view.command.assignments}
    return named_by_words(words, folders, own, needs.known, packages) or named_by_variable(
        {**project.variables, **given}, folders, own, needs.known
    )


def _calls(calls: Sequence[PackageCall], project: Project, base: str) -> Passing | Refused | None:
    """What the calls of package managers in one command need."""
    needs, installs = Needs(), False
    for call in calls:
        found = _call(call, project, base)
        if not isinstance(found, Passing):
            return found
        needs, installs = needs + found.needs, installs or found.installs
    return Passing(needs, installs)


def _other(view: Argv, project: Project, own: Placed) -> Passing | Refused | None:
    """What a command that is no package manager needs."""
    values = [_value(word, project) for word in view.words]
    words = [word for word in values if word is not None]
    if len(words) < len(values) or view.base is None:
        return None
    if len(words) == 1 and words[0] in VERSION_OPTIONS and re.fullmatch(VERSIONS_OF, view.base):
        versions = surroundings(project, CHOSEN_BY[view.base]) if view.base in CHOSEN_BY else Needs()
        return Passing(versions) if isinstance(versions, Needs) else versions
    if re.fullmatch(PYTHON_COMMANDS, view.base):
        found = venv_needs(project, words)
        return Passing(found) if isinstance(found, Needs) else found
    if view.base in _SAYING:
        return Passing(Needs())
    if view.base in QUIET_CALLS and re.fullmatch(QUIET_CALLS[view.base], " ".join(words)):
        return Passing(Needs())
    if view.base in _ACCOUNTS and not any(own.folder in word for word in words):
        homes = [posixpath.join("/home", word) for word in words if not word.startswith("-")]
        return Passing(Needs()) if all(is_apart(home, own.folder) for home in homes) else None
    if view.base in _ON_PATHS:
        names = [word.value or "" for word in view.operands]
        names = names[1:] if view.base in ("chmod", "chown", "chgrp") else names
        if all(name.startswith("/") and is_apart(name, own.folder) for name in names):
            return Passing(Needs())
    return None


def _value(word: Word, project: Project) -> str | None:
    """The text of a word; of a variable that is one word alone, what ENV says."""
    if word.value is not None or len(word.parts) != 1:
        return word.value
    (part,) = word.parts
    if isinstance(part, DoubleQuoted) and len(part.parts) == 1:
        (part,) = part.parts
    value = project.env.get(part.name) if isinstance(part, Parameter) and not part.operator else None
    return value if value and _PLAIN.fullmatch(value) else None


def _call(call: PackageCall, project: Project, base: str) -> Passing | Refused | None:
    """What a call of a package manager needs; None if that is not known."""
    manager = call.manager
    if manager.families:
        static = "$" not in call.text.split() and not any("/" in (word.value or "/") for word in call.packages)
        return Passing(Needs(), call.action is Action.INSTALL) if static else None
    found = install_needs(project, call, base)
    return Passing(found, call.action is Action.INSTALL) if isinstance(found, Needs) else found
