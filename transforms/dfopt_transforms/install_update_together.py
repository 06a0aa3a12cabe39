"""The update of a package index and the install that needs it are in one RUN."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfopt.facts.packages import PackageCall
from dfopt.knowledge.package_managers import Action
from dfopt.model.stages import Stage
from dfopt.shell.nodes import Pipeline, Script, Simple
from dfopt.shell.walk import simple_commands
from dfopt.source import Span
from dfopt.syntax.nodes import Instruction, Run, Shell, User
from dfopt.transform import Context, Delta, Differs, Edit, Patch, Replaced, Safety, Skip, transform

NO_INSTALL = "no later RUN of the stage installs packages"
READ = "what runs in between may read the package index"
OTHER_USER = "the user or the shell changes in between"
MOUNT = "the RUNs have flags"
COMMENT = "a comment speaks of the update alone"
PLACE = "the update cannot stand in front of the install"


@transform(
    safety=Safety.UNSAFE,
    links=["https://docs.docker.com/build/building/best-practices/#apt-get"],
)
def install_update_together(ctx: Context) -> Iterator[Patch | Skip]:
    """Moves a RUN that only updates a package index into the RUN whose install needs it.

    ## Why

    The layer of a RUN that only updates the index stays in the cache. When the list of packages changes weeks later,
    the install runs with that old index: it gets old versions, or fails as they are gone from the server. And a
    cleanup in the RUN that installs cannot make the layer with the index smaller.

    ## Leaves alone

    - An update whose index something else may read, or that no RUN of the stage needs.
    - Where USER or SHELL change in between, and RUNs with mounts or other flags.
    - An update that a comment stands above: it may not be true for both.

    RUNs that follow on each other are `merge-runs`'s to join, without a change of what the image holds.

    ## Safety

    The index is downloaded later: behind what COPY and RUN do in between, such as a change of its sources.
    """
    for stage in ctx.facts.stages:
        for at, instruction in enumerate(stage.instructions):
            if isinstance(instruction, Run) and (call := _only_update(ctx, instruction)) is not None:
                yield from _together(ctx, stage, at, instruction, call)


def _only_update(ctx: Context, run: Run) -> PackageCall | None:
    """The call of a RUN that does nothing but update one index."""
    calls, script = ctx.facts.calls(run), ctx.facts.script(run)
    if len(calls) != 1 or not isinstance(script, Script) or len(list(simple_commands(script))) != 1:
        return None
    call = calls[0]
    command = call.command
    is_plain = not (call.is_nested or call.wrappers or command.redirects or run.is_heredoc_script)
    has_index = call.manager.has_index and call.action is Action.UPDATE
    return call if is_plain and has_index and all(word.value for word in command.words) else None


def _together(ctx: Context, stage: Stage, at: int, run: Run, call: PackageCall) -> Iterator[Patch | Skip]:
    between: list[Instruction] = []
    for other in stage.instructions[at + 1 :]:
        install = _install(ctx, other, call) if isinstance(other, Run) else None
        if install is not None and isinstance(other, Run):
            refusal = _refusal(run, other, between)
            patch = None if refusal else _patch(ctx, stage, run, other, install)
            yield patch or Skip(run.span, refusal or PLACE)
            return
        between.append(other)
    yield Skip(run.span, NO_INSTALL)


def _install(ctx: Context, run: Run, update: PackageCall) -> PackageCall | None:
    calls = [call for call in ctx.facts.calls(run) if call.manager is update.manager]
    return calls[0] if calls and calls[0].action is Action.INSTALL else None


def _refusal(run: Run, install: Run, between: list[Instruction]) -> str:
    if run.flags or install.flags:
        return MOUNT
    if run.comments or run.inner_comments:
        return COMMENT
    if any(isinstance(each, User | Shell) for each in between):
        return OTHER_USER
    return READ if any(isinstance(each, Run) for each in between) else ""


def _patch(ctx: Context, stage: Stage, run: Run, install: Run, call: PackageCall) -> Patch | None:
    script = ctx.facts.script(install)
    assert isinstance(script, Script)
    assert install.script is not None
    assert run.script is not None
    first = _first_of_list(script, call.command)
    if first is None:
        return None
    update = " ".join(run.script.text.split())
    start, end = first.span
    place = install.script.offset(start)
    old = install.script.text[start:end]
    declared = Replaced(install.script.span(start, end), old, f"{update} && {old}")
    removed = Differs(stage.index, removed=(ctx.dockerfile.text(run),), commands=(declared,))
    return Patch(
        [Edit(_lines(ctx, run), ""), Edit(Span(place, place), f"{update} && ")],
        why="the install may run with an index that is weeks old, from the layer of the update",
        span=run.span,
        evidence=[
            f"{call.name} {call.verb} needs it in line {ctx.dockerfile.source.position(install.span.start).line}"
        ],
        risk="the index is downloaded behind what happens in between",
        delta=Delta(differs=(removed,)),
    )


def _first_of_list(script: Script, command: Simple) -> Simple | None:
    """The first command of the pipeline of an install, if another one can stand in front of it with ``&&``."""
    for statement in script.statements:
        for at, pipeline in enumerate(statement.list.pipelines):
            if _runs(pipeline, command):
                operators = statement.list.operators[:at]
                first = pipeline.commands[0]
                is_list = "||" not in operators and not pipeline.negated and statement.terminator != "&"
                return first if is_list and isinstance(first, Simple) else None
    return None


def _runs(pipeline: Pipeline, command: Simple) -> bool:
    return any(each.span == command.span for each in pipeline.commands)


def _lines(ctx: Context, run: Run) -> Span:
    """The lines of a RUN, and an empty line behind it if there is one in front of it too."""
    text = ctx.dockerfile.source.text
    end = text.find("\n", run.span.end)
    end = len(text) if end == -1 else end + 1
    if re.search(r"\n[ \t]*\r?\n\Z", text[: run.span.start]) and (blank := re.match(r"[ \t]*\r?\n", text[end:])):
        end += blank.end()
    return Span(run.span.start, end)
