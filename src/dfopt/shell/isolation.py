"""Whether the commands on the left of a script can be told from those on the right: run apart, they do the same.

Fails closed: what is not known to be harmless is not isolated.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import msgspec

from dfopt.knowledge import shell_commands as known
from dfopt.knowledge.servers import TOOLS
from dfopt.memo import kept_by
from dfopt.shell.argv import Argv, argv
from dfopt.shell.effects import Effects, effects, may_assign, may_source
from dfopt.shell.errexit import sets_errexit
from dfopt.shell.lasting import after_servers, lasting, lasting_pipeline, lasting_redirect
from dfopt.shell.lookups import stale_lookups
from dfopt.shell.nodes import (
    AndOr,
    Arithmetic,
    Case,
    Command,
    CommandSubstitution,
    DoubleQuoted,
    Function,
    Group,
    If,
    Loop,
    Parameter,
    Part,
    Pipeline,
    Redirect,
    Script,
    ShellNode,
    Simple,
    Statement,
    Subshell,
)
from dfopt.shell.pieces import as_statement, script_of
from dfopt.shell.walk import branches, canonical, children, parts


class Piece(msgspec.Struct, frozen=True):
    """What one pipeline or statement does that another part of the script could notice."""

    keeps_state: bool
    stays: bool
    """It leaves something behind that lives, or counts, only as long as its process or container."""
    servers: frozenset[str]
    """Tools of which it may leave a server running."""
    ends: frozenset[str]
    """Those of which it ends the server."""
    reads_past: bool
    """It reads ``$_``, or asks which commands the shell remembers."""
    touches_errexit: bool
    script: Script
    effects: Effects


def _said(statement: Statement) -> Hashable:
    return canonical(statement)


@kept_by(_said, most=2048)
def piece(statement: Statement) -> Piece:
    """Reads one statement; the same commands stand in the file before a change and after it.

    Offsets in its effects are good for comparing with each other only.
    """
    script = script_of((statement,))
    stays = reads_past = errexit = False
    running, kept = frozenset[str](), TOOLS
    for node in branches(script):
        if isinstance(node, Simple):
            view = argv(node)
            stays = stays or bool(lasting(view))
            running, kept = after_servers(view, running), after_servers(view, kept)
            reads_past = reads_past or _asks(view)
            errexit = errexit or _touches_errexit(view)
        elif isinstance(node, Parameter):
            reads_past = reads_past or node.name == "_"
        elif isinstance(node, Statement):
            stays = stays or node.terminator == "&"
        elif isinstance(node, Pipeline):
            stays = stays or bool(lasting_pipeline(node))
        elif isinstance(node, Redirect):
            stays = stays or bool(lasting_redirect(node))
    return Piece(
        keeps_state=_list_keeps_state(statement.list),
        stays=stays,
        servers=running,
        ends=TOOLS - kept,
        reads_past=reads_past,
        touches_errexit=errexit,
        script=script,
        effects=effects(script),
    )


def depends_on_place(script: Script) -> bool:
    """True if a script does something else if it stands in another place."""
    return any(_has_place(node) for node in branches(script))


def _has_place(node: ShellNode) -> bool:
    if isinstance(node, Simple):
        return argv(node).name in known.UNSAFE_BUILTINS
    return isinstance(node, Parameter) and node.name in known.SHELL_STATE_PARAMETERS


def cuts(pieces: Sequence[Piece], *, strict: bool, guarded: bool, free: frozenset[str]) -> list[int]:
    """The places at which the pieces could be scripts of their own: what is left of one does not touch what is right.

    ``strict`` says that ``-e`` is in force; ``guarded`` that the left stands before ``&&``, where ``-e`` does nothing.
    ``free`` are the installers that may bring any program.
    """
    last_reader = max((at for at, found in enumerate(pieces) if found.reads_past), default=-1)
    stale = stale_lookups([found.effects for found in pieces], free)
    good: list[int] = []
    running = frozenset[str]()
    for at in range(1, len(pieces)):
        if not _may_be_left(pieces[at - 1], strict=strict, guarded=guarded):
            break
        running = (running - pieces[at - 1].ends) | pieces[at - 1].servers
        if at > last_reader and not running and not any(first < at <= last for first, last in stale):
            good.append(at)
    return good


def _may_be_left(found: Piece, *, strict: bool, guarded: bool) -> bool:
    if not found.keeps_state or found.stays:
        return False
    errexit_matters = guarded and (strict or found.touches_errexit)
    return not errexit_matters or errexit_is_inert(found.script)


def keeps_state(script: Script) -> bool:
    """True if a script surely leaves the state of its shell as it was."""
    return all(_list_keeps_state(statement.list) for statement in script.statements)


def _list_keeps_state(and_or: AndOr) -> bool:
    return all(
        len(pipeline.commands) > 1 or all(map(_command_keeps_state, pipeline.commands)) for pipeline in and_or.pipelines
    )


def _command_keeps_state(command: Command) -> bool:
    if isinstance(command, Simple):
        return _simple_keeps_state(command)
    if isinstance(command, Subshell):
        return all(_part_keeps_state(part) for redirect in command.redirects for part in redirect.target.parts)
    if any(not _part_keeps_state(part) for part in _own_parts(command)):
        return False
    if isinstance(command, Group):
        return keeps_state(command.body)
    if isinstance(command, If):
        inner = [script for branch in command.branches for script in (branch.condition, branch.body)]
        return all(keeps_state(script) for script in inner) and (
            not command.otherwise or keeps_state(command.otherwise)
        )
    if isinstance(command, Loop):
        return keeps_state(command.condition) and keeps_state(command.body)
    if isinstance(command, Case):
        return all(keeps_state(item.body) for item in command.items)
    return False


def _own_parts(command: Command) -> Iterator[Part]:
    if isinstance(command, Case):
        yield from command.subject.parts
        for item in command.items:
            for pattern in item.patterns:
                yield from pattern.parts
    for redirect in () if isinstance(command, Function) else command.redirects:
        yield from _redirect_parts(redirect)


def _redirect_parts(redirect: Redirect) -> Iterator[Part]:
    yield from redirect.target.parts
    if redirect.heredoc:
        yield from redirect.heredoc.parts


def _simple_keeps_state(command: Simple) -> bool:
    view = argv(command)
    if view.name is None:
        if command.words or command.assignments:
            return False
    elif known.changes_shell(view.name, view.wrappers, tuple(word.value for word in view.words)):
        return False
    if command.assignments and view.name in known.SPECIAL_BUILTINS:
        return False
    words = [*command.words, *(assign.value for assign in command.assignments)]
    own = [part for word in words for part in word.parts]
    own += [part for redirect in command.redirects for part in _redirect_parts(redirect)]
    return all(_part_keeps_state(part) for part in own)


def _part_keeps_state(part: Part) -> bool:
    if isinstance(part, Parameter):
        if part.operator.lstrip(":") in ("=", "?"):
            return False
        return part.word is None or all(_part_keeps_state(inner) for inner in part.word.parts)
    if isinstance(part, DoubleQuoted):
        return all(_part_keeps_state(inner) for inner in part.parts)
    return not isinstance(part, Arithmetic) or not may_assign(part)


def _asks(view: Argv) -> bool:
    if view.name == "command":
        return any(word.value is None for word in view.words)
    return view.name in known.ASKING_BUILTINS


def _touches_errexit(view: Argv) -> bool:
    return view.name == "set" and sets_errexit(tuple(word.value for word in view.words))


def sources(script: Script) -> bool:
    """True if a script may source a file, in subshells of its own aside."""
    stack: list[ShellNode] = [script]
    while stack:
        node = stack.pop()
        if isinstance(node, Simple) and may_source(argv(node)):
            return True
        if not isinstance(node, Subshell):
            stack += children(node)
    return False


def errexit_is_inert(script: Script) -> bool:
    """True if ``-e`` makes no difference in front of ``&&``.

    That is so if each pipeline is simple commands, or a subshell or group around one list of them.
    """
    return len(script.statements) == 1 and all(
        _inert_pipeline(pipeline) for pipeline in script.statements[0].list.pipelines
    )


def _inert_pipeline(pipeline: Pipeline) -> bool:
    return all(
        _inert_simple(command)
        if isinstance(command, Simple)
        else isinstance(command, Subshell | Group) and errexit_is_inert(command.body)
        for command in pipeline.commands
    )


def _inert_simple(command: Simple) -> bool:
    view = argv(command)
    if command.words and (view.name is None or known.runs_text(view.name, tuple(word.value for word in view.words))):
        return False
    wrapped = script_of((as_statement(Pipeline(command.span, False, (command,))),))
    return all(errexit_is_inert(part.script) for part in parts(wrapped) if isinstance(part, CommandSubstitution))
