"""``COPY x.tar.gz /tmp/`` and ``RUN tar -xzf /tmp/x.tar.gz -C /opt && rm …`` become ``ADD x.tar.gz /opt/``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from dfopt.expression import Expression
from dfopt.facts.base_image import is_root
from dfopt.facts.script_paths import ScriptPaths, join
from dfopt.knowledge import unpacking as known
from dfopt.model.expand import expand
from dfopt.model.reach import is_shipped
from dfopt.model.stages import Stage
from dfopt.shell.argv import argv
from dfopt.shell.getopt import getopt
from dfopt.shell.nodes import Script, Simple
from dfopt.source import Span
from dfopt.syntax.frontend import frontend, has_since, is_dockers_own
from dfopt.syntax.nodes import Copy, Instruction, Run
from dfopt.transform import Context, Delta, Differs, Edit, Patch, Replaced, Skip
from dfopt_transforms._archive_users import later_user
from dfopt_transforms._commands import in_file

NO_UNPACK = "ADD downloads an archive that a RUN unpacks: `ADD --unpack=true` needs `# syntax=docker/dockerfile:1`"
NOT_SHIPPED = "the layers of this stage are in no image"
NOT_UNPACKED = "ADD does not unpack archives of this kind"
NOT_NEXT = "it is not unpacked by the next instruction"
FLAGS = "flags say more about the files"
NOT_ROOT = "the files may belong to another user than root"
OPTIONS = "tar does more than unpack everything"
ORDER = "the RUN does something else before it unpacks"
USED = "something else reads the archive"
FOLDER = "the folder that it is unpacked to is not known, or is the root"
COMMENT = "a comment names the archive, or stands at what would go"

_ARCHIVE = Expression(r"(?i).*\.(?:tar(?:\.\w+)?|t[gbx]z2?|zip|7z|gz|bz2|xz|zst)")
_BEFORE = frozenset(["mkdir", "cd", "set"])
_TOP_LINKS = frozenset(["/", "/bin", "/lib", "/lib64", "/sbin", "/var/run"])
"""The root, and folders that may be links: tar puts a folder in the place of a link, ADD does not."""


class _Cut(msgspec.Struct, frozen=True):
    """What the RUN loses, as pipelines of its list."""

    folder: str
    gone: frozenset[int]
    is_whole: bool
    """True if nothing is left that does something."""


def added(ctx: Context, stage: Stage, copy: Copy) -> Iterator[Patch | Skip]:
    source = copy.sources[0].text
    name = source.partition("?")[0].rpartition("/")[2]
    if copy.flag("from") or not _ARCHIVE.fullmatch(name) or re.search(r"[*?\[<'\"\\]", source):
        return
    at = next(at for at, found in enumerate(stage.instructions) if found is copy)
    run = next((found for found in stage.instructions[at + 1 :] if _unpacks(ctx, found, name)), None)
    if not isinstance(run, Run):
        return
    script = ctx.facts.script(run)
    if not isinstance(script, Script):
        return
    found = _refusal(ctx, stage, copy, run, name) or _cut(ctx, copy, run, script)
    if isinstance(found, _Cut):
        yield _patch(ctx, stage, copy, run, script, found)
    else:
        yield Skip(copy.span, *found)


def _unpacks(ctx: Context, instruction: Instruction, name: str) -> bool:
    """True for a RUN that may unpack a file of that name."""
    if not isinstance(instruction, Run):
        return False
    text = ctx.dockerfile.text(instruction)
    return name in text and re.search(r"\b(?:tar|unzip|bsdtar|gunzip|7z)\b", text) is not None


def _refusal(ctx: Context, stage: Stage, copy: Copy, run: Run, name: str) -> tuple[str, str] | None:
    image = frontend(ctx.dockerfile.source.text)
    is_remote = "://" in copy.sources[0].text
    has_unpack = image is not None and is_dockers_own(image) and has_since(image, known.UNPACK_SINCE)
    if not is_shipped(ctx.facts.stages, stage):
        return NOT_SHIPPED, "files are only copied from it"
    if not known.UNPACKED_BY_ADD.fullmatch(name):
        return NOT_UNPACKED, name
    if is_remote and not has_unpack:
        return NO_UNPACK, name
    if any(flag.name != "checksum" for flag in copy.flags) or run.flags or copy.is_json:
        return FLAGS, name
    if not is_remote and "$" in copy.sources[0].text:
        return NOT_UNPACKED, copy.sources[0].text
    user = ctx.facts.scope(run).user
    if not (is_root(user) if user is not None else ctx.facts.base(stage).is_root is True):
        return NOT_ROOT, user or ""
    places = [at for at, found in enumerate(stage.instructions) if found is copy or found is run]
    if places[1] - places[0] != 1:
        return NOT_NEXT, name
    if run.heredocs or run.inner_comments or run.comments or copy.inner_comments:
        return COMMENT, name
    return None


def _cut(ctx: Context, copy: Copy, run: Run, script: Script) -> _Cut | tuple[str, str]:
    """What the RUN need not do."""
    scope = ctx.facts.scope(copy)
    written = copy.sources[0].text.partition("?")[0].rpartition("/")[2]
    name = expand(written, scope.variables(), ctx.dockerfile.escape, unset=None) or written
    commands = _list(script)
    if commands is None:
        return ORDER, name
    paths = ScriptPaths(ctx.facts, run, script)
    target = join(scope.workdir or "<>", copy.destination.text)
    files = {join(target, name)} | ({target} if not copy.destination.text.endswith("/") else set[str]())
    at = next((at for at, command in enumerate(commands) if argv(command).base in known.TARS), None)
    if at is None or any(argv(command).base not in _BEFORE for command in commands[:at]):
        return ORDER, name
    folder = _folder(commands[at], paths, files)
    if folder is None:
        return OPTIONS, name
    if not folder.startswith("/") or "$" in folder or folder in _TOP_LINKS:
        return FOLDER, folder
    file = next(path for path in files if _reads(commands[at], paths, path))
    gone = {at}
    for number, command in enumerate(commands):
        operands = [paths.path(command, word) for word in argv(command).operands]
        if number > at and argv(command).name == "rm" and operands == [file] and not command.redirects:
            gone.add(number)
        elif number != at and any(name in paths.text(word.parts) for word in command.words):
            return USED, name
    later = later_user(ctx, run, file)
    if later:
        return USED, later
    rest = [command for number, command in enumerate(commands) if number not in gone]
    is_whole = all(_is_idle(command, paths, folder) for command in rest)
    if not all(is_whole or _may_run_behind(command) for command in commands[:at]):
        return ORDER, name
    return _Cut(folder, frozenset(gone), is_whole)


def _list(script: Script) -> list[Simple] | None:
    """The commands of a script that is one list of them with ``&&`` only."""
    statement = script.statements[0]
    if len(script.statements) != 1 or statement.terminator == "&" or "||" in statement.list.operators:
        return None
    found: list[Simple] = []
    for pipeline in statement.list.pipelines:
        command = pipeline.commands[0]
        if len(pipeline.commands) != 1 or pipeline.negated or not isinstance(command, Simple):
            return None
        found.append(command)
    return found


def _reads(command: Simple, paths: ScriptPaths, path: str) -> bool:
    values = getopt(argv(command).words, known.TAR).values("f", "file")
    return [paths.path(command, word) for word in values] == [path]


def _folder(command: Simple, paths: ScriptPaths, files: set[str]) -> str | None:
    """Where a tar unpacks everything to, if it does nothing else."""
    view = argv(command)
    options = getopt(view.words, known.TAR)
    plain = known.TAR_PLAIN_LETTERS | {"C", "directory", "file", "extract", "get", "gzip", "bzip2", "xz", "verbose"}
    if options.operands or view.wrappers or command.redirects or not options.has(*known.TAR_EXTRACTS):
        return None
    if any(each.name not in plain for each in options.given) or not any(_reads(command, paths, path) for path in files):
        return None
    folders = options.values("C", "directory")
    if len(folders) > 1:
        return None
    return paths.path(command, folders[0]) if folders else paths.folder(command)


def _is_idle(command: Simple, paths: ScriptPaths, folder: str) -> bool:
    """True for what only prepares the folder: ADD makes it."""
    view = argv(command)
    if view.base == "mkdir":
        return [paths.path(command, word) for word in view.operands] == [folder] and [
            word.value for word in view.options
        ] in ([], ["-p"])
    return view.base in ("cd", "set")


def _may_run_behind(command: Simple) -> bool:
    """True for ``mkdir -p``, which does nothing if the folder is there, and for ``cd`` and ``set``."""
    view = argv(command)
    return view.base != "mkdir" or [word.value for word in view.options] == ["-p"]


def _patch(ctx: Context, stage: Stage, copy: Copy, run: Run, script: Script, cut: _Cut) -> Patch:
    assert run.script is not None
    is_remote = "://" in copy.sources[0].text
    keyword = "add" if ctx.dockerfile.source.slice(copy.keyword_span).islower() else "ADD"
    flags = [f"--{flag.name}={flag.value}" for flag in copy.flags] + (["--unpack=true"] if is_remote else [])
    words = [keyword, *flags, copy.sources[0].text, f"{cut.folder.rstrip('/')}/"]
    if cut.is_whole:
        edits = [Edit(Span(copy.span.start, run.span.end), " ".join(words))]
        removed: tuple[str, ...] = (_said(copy), f"RUN {run.body.text}")
        replaced: tuple[Replaced, ...] = ()
    else:
        changes = list(_cuts(script, cut.gone))
        edits = [Edit(copy.span, " ".join(words)), *(in_file(run, edit) for edit in changes)]
        removed, replaced = (_said(copy),), (_replaced(run, script, changes),)
    name = copy.sources[0].text.rpartition("/")[2]
    return Patch(
        edits,
        why="a layer would hold the archive, and another one what was in it",
        span=copy.span,
        evidence=[f"nothing but tar reads {name}", f"all of it comes to {cut.folder}"],
        risk="ADD takes the owners in the archive by number, tar by name first",
        delta=Delta(
            differs=(Differs(stage.index, added=(" ".join(words),), removed=removed, commands=replaced),),
        ),
    )


def _said(instruction: Instruction) -> str:
    flags = "".join(f"--{flag.name}={flag.value} " for flag in instruction.flags)
    return f"{instruction.keyword} {flags}{instruction.body.text}"


def _cuts(script: Script, gone: frozenset[int]) -> Iterator[Edit]:
    """Takes commands out of the list, each with the operator in front of it, or behind it at the start."""
    pipelines = script.statements[0].list.pipelines
    first = next(at for at in range(len(pipelines)) if at not in gone)
    if first:
        yield Edit(Span(pipelines[0].span.start, pipelines[first].span.start), "")
    for at in sorted(gone):
        if at > first:
            yield Edit(Span(pipelines[at - 1].span.end, pipelines[at].span.end), "")


def _replaced(run: Run, script: Script, changes: Sequence[Edit]) -> Replaced:
    assert run.script is not None
    start, end = script.statements[0].list.span
    old = run.script.text[start:end]
    new = old
    for edit in sorted(changes, key=lambda edit: edit.span, reverse=True):
        new = new[: edit.span.start - start] + edit.text + new[edit.span.end - start :]
    return Replaced(run.script.span(start, end), old, new)
