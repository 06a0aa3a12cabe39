"""What a command leaves that ends with its process or its container: a RUN is one of each.

Commands that only run another one (``sudo -u x …``, ``su -c '…'``, ``bash -c '…'``) are looked into.
"""

from __future__ import annotations

import re
from typing import Final

from dfopt.knowledge import shell_commands as known
from dfopt.shell.argv import Argv, argv
from dfopt.shell.nodes import (
    Arithmetic,
    CommandSubstitution,
    DoubleQuoted,
    Escaped,
    Literal,
    Parameter,
    Part,
    Redirect,
    Script,
    ShellNode,
    Simple,
    SingleQuoted,
    Statement,
    Word,
    static_text,
)
from dfopt.shell.parser import parse
from dfopt.shell.walk import nodes

PROCESS: Final = "it may start a daemon, which would live into the next RUN"
JOB: Final = "a background job would live into the next RUN"
CONTAINER: Final = "it changes the container, not the image"
HARD_LINK: Final = "it makes hard links, which a later RUN breaks by writing"
VOLATILE: Final = "it may write to a path that is made anew for each RUN"
ERR_TRAP: Final = "a trap on ERR works differently inside a list"
SHELL: Final = "it may replace the shell, which the next RUN would start anew"

_VOLATILE: Final = re.compile(
    r"(?:[^=/]*=)?(?:/etc/(?:hosts|resolv\.conf|hostname)|/dev|/proc|/sys)(?:/.*)?|(?:\.\.?/)*(?:etc/)?(?:hosts|resolv\.conf)",
    re.DOTALL,
)
"""A path that the engine makes anew for each RUN, or the value of an option that is one."""

_KEPT: Final = re.compile(r"/dev/(?:null|zero|full|u?random|std(?:in|out|err)|tty|fd(?:/.*)?)")
_BACKGROUND: Final = re.compile(r"(?<![&<>|\\])&(?![&>])")
_TOKENS: Final = re.compile(r"[^ \t\n;&|(){}\"'`$]+")
_DEEPEST: Final = 4


def lasting(view: Argv, depth: int = 0) -> str:
    """What a command may leave behind that the next RUN would not meet; empty if there is nothing."""
    name, base = view.name or "", view.base or ""
    words = tuple(word.value for word in view.words)
    if known.leaves_processes(name, words) or not known.DAEMON_COMMANDS.isdisjoint(view.wrappers):
        return PROCESS
    if base in known.MOUNT_COMMANDS:
        return CONTAINER
    if makes_hard_links(base, words):
        return HARD_LINK
    if name == "trap" and any(word is None or word.upper() == "ERR" for word in words[1:]):
        return ERR_TRAP
    if base in known.REPLACERS and any(word and _is_shell(word.rpartition("=")[2]) for word in words):
        return SHELL
    if base not in known.READERS and any(is_volatile(word) for word in view.command.words[1:]):
        return VOLATILE
    if base in known.CARRIERS and depth < _DEEPEST:
        return next((why for word in _carried_words(base, view.words) if (why := _carried(word, depth))), "")
    return ""


def _carried_words(base: str, words: tuple[Word, ...]) -> list[Word]:
    """The words of ``sudo`` and the like that may be a command or a part of it, users left out."""
    found: list[Word] = []
    values = [word.value for word in words]
    if base == "find" and known.FIND_COMMANDS.isdisjoint(values):
        return found
    users = 1 if base in known.USER_FIRST else 0
    for at, word in enumerate(words):
        if at and values[at - 1] in known.USER_OPTIONS:
            continue
        if users and (values[at] or "-")[0] != "-":
            users = 0
            continue
        found.append(word)
    return found


def lasting_redirect(redirect: Redirect) -> str:
    """The same of a redirection."""
    if ">" not in redirect.operator:
        return ""
    if is_volatile(redirect.target):
        return VOLATILE
    path = redirect.target.value
    return SHELL if path and "/" in path and _is_shell(path) else ""


def makes_hard_links(name: str, words: tuple[str | None, ...]) -> bool:
    """True for ``link``, ``ln`` without ``-s`` and ``cp -l``; unknown words do not count as options."""
    short = "".join(word[1:] for word in words if word and word[:1] == "-" and word[:2] != "--")
    if name == "ln":
        return "s" not in short and "--symbolic" not in words and "--version" not in words
    return name == "link" or (name == "cp" and ("l" in short or "--link" in words))


def is_volatile(word: Word) -> bool:
    """True if a word is, or may be, a path that the engine makes anew for each RUN."""
    first = word.parts[0] if word.parts else None
    if not isinstance(first, Literal | SingleQuoted | DoubleQuoted | Escaped):
        return False
    value = static_text(word.parts)
    if value is None:
        value = _leading_text(word.parts)
        return _VOLATILE.fullmatch(value) is not None
    return _VOLATILE.fullmatch(value) is not None and not _KEPT.fullmatch(value.rpartition("=")[2])


def _leading_text(parts: tuple[Part, ...]) -> str:
    """The text in front of the first expansion."""
    text = ""
    for part in parts:
        if isinstance(part, DoubleQuoted):
            text += _leading_text(part.parts)
            if static_text(part.parts) is None:
                break
        elif isinstance(part, Literal | SingleQuoted | Escaped):
            text += part.text
        else:
            break
    return text


def _is_shell(path: str) -> bool:
    return path.rpartition("/")[2] in known.SHELL_NAMES


def _carried(word: Word, depth: int) -> str:
    """What the command does that a word of ``sudo``, ``su -c`` or ``bash -c`` may be, or be part of."""
    text = word.value
    script = None if text is None else parse(text)
    if isinstance(script, Script):
        return next((why for node in nodes(script) if (why := _of_node(node, depth + 1))), "")
    pieces = [text] if text is not None else list(_literal_texts(word.parts))
    if any(_BACKGROUND.search(piece) for piece in pieces):
        return JOB
    tokens = [token for piece in pieces for token in _TOKENS.findall(piece)]
    if any(known.leaves_processes(token, ()) or token in known.STARTING_WORDS for token in tokens):
        return PROCESS
    return VOLATILE if any(_VOLATILE.fullmatch(token) and not _KEPT.fullmatch(token) for token in tokens) else ""


def _of_node(node: ShellNode, depth: int) -> str:
    if isinstance(node, Simple):
        view = argv(node)
        return PROCESS if view.name in known.STARTING_WORDS else lasting(view, depth)
    if isinstance(node, Statement):
        return JOB if node.terminator == "&" else ""
    return lasting_redirect(node) if isinstance(node, Redirect) else ""


def _literal_texts(parts: tuple[Part, ...]) -> list[str]:
    found: list[str] = []
    for part in parts:
        if isinstance(part, DoubleQuoted):
            found += _literal_texts(part.parts)
        elif not isinstance(part, Parameter | CommandSubstitution | Arithmetic):
            found.append(part.text)
    return found
