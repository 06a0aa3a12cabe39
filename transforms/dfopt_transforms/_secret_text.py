"""How secrets are mounted for a RUN, and what is taken out of a file for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from dfopt.expression import Expression
from dfopt.facts.scripts import shell_errexit
from dfopt.knowledge import secrets as known
from dfopt.knowledge.shell_commands import SPECIAL_BUILTINS
from dfopt.shell.argv import argv
from dfopt.shell.listed import Listed
from dfopt.shell.nodes import Script, Simple, only_command
from dfopt.shell.walk import simple_commands
from dfopt.source import Span
from dfopt.syntax.frontend import frontend
from dfopt.syntax.nodes import Instruction, Run
from dfopt.transform import Context, Edit, Replaced
from dfopt_transforms._mount_cleanups import is_clear
from dfopt_transforms._mount_text import mounting

Why = tuple[str, str]

OLD_SYNTAX = "its syntax directive names a frontend that has no mounts for secrets"
COMPOUND = "a RUN begins with something else than a plain command"
_LONGEST = 90
"""A command that is longer, with a variable in front of it, gets a line of its own."""
_OLD = Expression(r".*/dockerfile(?:-upstream)?:1\.[01](?:\.\d+)?")


class Changed(msgspec.Struct, frozen=True):
    """What is edited in a RUN, and what of it is declared."""

    edits: tuple[Edit, ...]
    commands: tuple[Replaced, ...] = ()


def has_mounts(ctx: Context) -> bool:
    """False if the file names a frontend of a time before them."""
    return _OLD.fullmatch(frontend(ctx.dockerfile.source.text) or "") is None


def readable(ctx: Context, run: Run, mode: str = "0444") -> str:
    """The field of a mount that lets the user of a RUN read it; empty for root, who may."""
    user = ctx.facts.scope(run).user
    if user is None:
        is_root = ctx.facts.base(ctx.facts.stage_of(run)).is_root is True
    else:
        is_root = user.partition(":")[0] in ("root", "0")
    return "" if is_root else f",mode={mode}"


def exported(ctx: Context, run: Run, script: Script, name: str, mount: str) -> Changed | Why:
    """Gives a RUN a mount, and the variable ``name`` the value that is in it."""
    assert run.script is not None
    first = next(iter(simple_commands(script, backquotes=False)), None)
    text = run.script.text
    if first is None or first.span.start != script.statements[0].span.start or text.startswith("#!"):
        return COMPOUND, text[:60]
    if _has_heredoc(first):
        return COMPOUND, text[:60]
    value = f'{name}="$(cat {known.MOUNTED.format(id=name.lower())})"'
    at = run.script.offset(first.span.start)
    old = text[first.span.start : first.span.end]
    if _takes_settings(script):
        before, new = f"{value} ", f"{value} {old}"
    elif run.is_heredoc_script:
        source = ctx.dockerfile.source.text
        indent = source[source.rfind("\n", 0, at) + 1 : at]
        before, new = f"export {value}{ctx.print.line_end(run)}{indent}", f"export {value}; {old}"
    else:
        is_list = len(script.statements) == 1 and script.statements[0].terminator != "&"
        operator = "&&" if is_list else ";"
        plain = " && " if is_list else "; "
        is_long = len(value) + len(text.partition("\n")[0]) > _LONGEST
        joint = ctx.print.joint(operator, run) if is_long or ctx.print.has_joints(run) else plain
        before, new = f"export {value}{joint}", f"export {value}{plain}{old}"
    more = 0 if run.is_heredoc_script else len(before)
    edits = (mounting(ctx, run, [f"--mount={mount}"], more), Edit(Span(at, at), before))
    return Changed(edits, (Replaced(run.script.span(*first.span), old, new),))


def _has_heredoc(command: Simple) -> bool:
    """True for a command whose text is not all in one place."""
    return any(found.heredoc is not None for found in command.redirects)


def _takes_settings(script: Script) -> bool:
    """True if a script is one command of its own process, which ``name=value`` can stand in front of."""
    command = only_command(script)
    if not isinstance(command, Simple) or not command.words or command.redirects:
        return False
    name = argv(command).base
    static = all(word.value is not None for word in command.words)
    return static and name is not None and name not in SPECIAL_BUILTINS and name not in known.SILENT


def removed(ctx: Context, instruction: Instruction) -> Edit:
    """Takes an instruction out with its comments and its lines, and with one empty line if there are two."""
    text = ctx.dockerfile.source.text
    first = instruction.comments[0].span.start if instruction.comments else instruction.span.start
    start = text.rfind("\n", 0, first) + 1
    end = text.find("\n", instruction.span.end) + 1 or len(text)
    if text[:start].endswith(("\n\n", "\n\r\n")) or start == 0:
        blank = re.compile(r"[ \t]*\r?\n").match(text, end)
        end = blank.end() if blank else end
    return Edit(Span(start, end), "")


def moved_comments(ctx: Context, instructions: Sequence[Instruction], to: Instruction) -> list[Edit]:
    """The comments of instructions that go, right above another instruction."""
    lines = [comment.text for each in instructions for comment in each.comments]
    if not lines:
        return []
    text = ctx.dockerfile.source.text
    start = text.rfind("\n", 0, to.span.start) + 1
    indent = text[start : to.span.start]
    ends = ctx.print.line_end(to)
    return [Edit(Span(start, start), "".join(f"{indent}{line.strip()}{ends}" for line in lines))]


def without(ctx: Context, run: Run, found: Listed, gone: Sequence[int]) -> Changed | None:
    """Takes some commands out of a list; None if what is left would run under other conditions, or a comment goes."""
    assert run.script is not None
    commands, operators = found.commands, list(found.operators)
    edits: list[Edit] = []
    for at in gone:
        is_last = at == len(commands) - 1
        if is_last and operators[at] == ";" and not shell_errexit(ctx.facts.shell(run)):
            return None
        if at and (is_last or operators[at] == "&&" or operators[at + 1] == ";"):
            before, end = commands[at - 1].span.end, commands[at].span.end
            edits.append(Edit(Span(run.script.end_offset(before), run.script.end_offset(end)), ""))
        else:
            start, behind = commands[at].span.start, commands[at + 1].span.start
            edits.append(Edit(Span(run.script.offset(start), run.script.offset(behind)), ""))
            operators[at + 1] = operators[at]
    if any(a.span.end > b.span.start for a, b in pairwise(edits)) or not is_clear(run, edits):
        return None
    region = range(max(gone[0] - 1, 0), min(gone[-1] + 1, len(commands) - 1) + 1)
    if any(_has_heredoc(commands[at]) for at in region):
        return None
    text = run.script.text
    new = ""
    for at in (at for at in region if at not in gone):
        joint = "" if not new else " && " if operators[at] == "&&" else "; "
        new += joint + text[commands[at].span.start : commands[at].span.end]
    start, end = commands[region[0]].span.start, commands[region[-1]].span.end
    if any("#" in text[a.span.end : b.span.start] for a, b in pairwise(commands[region[0] : region[-1] + 1])):
        return None
    return Changed(tuple(edits), (Replaced(run.script.span(start, end), text[start:end], new),))
