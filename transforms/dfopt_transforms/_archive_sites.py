"""Where in a script a command can come in behind another one, so that all else does what it did."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from dfopt.expression import Expression
from dfopt.facts.packages import sets_errexit
from dfopt.facts.scripts import shell_errexit
from dfopt.shell.nodes import Case, Command, Group, If, Pipeline, Script, Simple, Statement, Subshell
from dfopt.shell.walk import simple_commands
from dfopt.source import Span
from dfopt.syntax.nodes import Run
from dfopt.transform import Context

_GAP = Expression(r"([ \t]*(?:&&|;)?[ \t]*[\\`][ \t]*\r?\n)(?:.*\n)*?([ \t]*(?:&&[ \t]*)?)")
"""An operator and a line continuation, perhaps with comments and empty lines between."""


class Site(msgspec.Struct, frozen=True):
    """A pipeline that runs once: in the script itself, or in its subshells and braces."""

    script: Script
    statement: Statement
    at: int
    """Which pipeline of the list it is."""
    is_last: bool
    """True if its list is the last one that its shell runs."""

    @property
    def pipeline(self) -> Pipeline:
        return self.statement.list.pipelines[self.at]

    @property
    def behind(self) -> int:
        """The pipeline behind which a command runs if this one has, those joined to it by ``||`` included."""
        operators, at = self.statement.list.operators, self.at
        while at < len(operators) and operators[at] == "||":
            at += 1
        return at

    @property
    def end(self) -> int:
        return self.statement.list.pipelines[self.behind].span.end

    @property
    def last_command(self) -> Simple | None:
        """What ends there, if it is a simple command."""
        last = self.statement.list.pipelines[self.behind].commands[-1]
        return last if isinstance(last, Simple) else None

    def takes_more(self, ctx: Context, run: Run) -> bool:
        """True if a command can come in there."""
        pipelines, operators = self.statement.list.pipelines, self.statement.list.operators
        chain = pipelines[self.at : self.behind + 1]
        last = self.last_command
        if last is None or any(each.negated for each in chain) or self.statement.terminator == "&":
            return False
        if any(redirect.heredoc for redirect in last.redirects) or (self.at and operators[self.at - 1] == "||"):
            return False
        is_end = self.behind == len(pipelines) - 1
        return not (is_end and len(pipelines) > 1 and not self.is_last and is_strict(ctx, run, self.script))

    def operator(self, ctx: Context, run: Run) -> str:
        """What joins a command to it: ``;`` where ``-e`` ends the script if this one fails."""
        strict = is_strict(ctx, run, self.script)
        return ";" if strict and len(self.statement.list.pipelines) == 1 and not self.is_last else "&&"


def sites(script: Script, *, is_last: bool = True) -> Iterator[Site]:
    """Every pipeline of a script that runs at most once."""
    for number, statement in enumerate(script.statements):
        last = is_last and number == len(script.statements) - 1
        for at, pipeline in enumerate(statement.list.pipelines):
            yield Site(script, statement, at, last)
            if len(pipeline.commands) == 1 and not pipeline.negated:
                command = pipeline.commands[0]
                for body in _bodies(command):
                    yield from sites(body, is_last=last or isinstance(command, Subshell))


def _bodies(command: Command) -> list[Script]:
    """The scripts of a compound command that is no loop."""
    if isinstance(command, Subshell | Group):
        return [command.body]
    if isinstance(command, If):
        return [*(branch.body for branch in command.branches), *([command.otherwise] if command.otherwise else [])]
    return [item.body for item in command.items] if isinstance(command, Case) else []


def is_strict(ctx: Context, run: Run, script: Script) -> bool:
    """True if ``-e`` may be in force."""
    whole = ctx.facts.script(run)
    commands = simple_commands(whole if isinstance(whole, Script) else script)
    return shell_errexit(ctx.facts.shell(run)) or any(sets_errexit(command) for command in commands)


def joint(ctx: Context, run: Run, site: Site, operator: str) -> str:
    """What stands between the site and a command that comes in behind it, as the commands around it have it."""
    before, behind = _gaps(ctx, run, site)
    written = f"{'' if operator == ';' else ' '}{operator} "
    if run.is_heredoc_script:
        return _line(ctx, run, site) if operator == ";" and "\n" in behind else written
    if "\n" not in (behind or before) or operator not in (behind or before):
        return written
    alike = (_GAP.fullmatch(gap) for gap in (before, behind) if operator in gap)
    found = next((match for match in alike if match), None)
    return found[1] + found[2] if found else ctx.print.joint(operator, run)


def _gaps(ctx: Context, run: Run, site: Site) -> tuple[str, str]:
    """What the file has in front of the site, up to the command before, and behind it; empty at an end."""
    assert run.script is not None
    pipelines = site.statement.list.pipelines
    number = site.script.statements.index(site.statement)
    others = [each.span for each in site.script.statements]
    first, end = pipelines[site.at].span.start, site.end
    starts = [
        *(each.span.start for each in pipelines[site.behind + 1 :]),
        *(span.start for span in others[number + 1 :]),
    ]
    ends = [*(span.end for span in others[:number]), *(each.span.end for each in pipelines[: site.at])]
    script, source = run.script, ctx.dockerfile.source
    before = source.slice(Span(script.end_offset(ends[-1]), script.offset(first))) if ends else ""
    behind = source.slice(Span(script.end_offset(end), script.offset(starts[0]))) if starts else ""
    return before, behind


def _line(ctx: Context, run: Run, site: Site) -> str:
    """A line end and the indentation of the line that the site begins."""
    assert run.script is not None
    text = ctx.dockerfile.source.text
    start = run.script.offset(site.statement.span.start)
    line = text.rfind("\n", 0, start) + 1
    return ctx.print.line_end(run) + (text[line:start] if not text[line:start].strip(" \t") else "")
