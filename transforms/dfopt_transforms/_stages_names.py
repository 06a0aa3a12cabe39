"""Which files and folders the text of a program, and of the scripts that start it, names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from dfopt.facts.folders import is_in
from dfopt.knowledge.source_code import DESCRIPTIONS, TEXTS, VERSION_CONTROL, Language
from dfopt.model.build_files import Kind
from dfopt_transforms._stages_parts import Old, settings
from dfopt_transforms._stages_reach import Reached
from dfopt_transforms._stages_source import sources

_LITERALS = [re.compile(rf"{quote}([^{quote}\n\\]{{0,200}}){quote}") for quote in "\"'`"]
"""One for each kind of quote: what one of them takes for the end of a text does not part those of another."""
_WORD = re.compile(r"[^\s\"'`=;()<>|&{}]+")
_OPEN = re.compile(r"[%{$*?#<]")
_PATH = re.compile(r"[\w@.+/-]+")


class Names(msgspec.Struct, frozen=True):
    """Paths in the folders that a program is built in, each with the file that names it."""

    laid: dict[str, str]
    """Files and folders of the context."""
    others: dict[str, str]
    """What is not of the context: a build may have made it, or the program makes it."""
    astray: dict[str, str]
    """Those of the context to which no name leads from the folder that a container starts in."""
    texts: str
    """A file that names files with text for people by their extension; empty if there is none."""

    def are_of(self, path: str) -> bool:
        """True if a file of the context is named, or a folder that it lies in."""
        return any(is_in(path, each) for each in self.laid)


def names(old: Old, reached: Reached, language: Language, trees: list[str]) -> Names:
    found = Names({}, {}, {}, next((who for word, who in _words(old, reached, language) if _is_extension(word)), ""))
    for tree in trees:
        files, folders = _lies_in(old, tree)
        ends: dict[str, list[str]] = {}
        for file in (file for file in files if VERSION_CONTROL.isdisjoint(file.split("/"))):
            ends.setdefault(posixpath.basename(file), []).append(file)
        leading: set[str] = set()
        for word, who in _words(old, reached, language):
            parts = _parts(word, tree)
            relative = "/".join(parts)
            if not parts or (len(parts) == 1 and _is_of_build(language, relative)):
                continue
            at = posixpath.normpath(posixpath.join(old.folder, _plain(word)))
            if relative in files or relative in folders:
                _note(found, leading, posixpath.join(tree, relative), who, at)
                continue
            same = [file for file in ends.get(parts[-1], ()) if file.endswith(f"/{relative}")]
            same = [file for file in same if not language.embedded.fullmatch(file)]
            for file in same:
                _note(found, leading, posixpath.join(tree, file), who, at)
            above = [top for at in range(len(parts) - 1, 0, -1) if (top := "/".join(parts[:at])) in folders]
            if above and not same:
                _note(found, leading, posixpath.join(tree, above[0]), who, at)
            if not same:
                found.others.setdefault(posixpath.join(tree, relative), who)
        for path in leading:
            found.astray.pop(path, None)
    return found


def _note(found: Names, leading: set[str], path: str, who: str, at: str) -> None:
    """Notes a path of the context; ``at`` is where its name leads from the folder that a container starts in."""
    found.laid.setdefault(path, who)
    if is_in(path, at) or is_in(at, path):
        leading.add(path)
    else:
        found.astray.setdefault(path, who)


def embedded(old: Old, language: Language, trees: list[str]) -> set[str]:
    """The files and folders that the compiler puts into the program."""
    found: set[str] = set()
    for each, text in sources(old, language):
        for match in language.embeds.finditer(text):
            for word in re.findall(r"[\w@.+/*-]+", match[0]):
                path = re.split(r"[*\[]", word)[0].rstrip("/")
                for folder in (posixpath.dirname(each.path), *trees) if path else ():
                    whole = posixpath.normpath(posixpath.join(folder, path))
                    if whole not in trees and old.is_laid(whole):
                        found.add(whole)
    return found


def _words(old: Old, reached: Reached, language: Language) -> Iterator[tuple[str, str]]:
    """What may be a path, and where it stands."""
    for each, text in sources(old, language):
        for inside in (language.embeds, language.imports):
            text = re.sub(inside.pattern, "", text)
        for literal in _LITERALS:
            for word in literal.findall(text):
                yield word, each.entry.path
    yield from reached.said.items()
    texts = [text for _, text in sources(old, language)]
    for name, value in settings(old).items():
        is_asked = any(re.search(rf"[\"'`]{re.escape(name)}[\"'`]", text) for text in texts)
        yield from ((word, f"ENV {name}") for word in re.split(r"[\s=:,;]+", value) if "/" in word or is_asked)
    for path, text in reached.scripts.items():
        for word in _WORD.findall(text):
            yield word, path


def _is_extension(word: str) -> bool:
    return TEXTS.fullmatch(word) is not None and not DESCRIPTIONS.fullmatch(f"x{word}".removesuffix(".md"))


def _parts(word: str, tree: str) -> list[str]:
    """The parts of a path in a folder, up to what is computed; empty if it is none."""
    word = _plain(word)
    if not _PATH.fullmatch(word):
        return []
    if word.startswith(f"{tree.rstrip('/')}/"):
        word = word[len(tree) :]
    return [part for part in word.split("/") if part not in ("", ".", "..")]


def _plain(word: str) -> str:
    """A path up to what is computed."""
    word = word.removeprefix("file:")
    cut = _OPEN.search(word)
    return word[: cut.start()].rpartition("/")[0] if cut else word


def _is_of_build(language: Language, name: str) -> bool:
    is_code = language.sources.fullmatch(name) or language.builds.fullmatch(name)
    return bool(is_code or DESCRIPTIONS.fullmatch(name)) and not TEXTS.fullmatch(name)


def _lies_in(old: Old, tree: str) -> tuple[set[str], set[str]]:
    """The files of the context in a folder, and the folders, by their paths in it."""
    own = [each for each in old.laid if each.copy in old.head and each.path.startswith(f"{tree.rstrip('/')}/")]
    files = {posixpath.relpath(each.path, tree) for each in own if each.entry.kind is not Kind.FOLDER}
    folders = {posixpath.relpath(each.path, tree) for each in own if each.entry.kind is Kind.FOLDER}
    for file in files:
        above = posixpath.dirname(file)
        while above and above not in folders:
            folders.add(above)
            above = posixpath.dirname(above)
    return files, folders
