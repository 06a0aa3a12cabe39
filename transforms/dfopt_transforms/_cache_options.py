"""Options that keep a package manager from filling its cache, and what they make useless."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dfopt.facts.package_index import removes
from dfopt.facts.packages import PackageCall, managers_of
from dfopt.knowledge.package_managers import Manager, Switch
from dfopt.shell.argv import argv
from dfopt.shell.nodes import Pipeline, Script, Simple, Statement
from dfopt.source import Span
from dfopt.syntax.nodes import Run
from dfopt.transform import Delta, Edit

Options = list[tuple[str, str]]
_QUIET = frozenset({"-q", "--quiet", "--no-progress"})


def names(call: PackageCall) -> Iterator[str]:
    """Every word of the command that is the name of a package manager, so that a delta may count by any of them."""
    for word in dict.fromkeys((word.value or "").rpartition("/")[2] for word in call.command.words):
        if managers_of(word):
            yield word


def insertion(run: Run, call: PackageCall, switch: Switch) -> tuple[Edit, Options]:
    """The edit that gives an option to a call, and what it declares."""
    assert run.script is not None
    after = call.after_command if switch.place == "command" else call.after_verb
    at = run.script.end_offset(after)
    return Edit(Span(at, at), f" {switch.written}"), [(name, switch.written) for name in names(call)]


def replacement(run: Run, call: PackageCall, switch: Switch) -> tuple[list[Edit], Delta]:
    """Like insertion, in the place of an option that becomes useless if the call has one."""
    assert run.script is not None
    useless = [word for word in call.command.words if word.value in switch.replaces]
    if not useless:
        edit, added = insertion(run, call, switch)
        return [edit], Delta(added_options=tuple(added))
    edits: list[Edit] = []
    for word in useless:
        span = run.script.span(word.span.start, word.span.end)
        edits.append(Edit(span, switch.written) if not edits else Edit(Span(span.start - 1, span.end), ""))
    return edits, Delta(
        added_options=tuple((name, switch.written) for name in names(call)),
        dropped_options=tuple((name, word.value or "") for word in useless for name in names(call)),
    )


def together(deltas: Iterable[Delta]) -> Delta:
    found = list(deltas)
    return Delta(
        added_commands=tuple(each for delta in found for each in delta.added_commands),
        dropped_commands=tuple(each for delta in found for each in delta.dropped_commands),
        added_options=tuple(each for delta in found for each in delta.added_options),
        dropped_options=tuple(each for delta in found for each in delta.dropped_options),
    )


def without_commands(run: Run, script: Script, commands: Sequence[Simple]) -> tuple[list[Edit], Delta] | None:
    """Takes commands out of lists that are joined by ``&&`` only; None if one of them cannot be taken out."""
    edits: list[Edit] = []
    dropped: list[tuple[str, ...]] = []
    for command in commands:
        span = _range(run, script, command)
        if span is None or any(span.start < edit.span.end and edit.span.start < span.end for edit in edits):
            return None
        edits.append(Edit(span, ""))
        dropped.append(tuple(word.value or "" for word in command.words))
    return edits, Delta(dropped_commands=tuple(dropped))


def _range(run: Run, script: Script, command: Simple) -> Span | None:
    """What to cut: from a first command to the next one, or from the end of the one before."""
    assert run.script is not None
    statement = next((each for each in script.statements if _holds(each, command)), None)
    if statement is None or set(statement.list.operators) != {"&&"} or command.assignments or command.redirects:
        return None
    pipelines = statement.list.pipelines
    at = next(at for at, pipeline in enumerate(pipelines) if _is_only(pipeline, command))
    if at == 0:
        span = Span(run.script.offset(command.span.start), run.script.offset(pipelines[1].span.start))
    else:
        span = Span(run.script.end_offset(pipelines[at - 1].span.end), run.script.end_offset(command.span.end))
    if any(span.start < comment.span.end and comment.span.start < span.end for comment in run.inner_comments):
        return None
    between = run.script.text[pipelines[max(at - 1, 0)].span.end : pipelines[max(at, 1)].span.start]
    return None if "#" in between else span


def _holds(statement: Statement, command: Simple) -> bool:
    return any(_is_only(pipeline, command) for pipeline in statement.list.pipelines)


def _is_only(pipeline: Pipeline, command: Simple) -> bool:
    return pipeline.commands == (command,) and not pipeline.negated


def is_bare(call: PackageCall) -> bool:
    """True for an update without arguments of its own."""
    words = [word.value for word in call.command.words]
    return words[:1] == [call.name] and all(word == call.verb or word in _QUIET for word in words[1:])


def removals(script: Script, manager: Manager) -> list[Simple] | None:
    """The commands that do nothing but empty the index folder; None if others touch it too."""
    found: list[Simple] = []
    for statement in script.statements:
        for pipeline in statement.list.pipelines:
            for command in pipeline.commands:
                if isinstance(command, Simple) and _touches(command, manager):
                    if not _is_removal(command, manager):
                        return None
                    found.append(command)
    return found


def _touches(command: Simple, manager: Manager) -> bool:
    return any(word.value and removes(word.value, manager.index_path) for word in command.words[1:])


def _is_removal(command: Simple, manager: Manager) -> bool:
    view = argv(command)
    words = [word.value or "" for word in view.words]
    options = [word for word in words if word.startswith("-")]
    operands = [word for word in words if not word.startswith("-")]
    return (
        view.name == "rm"
        and not view.wrappers
        and all(re.fullmatch(r"-[rRf]+", option) for option in options)
        and len(operands) == 1
        and operands[0].removesuffix("/*").rstrip("/") == manager.index_path
    )
