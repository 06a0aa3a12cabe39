"""Whether a command changes the user that the next RUN runs as: the engine looks up the id, the groups and the home
of a user in ``/etc/passwd`` and ``/etc/group`` each time that it starts one.

Sources: USER in the Dockerfile reference; GetExecUser of moby/sys/user, which takes the first line that fits.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from dfopt.facts.values import Values
from dfopt.knowledge import shell_commands as known
from dfopt.memo import kept_of
from dfopt.shell.argv import Argv
from dfopt.shell.nodes import Word

EDITORS = frozenset("usermod groupmod gpasswd adduser addgroup deluser delgroup vipw vigr".split())
"""Commands that change users and groups which are there."""

MAKERS = frozenset("useradd groupadd userdel groupdel newusers".split())
"""Commands that make and remove them: root is there before and behind."""

_ADDING = frozenset("useradd groupadd adduser addgroup gpasswd".split())
"""Those of them with which all that are there keep their numbers."""
_NUMBERS = re.compile(r"-[a-zA-Z]*[ugl].*|--(?:uid|gid|login)(?:=.*)?")
"""Options of usermod that change who a name is; ``-l`` gives the user another name."""

_FOLDER, _PASSWD, _GROUP = "/etc", "passwd", "group"
_MAY_NAME = re.compile(r"passwd|group|[*?\[]")
_LEAVING = frozenset("chmod chown chgrp touch cd pwck grpck pwconv grpconv sync".split()) | known.READERS
"""Commands that leave the text of a file that they are given."""

_COPYING = frozenset("cp install mv rsync ln".split())

_ROOT = re.compile(r"(?:root|0)(?::.*)?")


def is_root(user: str | None) -> bool:
    """True for USER root; where the base image decides it is taken for root, as in all official ones but a few."""
    return user is None or _ROOT.fullmatch(user) is not None


def changes_user(view: Argv, folder: str | None, user: str | None, values: Values) -> bool:
    """True if a command may change what the engine looks up for the user of the next RUN."""
    as_root = is_root(user) and {"sudo", "doas"}.isdisjoint(view.wrappers)
    if view.base in EDITORS:
        return not as_root or any(word.value in (None, "root", "0") for word in view.operands)
    if view.base in MAKERS:
        return not is_root(user)
    return any(
        not (as_root and appends and _keeps_root(name, view)) for name, appends in _written(view, folder, values)
    )


def renumbers(view: Argv, names: frozenset[str] | None, folder: str | None, values: Values) -> bool:
    """True if a command may change the numbers of users and groups of some names, which COPY looks up each time.

    Without ``names`` they may be any. One that adds users or groups leaves those that are there: the first line of
    ``/etc/passwd`` and ``/etc/group`` that fits counts. A user gets the new number of its group, too.
    """
    if view.base == "usermod":
        said = [word.value for word in view.operands]
        is_other = names is not None and None not in said and names.isdisjoint(said)
        return not is_other and any(_NUMBERS.fullmatch(word.value or "-u") for word in view.options)
    if view.base in _ADDING:
        return False
    return view.base in EDITORS | MAKERS or any(not appends for _, appends in _written(view, folder, values))


def _written(view: Argv, folder: str | None, values: Values) -> Iterator[tuple[str, bool]]:
    """Which of the two files a command may write, and whether it adds to its end."""
    for redirect in view.command.redirects:
        if ">" in redirect.operator:
            yield from ((name, redirect.operator == ">>") for name in _accounts(redirect.target, folder, values))
    if view.base in _COPYING and any(_at(text, folder) == _FOLDER for text in _texts(view.operands[-1:], values)):
        copied = (posixpath.basename(text) for text in _texts(view.operands[:-1], values))
        yield from ((name, False) for name in copied if name in (_PASSWD, _GROUP))
    outputs = [word for word in _outputs(view) if word.value is None or _MAY_NAME.search(word.value)]
    if outputs:
        appends = view.base == "tee" and any(word.value in ("-a", "--append") for word in view.options)
        yield from ((name, appends) for word in outputs for name in _accounts(word, folder, values))


@kept_of(most=1024)
def _outputs(view: Argv) -> tuple[Word, ...]:
    """The words of a command that may name a file which it writes."""
    base = view.base
    if base is None or base in _LEAVING:
        return ()
    operands = view.operands
    if base in _COPYING and base != "mv":
        return operands[-1:]
    if base == "sed":
        edits = any((word.value or "-i").startswith(("-i", "--in-place")) for word in view.options)
        return operands if edits else ()
    return operands


def _accounts(word: Word, folder: str | None, values: Values) -> Iterator[str]:
    """Those of the two files that a word may name; braces may make any of a word that holds its name."""
    if word.value is not None and not _MAY_NAME.search(word.value):
        return
    for text in _texts((word,), values):
        if "{" in text:
            yield from (found for found in (_PASSWD, _GROUP) if found in text)
        parent, name = posixpath.split(_at(text.removeprefix("of="), folder))
        yield from (found for found in (_PASSWD, _GROUP) if parent == _FOLDER and fnmatchcase(found, name))


def _texts(words: tuple[Word, ...], values: Values) -> Iterator[str]:
    for word in words:
        yield from values.of(word.parts) or ()


def _at(path: str, folder: str | None) -> str:
    return posixpath.normpath(posixpath.join(folder or "", path))


def _keeps_root(name: str, view: Argv) -> bool:
    """True if lines that are added leave root alone: in passwd the first line counts, in group each."""
    shown = view.base in ("echo", "printf") and all(word.value is not None for word in view.words)
    return name == _PASSWD or (shown and not any("root" in (word.value or "") for word in view.words))
