"""One RUN as a member of a group to be merged, and which form it takes there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from dfopt.knowledge import shell_commands as known
from dfopt.shell.effects import Effects, effects
from dfopt.shell.errexit import is_plain
from dfopt.shell.lookups import stale_user
from dfopt.shell.nodes import AndOr, NotModelled, Script, Simple, Statement, Subshell
from dfopt.shell.parser import parse
from dfopt.syntax.nodes import Run


class Member(msgspec.Struct, frozen=True):
    """A RUN whose script is modelled and has statements."""

    run: Run
    script: Script
    text: str
    """Of the script."""
    effects: Effects
    errexit: tuple[str, ...] | None
    """The words of the ``set -e…`` that it starts with; ``()`` if its SHELL has ``-e``."""
    given: frozenset[str]
    """The options that its SHELL gives."""
    free: frozenset[str] = frozenset()
    """The installers that may bring any program, as PATH is."""

    @property
    def options(self) -> frozenset[str] | None:
        """Those that its ``set -e…`` adds; None without ``-e``."""
        return None if self.errexit is None else known.set_options(self.errexit[1:])

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Without the leading ``set``."""
        return self.script.statements[1:] if self.errexit else self.script.statements

    @property
    def setting(self) -> frozenset[str] | None:
        """The options of the ``set`` that its list ``set … && A`` starts with; None for other scripts."""
        listed = self.script.statements[0].list
        command = listed.pipelines[0].commands[0]
        if self.errexit is not None or not self.is_and_list or not listed.operators or listed.pipelines[0].negated:
            return None
        if not isinstance(command, Simple) or len(listed.pipelines[0].commands) > 1:
            return None
        words = [word.value for word in command.words]
        is_bare = words[:1] == ["set"] and not command.assignments and not command.redirects
        return known.set_options(words[1:]) if is_bare else None

    @property
    def behind_setting(self) -> Script:
        """A of ``set … && A``."""
        listed = self.script.statements[0].list
        rest = AndOr(listed.span, listed.pipelines[1:], listed.operators[1:])
        return Script(self.script.span, (Statement(listed.span, rest, "", None),), ())

    @property
    def is_single(self) -> bool:
        return len(self.statements) == 1

    @property
    def is_one_pipeline(self) -> bool:
        return self.is_single and not self.statements[0].list.operators

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

    @property
    def is_subshell(self) -> bool:
        return self.opening.startswith("(")


RAW = Form()
GROUP = Form("{ ", "; }")
SUBSHELL = Form("( ", " )")
NEGATION_IN_SUBSHELL = Form("( { ", "; } )")
LAST_IN_SUBSHELL = Form(wraps_last=True)


def subshell(statements: Sequence[Statement]) -> Form:
    """``( A )``, or ``( { ! A; } )``: of ``( ! A )`` bash makes something else than of ``! A`` if ``-e`` or an error
    ends A early."""
    pipelines = statements[0].list.pipelines
    alone = len(statements) == 1 and len(pipelines) == 1 and pipelines[0].negated
    return NEGATION_IN_SUBSHELL if alone else SUBSHELL


class Joined(msgspec.Struct, frozen=True):
    """A member, its form, and the operator in front of it (empty for the first)."""

    member: Member
    form: Form
    operator: str
    isolates: str | None = None
    """What the subshell around it keeps from the commands behind it."""
    start: int | None = None
    """Where in the script the form begins: behind a ``set … &&`` that several members share."""
    opening: str = ""
    """What opens a subshell around this member and others behind it."""
    closing: str = ""
    sets: bool = True
    """False if the member before it has the ``set`` that it shares."""

    @property
    def is_within(self) -> bool:
        """True if some of it stands in a subshell."""
        return self.form.is_subshell or self.form.wraps_last or bool(self.opening) or not self.sets


def unread_within(members: Sequence[Member]) -> str:
    """Why a script that is read as it is cannot be read in the subshell that it needs among others; empty if it can."""
    if not any(map(_may_differ_within, members)):
        return ""
    for part in arrange(members):
        if part.is_within and _may_differ_within(part.member):
            found = parse(f"(\n{part.member.text}\n)")
            if isinstance(found, NotModelled):
                return found.reason
    return ""


def _may_differ_within(member: Member) -> bool:
    """True if there is what some shells, or other readers of their language, read otherwise within parentheses."""
    return "#" in member.text or "<<" in member.text


def arrange(members: Sequence[Member]) -> list[Joined]:
    """The forms F1 to F5: plain members, then members under ``set -e``, then plain members again."""
    strict = [member.errexit is not None for member in members]
    if all(member.errexit == () for member in members) and all(
        member.is_single and is_plain(member.statements[0].list) for member in members
    ):
        strict = [False] * len(members)
    joined: list[Joined] = []
    while len(joined) < len(members):
        at = len(joined)
        operator = "" if at == 0 else ";" if strict[at - 1] else "&&"
        together = _sharing(members, at)
        if together > 1:
            joined += _shared(members, at, at + together, operator)
            continue
        isolates = _to_isolate(at, members, members[at].script)
        form = _strict_form(members, at, isolates) if strict[at] else _plain_form(members, at, isolates, operator)
        joined.append(Joined(members[at], form, operator, isolates if form.is_subshell else None))
    return joined


def _sharing(members: Sequence[Member], start: int) -> int:
    """How many members from one on begin with the same ``set … &&`` and can do so together."""
    setting = members[start].setting
    if setting is None or members[start].run.is_heredoc_script:
        return 1
    end = start + 1
    while end < len(members) and members[end].setting == setting and _may_stand_left(members[end - 1], setting):
        end += 1
    return end - start


def _may_stand_left(member: Member, setting: frozenset[str]) -> bool:
    return "errexit" not in setting or is_plain(member.statements[0].list)


def _shared(members: Sequence[Member], start: int, end: int, operator: str) -> Iterator[Joined]:
    """``set … && A && B``: a subshell around all of them if others follow, and around those that leak."""
    closes = end < len(members)
    outer = SUBSHELL if closes else RAW
    for at in range(start, end):
        member = members[at]
        isolates = _to_isolate(at, members[:end], member.behind_setting) if at < end - 1 else None
        yield Joined(
            member,
            subshell(member.behind_setting.statements) if isolates else RAW,
            operator if at == start else "&&",
            isolates or ("set" if closes and at == start else None),
            start=member.behind_setting.statements[0].list.pipelines[0].span.start,
            opening=outer.opening if at == start else "",
            closing=outer.closing if at == end - 1 else "",
            sets=at == start,
        )


def _strict_form(members: Sequence[Member], at: int, isolates: str | None) -> Form:
    """Under errexit the failure of the last statement must end the script: lists, ``!`` and compounds do not."""
    member = members[at]
    if at == len(members) - 1:
        return RAW
    if isolates:
        return subshell(member.statements)
    return RAW if aborts(member.statements[-1]) else LAST_IN_SUBSHELL


def aborts(statement: Statement) -> bool:
    """True if a script under ``set -e`` ends when this statement fails."""
    pipelines = statement.list.pipelines
    if len(pipelines) != 1 or pipelines[0].negated:
        return False
    return isinstance(pipelines[0].commands[-1], Simple | Subshell)


def _plain_form(members: Sequence[Member], at: int, isolates: str | None, operator: str) -> Form:
    member, last, first = members[at], at == len(members) - 1, operator != "&&"
    if last and first:
        return RAW
    if not last and isolates:
        return subshell(member.statements)
    if member.is_and_list or (first and member.is_single):
        return RAW
    return GROUP


def _to_isolate(at: int, members: Sequence[Member], script: Script) -> str | None:
    """What a member changes in its shell: its state, or the memory of where a command is that changes later."""
    member = members[at]
    if script is not member.script:
        leak = effects(script).leak
    else:
        leak = _leak_after_set(member) if member.errexit else member.effects.leak
    if leak is None:
        pieces = [each.effects for each in members]
        remembered = member.effects.remembered
        if any(stale_user(name, since, at, pieces, member.free) is not None for name, since in remembered.items()):
            return "the memory of where commands are"
    return leak


def _leak_after_set(member: Member) -> str | None:
    return effects(Script(member.script.span, member.statements, ())).leak
