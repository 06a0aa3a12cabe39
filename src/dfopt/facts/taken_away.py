"""The folders that a command may take away, or put another in the place of."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from dfopt.expression import Expression
from dfopt.facts.values import Values
from dfopt.shell.argv import Argv
from dfopt.shell.finding import found_paths
from dfopt.shell.nodes import Word

COMMANDS = frozenset("rm rmdir mv find unlink ln userdel deluser usermod".split())
"""Those that take folders away: no other command is looked at."""

_REPLACING = Expression(r"-[a-zA-Z]*[fib][a-zA-Z]*|--(?:force|interactive|backup(?:=.*)?)")
_ITSELF = Expression(r"-[a-zA-Z]*[nT][a-zA-Z]*|--no-dereference|--no-target-directory")
_WITH_HOME = Expression(r"-[a-zA-Z]*r[a-zA-Z]*|--remove(?:-home|-all-files)?")
_MOVES_HOME = Expression(r"-[a-zA-Z]*m[a-zA-Z]*|--move-home")
_HOMES = {"userdel": _WITH_HOME, "deluser": _WITH_HOME, "usermod": _MOVES_HOME}
"""The options with which a home is taken away."""
_FILE = Expression(r"\.[A-Za-z]\w*$")


def taken_away(view: Argv, values: Values, *, inside: bool) -> Iterator[str]:
    """The paths that a command takes away with all below them, as patterns.

    ``inside`` says to look for links among what a pattern names, too, or what a folder that may be none gets: most of
    these are files."""
    options = "".join(word.value or "r" for word in view.options)
    words: tuple[Word, ...] = ()
    if view.base == "mv":
        words = view.operands if "t" in options or "T" in options else view.operands[:-1] or view.operands
    elif view.base == "rmdir" and ("p" in options or "--parents" in options):
        yield "/"
    elif view.base == "rmdir" or (view.base == "rm" and ("r" in options or "R" in options)):
        words = view.operands
    elif view.base == "find" and any(word.value == "-delete" for word in view.words):
        words = found_paths(view)
    elif view.base in _HOMES and any(
        word.value is None or _HOMES[view.base].fullmatch(word.value) for word in view.options
    ):
        yield "/**"
    for word in words:
        texts = values.of(word.parts)
        yield from (values.path(word.parts),) if texts is None else texts
    yield from _links(view, values, inside=inside)


def _links(view: Argv, values: Values, *, inside: bool) -> Iterator[str]:
    """The paths, of those that are known, that a command takes away or replaces if they are symbolic links."""
    if view.base in ("rm", "unlink"):
        paths = (path for word in view.operands for path in values.of(word.parts) or ())
        yield from (path for path in paths if not (_FILE.search(path) or ("*" in path and not inside)))
    if view.base == "ln" and any(_REPLACING.fullmatch(word.value or "-f") for word in view.options):
        yield from _replaced(view, values, inside=inside)


def _replaced(view: Argv, values: Values, *, inside: bool) -> Iterator[str]:
    """What ``ln -f`` makes: its last operand or, if that is a folder, a file in it for each of the others."""
    *sources, last = [values.of(word.parts) or frozenset[str]() for word in view.operands] or [frozenset[str]()]
    if not sources:
        sources, last = [last], frozenset(["."])
    itself = any(_ITSELF.fullmatch(word.value or "-n") for word in view.options)
    for target in last:
        is_folder = posixpath.basename(target) in ("", ".", "..")
        if itself and not is_folder:
            yield target
        if inside or is_folder:
            yield from (posixpath.join(target, posixpath.basename(path)) for paths in sources for path in paths)
