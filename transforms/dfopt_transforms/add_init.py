"""A small init program is process 1, where what a container starts starts other processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from dfopt.facts.scripts import is_posix_shell
from dfopt.facts.start import entrypoint_of
from dfopt.knowledge import inits
from dfopt.model.stages import Stage
from dfopt.source import Span
from dfopt.syntax.nodes import Cmd, Entrypoint
from dfopt.transform import Context, Delta, Edit, Option, Patch, Safety, Skip, transform
from dfopt_transforms._install import Why, install
from dfopt_transforms._start_evidence import script_shows_processes, shows_processes

PRESENT = "an init, or what stands in for one, is there already"
NO_EVIDENCE = "nothing shows that it starts other processes"
UNKNOWN_ENTRYPOINT = "the ENTRYPOINT of its base image is not known"
ENTRYPOINT_ABOVE = "its ENTRYPOINT stands in another stage"
PROCESS_ONE = "something counts on which program is process 1"
SHELL = "what shell runs its shell form is not known"
SHAPE = "its shell form cannot be written as one line of JSON"


@transform(
    safety=Safety.UNSAFE,
    links=["https://docs.docker.com/engine/containers/multi-service_container/", "https://github.com/krallin/tini"],
    options=[Option("init", "the init program, by the distribution's package", ("tini", "dumb-init"))],
)
def add_init(ctx: Context) -> Iterator[Patch | Skip]:
    """Puts an init in front of what an image starts, where that starts other processes.

    ## Why

    The kernel gives process 1 no default action for signals: a program that sets no handler ignores
    the SIGTERM of `docker stop`, and is killed ten seconds later. Process 1 also inherits every orphan, and one
    that never waits for them fills the process table with zombies. An init passes signals on, and waits.

    ## Leaves alone

    - Images in which nothing shows that more than one process is started: a single program, or a script that cannot
      be seen. The start command is the evidence: `npm start`, gunicorn, celery, cron, `&`, a pipeline.
    - Where an init is there, or what stands in for one: tini, dumb-init, s6, supervisord, runit, systemd, pm2-runtime.
    - An ENTRYPOINT that the base image may have and nobody knows, and one in another stage.
    - Distributions other than Debian, Ubuntu and Alpine, releases that may not have the package, and those that
      are gone from the mirrors.
    - Images in which something counts on process 1, such as `kill -HUP 1`.

    ## Safety

    The image gets a package, and its program is no longer process 1. `docker run IMAGE command` starts the
    command behind the init as well; `--entrypoint` leaves the init out. With `docker run --init` there are two, which
    does no harm.
    """
    if not ctx.facts.stages:
        return
    stage = ctx.facts.stages[-1]
    entry, command = _last(stage, Entrypoint), _last(stage, Cmd)
    shown = entry or command
    if shown is None:
        return
    froms = (each.start for each in stage.lineage)
    text = " ".join(ctx.dockerfile.text(found) for found in (*froms, *stage.all_instructions))
    why: Why | None = None
    evidence: list[str] = []
    if found := re.search(inits.PRESENT, text):
        why = PRESENT, found[0]
    elif re.search(inits.PROCESS_ONE, text):
        why = PROCESS_ONE, ""
    else:
        evidence = list(dict.fromkeys(_evidence(entry, command)))
        why = None if evidence else (NO_EVIDENCE, "")
    put = None if why else _put(ctx, stage, entry, command)
    if why is None and isinstance(put, tuple):
        why = put
    came = None if why else install(ctx, stage, inits.INITS[ctx.options["init"]].package)
    if why is None and isinstance(came, tuple):
        why = came
    if why is None and isinstance(put, Edit) and came is not None and not isinstance(came, tuple):
        yield Patch(
            [*came.edits, put],
            why=f"{evidence[0]}, and {ctx.options['init']} passes signals on and waits for orphans",
            span=shown.span,
            evidence=evidence,
            risk="the program is no longer process 1",
            delta=Delta(differs=(came.differs(stage, config=("ENTRYPOINT",)),)),
        )
    elif why is not None:
        yield Skip(shown.span, *why)


StartT = TypeVar("StartT", Entrypoint, Cmd)


def _last(stage: Stage, kind: type[StartT]) -> StartT | None:
    return next((found for found in reversed(stage.instructions) if isinstance(found, kind)), None)


def _evidence(entry: Entrypoint | None, command: Cmd | None) -> Iterator[str]:
    if entry is not None and entry.argv is None:
        yield from script_shows_processes(entry.body.text)
        return
    words = list(entry.argv or ()) if entry is not None else []
    if command is not None and command.argv is None:
        if not words or re.fullmatch(r".*(entrypoint\S*|\.sh)", words[-1]):
            yield from script_shows_processes(command.body.text)
        words = [*words, "/bin/sh", "-c", command.body.text]
    elif command is not None:
        words += command.argv or ()
    yield from shows_processes(words)


def _put(ctx: Context, stage: Stage, entry: Entrypoint | None, command: Cmd | None) -> Edit | Why:
    """The edit that puts the init in front, or why that cannot be."""
    base = ctx.facts.base(stage)
    init = inits.INITS[ctx.options["init"]]
    path = init.paths.get(base.family)
    words = [path or "", "--"]
    if entry is not None:
        return _into(entry, words) if entry.argv is not None else _around(ctx, stage, entry, words)
    assert command is not None
    if any(isinstance(found, Entrypoint) for found in stage.all_instructions):
        return ENTRYPOINT_ABOVE, ""
    inherited = entrypoint_of(base)
    if inherited is None:
        return UNKNOWN_ENTRYPOINT, base.reference.name if base.reference else ""
    return _above(ctx, command, [*words, *inherited])


def _into(entry: Entrypoint, words: list[str]) -> Edit:
    """In front of the words of an exec form, spaced as they are."""
    text = entry.body.text
    comma = "," if re.search(r'",\S', text) and '", ' not in text else ", "
    quoted = _quoted(words, comma)
    at = text.find('"')
    if at == -1:
        place = entry.body.offset(text.index("[")) + 1
        return Edit(Span(place, place), quoted)
    place = entry.body.offset(at)
    return Edit(Span(place, place), quoted + comma)


def _around(ctx: Context, stage: Stage, entry: Entrypoint, words: list[str]) -> Edit | Why:
    """The shell form as the exec form that the engine makes of it, behind the init."""
    scope = ctx.facts.scope(entry)
    shell = scope.shell if scope.shell is not None else ctx.facts.base(stage).shell
    if not shell or not is_posix_shell(shell):
        return SHELL, ""
    text = entry.body.text
    if entry.inner_comments or not text.isprintable() or not entry.body.is_contiguous(0, len(text)):
        return SHAPE, ""
    written = f"[{_quoted([*words, *shell, text])}]"
    return Edit(Span(entry.body.offset(0), entry.body.end_offset(len(text))), written)


def _above(ctx: Context, command: Cmd, words: list[str]) -> Edit:
    """A new ENTRYPOINT above CMD and the comments that belong to it."""
    keyword = "entrypoint" if ctx.dockerfile.source.slice(command.keyword_span).islower() else "ENTRYPOINT"
    start = min([command.span.start, *(comment.span.start for comment in command.comments)])
    at = ctx.dockerfile.source.text.rfind("\n", 0, start) + 1
    return Edit(Span(at, at), f"{keyword} [{_quoted(words)}]{ctx.print.line_end(command)}")


def _quoted(words: list[str], comma: str = ", ") -> str:
    return comma.join(msgspec.json.encode(word).decode() for word in words)
