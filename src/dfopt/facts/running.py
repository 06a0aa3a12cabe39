"""The commands that a script runs, those among them that others are made to run, and the folders that they run in."""

from __future__ import annotations

import posixpath
from collections.abc import Hashable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from dfopt.facts.values import Values
from dfopt.memo import kept_by
from dfopt.shell.argv import Argv, argv
from dfopt.shell.carried import Begun, Fed, carried, fed_to, not_begun
from dfopt.shell.nodes import (
    AndOr,
    CommandSubstitution,
    Group,
    Pipeline,
    Redirect,
    Script,
    ShellNode,
    Simple,
    Subshell,
    Word,
)
from dfopt.shell.walk import children, substitutions

_DEEPEST = 4
_TEXTS = (Word, Redirect)
"""What is in a compound command beside commands: only substitutions in it run anything."""


class Running(msgspec.Struct, frozen=True):
    """A command that a script runs, in one of these folders, with these variables. None is a folder not known."""

    view: Argv
    folders: list[str | None]
    values: Values

    def texts(self, word: Word) -> frozenset[str]:
        """What one of its words may be, as patterns."""
        if not word.parts:
            return frozenset([word.value or ""])
        texts = self.values.of(word.parts)
        return frozenset([self.values.path(word.parts)]) if texts is None else texts


def _key(script: Script, workdir: str | None, variables: Mapping[str, str | None]) -> tuple[Hashable, ...]:
    return id(script), workdir, *variables.items()


@kept_by(_key, most=512)
def running(script: Script, workdir: str | None, variables: Mapping[str, str | None]) -> tuple[Running, ...]:
    """Every command of a script, with each folder that the script has gone to before it."""
    found: list[Running] = []
    _run(script, [workdir], Values(variables).within(script, but_in_subshells=True), _Found(found, set()))
    return tuple(found)


class _Found(NamedTuple):
    """The commands so far, and where those that others are made to run have begun."""

    commands: list[Running]
    begun: Begun


def _run(
    node: ShellNode,
    folders: list[str | None],
    values: Values,
    found: _Found,
    fed: Fed | None = None,
    depth: int = 0,
) -> None:
    """Finds every command, and those that it is made to run; adds to the folders those that are gone to.

    A subshell has folders of its own.
    """
    if isinstance(node, Simple):
        _simple(node, folders, values, found, fed, depth)
        return
    if isinstance(node, AndOr):
        _list(node, folders, values, found, depth)
        return
    if isinstance(node, Subshell | CommandSubstitution):
        folders, body = [*folders], node.body if isinstance(node, Subshell) else node.script
        values = values.within(body, but_in_subshells=True)
    elif isinstance(node, Group):
        values = values.surely_set(node.body)
    feeds: dict[int, Fed] = {}
    if isinstance(node, Pipeline) and len(node.commands) > 1:
        feeds = {id(command): fed for command, fed in fed_to(node)}
    for below in children(node):
        if isinstance(below, _TEXTS):
            for substitution in substitutions(below):
                _run(substitution, folders, values, found, depth=depth)
        else:
            _run(below, folders, values, found, feeds.get(id(below)), depth)


def _simple(
    command: Simple, folders: list[str | None], values: Values, found: _Found, fed: Fed | None, depth: int
) -> None:
    view = argv(command)
    if view.base in ("cd", "chdir", "pushd"):
        operands = view.operands
        targets = values.of(operands[0].parts) if operands else None
        folders += [posixpath.join(folders[0] or ".", target) for target in targets] if targets else [None]
    found.commands.append(Running(view, [*folders], values))
    for inner in not_begun(carried(command, fed), found.begun) if depth < _DEEPEST else ():
        inside = [*folders, *_changed_to(command, values)]
        _run(inner, inside, values.within(inner, but_in_subshells=True), found, depth=depth + 1)
    for substitution in substitutions(command):
        _run(substitution, folders, values, found, depth=depth)


def _list(node: AndOr, folders: list[str | None], values: Values, found: _Found, depth: int) -> None:
    """The commands of a list: behind ``cd x &&`` nothing runs in another folder."""
    here = folders
    for at, pipeline in enumerate(node.pipelines):
        if at and node.operators[at - 1] == "||":
            here = folders
        known = len(here)
        _run(pipeline, here, values, found, depth=depth)
        reached = here[known:]
        if here is not folders:
            folders += reached
        if reached and None not in reached and "||" not in node.operators[:at] and _is_cd(pipeline):
            here = [*reached]


def _is_cd(pipeline: Pipeline) -> bool:
    command = pipeline.commands[0]
    return len(pipeline.commands) == 1 and not pipeline.negated and isinstance(command, Simple)


def _changed_to(command: Simple, values: Values) -> Iterator[str]:
    """The folders that ``env -C``, ``chroot`` or ``find -execdir`` may run a command in: any that they name."""
    for word in command.words:
        for text in values.of(word.parts) or ():
            path = text.rpartition("=")[2]
            if path.startswith("/"):
                yield path
