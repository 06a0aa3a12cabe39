"""Commands in whose place a patch declares others: the script of a RUN as it must be afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfopt.edits import Replaced
from dfopt.facts.facts import Facts
from dfopt.model.stages import Stage
from dfopt.shell.nodes import Script, Simple
from dfopt.shell.parser import parse
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Run
from dfopt.validation.exempt import UndeclaredError


def check_replaced(facts: Facts, stage: Stage, commands: Sequence[Replaced]) -> None:
    """That each declaration is about whole commands that a RUN of the stage has.

    Raises UndeclaredError.
    """
    runs = [found for found in stage.instructions if isinstance(found, Run)]
    last = -1
    for each in sorted(commands, key=lambda each: each.span):
        run = next((run for run in runs if run.span.start <= each.span.start < run.span.end), None)
        script = facts.script(run) if run is not None else None
        if run is None or run.script is None or not isinstance(script, Script):
            raise UndeclaredError(f"{each.old!r} is in no RUN that is modelled")
        starts, ends = _bounds(run, script)
        if each.span.start not in starts or each.span.end not in ends or each.span.start < last:
            raise UndeclaredError(f"{each.old!r} is not one command, or several")
        if run.script.text[starts[each.span.start] : ends[each.span.end]] != each.old:
            raise UndeclaredError(f"{each.old!r} is not what the RUN says")
        if not _is_list(each.new):
            raise UndeclaredError(f"{each.new!r} is not a list of commands")
        last = each.span.end


def _bounds(run: Run, script: Script) -> tuple[dict[int, int], dict[int, int]]:
    """Where simple commands begin and end in the file, and in the text of the script."""
    assert run.script is not None
    commands = list(simple_commands(script, backquotes=False))
    starts = {run.script.offset(found.span.start): found.span.start for found in commands}
    return starts, {run.script.end_offset(found.span.end): found.span.end for found in commands}


def _is_list(text: str) -> bool:
    script = parse(text)
    return isinstance(script, Script) and bool(script.statements) and script.statements[-1].terminator == ""


def with_replaced(run: Run, commands: Sequence[Replaced]) -> str:
    """The text of the script with what is declared in the place of the old commands."""
    assert run.script is not None
    text, at = "", 0
    for each in sorted(commands, key=lambda each: each.span):
        start = run.script.index(each.span.start)
        text += run.script.text[at:start] + each.new
        at = start + len(each.old)
    return text + run.script.text[at:]


def commands_with_replaced(run: Run, script: Script, commands: Sequence[Replaced]) -> Iterator[tuple[int, Simple]]:
    """The commands of a RUN and where each stands in the file: new ones where the first of the old ones was."""
    assert run.script is not None
    own = [each for each in commands if run.span.start <= each.span.start < run.span.end]
    for command in simple_commands(script, backquotes=False):
        place = run.script.offset(command.span.start)
        if not own or not any(each.span.start <= place < each.span.end for each in own):
            yield place, command
    for each in own:
        new = parse(each.new)
        assert isinstance(new, Script)
        yield from ((each.span.start, command) for command in simple_commands(new, backquotes=False))
