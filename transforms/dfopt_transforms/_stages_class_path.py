"""Where java looks for the classes that it is started with, and which of these places a build fills.

Source: the manual of java, on ``-cp``, ``-p``, ``-jar``, ``-m`` and CLASSPATH; that of javac, on ``-d``.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from dfopt.facts.folders import is_in
from dfopt.knowledge import build_commands as known
from dfopt.syntax.nodes import Env
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, is_removed, is_system, settings
from dfopt_transforms._stages_product import NO_PRODUCT
from dfopt_transforms._stages_reach import Reached

SOURCE = "java is started with a source, which it compiles"
ROOT = "classes lie in the root of the file system"

_PATHS = frozenset("-cp -classpath --class-path -p --module-path".split())
_JOINED = re.compile(r"(--class-path|--module-path)=(.*)|-Xbootclasspath/[ap]:(.*)")
_WITH_VALUE = frozenset("--add-modules --add-reads --add-exports --add-opens --limit-modules".split())
_OPEN = re.compile(r"[$?\[{]|\*(?!$)|(?<!/)\*$")
"""In an entry of a class path; a folder with ``/*`` behind it stands for the jars in it."""


class Entry(msgspec.Struct, frozen=True):
    """One place that java looks for classes in."""

    text: str
    path: str | None
    """None if it is not known."""
    who: str

    @property
    def shown(self) -> str:
        return f"{self.text}, by {self.who}"


def entries(old: Old, reached: Reached) -> list[list[Entry]]:
    """For each command of java, the places that it is told to look in, or looks in by itself: these are reached.

    Raises RefusedError.
    """
    found: list[list[Entry]] = []
    for words, folder, who in reached.of_java:
        texts = _texts(old, reached, words, who)
        found.append([Entry(text, place(folder, text), who) for text in texts])
    for entry in (entry for each in found for entry in each):
        if entry.path:
            reached.paths.setdefault(entry.path, entry.who)
    return found


def place(folder: str | None, entry: str) -> str | None:
    """The path of an entry; None if it is not known."""
    if _OPEN.search(entry) or (folder is None and not entry.startswith("/")):
        return None
    return posixpath.normpath(posixpath.join(folder or "/", entry.removesuffix("/*")))


def _texts(old: Old, reached: Reached, words: list[str], who: str) -> list[str]:
    """The class path, and the path of modules, of one command.

    Raises RefusedError.
    """
    given: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        joined = _JOINED.fullmatch(word)
        if joined:
            given[joined[1] or "boot"] = joined[2] or joined[3] or ""
        elif word in _PATHS:
            given[word] = next(rest, "$")
        elif word in _WITH_VALUE:
            next(rest, None)
        elif word == "-jar":
            return [text for name, text in given.items() if name in _OF_MODULES]
        elif word in ("-m", "--module") or word.startswith("--module="):
            return _parts(given)
        elif word.endswith(".java") or word.startswith("--source"):
            raise RefusedError(SOURCE, f"{word}, by {who}")
        elif word.startswith("@"):
            raise RefusedError(NO_PRODUCT, f"{word}, by {who}")
        elif not word.startswith(("-", "$")):
            is_given = any(name not in _OF_MODULES for name in given)
            return [*_parts(given), *([] if is_given else _by_default(old, reached, who))]
    return _parts(given)


_OF_MODULES = frozenset({"-p", "--module-path", "boot"})


def _parts(given: dict[str, str]) -> list[str]:
    return [entry or "." for text in given.values() for entry in text.split(":")]


def _by_default(old: Old, reached: Reached, who: str) -> list[str]:
    """CLASSPATH, or the folder that java is started in.

    Raises RefusedError.
    """
    names = {pair.key for each in old.stage.instructions if isinstance(each, Env) for pair in each.pairs}
    text = settings(old).get("CLASSPATH", "$") if "CLASSPATH" in names else "."
    if "CLASSPATH" in reached.scripts.get(who, ""):
        text = "$"
    if text == "$":
        raise RefusedError(NO_PRODUCT, f"CLASSPATH, by {who}")
    return [entry or "." for entry in text.split(":")]


def classes(old: Old, commands: list[list[Entry]], needs: Needs, trees: list[str]) -> None:
    """Copies the places in which there is something.

    Raises RefusedError for one that is not known, and if there is nothing in any that a command looks in.
    """
    filled = [*_filled(old), *(each.path for each in old.laid if each.copy in old.head)]
    tail = [each.path for each in old.laid if each.copy in old.tail]
    tail += [path for each in old.done if each.run not in old.head for path in (*each.made, *each.folders)]
    for command in commands:
        paths = [_known(entry) for entry in command]
        for entry, path in zip(command, paths, strict=True):
            if is_system(path) or is_removed(path, old.done):
                continue
            is_filled = any(is_in(each, path) for each in filled)
            if is_filled and path == "/":
                raise RefusedError(ROOT, entry.shown)
            if is_filled or _by_rules(old, path, trees):
                needs.copy(path, f"java looks for classes in it, as {entry.who} has it")
            elif _is_open(old, path) and not any(is_in(path, each) for each in (*needs.copied, *tail)):
                raise RefusedError(NO_PRODUCT, entry.shown)
        if command and not any(is_in(path, at) or is_in(at, path) for path in paths for at in (*needs.copied, *tail)):
            raise RefusedError(NO_PRODUCT, command[0].shown)


def _known(entry: Entry) -> str:
    if entry.path is None:
        raise RefusedError(NO_PRODUCT, entry.shown)
    return entry.path


_OUTPUT = re.compile(r"/(?:target|build|dist|out|bin|libs?|classes|modules)(?:/|$)|\.[jw]ar$")
"""Where Maven and Gradle put what they make, by themselves or as descriptions of builds have it."""
_JAR = re.compile(r"[\w./+-]+\.[jw]ar")
_BY_RULES = frozenset("mvn mvnw gradle gradlew sbt".split())
_COMPILERS = frozenset("javac kotlinc scalac groovyc".split())
_PLAIN = _COMPILERS | frozenset("jar curl wget git tar unzip apt-get apt apk".split())


def _by_rules(old: Old, path: str, trees: list[str]) -> bool:
    is_called = any(view.base in _BY_RULES for each in old.builds for view in each.commands)
    return is_called and _OUTPUT.search(path) is not None and any(is_in(path, tree) for tree in trees)


def _is_open(old: Old, path: str) -> bool:
    """True if a tool may make a path of which it is not known what it makes; a jar that is named is made by one."""
    tools = {view.base or "" for each in old.builds for view in each.commands}
    is_tool = any(known.BUILDS.fullmatch(tool) and tool not in _PLAIN for tool in tools)
    return is_tool or path.endswith(".jar") or any(each.scripts for each in old.builds)


def _filled(old: Old) -> Iterator[str]:
    """Where compilers put classes, beside their sources or in a folder that they are told, and what commands make."""
    for each in old.builds:
        yield from (path for path, how in each.made.items() if how != "mkdir")
        yield from each.fetched
        for view, folder in zip(each.commands, each.places, strict=True):
            words = [word.value or "$" for word in view.words]
            if view.base == "jar":
                yield from (posixpath.normpath(posixpath.join(folder, word)) for word in words if _JAR.fullmatch(word))
            elif view.base in _COMPILERS and "-d" in words[:-1]:
                yield posixpath.normpath(posixpath.join(folder, words[words.index("-d") + 1]))
