"""Commands that download files, and those that unpack or install one."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from dfopt.facts.packages import calls_of
from dfopt.facts.script_paths import ScriptPaths
from dfopt.knowledge import unpacking as known
from dfopt.knowledge.package_managers import Action
from dfopt.knowledge.programs import SHELLS
from dfopt.shell.argv import Argv, argv
from dfopt.shell.getopt import Options, getopt
from dfopt.shell.nodes import Pipeline, Simple, Word

_STDOUT = frozenset(["-", "/dev/stdout"])
_WRITES = frozenset([">", ">|"])


class Download(msgspec.Struct, frozen=True):
    command: Simple
    paths: tuple[str, ...]
    """Where the files are; more than one name for a file if versions of the program differ in it."""
    is_known: bool = True
    """False if there may be other files, or under another name."""
    words: tuple[Word, ...] = ()
    """The word of each path, if there is one that is nothing else."""
    addresses: tuple[Word, ...] = ()


def download(command: Simple, paths: ScriptPaths) -> Download | None:
    """What a command downloads into files; None if it downloads nothing, or only prints it."""
    view = argv(command)
    if view.base == "curl":
        return _curl(view, getopt(view.words, known.CURL), paths)
    if view.base == "wget":
        return _wget(view, getopt(view.words, known.WGET), paths)
    return None


def _curl(view: Argv, options: Options, paths: ScriptPaths) -> Download | None:
    urls = (*options.operands, *options.values("url"))
    targets = [word for word in options.values("o", "output") if paths.text(word.parts) not in _STDOUT]
    unknown = options.has("K", "config", "J", "remote-header-name")
    folder = options.values("output-dir")
    if targets:
        return _written(view, tuple(targets), urls, paths, folder, is_known=not unknown)
    if options.has("O", "remote-name", "remote-name-all"):
        return _named_by(view, urls, paths, folder, is_known=not unknown)
    return _redirected(view, urls, paths)


def _wget(view: Argv, options: Options, paths: ScriptPaths) -> Download | None:
    urls = options.operands
    unknown = options.has(
        "i", "input-file", "r", "recursive", "content-disposition", "trust-server-names", "x", "m", "mirror"
    ) or options.has("force-directories", "p", "page-requisites", "e", "execute")
    targets = options.values("O", "output-document")[-1:]
    if targets:
        is_file = paths.text(targets[0].parts) not in _STDOUT
        return (
            _written(view, targets, urls, paths, (), is_known=not unknown)
            if is_file
            else _redirected(view, urls, paths)
        )
    if not urls and not unknown:
        return None
    folder = options.values("P", "directory-prefix")[-1:]
    return _named_by(view, urls, paths, folder, is_known=not unknown)


def _written(
    view: Argv,
    targets: tuple[Word, ...],
    urls: tuple[Word, ...],
    paths: ScriptPaths,
    folder: tuple[Word, ...],
    *,
    is_known: bool,
) -> Download:
    names = [paths.text(word.parts) for word in targets]
    if folder:
        base = paths.text(folder[-1].parts)
        names = [name if name.startswith("/") else f"{base}/{name}" for name in names]
    found = tuple(paths.resolved(view.command, name) for name in names)
    return Download(view.command, found, is_known, () if folder else targets, urls)


def _named_by(
    view: Argv, urls: tuple[Word, ...], paths: ScriptPaths, folder: tuple[Word, ...], *, is_known: bool
) -> Download:
    base = f"{paths.text(folder[-1].parts)}/" if folder else ""
    found: list[str] = []
    for url in urls:
        text, has_name = paths.text(url.parts), False
        for name in {text.rpartition("/")[2], text.partition("?")[0].partition("#")[0].rpartition("/")[2]}:
            if name and "/" in text and not name.startswith("$("):
                found.append(paths.resolved(view.command, base + name))
                has_name = True
        is_known = is_known and has_name
    return Download(view.command, tuple(found), is_known, (), urls)


def _redirected(view: Argv, urls: tuple[Word, ...], paths: ScriptPaths) -> Download | None:
    """``curl URL > file``."""
    for redirect in view.command.redirects:
        if redirect.operator in _WRITES and redirect.fd in (None, 1):
            path = paths.path(view.command, redirect.target)
            return None if path.startswith("/dev/") else Download(view.command, (path,), True, (redirect.target,), urls)
    return None


def unpacked(pipeline: Pipeline, paths: ScriptPaths) -> Iterator[tuple[Simple, Word]]:
    """The files that a pipeline unpacks or installs: the command that reads each, and the word that names it."""
    commands = [command for command in pipeline.commands if isinstance(command, Simple)]
    if len(commands) != len(pipeline.commands):
        return
    unpacks_input = any(argv(command).base in known.UNPACK_INPUT for command in commands[1:])
    writes = any(redirect.operator in _WRITES for command in commands for redirect in command.redirects)
    for command in commands:
        yield from ((command, word) for word in _read_by(command, paths))
        if unpacks_input or writes:
            yield from ((command, word) for word in _printed_by(argv(command), piped=unpacks_input))


def _read_by(command: Simple, paths: ScriptPaths) -> Iterator[Word]:
    view = argv(command)
    base = view.base or ""
    if base in known.TARS:
        options = getopt(view.words, known.TAR)
        if options.has(*known.TAR_EXTRACTS):
            yield from options.values("f", "file")[-1:]
    elif base in ("unzip", "jar"):
        options = getopt(view.words, known.UNZIP)
        if base == "unzip" and not options.has("l", "t", "v", "Z", "z"):
            yield from options.operands[:1]
    elif base in known.PACKED_FIRST:
        words = getopt(view.words, known.PLAIN).operands
        if len(words) > 1 and known.PACKED_VERBS.fullmatch(words[0].value or ""):
            yield words[1]
    elif base in known.INSTALLS_FILES:
        options = getopt(view.words, known.PLAIN)
        if not known.INSTALLS_FILES[base] or options.has(*known.INSTALLS_FILES[base]):
            yield from options.operands
    else:
        yield from _installed(command, paths)
    if base in known.UNPACK_INPUT:
        yield from (found.target for found in command.redirects if found.operator == "<")


def _installed(command: Simple, paths: ScriptPaths) -> Iterator[Word]:
    """What package managers install from files, and self-extracting installers."""
    view = argv(command)
    for call in calls_of(command):
        if call.action is Action.INSTALL:
            for word in call.packages:
                text = paths.text(word.parts)
                if known.PACKAGE_FILES.fullmatch(text) and "://" not in text:
                    yield word
    if view.base in SHELLS or (view.base or "").startswith("python"):
        first = next((word for word in view.words if not (word.value or "x").startswith("-")), None)
        if first and "c" not in "".join(option.value or "" for option in view.options):
            yield from _if_installer(first, paths)
    elif view.command.words and not view.wrappers:
        name = view.command.words[0]
        if "/" in paths.text(name.parts):
            yield from _if_installer(name, paths)


def _if_installer(word: Word, paths: ScriptPaths) -> Iterator[Word]:
    if known.SELF_EXTRACTING.fullmatch(paths.text(word.parts).rpartition("/")[2]):
        yield word


def _printed_by(view: Argv, *, piped: bool) -> Iterator[Word]:
    """The files that a command prints, decompressed or as they are."""
    base = view.base or ""
    options = getopt(view.words, known.PLAIN)
    decompresses = base in known.DECOMPRESSORS and (base.endswith("cat") or options.has("c", "stdout", "to-stdout"))
    if decompresses or (piped and base in known.PRINTERS):
        yield from options.operands
        yield from (found.target for found in view.command.redirects if found.operator == "<")
