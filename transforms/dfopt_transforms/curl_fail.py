"""curl fails where a server answers with an error."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfopt.knowledge.downloads import CURL_FAILS, CURL_HEEDS, CURL_PLAIN
from dfopt.shell.argv import argv
from dfopt.shell.nodes import If, Loop, NotModelled, Parameter, Script, ShellNode, Simple, Statement, Word
from dfopt.shell.walk import nodes
from dfopt.source import Span
from dfopt.syntax.nodes import Run
from dfopt.transform import Context, Delta, Differs, Edit, Patch, Safety, Skip, transform
from dfopt_transforms._commands import all_changed, editable

NOT_MODELLED = "the script is not modelled"
ASKED = "what follows looks at how it ends, or at the answer itself"
UNKNOWN = "a variable holds its options"


@transform(
    safety=Safety.UNSAFE,
    links=["https://curl.se/docs/manpage.html#-f"],
)
def curl_fail(ctx: Context) -> Iterator[Patch | Skip]:
    """Lets curl fail where a server answers with an error, instead of keeping the error page.

    ## Why

    `curl https://example.org/tool.tar.gz -o tool.tar.gz` succeeds if the server says 404 or 503: the page that says so
    is in the file. The build goes on, and fails later in a way that is hard to understand, or does not fail at all and
    ships an image in which something is broken. With `-f` it stops there.

    ## Leaves alone

    - Calls whose end is looked at: in a condition, in front of `||`, behind `!`.
    - Calls that look at the answer themselves: `-w`, `-I`, `-i`, `-o /dev/null`.
    - Calls with `-f`, `--fail-with-body`, or options from a variable or a file.
    - `wget`, which fails by itself.

    ## Safety

    A build that went on after an error page stops. Where all downloads succeed, the image is the same.
    """
    for stage in ctx.facts.stages:
        for run in stage.instructions:
            if isinstance(run, Run) and "curl" in ctx.dockerfile.text(run):
                yield from _in_run(ctx, run)


def _in_run(ctx: Context, run: Run) -> Iterator[Patch | Skip]:
    script = ctx.facts.script(run)
    if isinstance(script, NotModelled):
        yield Skip(run.span, NOT_MODELLED, script.reason)
        return
    asked = _asked(script)
    changes: list[tuple[Simple, list[Edit]]] = []
    for command in editable(script):
        view = argv(command)
        if view.base != "curl" or _fails(view.words):
            continue
        if command.span in asked or _heeds(view.words):
            yield Skip(run.span, ASKED)
        elif any(map(_may_be_options, view.words)):
            yield Skip(run.span, UNKNOWN)
        else:
            changes.append((command, [_option(command, view.words)]))
    if changes:
        edits, replaced = all_changed(run, changes, is_same=True)
        yield Patch(
            edits,
            why="curl takes the error page of a server for what was asked for",
            span=run.span,
            risk="a build that went on after an error page stops there",
            delta=Delta(differs=(Differs(ctx.facts.stage_of(run).index, commands=replaced),)),
        )


def _fails(words: tuple[Word, ...]) -> bool:
    return any(word.value is not None and re.fullmatch(CURL_FAILS, word.value) for word in words)


def _heeds(words: tuple[Word, ...]) -> bool:
    return any(word.value is not None and re.fullmatch(CURL_HEEDS, word.value) for word in words)


def _may_be_options(word: Word) -> bool:
    """True for a variable alone, not in quotes, whose name speaks of options."""
    first = word.parts[0] if len(word.parts) == 1 else None
    return isinstance(first, Parameter) and re.search("OPT|ARG|FLAG|PARAM", first.name.upper()) is not None


def _asked(script: Script) -> set[Span]:
    """The commands whose status is looked at by what is around them."""
    found: set[Span] = set()
    for node in nodes(script, backquotes=False):
        for part in _looked_at(node):
            found.update(below.span for below in nodes(part) if isinstance(below, Simple))
    return found


def _looked_at(node: ShellNode) -> Iterator[ShellNode]:
    if isinstance(node, If):
        yield from (branch.condition for branch in node.branches)
    elif isinstance(node, Loop):
        yield node.condition
    elif isinstance(node, Statement):
        pipelines, operators = node.list.pipelines, node.list.operators
        last = max((at for at, operator in enumerate(operators) if operator == "||"), default=-1)
        yield from pipelines[: last + 1]
        yield from (pipeline for pipeline in pipelines if pipeline.negated)


def _option(command: Simple, words: tuple[Word, ...]) -> Edit:
    """``-f``: in front of the letters of the first word that holds only plain ones, or a word of its own."""
    for word in words:
        if word.value is not None and re.fullmatch(CURL_PLAIN, word.value) and len(word.parts) == 1:
            return Edit(Span(word.span.start + 1, word.span.start + 1), "f")
    name = command.words[len(command.words) - len(words) - 1]
    return Edit(Span(name.span.end, name.span.end), " -f")
