"""CMD and ENTRYPOINT of one command are started without a shell that stays in front of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfopt.knowledge import inits
from dfopt.knowledge import shell_commands as known
from dfopt.model.stages import Stage
from dfopt.shell.nodes import DoubleQuoted, Escaped, Literal, NotModelled, Simple, SingleQuoted, Word
from dfopt.shell.parser import parse
from dfopt.source import Span
from dfopt.syntax.nodes import Cmd, Entrypoint, Instruction
from dfopt.transform import Context, Delta, Differs, Edit, Patch, Safety, Skip, transform

_GLOB = frozenset("*?[~{")
_NOT_IN_JSON = frozenset(map(chr, (*range(32), *range(0xD800, 0xE000))))
_SCRIPTS = (".sh", ".bash", ".ksh", ".zsh")
"""Only a shell starts a script that has no ``#!`` line."""
_EXEC = "exec"


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/reference/build-checks/json-args-recommended/",
        "https://docs.docker.com/reference/dockerfile/#shell-and-exec-form",
    ],
)
def exec_form(ctx: Context) -> Iterator[Patch | Skip]:
    """Writes CMD and ENTRYPOINT of one command in exec form, or puts `exec` in front where it needs the shell.

    ## Why

    In shell form process 1 is `/bin/sh -c`, and the program is its child with many shells. The shell does not pass the
    SIGTERM of `docker stop` on, so the program is killed ten seconds later, without having written what it had to.

    ## Leaves alone

    - Lists, pipelines, compound commands, assignments, builtins: what the shell does there, no program does.
    - Where SHELL, or the base image, may name another shell than `/bin/sh -c`.
    - A CMD that goes to an ENTRYPOINT as arguments, or may do so: one in the file, or one that the base image
      has or is not known to have not.
    - The shell stays, with `exec`, where it expands or redirects something, for a script by its name (without a `#!`
      line only a shell starts it), and for an ENTRYPOINT of which a CMD would become the arguments.

    ## Safety

    The program is process 1: it gets the signals, has no default action for those that it does not handle, and
    inherits orphans. What is given behind the image's name to `docker run`, and the CMD of an image that is built on
    this one, become arguments of an ENTRYPOINT in exec form.
    """
    for stage in ctx.facts.stages:
        for found in stage.instructions:
            if isinstance(found, Cmd | Entrypoint) and found.argv is None and found.body.text:
                yield from _rewrite(ctx, stage, found)


def _rewrite(ctx: Context, stage: Stage, found: Cmd | Entrypoint) -> Iterator[Patch | Skip]:
    command = _refuse_place(ctx, stage, found) or _only_command(found.body.text)
    if not isinstance(command, Simple):
        yield Skip(found.span, *command)
        return
    words = command.words
    has_exec = words[0].value == _EXEC
    program = words[1:] if has_exec else words
    refusal = _refuse_program(program)
    if refusal:
        yield Skip(found.span, *refusal)
    elif not (command.redirects or _needs_shell(program) or _meets_arguments(ctx, stage, found)):
        entrypoint = None if isinstance(found, Entrypoint) else _base_entrypoint(ctx, stage)
        if isinstance(found, Cmd) and entrypoint != ():
            yield Skip(found.span, "the ENTRYPOINT of its base image may take it as arguments")
        elif edits := _as_json(found, words, program):
            yield _patch(stage, found, edits, "no shell stands between the engine and the program")
        else:
            yield Skip(found.span, "a word cannot be written in JSON")
    elif not has_exec:
        at = found.body.offset(words[0].span.start)
        why = "the shell that reads the command becomes its program"
        yield _patch(stage, found, [Edit(Span(at, at), f"{_EXEC} ")], why)


def _patch(stage: Stage, found: Instruction, edits: Sequence[Edit], why: str) -> Patch:
    return Patch(
        edits,
        why=why,
        span=found.span,
        risk="the program is process 1 and gets the signals",
        delta=Delta(differs=(Differs(stage.index, config=(found.keyword,)),)),
    )


def _refuse_place(ctx: Context, stage: Stage, found: Cmd | Entrypoint) -> tuple[str, str] | None:
    base = ctx.facts.base(stage)
    shell = ctx.facts.scope(found).shell or base.shell
    if shell not in (None, ("/bin/sh", "-c")) or base.family == "windows" or ctx.dockerfile.escape == "`":
        return "another shell than /bin/sh runs it, or may", " ".join(shell or ())
    if isinstance(found, Cmd) and any(isinstance(each, Entrypoint) for each in stage.all_instructions):
        return "an ENTRYPOINT takes it as arguments, or ignores it", ""
    return None


def _only_command(text: str) -> Simple | tuple[str, str]:
    """The one command of a script, or why there is none."""
    script = parse(text)
    if isinstance(script, NotModelled):
        return "the script is not modelled", script.reason
    if len(script.statements) == 1 and script.statements[0].terminator != "&" and not script.comments:
        pipelines = script.statements[0].list.pipelines
        if len(pipelines) == 1 and len(pipelines[0].commands) == 1 and not pipelines[0].negated:
            command = pipelines[0].commands[0]
            if isinstance(command, Simple) and command.words:
                return ("it sets variables for its command", "") if command.assignments else command
    return "it is more than one command", ""


def _refuse_program(words: Sequence[Word]) -> tuple[str, str] | None:
    name = words[0].value if words else None
    if not name or not _is_static(words[0]) or name.startswith("-"):
        return "which program it starts is not known", ""
    if name in known.BUILTINS or name in ("time", "ulimit"):
        return "a builtin of the shell is no program", name
    return None


def _is_static(word: Word) -> bool:
    """True if a shell makes nothing else of a word than what it says."""
    for part in word.parts:
        if isinstance(part, Literal) and not _GLOB.isdisjoint(part.text):
            return False
        if not isinstance(part, Literal | Escaped | SingleQuoted | DoubleQuoted):
            return False
    return word.value is not None


def _needs_shell(program: Sequence[Word]) -> bool:
    return not all(map(_is_static, program)) or (program[0].value or "").endswith(_SCRIPTS)


def _meets_arguments(ctx: Context, stage: Stage, found: Cmd | Entrypoint) -> bool:
    """True if a CMD would be given to an ENTRYPOINT that ignores it in shell form."""
    if isinstance(found, Cmd):
        return False
    below = [each for each in ctx.facts.stages if stage in each.lineage]
    return any(isinstance(each, Cmd) for one in below for each in one.instructions)


def _base_entrypoint(ctx: Context, stage: Stage) -> tuple[str, ...] | None:
    """The ENTRYPOINT of the image that a stage starts from; None if it is not known."""
    reference = ctx.facts.base(stage).reference
    if stage.lineage[-1].image == "scratch":
        return ()
    if reference is None or reference.official is None or "onbuild" in (reference.tag or ""):
        return None
    return inits.ENTRYPOINTS.get(reference.official)


def _as_json(found: Cmd | Entrypoint, words: Sequence[Word], program: Sequence[Word]) -> list[Edit]:
    """The edits that make each word a string, in its place; none if a word cannot be one."""
    edits: list[Edit] = []
    for at, word in enumerate(program):
        value = word.value or ""
        span = word.span if at else Span(words[0].span.start, word.span.end)
        if not _NOT_IN_JSON.isdisjoint(value) or not found.body.is_contiguous(span.start, span.end):
            return []
        text = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        before, behind = "" if at else "[", "," if word is not program[-1] else "]"
        edits.append(Edit(found.body.span(span.start, span.end), f"{before}{text}{behind}"))
    return edits
