"""Whether a command may take programs out of PATH that it does not name: a shell that remembers one does not look for
it again, and fails where a new one finds the next.
"""

from __future__ import annotations

import re
from typing import Final

from dfopt.shell.argv import Argv, argv
from dfopt.shell.carried import carried, text_of
from dfopt.shell.finding import found_files, found_paths
from dfopt.shell.nodes import Simple, Word

_NO_PROGRAMS: Final = re.compile(
    r"/(?:tmp|etc|dev|proc|sys|boot|run|var/(?:lib/apt|lib/dpkg|cache|log|tmp|spool|mail)"
    r"|usr/share/(?:doc|man|info|locale|i18n|icons|zoneinfo)|usr/(?:local/)?(?:src|include))(?:/.*)?"
    r"|(?:.*/)?(?:\.(?:cache|npm|gnupg|m2|config|ssh|git|gem|bundle|wget-hsts)|__pycache__)(?:/.*)?",
    re.DOTALL,
)
"""Folders that are in no PATH, nor hold one that is."""

_UNKNOWN: Final = re.compile(r"\$\{\w+\}|[*?\[{]")
_SUFFIX: Final = re.compile(r"\.[A-Za-z]\w*$")
_DEEPEST: Final = 3


def removes_programs(view: Argv, depth: int = 0) -> bool:
    """True if a folder goes that may hold programs, or files by a pattern that may be some."""
    if view.base in ("xargs", "find") and depth < _DEEPEST:
        inner = (found for found in carried(view.command) if isinstance(found, Simple))
        if any(removes_programs(argv(command), depth + 1) for command in inner):
            return True
    options = "".join(word.value or "r" for word in view.options)
    if view.base == "find":
        deletes = any(word.value == "-delete" for word in view.words)
        return deletes and (
            any(map(_may_hold_programs, found_paths(view))) or any(map(_may_be_programs, found_files(view)))
        )
    if view.base == "mv":
        return any(map(_may_hold_programs, view.operands if "t" in options else view.operands[:-1]))
    if view.base not in ("rm", "unlink"):
        return False
    recursive = "r" in options or "R" in options
    return any(map(_may_hold_programs if recursive else _may_be_programs, view.operands))


def _may_hold_programs(word: Word) -> bool:
    text = text_of(word.parts)
    return ".." in text.split("/") or _NO_PROGRAMS.fullmatch(text) is None


def _may_be_programs(word: Word) -> bool:
    """True for a path that does not name its file, as far as that tells; programs have names without a suffix."""
    text = text_of(word.parts)
    return _UNKNOWN.search(text) is not None and not _SUFFIX.search(text) and _may_hold_programs(word)
