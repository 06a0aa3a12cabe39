"""What a download reads of the project, and how it is called: from the build that it stands in front of."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

import msgspec

from dfopt.facts.facts import Facts
from dfopt.facts.installs.others import PLUGINS
from dfopt.facts.installs.project import Project, Refused
from dfopt.facts.installs.readers import install_needs
from dfopt.facts.packages import PackageCall, calls_of
from dfopt.facts.passing import base_name, project_in, seen
from dfopt.facts.scripts import is_posix_shell, reads_startup_files
from dfopt.knowledge.dependency_downloads import PREPARES_NOTHING, QUIET_GIT, DependencyDownload
from dfopt.model.build_files import BuildFiles, Kind
from dfopt.model.mounts import Mount
from dfopt.model.placed import Placed
from dfopt.shell.argv import argv
from dfopt.shell.nodes import Assign, NotModelled, Script, Simple
from dfopt.shell.parser import parse
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Run

NESTED = "the build is not a plain command of its RUN"
PREPARED = "what runs before the build may set up the download"
OFFLINE = "the build is told what it may download"
CACHED = "a cache mount keeps what it downloads"
MOUNTED = "it mounts the build context"
NOT_WRITTEN = "an option of the build is not written out"
NO_LOCK = "there is no lock file, so that a later build would take other versions"
BROUGHT = "the build context brings the dependencies"
WRITTEN = "the build context brings what the download writes"
A_LINK = "a file that the download reads is a link"
SET_FOR_IT = "a variable that is set for the build may decide about the download"

_PLAIN = re.compile(r"[\w./:=@%+,-]+")


class Download(msgspec.Struct, frozen=True):
    """A step that only downloads."""

    row: DependencyDownload
    folder: str
    """Where it runs in the image."""
    command: str
    reads: frozenset[str]
    """The files without which it does not run: paths in the image."""
    stubs: frozenset[str]
    """Those that have to be there, whatever is in them."""
    seen: Placed
    """All that the build finds of the build context."""


def is_of(call: PackageCall, row: DependencyDownload, kind: str) -> bool:
    """True for a call of a tool whose words are of a kind."""
    return call.manager.name == row.manager and not re.search(row.never, call.text) and bool(re.search(kind, call.text))


def download(
    facts: Facts, run: Run, call: PackageCall, row: DependencyDownload, files: BuildFiles
) -> Download | Refused:
    """The download that goes with a build."""
    script, shell = facts.script(run), facts.shell(run)
    if isinstance(script, NotModelled) or (shell and (not is_posix_shell(shell) or reads_startup_files(shell))):
        return Refused(NESTED, call.name)
    before = None if call.is_nested or call.wrappers else _before(script, call.command)
    folder = facts.workdir(run)
    if before is None or folder is None:
        return Refused(NESTED, call.text.strip()[:60])
    problem = _about_run(facts, run, call, row)
    if problem:
        return problem
    for command in before:
        moved = _folder(command, folder)
        if moved is None and not prepares_nothing(command, row):
            return Refused(PREPARED, _text(run, command))
        folder = moved or folder
    return _with_needs(facts, run, call, row, files, folder, before)


def _before(script: Script, wanted: Simple) -> list[Simple] | None:
    """The plain commands in front of another one that must all have run; None if it is not as plain."""
    found: list[Simple] = []
    for statement in script.statements:
        for at, pipeline in enumerate(statement.list.pipelines):
            if wanted in pipeline.commands:
                return None if pipeline.negated or "||" in statement.list.operators[:at] else found
            command = pipeline.commands[0]
            if len(pipeline.commands) > 1 or pipeline.negated or not isinstance(command, Simple):
                return None
            found.append(command)
    return None


def _about_run(facts: Facts, run: Run, call: PackageCall, row: DependencyDownload) -> Refused | None:
    """What the build and its RUN say against a download of its own."""
    offline = re.search(row.offline, call.text)
    network = run.flag("network")
    if offline or (network and network.value == "none"):
        return Refused(OFFLINE, offline[0].strip() if offline else "--network=none")
    for mount in facts.mounts(run):
        if mount.type == "bind" and "from" not in mount.fields:
            return Refused(MOUNTED)
        if mount.type == "cache" and _keeps(mount, row):
            return Refused(CACHED, mount.target or "")
    variables = facts.scope(run).variables()
    flags = f" {variables.get('GOFLAGS') or ''} "
    if variables.get("GO111MODULE") == "off" or (row.manager == "go" and re.search(row.offline, flags)):
        return Refused(OFFLINE, "the environment says so")
    return None


def _keeps(mount: Mount, row: DependencyDownload) -> bool:
    return mount.target is None or "$" in mount.target or re.fullmatch(row.kept_in, mount.target) is not None


def _folder(command: Simple, folder: str) -> str | None:
    """Where a ``cd`` leads; None for other commands."""
    view = argv(command)
    if view.base != "cd" or len(view.words) != 1 or not view.words[0].value:
        return None
    return posixpath.normpath(posixpath.join(folder, view.words[0].value))


def prepares_nothing(command: Simple, row: DependencyDownload) -> bool:
    """True if a command in front of a build changes nothing about how that downloads."""
    if any(_decides(assign, row) for assign in command.assignments):
        return False
    view = argv(command)
    if not command.words:
        return True
    if view.base == "export":
        names = [(word.value or "").partition("=")[0] for word in view.words]
        return all(re.fullmatch(r"\w+", name) and not re.fullmatch(row.settings, name) for name in names)
    if view.base == "git":
        return bool(view.words) and view.words[0].value in QUIET_GIT
    calls = calls_of(command)
    if any(call.manager.name == row.manager for call in calls):
        return not re.search(r" env -\w|config|login|add source|nuget ", calls[0].text)
    return view.base in PREPARES_NOTHING


def _decides(assign: Assign, row: DependencyDownload) -> bool:
    return re.fullmatch(row.settings, assign.name) is not None


def _with_needs(
    facts: Facts,
    run: Run,
    call: PackageCall,
    row: DependencyDownload,
    files: BuildFiles,
    folder: str,
    before: Sequence[Simple],
) -> Download | Refused:
    """The first command of a tool that can do with the manifests."""
    placed = seen(facts, run, files)
    if isinstance(placed, Refused):
        return placed
    project = project_in(facts, run, files, placed, folder)
    problem = _about_project(project, row)
    if problem:
        return problem
    refused = Refused(NESTED)
    for verb in row.commands:
        command = _command(run, call, row, verb)
        if isinstance(command, Refused):
            return command
        found = next(iter(simple_commands(script))) if isinstance(script := parse(command), Script) else None
        needs = install_needs(project, calls_of(found)[0], base_name(facts, run)) if found else None
        if needs is None or isinstance(needs, Refused):
            refused = needs or refused
            continue
        doubt = next((doubt for doubt in needs.doubts if doubt.startswith(PLUGINS)), None)
        if doubt is not None:
            return Refused(PLUGINS, doubt.removeprefix(f"{PLUGINS}: "))
        for path in sorted(needs.writes):
            if brought := placed.below(path):
                return Refused(WRITTEN, brought[0])
        stubs = frozenset(path for path in needs.reads if re.fullmatch(row.stubs, path))
        reads = frozenset(_files(needs.reads - stubs, project))
        link = next((path for path in sorted(reads) if _kind(project, path) is not Kind.FILE), None)
        if link is not None:
            return Refused(A_LINK, link)
        prepared = _made_runnable(call, row, before)
        return Download(row, posixpath.normpath(folder), prepared + command, reads, stubs, placed)
    return refused


def _files(paths: frozenset[str], project: Project) -> Iterator[str]:
    return (path for path in paths if _kind(project, path) not in (None, Kind.FOLDER))


def _kind(project: Project, path: str) -> Kind | None:
    entry = project.entry(path)
    return entry.kind if entry else None


def _about_project(project: Project, row: DependencyDownload) -> Refused | None:
    for name in row.brought:
        if project.has(name):
            return Refused(BROUGHT, name)
    for name in row.needed:
        if not project.has(name) and not project.has("go.work"):
            return Refused(NO_LOCK, name)
    return None


def _command(run: Run, call: PackageCall, row: DependencyDownload, verb: str) -> str | Refused:
    """The call that only downloads, with what the build says of how."""
    view = argv(call.command)
    settings = [assign for assign in call.command.assignments if _decides(assign, row)]
    texts = [run.script.text[each.span.start : each.span.end] if run.script else "" for each in settings]
    if not all(map(_PLAIN.fullmatch, texts)):
        return Refused(SET_FOR_IT, settings[0].name)
    kept: list[str] = []
    words = iter(view.words)
    for word in words:
        value = word.value
        if value is None:
            continue
        if value in row.value_options:
            given = next(words, None)
            if given is None or given.value is None or not _PLAIN.fullmatch(given.value):
                return Refused(NOT_WRITTEN, value)
            kept += [value, given.value]
        elif re.fullmatch(row.options, value):
            kept.append(value)
    operand = next((word for word in call.packages), None) if "{project}" in verb else None
    if operand is not None and operand.value is None:
        return Refused(NOT_WRITTEN, call.text.strip()[:60])
    project = operand.value if operand is not None and operand.value else ""
    if not all(_PLAIN.fullmatch(word) for word in (*kept, project or "x")):
        return Refused(NOT_WRITTEN, call.text.strip()[:60])
    said = verb.format(options=" ".join(kept), project=project)
    return " ".join([*texts, view.name or call.name, *said.split()])


def _made_runnable(call: PackageCall, row: DependencyDownload, before: Sequence[Simple]) -> str:
    """What makes the wrapper a program, as the build does before it runs it."""
    if not row.wrapper or call.name != row.wrapper:
        return ""
    for command in before:
        words = [word.value or "" for word in command.words]
        if words[:1] == ["chmod"] and any(posixpath.basename(word) == row.wrapper for word in words):
            return f"{' '.join(words)} && "
    return ""


def _text(run: Run, command: Simple) -> str:
    return run.script.text[command.span.start : command.span.end][:60] if run.script else ""
