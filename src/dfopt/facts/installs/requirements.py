"""Requirement files of pip, with all that they name (https://pip.pypa.io/en/stable/reference/requirements-file-format/)."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Final

from dfopt.expression import Expression
from dfopt.facts.installs.project import NEEDS_SOURCES, UNREADABLE, Needs, Project, Refused
from dfopt.knowledge.python_tools import ARCHIVE

_PLACE: Final = Expression(rf"\.|\.{{1,2}}/|/|~|file:|\S*{ARCHIVE}")
AT_FILE: Final = Expression(rf"@\s*(file:|\.{{0,2}}/)|\s@\s*[^:\s]*{ARCHIVE}|\b(git|hg|svn|bzr)\+(file:|/|\.)")

_OTHERS: Final = frozenset(["-r", "--requirement", "-c", "--constraint"])
_ADDRESSES: Final = frozenset(["-f", "--find-links", "-i", "--index-url", "--pypi-url", "--extra-index-url"])
_VALUES: Final = frozenset(["--trusted-host", "--no-binary", "--only-binary", "--use-feature"])
_FLAGS: Final = frozenset(["--no-index", "--pre", "--prefer-binary", "--require-hashes", "--always-unzip", "-Z"])
_REPOSITORY: Final = Expression(r"(git|hg|svn|bzr)\+(?!file:)[\w+.-]+[:@].*")
_EGG: Final = Expression(r"[#&]egg=([\w.-]+)")


def requirements(project: Project, name: str, seen: set[str]) -> Needs | Refused:
    """What a requirement file and those that it names read and write; ``seen`` are those that are read already."""
    path = project.at(name)
    if "://" in name or path in seen:
        return Needs()
    seen.add(path)
    if not project.has(name):
        inside = path.startswith(f"{project.placed.folder.rstrip('/')}/")
        return Refused(UNREADABLE, f"{name} is not in the build context") if inside else Needs()
    text = project.text(name)
    if text is None:
        return Refused(UNREADABLE, name)
    if name.endswith((".toml", ".cfg", ".py")):
        return Refused(NEEDS_SOURCES, f"{name} describes the project itself")
    found = Needs(frozenset([path]))
    for said in _lines(text):
        more = _line(project, name, said, seen)
        if isinstance(more, Refused):
            return more
        found += more
    return found


def included(text: str) -> Iterator[str]:
    """The other files that a requirement file names."""
    for said in _lines(text):
        if said.startswith("-"):
            yield from (value for option, value in _options(said) if option in _OTHERS)


def others(words: Sequence[str]) -> Iterator[str]:
    """The requirement files that a command is given."""
    for at, word in enumerate(words):
        option, separator, value = word.partition("=")
        if word in _OTHERS:
            yield from words[at + 1 : at + 2]
        elif separator and option in _OTHERS:
            yield value
        elif re.match(r"-[rc][^=]", word):
            yield word[2:]


def _lines(text: str) -> Iterator[str]:
    for line in re.sub(r"\\\r?\n", "", text.removeprefix("\ufeff")).splitlines():
        yield re.sub(r"(^|\s)#.*", "", line).strip()


def _line(project: Project, name: str, said: str, seen: set[str]) -> Needs | Refused:
    if not said.startswith("-"):
        return Refused(NEEDS_SOURCES, f"{name}: {said}") if AT_FILE.search(said) or is_place(said) else Needs()
    found = Needs()
    for option, value in _options(said):
        if option in _OTHERS:
            inner = requirements(project, posixpath.join(posixpath.dirname(name), value), seen)
            if isinstance(inner, Refused):
                return inner
            found += inner
        elif option in ("-e", "--editable") and _REPOSITORY.match(value):
            egg = _EGG.search(value)
            found += Needs(writes=project.writes([f"src/{egg[1]}" if egg else "src"]))
        elif option in _ADDRESSES and "://" in value and not value.startswith("file:"):
            continue
        elif option not in _FLAGS and option not in _VALUES:
            return Refused(NEEDS_SOURCES, f"{name}: {said}")
    return found


def _options(said: str) -> Iterator[tuple[str, str]]:
    """The options in a line, with their values."""
    try:
        words = iter(shlex.split(said))
    except ValueError:
        words = iter([said])
    for word in words:
        option, separator, value = word.partition("=")
        if separator and option.startswith("--"):
            yield option, value
        elif re.match(r"-[rcefi].", word):
            yield word[:2], word[2:].removeprefix("=")
        elif word in _FLAGS:
            yield word, ""
        else:
            yield word, next(words, "")


def is_place(said: str) -> bool:
    """True for a path: pip takes every requirement for one that has a slash and no address."""
    if "://" in said:
        return said.startswith("file:")
    return _PLACE.match(said) is not None or "/" in re.split(r"[;@#]", said)[0]
