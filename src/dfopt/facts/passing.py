"""Whether a RUN does the same with and without the files of a COPY above it, and what of them it needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from dfopt.expression import Expression
from dfopt.facts.base_image import is_root
from dfopt.facts.clashing import SEARCHED, clashes, is_apart, searched
from dfopt.facts.copied import copied, destination
from dfopt.facts.facts import Facts
from dfopt.facts.folders import is_in
from dfopt.facts.installs.project import Needs, Project, Refused
from dfopt.facts.installs.python import venv_needs
from dfopt.facts.installs.readers import install_needs, is_of_project
from dfopt.facts.naming import named_by_pattern, named_by_variable, named_by_words
from dfopt.facts.packages import PackageCall, calls_of
from dfopt.facts.program_path import free_installers
from dfopt.facts.scripts import is_posix_shell, reads_startup_files
from dfopt.knowledge.installs import ASK_SYSTEM, VERSION_OPTIONS, VERSIONS_OF
from dfopt.knowledge.manager import Action
from dfopt.knowledge.package_managers import PYTHON_COMMANDS
from dfopt.model.build_files import BuildFiles
from dfopt.model.placed import Placed
from dfopt.shell.argv import Argv, argv
from dfopt.shell.effects import effects
from dfopt.shell.listed import Listed, listed
from dfopt.shell.lookups import stale_lookups
from dfopt.shell.nodes import DoubleQuoted, NotModelled, Parameter, Script, Simple, Word
from dfopt.shell.pieces import as_statement, script_of
from dfopt.shell.walk import nodes, simple_commands, substitutions
from dfopt.source import Span
from dfopt.syntax.nodes import (
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    Healthcheck,
    Instruction,
    Label,
    Run,
    Shell,
    Stopsignal,
    User,
    Workdir,
)

MAY_READ: Final = "a command may read the sources"
BROUGHT: Final = "the build context brings what the install writes"
BROUGHT_BACK: Final = "it may write anew what the sources bring back as it was"
AMONG_SYSTEM: Final = "the COPY puts files among those of the system"

_UNSEEN: Final = (Cmd, Entrypoint, Expose, Healthcheck, Label, Shell, Stopsignal, User)
"""Instructions that a COPY neither sees nor changes: it is made as root (moby/buildkit, dispatchCopy)."""
_SAYING: Final = frozenset(["echo", "printf", "true", ":", "set", "umask", "sleep", "corepack"])
_STATE: Final = frozenset(["set", "cd", "umask"])
_ACCOUNTS: Final = frozenset(["useradd", "groupadd", "adduser", "addgroup", "usermod"])
_ON_PATHS: Final = frozenset(["mkdir", "rm", "rmdir", "touch", "chmod", "chown", "chgrp"])
_PLAIN: Final = Expression(r"[\w./-]+")


class Passing(msgspec.Struct, frozen=True):
    """``needs`` of the files of the COPY; ``installs`` is True if it takes long."""

    needs: Needs
    installs: bool = False


class Head(msgspec.Struct, frozen=True):
    """The first commands of a RUN, as far as they do not need the files of a COPY."""

    passing: Passing
    joint: Span
    """What stands between them and the rest, in the text of the script."""


def passing(facts: Facts, copy: Copy, run: Run, files: BuildFiles) -> Passing | Refused:
    """What a RUN needs of the files that a COPY above it brings; why it may need all of them."""
    script = _script(facts, run)
    return script if isinstance(script, Refused) else _passing(facts, copy, run, script.commands, files)


def head(facts: Facts, copy: Copy, run: Run, files: BuildFiles) -> Head | None:
    """The part of a RUN in front of an ``&&`` that may stand above a COPY, if it installs anything.

    None if the rest removes something: it would be in a layer of its own then.
    """
    script = _read(facts, run)
    if isinstance(script, Refused) or run.is_heredoc_script:
        return None
    best: Head | None = None
    first = script.statements[0].list
    for at in range(1, len(first.pipelines)):
        commands = [pipeline.commands[0] for pipeline in first.pipelines[:at]]
        simple = [command for command in commands if isinstance(command, Simple)]
        if len(simple) < at or any(pipeline.negated or len(pipeline.commands) > 1 for pipeline in first.pipelines[:at]):
            break
        if "||" in first.operators or argv(simple[-1]).base in _STATE or simple[-1].assignments:
            break
        found = _passing(facts, copy, run, simple, files)
        if isinstance(found, Refused):
            break
        if found.installs and (_removes(simple[-1]) or _installs(simple[-1])):
            best = Head(found, Span(simple[-1].span.end, first.pipelines[at].span.start))
    if best is None:
        return None
    rest = [each for each in simple_commands(script) if each.span.start >= best.joint.end]
    return None if any(map(_removes, rest)) or _is_stale(script, best.joint, free_installers(facts, run)) else best


def _is_stale(script: Script, joint: Span, free: frozenset[str]) -> bool:
    """True if what follows may run a program by the place where the shell found it before the install replaced it."""
    statements = [as_statement(pipeline) for pipeline in script.statements[0].list.pipelines] + [*script.statements[1:]]
    pieces = [effects(script_of((statement,))) for statement in statements]
    head = sum(statement.span.end <= joint.start for statement in statements)
    return any(first < head <= last for first, last in stale_lookups(pieces, free))


def _installs(command: Simple) -> bool:
    return any(call.action is Action.INSTALL for call in calls_of(command))


def _removes(command: Simple) -> bool:
    actions = {call.action for call in calls_of(command)}
    return argv(command).base == "rm" or not actions.isdisjoint((Action.CLEAN, Action.PURGE, Action.REMOVE))


def _passing(facts: Facts, copy: Copy, run: Run, commands: Sequence[Simple], files: BuildFiles) -> Passing | Refused:
    own = copied(facts, copy, files)
    above = seen(facts, run, files) if isinstance(own, Placed) else own
    folder = facts.workdir(run)
    if isinstance(own, Refused) or isinstance(above, Refused):
        return own if isinstance(own, Refused) else above  # type: ignore[return-value]
    if folder is None:
        return Refused(MAY_READ, "the folder of the RUN is not known")
    place = searched(facts, run, own)
    if place:
        return Refused(MAY_READ, place)
    project = project_in(facts, run, files, above, folder)
    found = _commands(run, commands, project, own, base_name(facts, run))
    if isinstance(found, Refused):
        return found
    return _checked(found, own, project.variables.get("HOME"))


def project_in(facts: Facts, run: Run, files: BuildFiles, placed: Placed, folder: str) -> Project:
    """A project in a folder of the image, as an install of a RUN finds it."""
    scope = facts.scope(run)
    return Project(files, placed, folder, scope.variables(), scope.env)


def base_name(facts: Facts, run: Run) -> str:
    """The base image of a RUN with its tag; empty if it is not known."""
    reference = facts.base(facts.stage_of(run)).reference
    return f"{reference.repository}:{reference.tag}" if reference else ""


def installs_dependencies(facts: Facts, run: Run) -> bool:
    """True if a RUN installs what a project depends on."""
    return any(call.action is Action.INSTALL and is_of_project(call) for call in facts.calls(run))


def stands_apart(facts: Facts, copy: Copy, other: Instruction, files: BuildFiles, *, has_first: bool) -> bool:
    """True if the order of a COPY and an instruction that is no RUN does not matter.

    ``has_first`` says that some of its files are copied above the other one, and so its folder is made there.
    """
    text = facts.dockerfile.text(copy)
    if isinstance(other, Env | Arg):
        return "$" not in text
    if isinstance(other, Workdir):
        return "$" not in text and copy.destination.text.startswith("/") and (has_first or _is_made_alike(facts, copy))
    if type(other) is Copy:
        own, theirs = copied(facts, copy, files), copied(facts, other, files)
        if isinstance(own, Refused) or isinstance(theirs, Refused):
            return False
        same = all(own.paths.get(path, source) == source for path, source in theirs.paths.items())
        return same and [(flag.name, flag.value) for flag in copy.flags] == [(f.name, f.value) for f in other.flags]
    return isinstance(other, _UNSEEN)


def _is_made_alike(facts: Facts, copy: Copy) -> bool:
    """True if COPY makes its folder as WORKDIR does, which is root's, too."""
    user = facts.scope(copy).user
    as_root = facts.base(facts.stage_of(copy)).is_root if user is None else is_root(user)
    return as_root is True and not copy.flags


def _script(facts: Facts, run: Run) -> Listed | Refused:
    """The commands of a script that are one behind the other."""
    script = _read(facts, run)
    order = script if isinstance(script, Refused) else listed(script)
    return order or Refused(MAY_READ, facts.dockerfile.text(run)[:60])


def _read(facts: Facts, run: Run) -> Script | Refused:
    """The script of a RUN, if a plain shell runs it without the build context."""
    script, shell = facts.script(run), facts.shell(run)
    text = facts.dockerfile.text(run)[:60]
    if isinstance(script, NotModelled) or run.script is None:
        return Refused(MAY_READ, text)
    if shell is not None and (not is_posix_shell(shell) or reads_startup_files(shell)):
        return Refused(MAY_READ, text)
    if any(mount.type == "bind" and "from" not in mount.fields for mount in facts.mounts(run)):
        return Refused(MAY_READ, "it mounts the build context")
    return script if script.statements else Refused(MAY_READ, text)


def seen(facts: Facts, run: Run, files: BuildFiles) -> Placed | Refused:
    """All that COPYs of the stage have put into the image before a RUN."""
    paths: dict[str, str] = {}
    for each in facts.stage_of(run).instructions:
        if each.span.start >= run.span.start:
            break
        if not isinstance(each, Copy):
            continue
        found = copied(facts, each, files)
        if isinstance(found, Placed):
            paths.update(found.paths)
            continue
        target = destination(facts, each)
        if target is None:
            return found
        for path in [path for path in paths if is_in(path, target) or path == target]:
            del paths[path]
    return Placed("/", paths)


def _commands(run: Run, commands: Sequence[Simple], project: Project, own: Placed, base: str) -> Passing | Refused:
    needs, installs, start = Needs(), False, project.folder
    for command in commands:
        view = argv(command)
        refusal = _redirected(command, own, run)
        if refusal or any(assign.name in SEARCHED for assign in command.assignments):
            return refusal or Refused(MAY_READ, _text(run, command))
        if view.base == "cd" and len(view.words) == 1 and view.words[0].value:
            project = project.inside(view.words[0].value)
            continue
        found = _command(view, project, own, base)
        if found is None:
            return Refused(MAY_READ, _text(run, command))
        if isinstance(found, Refused):
            return found
        needs, installs = needs + found.needs, installs or found.installs
    folder = project.folder
    if folder != start and is_in(folder, own.folder) and not any(is_in(path, folder) for path in needs.reads):
        return Refused(MAY_READ, f"it changes to {folder}")
    return Passing(needs, installs)


def _text(run: Run, command: Simple) -> str:
    return run.script.text[command.span.start : command.span.end][:60] if run.script else ""


def _redirected(command: Simple, own: Placed, run: Run) -> Refused | None:
    for redirect in command.redirects:
        target = redirect.target.value
        if redirect.heredoc is None and target and (redirect.operator.endswith("&") or target == "/dev/null"):
            continue
        if redirect.operator[:1] == ">" and target and target.startswith("/") and is_apart(target, own.folder):
            continue
        return Refused(MAY_READ, _text(run, command))
    return None


def _command(view: Argv, project: Project, own: Placed, base: str) -> Passing | Refused | None:
    """What one command needs; None if that is not known."""
    if view.name is not None and "/" in view.name and project.brings(view.name):
        return None
    inner = [each for each in nodes(view.command) if isinstance(each, Simple) and each is not view.command]
    if any(each.redirects or argv(each).base not in ASK_SYSTEM for each in inner):
        return None
    calls = calls_of(view.command)
    found = _calls(calls, project, base) if calls else _other(view, project, own)
    if not isinstance(found, Passing):
        return found
    named = _named(view, calls, project, own, found.needs)
    return Refused(MAY_READ, f"it is given {named}") if named else found


def _named(view: Argv, calls: Sequence[PackageCall], project: Project, own: Placed, needs: Needs) -> str:
    """What is in the words or the environment of a command that names something of the COPY that it does not know."""
    folders = (project.folder, *needs.folders)
    for inner in substitutions(view.command):
        words = [word for each in simple_commands(inner.script) for word in each.words]
        if named := named_by_words(words, folders, own, ()):
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
        return Passing(Needs())
    if re.fullmatch(PYTHON_COMMANDS, view.base):
        found = venv_needs(project, words)
        return Passing(found) if isinstance(found, Needs) else found
    if view.base in _SAYING:
        return Passing(Needs())
    if view.base in _ACCOUNTS and not any(own.folder in word for word in words):
        return Passing(Needs())
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


def _checked(found: Passing, own: Placed, home: str | None) -> Passing | Refused:
    """Refuses what meets files of the COPY that it does not know of, and doubts where one is brought back."""
    for folder in found.needs.writes:
        brought = own.below(folder)
        if brought:
            return Refused(BROUGHT, brought[0])
    clash = next(clashes(own, found.needs.reads, home), None)
    if clash is not None:
        return Refused(AMONG_SYSTEM, clash)
    back = [path for path in sorted(found.needs.rewrites) if path in own.paths]
    doubts = tuple(f"{BROUGHT_BACK}: {path}" for path in back)
    return msgspec.structs.replace(found, needs=found.needs + Needs(doubts=doubts))
