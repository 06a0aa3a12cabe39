"""What a command leaves that ends with its process or its container: a RUN is one of each.

Commands that only run another one (``sudo -u x …``, ``su -c '…'``, ``echo … | sh``) are looked into.
"""

from __future__ import annotations

import re
from typing import Final

from dfopt.knowledge import servers
from dfopt.knowledge import shell_commands as known
from dfopt.knowledge.hard_links import ANYWHERE
from dfopt.shell.argv import Argv, argv
from dfopt.shell.carried import Begun, Carried, carried, fed_to, not_begun, text_of
from dfopt.shell.nodes import Pipeline, Redirect, ShellNode, Simple, Statement
from dfopt.shell.volatile import is_volatile
from dfopt.shell.walk import nodes

PROCESS: Final = "it may start a daemon, which would live into the next RUN"
JOB: Final = "a background job would live into the next RUN"
CONTAINER: Final = "it changes the container, not the image"
HARD_LINK: Final = "it makes hard links, which a later RUN breaks by writing"
VOLATILE: Final = "it may write to a path that is made anew for each RUN"
ERR_TRAP: Final = "a trap on ERR works differently inside a list"
SHELL: Final = "it may replace the shell, which the next RUN would start anew"

_DEEPEST: Final = 4


def lasting(view: Argv, depth: int = 0, begun: Begun | None = None) -> str:
    """What a command may leave behind that the next RUN would not meet; empty if there is nothing.

    The server of a tool is not in it, as a later command may end that; see ``after_servers``.
    """
    name = _name(view)
    base = name.rpartition("/")[2]
    words = tuple(word.value for word in view.words)
    if known.leaves_processes(name, words) or not known.DAEMON_COMMANDS.isdisjoint(view.wrappers):
        return PROCESS
    if depth and after_servers(view, frozenset()):
        return PROCESS
    if base in known.MOUNT_COMMANDS:
        return CONTAINER
    if makes_hard_links(base, words):
        return HARD_LINK
    if name == "trap" and any(word is None or word.upper() == "ERR" for word in words[1:]):
        return ERR_TRAP
    if _replaces_shell(view):
        return SHELL
    if base not in known.READERS and any(is_volatile(word) for word in view.command.words[1:]):
        return VOLATILE
    if depth < _DEEPEST:
        begun = set() if begun is None else begun
        inner = not_begun(carried(view.command), begun)
        return next((why for each in inner if (why := _of_carried(each, depth + 1, begun))), "")
    return ""


def after_servers(view: Argv, running: frozenset[str]) -> frozenset[str]:
    """The tools whose servers may run behind a command, if those of some may run in front of it."""
    base = _name(view).rpartition("/")[2]
    if base not in servers.COMMANDS:
        return running
    words = [text_of(word.parts) for word in view.words]
    return (running - servers.ended_by(base, words)) | servers.left_by(base, words)


def _name(view: Argv) -> str:
    """The name of a command, or what is known of its end (``$HOME/sbin/start-all.sh``)."""
    if view.name is not None or not view.command.words:
        return view.name or ""
    first = view.command.words[len(view.command.words) - len(view.words) - 1]
    end = text_of(first.parts).rpartition("/")[2]
    return "" if "$" in end else end


def lasting_pipeline(pipeline: Pipeline, depth: int = 0, begun: Begun | None = None) -> str:
    """The same of what the commands of a pipeline are made to run by what comes to them through it."""
    if len(pipeline.commands) == 1:
        return ""
    begun = set() if begun is None else begun
    return next(
        (
            why
            for command, fed in fed_to(pipeline)
            if isinstance(command, Simple)
            for inner in not_begun(carried(command, fed), begun)
            if (why := _of_carried(inner, depth + 1, begun))
        ),
        "",
    )


def lasting_redirect(redirect: Redirect) -> str:
    """The same of a redirection."""
    if ">" not in redirect.operator:
        return ""
    if is_volatile(redirect.target):
        return VOLATILE
    path = redirect.target.value
    return SHELL if path and "/" in path and _is_shell(path) else ""


def makes_hard_links(name: str, words: tuple[str | None, ...]) -> bool:
    """True for ``ln`` without ``-s``, ``cp -l`` and the like; words that are not known do not count as options."""
    pattern = ANYWHERE.get(name)
    return (
        pattern is not None
        and re.fullmatch(pattern, "".join(f"{word or '$'} " for word in words), re.DOTALL) is not None
    )


def _replaces_shell(view: Argv) -> bool:
    if view.base in known.REPLACERS:
        return any(_is_shell(text_of(word.parts).rpartition("=")[2]) for word in view.words)
    return any(word.value and known.SHELL_PACKAGE.fullmatch(word.value) for word in view.words)


def _is_shell(path: str) -> bool:
    return path.rpartition("/")[2] in known.SHELL_NAMES


def _of_carried(inner: Carried, depth: int, begun: Begun) -> str:
    return next((why for node in nodes(inner) if (why := _of_node(node, depth, begun))), "")


def _of_node(node: ShellNode, depth: int, begun: Begun) -> str:
    if isinstance(node, Simple):
        view = argv(node)
        return PROCESS if view.name in known.STARTING_WORDS else lasting(view, depth, begun)
    if isinstance(node, Statement):
        return JOB if node.terminator == "&" else ""
    if isinstance(node, Pipeline):
        return lasting_pipeline(node, depth, begun) if depth < _DEEPEST else ""
    return lasting_redirect(node) if isinstance(node, Redirect) else ""
