"""Changes within one command of a RUN, as edits of the file and as what the patch declares."""

from __future__ import annotations

from collections.abc import Sequence

from dfopt.edits import apply
from dfopt.shell.nodes import Script, Simple
from dfopt.shell.walk import simple_commands
from dfopt.source import Span
from dfopt.syntax.nodes import Run
from dfopt.transform import Edit, Replaced


def editable(script: Script) -> list[Simple]:
    """The commands of a script whose place in the file is known: all but those in backquotes."""
    return list(simple_commands(script, backquotes=False))


def changed(run: Run, command: Simple, edits: Sequence[Edit], *, is_same: bool = False) -> tuple[list[Edit], Replaced]:
    """The edits of the file, and the declaration, for edits of the text of the script within a command."""
    script = run.script
    assert script is not None
    start, end = command.span
    old = script.text[start:end]
    new = apply(old, (Edit(Span(edit.span.start - start, edit.span.end - start), edit.text) for edit in edits))
    return [in_file(run, edit) for edit in edits], Replaced(script.span(start, end), old, new, is_same)


def all_changed(
    run: Run, changes: Sequence[tuple[Simple, Sequence[Edit]]], *, is_same: bool = False
) -> tuple[list[Edit], tuple[Replaced, ...]]:
    """The same for several commands; one in a substitution of another changes with that."""
    outer = [
        command
        for command, _ in changes
        if not any(
            other is not command and other.span.start <= command.span.start < other.span.end for other, _ in changes
        )
    ]
    edits: list[Edit] = []
    replaced: list[Replaced] = []
    for command in outer:
        start, end = command.span
        own = [edit for inner, found in changes if start <= inner.span.start < end for edit in found]
        more, declared = changed(run, command, own, is_same=is_same)
        edits += more
        replaced.append(declared)
    return edits, tuple(replaced)


def in_file(run: Run, edit: Edit) -> Edit:
    """An edit of the text of a script as one of the file; what comes in stands right behind what is before it."""
    assert run.script is not None
    start, end = edit.span
    if start == end:
        place = run.script.end_offset(start)
        return Edit(Span(place, place), edit.text)
    return Edit(run.script.span(start, end), edit.text)
