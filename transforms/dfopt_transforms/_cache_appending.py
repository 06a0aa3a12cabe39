"""Where and how a command can be appended to the script of a RUN so that it runs last, if all else succeeded."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dfopt.facts.package_index import can_end
from dfopt.facts.packages import sets_errexit, unsets_errexit
from dfopt.facts.scripts import shell_errexit
from dfopt.shell.argv import argv
from dfopt.shell.lookups import loses_path
from dfopt.shell.nodes import Command, Function, Group, Script, Simple, Statement, Subshell
from dfopt.shell.walk import nodes, simple_commands
from dfopt.source import Span
from dfopt.syntax.nodes import Run
from dfopt.transform import Context, Edit

_ENDING = frozenset({"exit", "return", "exec", "eval", ".", "source", "trap", "wait", "break", "continue", "set", "cd"})
"""Commands that end the script, or that differ in what they do to it if something follows."""


def cannot_append(run: Run, script: Script, shell_has_errexit: bool) -> str:
    """Why nothing can be appended; empty if it can."""
    errexit = shell_has_errexit or any(sets_errexit(command) for command in simple_commands(script))
    if not script.statements:
        return "it runs nothing"
    if run.heredocs and not run.is_heredoc_script:
        return "it has a here-document"
    if any(isinstance(node, Function) for node in nodes(script)):
        return "it defines functions"
    if any(isinstance(node, Statement) and node.terminator == "&" for node in nodes(script)):
        return "it starts a background job"
    if not can_end(script, shell_has_errexit):
        return "it ends in exit"
    if any(loses_path(node) for node in nodes(script)):
        return "it sets PATH"
    problem = next((why for command in simple_commands(script) if (why := _troubles(command))), "")
    return problem or _last_statement(run, script, errexit)


def _troubles(command: Simple) -> str:
    """What a command anywhere in the script does to all that follows."""
    base = argv(command).base
    values = [word.value or "" for word in command.words[1:]]
    if base == "trap":
        return "it sets a trap"
    if base == "set" and any(value == "noglob" or re.fullmatch(r"-[a-z]*f[a-z]*", value) for value in values):
        return "it switches patterns off"
    return "it replaces the shell" if base == "exec" or "exec" in argv(command).wrappers else ""


def _last_statement(run: Run, script: Script, errexit: bool) -> str:
    last = script.statements[-1]
    pipelines = last.list.pipelines
    if "||" in last.list.operators:
        return "its last list has an ||"
    if pipelines[-1].negated:
        return "it ends in a negation"
    if len(pipelines[-1].commands) == 1 and isinstance(pipelines[-1].commands[0], Subshell | Group) and not errexit:
        return _comment_behind(run, script)
    for command in pipelines[-1].commands:
        if not isinstance(command, Simple):
            return "it ends in a compound command"
        if any(redirect.heredoc for redirect in command.redirects):
            return "it ends in a here-document"
        if command.words and argv(command).base is None:
            return "it ends in a command whose name is not known"
        if not command.words or argv(command).base in _ENDING:
            return f"it ends in {argv(command).base or 'an assignment'}"
    return _comment_behind(run, script)


def _comment_behind(run: Run, script: Script) -> str:
    end = script.statements[-1].list.span.end
    if any(comment.span.start >= end and _same_line(run, end, comment.span.start) for comment in script.comments):
        return "it ends in a comment"
    return ""


def _same_line(run: Run, start: int, end: int) -> bool:
    return run.script is not None and "\n" not in run.script.text[start:end]


def appended(ctx: Context, run: Run, script: Script, commands: Sequence[Sequence[str]]) -> Edit:
    """The edit that appends the commands, in the style of the file."""
    assert run.script is not None
    last = script.statements[-1]
    at = run.script.end_offset(last.list.span.end)
    strict = _is_strict(ctx, run, script) and _is_plain(last)
    texts = [" ".join(command) for command in commands]
    if run.is_heredoc_script:
        joint = _new_line(ctx, run, last) if strict else " && "
    else:
        joint = ctx.print.joint(";" if strict and len(script.statements) > 1 else "&&", run)
        known = ctx.print.append_command(run, joint.join(texts))
        if known.span.start == at and not joint.startswith(";"):
            return known
    return Edit(Span(at, at), "".join(joint + text for text in texts))


def _is_strict(ctx: Context, run: Run, script: Script) -> bool:
    """True if a failure of the last statement ends the script, even if another one follows."""
    if unsets_errexit(script):
        return False
    first = script.statements[0].list.pipelines
    leading = len(script.statements) > 1 and len(first) == 1 and _is_set_e(first[0].commands[0])
    return leading or shell_errexit(ctx.facts.shell(run))


def _is_set_e(command: Command) -> bool:
    """True for ``set -eux`` and the like, without long options."""
    if not isinstance(command, Simple) or not sets_errexit(command):
        return False
    return all(re.fullmatch(r"-[a-zA-Z]+|pipefail", word.value or "") for word in command.words[1:])


def _is_plain(statement: Statement) -> bool:
    pipelines = statement.list.pipelines
    return len(pipelines) == 1 and not statement.terminator.strip("\n") and len(pipelines[0].commands) == 1


def _new_line(ctx: Context, run: Run, last: Statement) -> str:
    """A line end and the indentation of the last statement's first line."""
    assert run.script is not None
    text = ctx.dockerfile.source.text
    start = run.script.offset(last.list.span.start)
    line = text.rfind("\n", 0, start) + 1
    indent = text[line:start] if not text[line:start].strip(" \t") else ""
    return ctx.print.line_end(run) + indent
