"""Folders outside the prefix that ``make install`` and the install rules of CMake and Meson make."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dfopt.facts.folders import is_in
from dfopt.knowledge.folders import THERE
from dfopt.shell.argv import Argv
from dfopt_transforms._stages_checks import OWNER
from dfopt_transforms._stages_parts import Needs, Old, RefusedError

_MAKEFILES = ("GNUmakefile", "Makefile", "Makefile.am", "Makefile.in")
_RULES = re.compile(
    r"(?m)^(?:install|install-(?:data|exec)-(?:local|hook)|installdirs(?:-local)?)\s*:.*\n((?:\t.*\n?|[ \t]*\n)+)"
)
_MAKES = re.compile(
    r"(?:\bmkdir|\$[({]MKDIR_P[)}]|\$[({](?:MKDIR|mkinstalldirs)[)}]|(?:\binstall|\$[({]INSTALL(?:_\w+)?[)}])(?=[^;&|]*\s-d\b))"
    r"([^;&|#\n]*)"
)
_OWNED = re.compile(r"\s(?:-[og]|--owner|--group)\b|\s(?:-m|--mode)[ =]?(?!0?755\b)\S")
_IN_CMAKE = re.compile(r"(?is)\binstall\(\s*DIRECTORY\s+DESTINATION\s+\"?([^\s\")]+)([^)]*)\)")
_IN_MESON = re.compile(r"\binstall_emptydir\(\s*'([^']+)'([^)]*)\)")
_SET = re.compile(r"(?i)\bset\(\s*(\w+)\s+\"?([^\s\")]+)\"?\s*(?:CACHE[^)]*)?\)")
_VARIABLE = re.compile(r"\$[({](\w+)[)}]")
_PLAIN = re.compile(r"(?:/[\w.+@-]+)+")


_OF_ALL = re.compile(
    r"/usr/local(?:/(?:bin|sbin|lib|lib64|libexec|etc|games|src|share))?|"
    r"/usr/local/(?:include|man|lib/(?:pkgconfig|cmake)|share/(?:man|doc|info|locale|pkgconfig|applications|icons))(?:/.*)?"
)
"""Folders that are there anyway, and those without a use for a program."""


def install_folders(old: Old, tree: str, view: Argv, needs: Needs) -> None:
    """Notes them for a command that installs what is built in a folder.

    Raises RefusedError for one with an owner or a mode of its own.
    """
    for path, is_owned, who in _made(old, tree, view):
        path = posixpath.normpath(path) if _PLAIN.fullmatch(path) else ""
        if not path or path in THERE or _OF_ALL.fullmatch(path) or needs.has(path):
            continue
        if is_owned:
            raise RefusedError(OWNER, path)
        needs.copy(path, f"{who} makes it")


def _made(old: Old, tree: str, view: Argv) -> Iterator[tuple[str, bool, str]]:
    top = tree if any(posixpath.dirname(each.path) == tree for each in old.laid) else posixpath.dirname(tree)
    for each in old.laid if top != "/" else ():
        folder, name = posixpath.split(each.path)
        if not is_in(folder, top):
            continue
        if name in _MAKEFILES and (folder == top or name.endswith(".am")):
            yield from ((*found, each.entry.path) for found in _by_make(old.text(each.path), view))
        elif name == "CMakeLists.txt":
            text = re.sub(r"#.*", "", old.text(each.path))
            variables = dict(_SET.findall(text))
            for path, rest in _IN_CMAKE.findall(text):
                yield _expanded(path, variables), "PERMISSIONS" in rest.upper(), each.entry.path
        elif name == "meson.build":
            for path, rest in _IN_MESON.findall(old.text(each.path)):
                yield path, "install_mode" in rest, each.entry.path


def _by_make(text: str, view: Argv) -> Iterator[tuple[str, bool]]:
    variables = {"DESTDIR": "", **dict(re.findall(r"(?m)^(\w+)\s*[:?]?=\s*(\S*)\s*$", text))}
    given = ((word.value or "").partition("=") for word in view.words)
    variables |= {name: value for name, sign, value in given if sign}
    for recipe in _RULES.findall(text.replace("\\\n", " ")):
        for words in _MAKES.findall(recipe):
            for word in words.split():
                if not word.startswith("-"):
                    yield _expanded(word, variables), _OWNED.search(words) is not None


def _expanded(word: str, variables: dict[str, str]) -> str:
    for _ in range(4):
        word = _VARIABLE.sub(lambda found: variables.get(found[1], found[0]), word)
    return word
