"""The script of a RUN, or why it is not modelled."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from dfopt.knowledge import shell_commands as known
from dfopt.shell.nodes import NotModelled, Script
from dfopt.shell.parser import parse
from dfopt.syntax.nodes import Run

_POSIX_SHELLS = frozenset({"sh", "bash", "dash", "ash"})
USUAL_SHELL = ("/bin/sh", "-c")
_ALIKE = frozenset({"pipefail", "xtrace", "verbose"})
"""Options with which scripts that were several, and are one now, still end at the same place."""


def read_script(run: Run, shell: tuple[str, ...] | None, is_windows: bool) -> Script | NotModelled:
    """Parses the shell text of a RUN that a POSIX shell runs.

    Not modelled: exec form, Windows, another SHELL, a heredoc with a shebang, and what the
    shell parser does not model.
    """
    if run.script is None:
        return _not("it is in exec form, no shell reads it")
    if is_windows:
        return _not("it runs on Windows")
    if shell == ():
        return _not("its base image may set a SHELL of its own")
    if shell is not None and not is_posix_shell(shell):
        return _not("SHELL is not a POSIX shell with -c")
    if run.script.text.startswith("#!"):
        return _not("its heredoc has a shebang")
    return parse(run.script.text)


def _not(reason: str) -> NotModelled:
    return NotModelled(reason, 0)


def is_posix_shell(shell: tuple[str, ...]) -> bool:
    """True for ``["/bin/bash", "-eo", "pipefail", "-c"]`` and the like: a known shell, options, ``-c`` last."""
    name = shell[0].rpartition("/")[2] if shell else ""
    if name not in _POSIX_SHELLS or len(shell) < 2 or not (shell[-1].startswith("-") and shell[-1].endswith("c")):
        return False
    return all(
        word.startswith("-") or (before[:1] == "-" and before[-1:] in ("o", "O")) for before, word in pairwise(shell)
    )


def shell_of(shells: Collection[tuple[str, ...] | None]) -> tuple[str, ...] | None:
    """The SHELL to reckon with where it may be one of several: that which is not ``/bin/sh -c``; empty if there is more
    than one, or if a script may end in another way by it."""
    if len(shells) == 1:
        return next(iter(shells))
    others = {shell for shell in shells if shell is not None} - {USUAL_SHELL}
    shell = next(iter(others), USUAL_SHELL)
    is_alike = is_posix_shell(shell) and not (shell_options(shell) - _ALIKE or reads_startup_files(shell))
    return shell if len(others) < 2 and is_alike else ()


def shell_errexit(shell: tuple[str, ...] | None) -> bool:
    """True if the SHELL runs its scripts with ``-e``."""
    return "errexit" in shell_options(shell)


def shell_options(shell: tuple[str, ...] | None) -> frozenset[str]:
    """The long names of the options that the SHELL turns on; a letter that has none stands for itself."""
    found: set[str] = set()
    for word in shell[1:] if shell else ():
        if word[:1] != "-":
            found.add(word)
        elif word[:2] != "--":
            found.update(known.SET_LETTERS.get(letter, letter) for letter in word[1:])
    return frozenset(found - {"c", "o"})


def reads_startup_files(shell: tuple[str, ...] | None) -> bool:
    """True for a login or interactive shell: what a RUN writes to a profile is in force in the next one.

    A long option that is not known counts as one that asks for it.
    """
    options = shell[1:] if shell else ()
    return any(
        word not in known.PLAIN_OPTIONS if word[:2] == "--" else word[:1] == "-" and bool({"l", "i"} & set(word))
        for word in options
    )
