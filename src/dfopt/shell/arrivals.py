"""Whether a command may bring programs to PATH that it does not name, or make some run that did not, or the reverse."""

from __future__ import annotations

import re
from typing import Final

from dfopt.knowledge.program_installs import reaches_path
from dfopt.shell.argv import Argv, argv
from dfopt.shell.carried import carried, text_of
from dfopt.shell.finding import found_files
from dfopt.shell.nodes import Simple, Word

_UNKNOWN: Final = re.compile(r"\$\{\w+\}|[*?\[{]")
_SUFFIX: Final = re.compile(r"\.[A-Za-z]\w*$")
_FOLDER: Final = re.compile(r"(?:.*/)?(?:s?bin/?|\.{0,2})|.*/", re.DOTALL)
"""A path that can only be that of a folder, or whose name is one of programs."""
_PROGRAM: Final = re.compile(r"(?:.*/)?s?bin/[^/]+", re.DOTALL)
_ONLY_READING: Final = re.compile(r"(?:[ugoa]*[-+][rwXst]+,?)+")
"""A mode of ``chmod`` that leaves the right to run as it is."""
_INSTALL_VALUES: Final = frozenset(["-m", "--mode", "-o", "--owner", "-g", "--group", "-S", "--suffix"])
_TARGET: Final = re.compile(r"(?:-[a-zA-Z]*?t|--target-directory=?)([/$.].*)?", re.DOTALL)
_WRITERS: Final = frozenset("curl wget wget2 aria2c tee dd".split())
_ATTACHED: Final = re.compile(r"^(?:-[A-Za-z]+|--?[a-z-]+=|[a-z]+=)(?=/)")
_DEEPEST: Final = 3


def brings_programs(view: Argv, depth: int = 0) -> bool:
    """True if files come to a folder that may be one of PATH, under names that are not written out.

    A file that is only written cannot be run: it is ``chmod`` that makes it a program.
    """
    base = view.base
    if base in ("xargs", "find"):
        return depth >= _DEEPEST or any(brings_programs(argv(command), depth + 1) for command in _inner(view))
    if base == "cpio":
        return any(re.fullmatch(r"-[a-zA-Z]*[ip].*|--(?:extract|pass).*", word.value or "-i") for word in view.options)
    if base in ("ln", "link", "install"):
        return _places(view)
    if base == "chmod":
        return _makes_runnable(view)
    if base in _WRITERS:
        texts = [_ATTACHED.sub("", text_of(word.parts)) for word in view.words]
        return any(re.match(r"(?:.*/)?s?bin(?:/|$)", text) and _is_unnamed(text) for text in texts)
    return False


def _inner(view: Argv) -> list[Simple]:
    """The commands that ``xargs`` and ``find`` run, with the files that they find."""
    if view.base == "xargs":
        return [found for found in carried(view.command) if isinstance(found, Simple)]
    files = found_files(view)
    starts = [at for at, word in enumerate(view.words) if word.value in ("-exec", "-execdir", "-ok", "-okdir")]
    return [Simple(view.command.span, (), _filled(view.words[at + 1 :], files), ()) for at in starts]


def _filled(words: tuple[Word, ...], files: tuple[Word, ...]) -> tuple[Word, ...]:
    end = next((at for at, word in enumerate(words) if word.value in (";", "+")), len(words))
    return tuple(each for word in words[:end] for each in (files if word.value == "{}" else (word,)))


def _places(view: Argv) -> bool:
    """For ``ln`` and ``install``: what is not named, or a link that may be a folder of programs."""
    words, targets, sources = [text_of(word.parts) for word in view.words], list[str](), list[str]()
    if view.base == "install" and any(re.fullmatch(r"-[a-zA-Z]*d|--directory", word) for word in words):
        return False
    at = 0
    while at < len(words):
        word = words[at]
        attached = _TARGET.fullmatch(word)
        if attached and attached[1]:
            targets.append(attached[1])
        elif attached and at + 1 < len(words):
            targets.append(words[at + 1])
            at += 1
        elif word in _INSTALL_VALUES and view.base == "install":
            at += 1
        elif word[:1] != "-":
            sources.append(word)
        at += 1
    if not targets:
        targets = [sources.pop() if len(sources) > 1 else "."]
    return any(_may_be_in_path(target) and _is_placed_unnamed(view, target, sources) for target in targets)


def _is_placed_unnamed(view: Argv, target: str, sources: list[str]) -> bool:
    if _PROGRAM.fullmatch(target) and not _FOLDER.fullmatch(target):
        return _is_unnamed(target)
    links_folder = view.base != "install" and not _FOLDER.fullmatch(target)
    return links_folder or any(map(_is_unnamed, sources))


def _makes_runnable(view: Argv) -> bool:
    texts = [text_of(word.parts) for word in view.words]
    recursive = any(re.fullmatch(r"-[a-zA-Z]*R[a-zA-Z]*|--recursive", text) for text in texts)
    words = [text for text in texts if not re.fullmatch(r"-[RfvcHLP]+|--(?!reference).*", text)]
    if not words or _ONLY_READING.fullmatch(words[0]):
        return False
    return any(
        reaches_path(text) or text[:1] == "$" if recursive else _is_unnamed(text) and _may_be_in_path(text)
        for text in words[1:]
    )


def _is_unnamed(text: str) -> bool:
    """True for a path whose last part is not written out; programs have names without a suffix."""
    name = text.rpartition("/")[2]
    return _FOLDER.fullmatch(text) is not None or (_UNKNOWN.search(name) is not None and _SUFFIX.search(name) is None)


def _may_be_in_path(text: str) -> bool:
    """True for a path that may be, or be in, a folder of PATH; the folder that a script changed to may be one."""
    start = _UNKNOWN.search(text)
    folder = text[: start.start()].rpartition("/")[0] if start else text
    if (start and not folder) or text in (".", "./"):
        return True
    return reaches_path(folder) or reaches_path(text)
