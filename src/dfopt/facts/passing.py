"""Whether a RUN does the same with and without the files of a COPY above it, and what of them it needs."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Final

import msgspec

from dfopt.facts.accounts import renumbers
from dfopt.facts.apart import comes_apart
from dfopt.facts.base_image import is_root
from dfopt.facts.clashing import SEARCHED, clashes, is_apart, searched
from dfopt.facts.command_needs import MAY_READ, Passing, command_needs
from dfopt.facts.copied import copied, destination
from dfopt.facts.facts import Facts
from dfopt.facts.folders import is_in
from dfopt.facts.installs.project import Needs, Project, Refused
from dfopt.facts.installs.readers import is_of_project
from dfopt.facts.naming import named_by_words
from dfopt.facts.packages import calls_of
from dfopt.facts.scripts import is_posix_shell, reads_startup_files
from dfopt.facts.values import Values
from dfopt.knowledge.manager import Action
from dfopt.knowledge.version_managers import VERSION_MANAGERS
from dfopt.model.build_files import BuildFiles
from dfopt.model.placed import Placed
from dfopt.model.stages import led_to
from dfopt.shell.argv import argv
from dfopt.shell.listed import Listed, listed
from dfopt.shell.nodes import NotModelled, Script, Simple
from dfopt.shell.walk import simple_commands
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

BROUGHT: Final = "the build context brings what the install writes"
BROUGHT_ELSEWHERE: Final = (
    "another checkout may bring what the install writes, as git ignores it and .dockerignore does not leave it out"
)
"""Above the install, what a build context brings is mended by it; below, it stands over what was installed."""
BROUGHT_BACK: Final = "it may write anew what the sources bring back as it was"
OTHER_OWNER: Final = "who owns what the COPY brings may change"
AMONG_SYSTEM: Final = "the COPY puts files among those of the system"

_UNSEEN: Final = (Cmd, Entrypoint, Expose, Healthcheck, Label, Shell, Stopsignal, User)
"""Instructions that a COPY neither sees nor changes: it is made as root (moby/buildkit, dispatchCopy)."""


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
        found = _passing(facts, copy, run, simple, files)
        if isinstance(found, Refused):
            break
        joint = Span(simple[-1].span.end, first.pipelines[at].span.start)
        is_end = _removes(simple[-1]) or _installs(simple[-1])
        if found.installs and is_end and comes_apart(facts, run, script, joint):
            best = Head(found, joint)
    if best is None:
        return None
    rest = [each for each in simple_commands(script) if each.span.start >= best.joint.end]
    return None if any(map(_removes, rest)) else best


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
    other = _renumbered(facts, copy, run, commands, folder)
    if other:
        return Refused(OTHER_OWNER, other)
    setting = _set_up(facts, run, own)
    if setting:
        return Refused(MAY_READ, f"it is set up with {setting}")
    project = project_in(facts, run, files, above, folder)
    found = _commands(run, commands, project, own, base_name(facts, run))
    if isinstance(found, Refused):
        return found
    return _checked(facts, copy, run, found, own, project, files)


def _renumbered(facts: Facts, copy: Copy, run: Run, commands: Sequence[Simple], folder: str) -> str:
    """A command below which the owner that a COPY names may be another one; empty if there is none."""
    owner = copy.flag("chown")
    names = frozenset(name for name in (owner.value or "").split(":") if not name.isdecimal()) if owner else ()
    if not names:
        return ""
    known = None if any("$" in name for name in names) else frozenset(names)
    values = Values(facts.scope(run).variables())
    changing = (each for each in commands if renumbers(argv(each), known, folder, values))
    return next((_text(run, each) for each in changing), "")


def _set_up(facts: Facts, run: Run, own: Placed) -> str:
    """What a RUN above tells a package manager to look into of the COPY; empty if there is nothing."""
    for each in facts.stage_of(run).instructions:
        folder = facts.workdir(each) if isinstance(each, Run) and each.span.start < run.span.start else None
        for call in facts.calls(each) if isinstance(each, Run) and folder else ():
            if " config " in call.text and folder:
                named = named_by_words(call.command.words[1:], (folder,), own, ())
                if named:
                    return named
    return ""


def project_in(facts: Facts, run: Run, files: BuildFiles, placed: Placed, folder: str) -> Project:
    """A project in a folder of the image, as an install of a RUN finds it."""
    scope = facts.scope(run)
    stage = facts.stage_of(run)
    led = (*led_to(stage, run), run)
    texts = [facts.dockerfile.text(each) for each in led]
    has_choice = not facts.base(stage).is_official or any(map(VERSION_MANAGERS.search, texts))
    above = "\n".join(facts.dockerfile.text(each) for each in led if isinstance(each, Run))
    return Project(files, placed, folder, scope.variables(), scope.env, has_choice=has_choice, above=above)


def base_name(facts: Facts, run: Run) -> str:
    """The base image of a RUN with its tag; empty if it is not known."""
    reference = facts.base(facts.stage_of(run)).reference
    return f"{reference.repository}:{reference.tag}" if reference else ""


def installs_dependencies(facts: Facts, run: Run) -> bool:
    """True if a RUN installs what a project depends on."""
    return any(call.action is Action.INSTALL and is_of_project(call) for call in facts.calls(run))


def stands_apart(facts: Facts, copy: Copy, other: Instruction, files: BuildFiles, *, has_first: bool) -> bool:
    """True if the order of a COPY and an instruction that is no RUN does not matter.

    ``has_first`` says that some of its files are copied above the other one, and so its folder is made there. Below a
    WORKDIR the destination has to be written as ``fixed_destination`` says.
    """
    text = facts.dockerfile.text(copy)
    if isinstance(other, Env | Arg):
        return "$" not in text
    if isinstance(other, Workdir):
        is_fixed = "$" not in text and fixed_destination(facts, copy) is not None
        return is_fixed and (has_first or _is_made_alike(facts, copy))
    if type(other) is Copy:
        own, theirs = copied(facts, copy, files), copied(facts, other, files)
        if isinstance(own, Refused) or isinstance(theirs, Refused):
            return False
        same = all(own.paths.get(path, source) == source for path, source in theirs.paths.items())
        return same and [(flag.name, flag.value) for flag in copy.flags] == [(f.name, f.value) for f in other.flags]
    return isinstance(other, _UNSEEN)


def fixed_destination(facts: Facts, copy: Copy) -> str | None:
    """The destination of a COPY as it can be written in any folder; None if a build may have another one."""
    text = copy.destination.text
    if text.startswith("/"):
        return text
    folders = [each for each in facts.stage_of(copy).instructions if isinstance(each, Workdir)]
    above = [each.path.text for each in folders if each.span.start < copy.span.start]
    start = next((at for at in reversed(range(len(above))) if above[at].startswith("/")), None)
    path = destination(facts, copy)
    if start is None or path is None or any("$" in each for each in (text, *above[start:])):
        return None
    return f"{path.rstrip('/')}/" if posixpath.basename(text) in ("", ".", "..") else path


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
        found = command_needs(view, project, own, base)
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


def _shown(paths: Sequence[str]) -> str:
    """The first of some paths, those nearest to the root in front."""
    first = sorted(paths, key=lambda path: (path.count("/"), path))[:3]
    return ", ".join(first) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")


def _checked(
    facts: Facts, copy: Copy, run: Run, found: Passing, own: Placed, project: Project, files: BuildFiles
) -> Passing | Refused:
    """Refuses what meets files of the COPY that it does not know of, and doubts where one is brought back."""
    for folder in found.needs.writes:
        brought = own.below(folder)
        if brought:
            return Refused(BROUGHT, brought[0])
    clash = next(clashes(facts, copy, run, own, found.needs.reads, project), None)
    if clash is not None:
        return Refused(AMONG_SYSTEM, clash)
    back = [path for path in sorted(found.needs.rewrites) if path in own.paths]
    coming = {f"{path}/" for folder in found.needs.writes for path in own.origins(folder)}
    others = [path.rstrip("/") for path in sorted(files.left_to_others(coming))] if coming else []
    doubts = (
        *(f"{BROUGHT_BACK}: {path}" for path in back),
        *([f"{BROUGHT_ELSEWHERE}: {_shown(others)}"] if others else []),
    )
    return msgspec.structs.replace(found, needs=found.needs + Needs(doubts=doubts))
