"""What words, variables and settings name of the files that a COPY brings, whatever the program makes of them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

from dfopt.expression import Expression
from dfopt.facts.folders import is_in
from dfopt.knowledge.environment import CONFIGURES, OF_PROJECT
from dfopt.knowledge.quiet_commands import NAME_OPTIONS
from dfopt.model.placed import Placed
from dfopt.shell.nodes import Literal, Word

_FILE_ADDRESS: Final = Expression(r"\bfile:(//(localhost)?(?=[/.]))?")
_ADDRESS: Final = Expression(r"\b[a-zA-Z][a-zA-Z0-9+.-]*://\S*")
_BETWEEN: Final = Expression(r"[=,;:@<>|()\s'\"]+")
_EXTRAS: Final = Expression(r"\[[^\]/]*\]$")
_PATTERN: Final = Expression(r"[*?\[]")
_OF_PATHS: Final = Expression(r".*(DIR|PATH|FILE|HOME|CACHE|CERT\w*|BUNDLE|CONFIG|FOLDER|LINKS|ROOT)", re.IGNORECASE)
"""On the name of a variable: its value is a path, whatever it looks like."""
_APART: Final = frozenset(["HOME", "PWD", "OLDPWD", "PYTHONPATH", "NODE_PATH"])
"""Variables that are looked into elsewhere."""
_SEARCHED: Final = Expression(r"PATH|\w+_(LIBRARY_)?PATH|RUBYLIB|PERL5LIB|GEM_HOME")


def named_by_words(
    words: Sequence[Word],
    folders: Collection[str],
    own: Placed,
    known: Collection[str],
    packages: Collection[Word] = (),
) -> str:
    """The first word that may name something of a COPY that is not known; empty if there is none.

    ``folders`` are those that it may be seen from, ``known`` are the paths that are accounted for; ``packages`` are not
    taken for paths if they do not look so.
    """
    before = ""
    for word in words:
        text, above = word.value or "", before
        before = text
        is_path = _takes_path(above) and not text.startswith("-") and word not in packages
        if text and any(_is_met(piece, folders, own, known) for piece in _of_word(text, is_path=is_path)):
            return text
    return named_by_pattern(words, folders, own)


def _takes_path(word: str) -> bool:
    """True if the word behind may be a path whatever it looks like: of an option, or of a setting that says so."""
    if word.startswith("-"):
        return "=" not in word and not NAME_OPTIONS.fullmatch(word)
    return _OF_PATHS.fullmatch(word) is not None


def named_by_pattern(words: Collection[Word], folders: Collection[str], own: Placed) -> str:
    """The first word that is a pattern of the shell and fits a file of a COPY; empty if there is none."""
    for word in words:
        texts = [part.text for part in word.parts if isinstance(part, Literal)]
        if not any(map(_PATTERN.search, texts)):
            continue
        pattern = word.value or "*"
        paths = {posixpath.normpath(posixpath.join(folder, pattern)) for folder in folders}
        if any(fnmatchcase(path, each) for each in paths for path in own.paths):
            return pattern
    return ""


def named_by_variable(
    variables: Mapping[str, str | None], folders: Collection[str], own: Placed, known: Collection[str]
) -> str:
    """The first variable whose value names something of a COPY, unless it is one of the project."""
    for name, value in variables.items():
        if not value or name in _APART or _SEARCHED.fullmatch(name) or _is_of_project(name):
            continue
        pieces = _of_value(value, is_path=_OF_PATHS.fullmatch(name) is not None)
        if any(_is_met(piece, folders, own, known) for piece in pieces):
            return f"{name}={value}"
    return ""


def named_in_settings(text: str, folders: Collection[str], own: Placed) -> frozenset[str]:
    """The paths of a COPY that are named in a file of settings."""
    found: set[str] = set()
    for line in text.splitlines():
        _, _, value = line.partition("=")
        for piece in (*_of_value(line), *_of_value(value.strip(), is_path=True)):
            found.update(path for path in _places(piece, folders) if own.below(path) and path != own.folder)
    return frozenset(found)


def _is_of_project(name: str) -> bool:
    return OF_PROJECT.fullmatch(name) is not None and not CONFIGURES.fullmatch(name)


def _of_word(text: str, *, is_path: bool) -> Iterator[str]:
    """What in a word may be a path: values of options with or without ``=``, and of short ones in one word."""
    option, separator, value = text.partition("=")
    yield from _of_value(text, is_path=is_path)
    if separator and _takes_path(option):
        yield from _of_value(value, is_path=True)
    if re.match(r"-[a-zA-Z]", text):
        yield from (piece for at in range(2, min(len(text), 8)) for piece in _of_value(text[at:]))


def _of_value(text: str, *, is_path: bool = False) -> Iterator[str]:
    plain = _ADDRESS.sub(" ", _FILE_ADDRESS.sub(" ", text))
    for piece in dict.fromkeys((plain.strip(), *_BETWEEN.split(plain))):
        path = _EXTRAS.sub("", piece)
        if path and not path.startswith("-") and (is_path or "/" in path or "." in path):
            yield path


def _is_met(piece: str, folders: Collection[str], own: Placed, known: Collection[str]) -> bool:
    """True if a path is something that a COPY brings or a folder around that, and is not known."""
    return any((own.below(path) or is_in(own.folder, path)) and path not in known for path in _places(piece, folders))


def _places(piece: str, folders: Collection[str]) -> Iterator[str]:
    return (posixpath.normpath(posixpath.join(folder, piece)) for folder in folders)
