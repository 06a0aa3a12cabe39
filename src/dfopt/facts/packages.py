"""Calls of package managers in a shell script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from dfopt.knowledge.package_managers import MANAGERS, PYTHON_COMMANDS, Action, Manager, Switch
from dfopt.memo import kept_of
from dfopt.shell.argv import Argv, argv
from dfopt.shell.nodes import (
    AndOr,
    Command,
    Function,
    Group,
    Pipeline,
    Script,
    ShellNode,
    Simple,
    Statement,
    Subshell,
    Word,
)
from dfopt.shell.walk import children, simple_commands, substitutions

_ACTIONS = (
    (Action.PURGE, "purge"),
    (Action.CLEAN, "clean"),
    (Action.UPDATE, "update"),
    (Action.READ, "read"),
    (Action.REMOVE, "remove"),
    (Action.INSTALL, "install"),
)
_BY_NAME = {manager.name: manager for manager in MANAGERS}
_LONGEST_VERB = 3
_UNKNOWN_WORD = "$"


class PackageCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call. Offsets are those of the script's text."""

    manager: Manager
    name: str
    """The base name of the command: ``apt-get``, ``pip3``, ``python3.11`` (of ``python3.11 -m pip``)."""
    verb: str
    """``install``, ``mod download``; empty if there is none or it is not known."""
    action: Action
    command: Simple
    wrappers: tuple[str, ...]
    """``sudo``, ``env`` …"""
    variables: frozenset[str]
    """The names that are set for this call only."""
    text: str
    """The words after the command, with a blank before and after each; ``$`` for one that is not static."""
    packages: tuple[Word, ...]
    """The words after the verb that are neither options nor their values."""
    after_command: int
    """Just past the command's name, or past the module of ``-m``."""
    after_verb: int
    """Just past the verb; ``after_command`` without one."""
    is_certain: bool
    """True if the script can only succeed if this call has run and succeeded."""
    is_nested: bool
    """True inside a compound command, a function or a substitution."""
    is_piped: bool
    """True if its standard input is a pipe, a file or a here-document."""
    is_editable: bool
    """False inside a substitution (within backquotes even the offsets are those of another text)."""

    def has(self, switch: Switch | None) -> bool:
        """True if an option, or one that says the same, is given already."""
        return switch is not None and re.search(switch.seen, self.text) is not None

    @property
    def has_yes(self) -> bool:
        return self.has(self.manager.yes)

    @property
    def has_no_cache(self) -> bool:
        return self.has(self.manager.no_cache)

    @property
    def updates_first(self) -> bool:
        """True if an option makes it download the index itself (and keep it)."""
        return re.search(self.manager.updates_first, self.text) is not None


class _Place(msgspec.Struct, frozen=True):
    certain: bool
    nested: bool = False
    piped: bool = False
    editable: bool = True
    errexit: bool = False
    may_abort: bool = True


def package_calls(script: Script, errexit: bool = False) -> tuple[PackageCall, ...]:
    """Every call in the tree, in the order of the text; ``errexit`` says that the shell runs with ``-e``."""
    may_abort = not unsets_errexit(script)
    return tuple(_in_script(script, _Place(certain=True, errexit=errexit and may_abort, may_abort=may_abort)))


@kept_of(most=4096)
def calls_of(command: Simple) -> tuple[PackageCall, ...]:
    """What one command calls, whatever its place: more than one manager for a tool that knows several."""
    return tuple(_calls(command, _Place(certain=False, nested=True)))


def sets_errexit(command: Command) -> bool:
    """True for ``set`` with ``-e`` or ``-o errexit``."""
    if not isinstance(command, Simple) or not command.words or command.words[0].value != "set":
        return False
    words = [word.value or "" for word in command.words[1:]]
    return any(re.fullmatch(r"-[a-zA-Z]*e[a-zA-Z]*", word) for word in words) or "errexit" in words


def unsets_errexit(script: Script) -> bool:
    """True if a ``set`` anywhere in a script may switch ``-e`` off."""
    for command in simple_commands(script):
        if command.words and command.words[0].value in ("set", "shopt"):
            for word in command.words[1:]:
                if word.value is None or re.fullmatch(r"\+[a-zA-Z]*[eo][a-zA-Z]*", word.value):
                    return True
    return False


def _in_script(script: Script, place: _Place) -> Iterator[PackageCall]:
    last = len(script.statements) - 1
    for at, statement in enumerate(script.statements):
        yield from _in_statement(statement, place, is_last=at == last)
        pipelines = statement.list.pipelines
        if place.may_abort and any(sets_errexit(command) for pipe in pipelines for command in pipe.commands):
            place = msgspec.structs.replace(place, errexit=True)


def _in_statement(statement: Statement, place: _Place, is_last: bool) -> Iterator[PackageCall]:
    and_or = statement.list
    last = len(and_or.pipelines) - 1
    for at, pipeline in enumerate(and_or.pipelines):
        certain = (
            place.certain
            and statement.terminator != "&"
            and not pipeline.negated
            and _must_succeed(and_or, at)
            and (is_last or (place.errexit and at == last))
        )
        yield from _in_pipeline(
            pipeline, msgspec.structs.replace(place, certain=certain, errexit=place.errexit and at == last)
        )


def _must_succeed(and_or: AndOr, at: int) -> bool:
    """True if the list succeeds only if its pipeline ``at`` does."""
    return "||" not in and_or.operators[max(at - 1, 0) :]


def _in_pipeline(pipeline: Pipeline, place: _Place) -> Iterator[PackageCall]:
    last = len(pipeline.commands) - 1
    for at, command in enumerate(pipeline.commands):
        yield from _in_command(
            command, msgspec.structs.replace(place, certain=place.certain and at == last, piped=place.piped or at > 0)
        )


def _in_command(command: Command, place: _Place) -> Iterator[PackageCall]:
    inside = msgspec.structs.replace(place, nested=True)
    unsure = msgspec.structs.replace(inside, certain=False)
    if isinstance(command, Simple):
        yield from _in_parts(command, unsure)
        yield from _calls(command, place)
    elif isinstance(command, Subshell | Group):
        yield from _in_script(command.body, inside)
        for redirect in command.redirects:
            yield from _in_parts(redirect, unsure)
    elif isinstance(command, Function):
        yield from _in_command(command.body, unsure)
    else:
        yield from _below(command, unsure)


def _below(node: ShellNode, place: _Place) -> Iterator[PackageCall]:
    for child in children(node):
        if isinstance(child, Script):
            yield from _in_script(child, place)
        else:
            yield from _below(child, place)


def _in_parts(node: ShellNode, place: _Place) -> Iterator[PackageCall]:
    """The calls in the substitutions of words."""
    for substitution in substitutions(node):
        yield from _in_script(substitution.script, msgspec.structs.replace(place, editable=False))


def _calls(command: Simple, place: _Place) -> Iterator[PackageCall]:
    view = argv(command)
    if view.base is None:
        return
    found = managers_of(view.base)
    if found:
        for manager, action in found:
            yield _call(view, manager, action, 0, place)
    elif _is_python(view.base):
        at, module = _module(view)
        for manager in MANAGERS:
            if module and manager.module == module:
                yield _call(view, manager, None, at, place)


@lru_cache(maxsize=4096)
def managers_of(base: str) -> tuple[tuple[Manager, Action | None], ...]:
    """The managers that a command is or works with; the action if the command has only that one."""
    found: list[tuple[Manager, Action | None]] = []
    for manager in MANAGERS:
        if re.fullmatch(manager.commands, base):
            found.append((manager, None))
        elif base in manager.companions:
            found.append((manager, manager.companions[base]))
    return tuple(found)


@lru_cache(maxsize=4096)
def _is_python(base: str) -> bool:
    return re.fullmatch(PYTHON_COMMANDS, base) is not None


def _module(view: Argv) -> tuple[int, str | None]:
    """How many words ``-m MODULE`` and what stands before it are, and the module."""
    for at, word in enumerate(view.words):
        if word.value == "-m" and at + 1 < len(view.words):
            return at + 2, view.words[at + 1].value
        if word.value is None or not word.value.startswith("-"):
            break
    return 0, None


def _call(view: Argv, manager: Manager, action: Action | None, skipped: int, place: _Place) -> PackageCall:
    words = view.words[skipped:]
    text = f" {' '.join(_UNKNOWN_WORD if word.value is None else word.value for word in words)} "
    verb, end = ("", 0) if action is not None else _verb(words, manager)
    if action is None:
        action = _action(verb, text, manager) if verb is not None else Action.READ
    first = view.command.words[len(view.command.words) - len(view.words) - 1]
    name_end = view.words[skipped - 1].span.end if skipped else first.span.end
    return PackageCall(
        manager=manager,
        name=view.base or "",
        verb=verb or "",
        action=action,
        command=view.command,
        wrappers=view.wrappers,
        variables=frozenset(assign.name for assign in view.command.assignments)
        | {(word.value or "").partition("=")[0] for word in view.settings},
        text=text,
        packages=_operands(words[end:], manager),
        after_command=name_end,
        after_verb=words[end - 1].span.end if verb and end else name_end,
        is_certain=place.certain,
        is_nested=place.nested,
        is_piped=place.piped or any(redirect.operator[0] == "<" for redirect in view.command.redirects),
        is_editable=place.editable,
    )


def _verb(words: tuple[Word, ...], manager: Manager) -> tuple[str | None, int]:
    """The verb and how many words there are up to its end; None if a word that is not static may be the verb."""
    if manager.verb_is_option:
        for at, word in enumerate(words):
            if word.value and _known_action(word.value, manager):
                return word.value, at + 1
        return "", 0
    candidates: list[tuple[str, int]] = []
    unknown = False
    for at in _operand_places(words, manager):
        value = words[at].value
        unknown = unknown or value is None
        if value is not None and len(candidates) < _LONGEST_VERB:
            candidates.append((value, at + 1))
    for length in range(len(candidates), 0, -1):
        verb = " ".join(value for value, _ in candidates[:length])
        if _known_action(verb, manager):
            return verb, candidates[length - 1][1]
    if unknown:
        return None, 0
    return candidates[0] if candidates else ("", 0)


def updates_index_last(calls: Sequence[PackageCall]) -> bool:
    """True if the last call of a manager, in the order of the text, that uses its index does nothing but update it."""
    using = [call for call in calls if call.action in (Action.INSTALL, Action.UPDATE, Action.READ, Action.SELF)]
    last = max(using, key=lambda call: call.command.span.start, default=None)
    if last is None or last.action is Action.UPDATE:
        return last is not None
    return not last.verb and re.match(rf" ({last.manager.update}) ", last.text) is not None  # apt-file update


def _operand_places(words: tuple[Word, ...], manager: Manager) -> Iterator[int]:
    """The places of the words that are neither options nor the value of one."""
    skip = False
    for at, word in enumerate(words):
        value = word.value
        if skip:
            skip = False
        elif value is not None and value in manager.value_options:
            skip = True
        elif value is None or not value.startswith("-"):
            yield at


def _operands(words: tuple[Word, ...], manager: Manager) -> tuple[Word, ...]:
    return tuple(words[at] for at in _operand_places(words, manager))


def _action(verb: str, text: str, manager: Manager) -> Action:
    action = _known_action(verb, manager)
    if action is None:
        return Action.OTHER
    if action is Action.INSTALL and re.search(manager.dry, text):
        return Action.READ
    return action


def _known_action(verb: str, manager: Manager) -> Action | None:
    return _named_action(verb, manager.name)


@lru_cache(maxsize=4096)
def _named_action(verb: str, name: str) -> Action | None:
    manager = _BY_NAME[name]
    for action, field in _ACTIONS:
        if re.fullmatch(getattr(manager, field), verb):
            return action
    return None
