"""A list of packages is in the order of the alphabet."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.facts.packages import PackageCall
from dfopt.knowledge.package_managers import Action
from dfopt.shell.nodes import Word
from dfopt.source import Span
from dfopt.syntax.nodes import Run
from dfopt.transform import Context, Delta, Differs, Edit, Patch, Replaced, Safety, Skip, transform
from dfopt_transforms._commands import changed

COMMENT = "a comment stands among the packages"
OPTIONS = "options stand among the packages"
VARIABLE = "a variable names packages"
SUBSTITUTED = "it stands in a substitution"


@transform(
    safety=Safety.UNSAFE,
    links=["https://docs.docker.com/build/building/best-practices/#sort-multi-line-arguments"],
)
def sort_packages(ctx: Context) -> Iterator[Patch | Skip]:
    """Sorts the packages of an install that has each on a line of its own.

    ## Why

    In a sorted list a package is found at once, one that is named twice stands out, and a change shows as the line
    that it is.

    ## Leaves alone

    - Packages on one line, or several on one.
    - Lists with comments, options or variables in them: a comment may speak of all that follow.
    - Packages of languages (pip, npm …), whose order may decide which versions are chosen.

    ## Safety

    Where a dependency can be met in several ways, the order may decide which package is installed. Usually nothing
    changes but the text, and with it the layer, which is built again once.
    """
    for stage in ctx.facts.stages:
        for run in stage.instructions:
            if isinstance(run, Run) and "\n" in ctx.dockerfile.text(run):
                yield from _in_run(ctx, run)


def _in_run(ctx: Context, run: Run) -> Iterator[Patch | Skip]:
    edits: list[Edit] = []
    replaced: list[Replaced] = []
    for call in ctx.facts.calls(run):
        if call.action is not Action.INSTALL or not call.manager.families or not _is_list(ctx, run, call):
            continue
        names = [word.value or "" for word in call.packages]
        refusal = _refusal(run, call)
        if refusal:
            yield Skip(run.span, refusal, call.text.strip())
        elif names != sorted(names):
            own, declared = changed(run, call.command, list(_sorted(run, call)), is_same=True)
            edits += [*own, *_aligned(ctx, run, call)]
            replaced.append(declared)
    if edits:
        yield Patch(
            edits,
            why="a sorted list is easier to read and to change",
            span=run.span,
            risk="the order may decide which package meets a dependency",
            delta=Delta(differs=(Differs(ctx.facts.stage_of(run).index, commands=tuple(replaced)),)),
        )


def _is_list(ctx: Context, run: Run, call: PackageCall) -> bool:
    """True if there are several packages, and nothing else is on the line of any but the last."""
    if len(call.packages) < 2 or run.script is None or not call.is_editable:
        return False
    source = ctx.dockerfile.source
    lines = [source.position(run.script.offset(word.span.start)).line for word in call.packages]
    return lines == sorted(set(lines))


def _refusal(run: Run, call: PackageCall) -> str:
    assert run.script is not None
    first, last = call.packages[0].span.start, call.packages[-1].span.end
    among = [word for word in call.command.words if first <= word.span.start < last]
    if len(among) != len(call.packages):
        return OPTIONS
    if any(word.value is None for word in call.packages):
        return VARIABLE
    start, end = run.script.offset(first), run.script.end_offset(last)
    return COMMENT if any(start <= comment.span.start < end for comment in run.inner_comments) else ""


def _in_order(call: PackageCall) -> list[tuple[Word, Word]]:
    """Each package, and the one that comes into its place."""
    return list(zip(call.packages, sorted(call.packages, key=lambda word: word.value or ""), strict=True))


def _sorted(run: Run, call: PackageCall) -> Iterator[Edit]:
    assert run.script is not None

    for place, word in _in_order(call):
        if place is not word:
            yield Edit(place.span, run.script.text[word.span.start : word.span.end])


def _aligned(ctx: Context, run: Run, call: PackageCall) -> Iterator[Edit]:
    """New blanks in front of the continuations, if those stand in one column."""
    assert run.script is not None
    text = ctx.dockerfile.source.text
    found: list[tuple[Span, int, int]] = []
    for place, word in _in_order(call)[:-1]:
        end = run.script.end_offset(place.span.end)
        stop = end + len(text[end:]) - len(text[end:].lstrip(" "))
        start = run.script.offset(place.span.start)
        found.append((Span(end, stop), stop - text.rfind("\n", 0, start), len(word.value or "") + start - end))
    if len({column for _, column, _ in found}) == 1:
        for blanks, _, more in found:
            yield Edit(blanks, " " * max(1, blanks.end - blanks.start - more))
