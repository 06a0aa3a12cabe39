"""A pipeline fails where any of its commands does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfopt.expression import Expression
from dfopt.facts.scripts import shell_options
from dfopt.knowledge.pipes import ENDS_EARLY, MAY_FAIL, NEVER_FAILS, READS_ALL, WITH_PIPEFAIL
from dfopt.shell.argv import argv
from dfopt.shell.nodes import NotModelled, Pipeline, Script, Simple
from dfopt.shell.walk import nodes
from dfopt.source import Span
from dfopt.syntax.nodes import Run
from dfopt.transform import Context, Delta, Differs, Edit, Patch, Safety, Skip, transform
from dfopt_transforms._commands import changed

NOT_MODELLED = "the script is not modelled"
NO_PIPEFAIL = "the shell has no pipefail"
UNKNOWN_SHELL = "which shell /bin/sh is, is not known"
EARLY = "a command may stop reading before the one in front of it is done"
STATUS = "a command may fail though nothing is wrong"
UNKNOWN = "whether a command reads all that it gets is not known"
IN_PLACE = "its first command is not a simple one"

_SHORT = Expression(r"-[a-np-zA-Z]+")


@transform(
    safety=Safety.UNSAFE,
    links=["https://docs.docker.com/build/building/best-practices/#using-pipes"],
)
def pipefail(ctx: Context) -> Iterator[Patch | Skip]:
    """Lets a RUN fail where a command in front of a pipe fails, in shells that have `pipefail`.

    ## Why

    The status of `curl … | tar -x` is that of `tar` alone: what `curl` or another command in front of the pipe says of
    a failure is lost, and the build goes on with half of the data.

    ## Leaves alone

    - Shells without `pipefail`: `/bin/sh` of Debian and Ubuntu is dash. `SHELL ["/bin/bash", "-o", "pipefail", "-c"]`
      in front of the RUN is the way there; it is another shell for all that follows, so dfopt does not write it.
    - Pipelines whose last commands may stop reading early (`head`, `grep -q`): with `pipefail`, the command in front of
      them fails then.
    - Commands that fail though nothing is wrong, such as `grep` that finds nothing, and commands that are not known.
    - Scripts that set `pipefail` themselves.

    ## Safety

    A build that went on after a failure in front of a pipe stops. Where nothing fails, the image is the same.
    """
    for stage in ctx.facts.stages:
        for run in stage.instructions:
            if isinstance(run, Run) and "|" in ctx.dockerfile.text(run):
                yield from _in_run(ctx, run)


def _in_run(ctx: Context, run: Run) -> Iterator[Patch | Skip]:
    script = ctx.facts.script(run)
    if isinstance(script, NotModelled):
        yield Skip(run.span, NOT_MODELLED, script.reason)
        return
    shell = ctx.facts.shell(run)
    if "pipefail" in shell_options(shell) or "pipefail" in ctx.dockerfile.text(run):
        return
    pipelines = [node for node in nodes(script) if isinstance(node, Pipeline) and len(node.commands) > 1]
    in_front = dict.fromkeys(name for pipeline in pipelines for name in _in_front(pipeline))
    if NEVER_FAILS.issuperset(in_front):
        return
    refusal = _shell_refusal(ctx, run, shell) or next(filter(None, map(_refusal, pipelines)), None)
    if refusal is not None:
        yield Skip(run.span, *refusal)
        return
    first = script.statements[0].list.pipelines[0].commands[0]
    if not isinstance(first, Simple):
        yield Skip(run.span, IN_PLACE)
        return
    edits, replaced = changed(run, first, [_setting(script, first)], is_same=True)
    yield Patch(
        edits,
        why="a failure in front of a pipe is lost without it",
        span=run.span,
        evidence=[f"in front of a pipe: {', '.join(name for name in in_front if name not in NEVER_FAILS)}"],
        risk="a build that went on after such a failure stops there",
        delta=Delta(differs=(Differs(ctx.facts.stage_of(run).index, commands=(replaced,)),)),
    )


def _shell_refusal(ctx: Context, run: Run, shell: tuple[str, ...] | None) -> tuple[str, str] | None:
    name = shell[0].rpartition("/")[2] if shell else "sh"
    if name == "sh":
        known = ctx.facts.base(ctx.facts.stage_of(run)).sh
        if known is None:
            return UNKNOWN_SHELL, ""
        name = known
    return None if name in WITH_PIPEFAIL else (NO_PIPEFAIL, name)


def _refusal(pipeline: Pipeline) -> tuple[str, str] | None:
    for at, command in enumerate(pipeline.commands):
        text = _text(command) if isinstance(command, Simple) else ""
        name = text.partition(" ")[0]
        if not name:
            return UNKNOWN, "a compound command"
        if at and re.search(ENDS_EARLY, text):
            return EARLY, name
        if at < len(pipeline.commands) - 1 and name in MAY_FAIL:
            return STATUS, name
        if at and name not in READS_ALL:
            return UNKNOWN, name
    return None


def _text(command: Simple) -> str:
    """The name and the words of a command; ``$`` for one that is not static."""
    view = argv(command)
    words = ("$" if word.value is None else word.value for word in view.words)
    return " ".join((view.base, *words, "")) if view.base else ""


def _in_front(pipeline: Pipeline) -> Iterator[str]:
    """The names of the commands in front of a pipe."""
    for command in pipeline.commands[:-1]:
        yield (argv(command).base or "a variable") if isinstance(command, Simple) else "a compound command"


def _setting(script: Script, first: Simple) -> Edit:
    """One more option of the ``set`` that a script begins with, or a ``set`` in front of the first command."""
    words = [word.value or "" for word in first.words]
    operators = script.statements[0].list.operators[:1]
    if words[:1] == ["set"] and operators in ((), ("&&",)) and words[1:] and all(map(_SHORT.fullmatch, words[1:])):
        text = "o pipefail" if len(words) == 2 else " -o pipefail"
        return Edit(Span(first.span.end, first.span.end), text)
    return Edit(Span(first.span.start, first.span.start), "set -o pipefail && ")
