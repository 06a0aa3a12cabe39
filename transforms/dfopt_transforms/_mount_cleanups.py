"""What in a RUN would empty a cache that is mounted: it is taken out, or stands against the mount."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dfopt.facts.packages import PackageCall, sets_errexit
from dfopt.facts.scripts import shell_errexit
from dfopt.knowledge.package_managers import Action, Manager
from dfopt.model.taken import is_part_of
from dfopt.shell.argv import Argv, argv
from dfopt.shell.nodes import Script, Simple, Statement, Word
from dfopt.shell.walk import simple_commands
from dfopt.source import Span
from dfopt.syntax.nodes import Run
from dfopt.transform import Context, Edit
from dfopt_transforms._cache_options import without_commands
from dfopt_transforms._cache_refusals import Why
from dfopt_transforms._mount_places import Place

EMPTIED = "the RUN removes a folder around the cache, or what may be one"
NOT_CUT = "a cleanup that would empty the mount cannot be taken out"


def without_cleanups(
    ctx: Context, run: Run, script: Script, manager: Manager, calls: Sequence[PackageCall], place: Place
) -> list[Edit] | Why:
    """The edits that take out of a RUN what would empty its mounts."""
    cut = [call.command for call in calls if call.action in (Action.CLEAN, Action.PURGE)]
    edits: list[Edit] = []
    for command in simple_commands(script):
        view = argv(command)
        if not _removes(view):
            continue
        found = [(word, _relation(run, word, place, manager)) for word in view.operands]
        if any(relation == "around" for _, relation in found) or (
            view.base != "rm" and any(relation for _, relation in found)
        ):
            return EMPTIED, _text(run, command)
        inside = [word for word, relation in found if relation == "inside"]
        if inside and len(inside) == len(found):
            cut.append(command)
        else:
            edits += (_without_word(run, view, word) for word in inside)
    for command in cut:
        found_cut = _without(ctx, run, script, command, cut)
        if found_cut is None:
            return NOT_CUT, _text(run, command)
        edits += found_cut
    return edits if is_clear(run, edits) else (NOT_CUT, "a comment stands in it")


def _removes(view: Argv) -> bool:
    deletes = view.base == "find" and any(word.value in ("-delete", "-exec") for word in view.words)
    return deletes or view.base in ("rm", "rmdir", "mv", "unlink")


def _relation(run: Run, word: Word, place: Place, manager: Manager) -> str:
    """``inside`` if a path is a mounted folder or all in it, ``around`` if it holds one or may; else empty."""
    assert run.script is not None
    raw = run.script.text[word.span.start : word.span.end].strip("\"'")
    path = re.sub(r"\A(~|\$HOME|\$\{HOME\})(?=/|\Z)", place.home, raw)
    if "$" in path or "`" in path or not path.startswith("/"):
        return "around" if re.search(manager.traces, path) else ""
    plain = path.removesuffix("/*").rstrip("/") or "/"
    for target in place.targets:
        if f"{plain}/".startswith(f"{target}/"):
            return "inside"
        if is_part_of(target, path) or is_part_of(target, plain) or is_part_of(path, target):
            return "around"
    return ""


def _without_word(run: Run, view: Argv, word: Word) -> Edit:
    """Takes a word and the blank before it out."""
    assert run.script is not None
    words = view.command.words
    before = words[words.index(word) - 1]
    return Edit(Span(run.script.end_offset(before.span.end), run.script.end_offset(word.span.end)), "")


def without_words(run: Run, call: PackageCall, seen: str) -> list[Edit]:
    """Takes out the words of a call that an expression finds."""
    view = argv(call.command)
    found = [word for word in view.words if word.value and re.search(seen, f" {word.value} ")]
    return [_without_word(run, view, word) for word in found]


def is_clear(run: Run, edits: Sequence[Edit]) -> bool:
    """True if the edits take no comment with them."""
    return not any(
        edit.span.start < comment.span.end and comment.span.start < edit.span.end
        for edit in edits
        for comment in run.inner_comments
    )


def _without(ctx: Context, run: Run, script: Script, command: Simple, cut: Sequence[Simple]) -> list[Edit] | None:
    listed = without_commands(run, script, [command])
    if listed is not None:
        edits = listed[0]
        others = [each for other in cut if other is not command for each in _listed(run, script, other)]
        overlap = any(a.span.start < b.span.end and b.span.start < a.span.end for a in edits for b in others)
        return None if overlap else edits
    return _without_statement(ctx, run, script, command, cut)


def _listed(run: Run, script: Script, command: Simple) -> Iterator[Edit]:
    found = without_commands(run, script, [command])
    yield from found[0] if found is not None else ()


def _without_statement(
    ctx: Context, run: Run, script: Script, command: Simple, cut: Sequence[Simple]
) -> list[Edit] | None:
    """Takes a statement out that is nothing but the command, if what is before it fails by itself."""
    assert run.script is not None
    at = next((at for at, found in enumerate(script.statements) if _is_all(found, command)), None)
    if not at or command.assignments or command.redirects:
        return None
    before = script.statements[at - 1]
    if before.terminator == "&" or any(_is_all(before, other) for other in cut):
        return None
    is_last = at == len(script.statements) - 1
    if is_last and not (shell_errexit(ctx.facts.shell(run)) or _sets_errexit(script.statements[0])):
        return None
    between = run.script.text[before.span.end : command.span.start]
    if "#" in between:
        return None
    return [Edit(Span(run.script.end_offset(before.list.span.end), run.script.end_offset(command.span.end)), "")]


def _is_all(statement: Statement, command: Simple) -> bool:
    pipelines = statement.list.pipelines
    return len(pipelines) == 1 and pipelines[0].commands == (command,) and not pipelines[0].negated


def _sets_errexit(statement: Statement) -> bool:
    return any(sets_errexit(command) for pipe in statement.list.pipelines for command in pipe.commands)


def _text(run: Run, command: Simple) -> str:
    assert run.script is not None
    return run.script.text[command.span.start : command.span.end][:60]
