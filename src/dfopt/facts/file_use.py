"""What the RUNs of a stage do with one file that is copied into it: whether they use it, remove it, or more."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final

import msgspec

from dfopt.facts.base_image import is_root
from dfopt.facts.facts import Facts
from dfopt.facts.scripts import is_posix_shell
from dfopt.knowledge import secrets as known
from dfopt.model.stages import Stage
from dfopt.shell.argv import Argv, argv
from dfopt.shell.listed import listed
from dfopt.shell.nodes import NotModelled, Simple, Word
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Argument, Copy, Run

NOT_MODELLED: Final = "a RUN whose script is not modelled may read it"
OTHER_USE: Final = "a RUN does something else with it, or with a folder around it"
REMOVED_BEFORE: Final = "a RUN goes on when it has removed it"
MOUNTED: Final = "a RUN mounts something there already"

_REMOVING = frozenset(["rm", "rmdir", "find"])
_GIT = re.compile(r"\bgit\s(?:\S+\s+)*?(?:clean|rm|mv|stash|reset|add)\b")
"""Calls of git that may remove files, or keep them."""
_MODES = frozenset(["chmod", "chown", "chgrp"])


class FileUse(msgspec.Struct, frozen=True):
    """What a RUN does with the file."""

    run: Run
    gone: tuple[int, ...]
    """The places of the commands that remove it or set its mode."""
    is_all: bool
    """True if it does nothing else."""
    reads: bool
    removes: bool


def file_use(facts: Facts, run: Run, path: str) -> FileUse | tuple[str, str]:
    """What a RUN does with the file at a path; a reason and a detail if that is not known, or more than this."""
    script = facts.script(run)
    shell = facts.shell(run)
    text = facts.dockerfile.text(run)
    if isinstance(script, NotModelled) or run.script is None or (shell is not None and not is_posix_shell(shell)):
        return NOT_MODELLED, text[:60]
    if any(mount.target == path for mount in facts.mounts(run)):
        return MOUNTED, path
    order = listed(script)
    gone: list[int] = []
    reads = removes = is_around = False
    folder = facts.scope(run).workdir
    name = posixpath.basename(path)
    named: list[str] = []
    for command in simple_commands(script):
        view = argv(command)
        written = run.script.text[command.span.start : command.span.end]
        if view.base in ("cd", "pushd"):
            folder = None
        elif name in written:
            named.append(written)
            if view.base in known.READERS and not re.search(r"\s(?:config|set|login|adduser|pack|publish)\s", written):
                reads = True
                continue
            at = _place(command, order.commands if order else ())
            if at is None or not _is_housekeeping(facts, run, view, path, folder):
                return OTHER_USE, written[:60]
            gone.append(at)
            removes = removes or view.base == "rm"
        elif (view.base in known.COPYING | _REMOVING and not _is_far(view.operands, run, path, folder)) or (
            view.base == "git" and _GIT.search(written)
        ):
            return OTHER_USE, written[:60]
        elif view.base in _MODES:
            is_around = is_around or not _is_far(view.operands[1:], run, path, folder)
        elif command.words and view.base not in known.SILENT:
            if removes:
                return REMOVED_BEFORE, written[:60]
            reads = True
    if (reads and is_around) or run.script.text.count(name) > sum(written.count(name) for written in named):
        return OTHER_USE, text[:60]
    is_all = order is not None and len(gone) == len(order.commands)
    return FileUse(run, tuple(gone), is_all, reads, removes)


def _is_housekeeping(facts: Facts, run: Run, view: Argv, path: str, folder: str | None) -> bool:
    """True for a command that removes the file or sets its mode, and does nothing else."""
    assert run.script is not None
    words = [run.script.text[word.span.start : word.span.end] for word in view.operands]
    number = 1 if view.base == "rm" else 2
    is_known = view.base in ("rm", "chmod", "chown") and not view.wrappers and not view.command.redirects
    return is_known and len(words) == number and _is(words[-1], path, folder, facts, run)


def _place(command: Simple, commands: Sequence[Simple]) -> int | None:
    return next((at for at, other in enumerate(commands) if other is command), None)


def _is(word: str, path: str, folder: str | None, facts: Facts, run: Run) -> bool:
    """True if a word of a command is the path of the file."""
    plain = word.strip("\"'")
    home = re.match(r"(?:~|\$HOME|\$\{HOME\})/", plain)
    if home:
        scope = facts.scope(run)
        as_root = facts.base(facts.stage_of(run)).is_root if scope.user is None else is_root(scope.user)
        return as_root is True and "HOME" not in scope.variables() and f"/root/{plain[home.end() :]}" == path
    if plain.startswith("/"):
        return posixpath.normpath(plain) == path
    return folder is not None and posixpath.normpath(f"{folder}/{plain}") == path


def _is_far(words: Sequence[Word], run: Run, path: str, folder: str | None) -> bool:
    """True if no word is the file, or a folder or pattern around it."""
    assert run.script is not None
    for word in words:
        text = run.script.text[word.span.start : word.span.end].strip("\"'")
        if re.search(r"[$*?\[`~]", text) or (folder is None and not text.startswith("/")):
            return False
        full = posixpath.normpath(posixpath.join(folder or "/", text))
        if f"{path}/".startswith(f"{full.rstrip('/')}/"):
            return False
    return True


def copied_to(facts: Facts, copy: Copy, source: Argument) -> str | None:
    """Where the file is in the image; None if a variable, a pattern or the folder in force leaves that open."""
    name = posixpath.basename(source.text)
    target = copy.destination.text
    if name in known.FOLDERS:
        return None
    if copy.flag("from") or copy.flag("parents") or re.search(r"[$*?\[\\'\"]|://", source.text + target):
        return None
    if target.startswith("~"):
        return None
    is_folder = target.endswith(("/", "/.")) or target in (".", "./") or len(copy.sources) > 1
    if not is_folder and not target.rpartition("/")[2].startswith((".", "id_")) and posixpath.basename(target) != name:
        return None
    workdir = facts.scope(copy).workdir
    if not target.startswith("/"):
        if workdir is None:
            return None
        target = f"{workdir}/{target}"
    return posixpath.normpath(f"{target}/{name}" if is_folder else target)


def may_bring_file(source: str, path: str) -> bool:
    """True for a source that may be a file of that name, or hold it at the top of what is copied."""
    name = posixpath.basename(path)
    last = posixpath.basename(source.rstrip("/"))
    return "$" in source or last in ("", ".", "..") or fnmatchcase(name, last)


def has_folder(facts: Facts, stage: Stage, copy: Copy, path: str) -> bool:
    """True if the folder of the file is there without it, or nothing but the file is in it."""
    folder = posixpath.dirname(path)
    if folder in ("/", "/root", "/etc", "/tmp", "/home"):
        return True
    for found in stage.instructions:
        workdir = facts.scope(found).workdir
        if workdir is not None and f"{posixpath.normpath(workdir)}/".startswith(f"{folder}/"):
            return True
    last = re.escape(posixpath.basename(folder))
    named = re.compile(rf"(?:{re.escape(folder)}|(?:~|\$HOME|\$\{{HOME\}})/{last})(?![\w.-])")
    for found in stage.instructions:
        if found is copy or named.search(facts.dockerfile.text(found).replace(path, "")) is None:
            continue
        text = facts.dockerfile.text(found)
        return isinstance(found, Run) and re.search(rf"\bmkdir\s[^;&|]*{named.pattern}", text) is not None
    return True
