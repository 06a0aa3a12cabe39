"""One RUN as a member of a group to be merged, and which form it takes there."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from dfopt.knowledge import shell_commands as known
from dfopt.shell.effects import Effects, effects, is_plain, may_replace
from dfopt.shell.nodes import Script, Simple, Statement, Subshell
from dfopt.syntax.nodes import Run


class Member(msgspec.Struct, frozen=True):
    """A RUN whose script is modelled and has statements."""

    run: Run
    script: Script
    effects: Effects
    errexit: tuple[str, ...] | None
    """The words of the ``set -e…`` that it starts with; ``()`` if its SHELL has ``-e``."""
    given: frozenset[str]
    """The options that its SHELL gives."""

    @property
    def options(self) -> frozenset[str] | None:
        """Those that its ``set -e…`` adds; None without ``-e``."""
        return None if self.errexit is None else known.set_options(self.errexit[1:])

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Without the leading ``set``."""
        return self.script.statements[1:] if self.errexit else self.script.statements

    @property
    def is_single(self) -> bool:
        return len(self.statements) == 1

    @property
    def is_and_list(self) -> bool:
        """True if it is one list joined by ``&&`` only: ``A &&`` may stand before it as it is."""
        only = self.statements[0]
        return self.is_single and only.terminator != "&" and "||" not in only.list.operators


class Form(msgspec.Struct, frozen=True):
    """How a member is written: what opens and closes it, and the statement that a subshell is put around."""

    opening: str = ""
    closing: str = ""
    wraps_last: bool = False


RAW = Form()
GROUP = Form("{ ", "; }")
SUBSHELL = Form("( ", " )")
LAST_IN_SUBSHELL = Form(wraps_last=True)


class Joined(msgspec.Struct, frozen=True):
    """A member, its form, and the operator in front of it (empty for the first)."""

    member: Member
    form: Form
    operator: str
    isolates: str | None
    """What the subshell around it keeps from the commands behind it."""


def arrange(members: Sequence[Member]) -> list[Joined]:
    """The forms F1 to F5: plain members, then members under ``set -e``, then plain members again."""
    isolated = [_to_isolate(at, members) for at in range(len(members))]
    strict = [member.errexit is not None for member in members]
    if all(member.errexit == () for member in members) and all(
        member.is_single and is_plain(member.statements[0].list) for member in members
    ):
        strict = [False] * len(members)
    joined: list[Joined] = []
    for at, member in enumerate(members):
        last = at == len(members) - 1
        previous_strict = at > 0 and strict[at - 1]
        operator = "" if at == 0 else ";" if previous_strict else "&&"
        if strict[at]:
            form = RAW if last else SUBSHELL if isolated[at] else _strict_form(member)
        else:
            form = _plain_form(member, first=operator != "&&", last=last, isolated=isolated[at] is not None)
        joined.append(Joined(member, form, operator, isolated[at] if form is SUBSHELL else None))
    return joined


def _strict_form(member: Member) -> Form:
    """Under errexit the failure of the last statement must end the script: lists, ``!`` and compounds do not."""
    return RAW if aborts(member.statements[-1]) else LAST_IN_SUBSHELL


def aborts(statement: Statement) -> bool:
    """True if a script under ``set -e`` ends when this statement fails."""
    pipelines = statement.list.pipelines
    if len(pipelines) != 1 or pipelines[0].negated:
        return False
    return isinstance(pipelines[0].commands[-1], Simple | Subshell)


def negates_compound(member: Member) -> bool:
    """True if the last statement negates more than simple commands: in ``( ! … )`` bash lets ``-e`` act on them."""
    only = member.statements[-1].list
    return len(only.pipelines) == 1 and only.pipelines[0].negated and not is_plain(only)


def _plain_form(member: Member, *, first: bool, last: bool, isolated: bool) -> Form:
    if last and first:
        return RAW
    if not last and isolated:
        return SUBSHELL
    if member.is_and_list or (first and member.is_single):
        return RAW
    return GROUP


def _to_isolate(at: int, members: Sequence[Member]) -> str | None:
    """What a member changes in its shell: its state, or the memory of where a command is that changes later."""
    found = members[at].effects
    leak = _leak_after_set(members[at]) if members[at].errexit else found.leak
    if leak is None and any(_may_run_stale(name, since, at, members) for name, since in found.remembered.items()):
        return "the memory of where commands are"
    return leak


def _may_run_stale(name: str, since: int, at: int, members: Sequence[Member]) -> bool:
    """True if a later member uses a command that something may replace before or while it does."""
    users = [later for later in range(at + 1, len(members)) if name in members[later].effects.commands]
    if not users:
        return False
    meanwhile = members[at + 1 : users[-1] + 1]
    return may_replace(name, since, members[at].effects) or any(may_replace(name, -1, by.effects) for by in meanwhile)


def _leak_after_set(member: Member) -> str | None:
    return effects(Script(member.script.span, member.statements, ())).leak
