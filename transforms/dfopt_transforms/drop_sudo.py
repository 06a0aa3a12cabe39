"""Root needs no sudo."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.facts.base_image import is_root
from dfopt.shell.argv import argv
from dfopt.shell.nodes import Function, NotModelled, Script, Simple
from dfopt.shell.walk import nodes, simple_commands
from dfopt.source import Span
from dfopt.syntax.nodes import Run
from dfopt.transform import Context, Delta, Differs, Edit, Patch, Safety, Skip, transform
from dfopt_transforms._commands import all_changed, editable

_BUILTINS = frozenset(
    """
    . : [ alias bg bind break builtin caller cd chdir command compgen complete continue declare dirs disown echo enable
    eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd
    pwd read readarray readonly return set shift shopt source suspend test time times trap true type typeset ulimit
    umask unalias unset wait
    if then else elif fi for while until do done case esac in function select ! { }
    """.split()
)
"""Words that a shell takes for its own: POSIX XCU 2.4 and 2.15, the manuals of bash, dash and busybox."""

NOT_MODELLED = "the script is not modelled"
NOT_ROOT = "the user may not be root"
OTHER_USER = "sudo changes the user, or more: gosu and setpriv do that without a session of their own"
BUILTIN = "the shell has a command of its own by that name"
PATH = "PATH is set, which sudo does not heed"
BACKQUOTES = "it stands in backquotes, or in several pieces"


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/build/building/best-practices/#user",
        "https://www.sudo.ws/docs/man/sudoers.man/#Command_environment",
    ],
)
def drop_sudo(ctx: Context) -> Iterator[Patch | Skip]:
    """Takes sudo away where a RUN runs as root anyway.

    ## Why

    sudo does nothing there but start a process, ask for a package that the image does not need otherwise, and take
    the variables away that ENV and ARG have set: a proxy, or `DEBIAN_FRONTEND=noninteractive`.

    ## Leaves alone

    - `sudo -u` and other options that do more than become root: `gosu` and `setpriv` change the user without a
      session of their own.
    - RUNs of a user that is not root, or may not be.
    - Commands that the shell has too, such as `echo`: the shell's own may do another thing.
    - Where ENV, ARG or the script sets PATH, as sudo has a path of its own.
    - The package sudo itself: a container may use it.

    ## Safety

    The command sees the variables that ENV, ARG and the script have set. With sudo it did not.
    """
    for stage in ctx.facts.stages:
        for instruction in stage.instructions:
            if isinstance(instruction, Run) and "sudo" in ctx.dockerfile.text(instruction):
                yield from _in_run(ctx, instruction)


def _in_run(ctx: Context, run: Run) -> Iterator[Patch | Skip]:
    script = ctx.facts.script(run)
    if isinstance(script, NotModelled):
        yield Skip(run.span, NOT_MODELLED, script.reason)
        return
    found = [command for command in simple_commands(script) if _is_sudo(command)]
    if not found:
        return
    if not _as_root(ctx, run):
        yield Skip(run.span, NOT_ROOT, ctx.facts.scope(run).user or "")
        return
    if "PATH" in ctx.facts.scope(run).variables() or (run.script and "PATH=" in run.script.text):
        yield Skip(run.span, PATH)
        return
    taken: list[Simple] = []
    for command in found:
        refusal = _refusal(run, script, command)
        if refusal:
            yield Skip(run.span, *refusal)
        else:
            taken.append(command)
    if taken:
        yield _patch(ctx, run, taken)


def _is_sudo(command: Simple) -> bool:
    return bool(command.words) and command.words[0].value in ("sudo", "/usr/bin/sudo")


def _as_root(ctx: Context, run: Run) -> bool:
    user = ctx.facts.scope(run).user
    return is_root(user) if user is not None else ctx.facts.base(ctx.facts.stage_of(run)).is_root is True


def _refusal(run: Run, script: Script, command: Simple) -> tuple[str, str] | None:
    view = argv(command)
    if view.wrappers[:1] != ("sudo",):
        return OTHER_USER, ""
    assert run.script is not None
    own = {node.name for node in nodes(script) if isinstance(node, Function)}
    behind = _behind(command)
    name = command.words[behind + len(view.settings)].value if view.wrappers == ("sudo",) else view.wrappers[1]
    if name is None or name in _BUILTINS or name in own:
        return BUILTIN, name or ""
    start, end = command.words[0].span.start, command.words[behind].span.start
    if not any(command is other for other in editable(script)):
        return BACKQUOTES, ""
    return None if run.script.is_contiguous(start, end + 1) else (BACKQUOTES, "")


def _behind(command: Simple) -> int:
    """The place of the first word behind sudo and its options."""
    return next(at for at, word in enumerate(command.words) if at and (word.value or "x")[0] != "-")


def _patch(ctx: Context, run: Run, commands: list[Simple]) -> Patch:
    gone = [Span(each.words[0].span.start, each.words[_behind(each)].span.start) for each in commands]
    edits, replaced = all_changed(run, [(each, [Edit(span, "")]) for each, span in zip(commands, gone, strict=True)])
    return Patch(
        edits,
        why="it runs as root, so sudo only takes the variables away",
        span=run.span,
        evidence=["no USER but root is in force"],
        risk="the commands see the variables that ENV, ARG and the script set",
        delta=Delta(differs=(Differs(ctx.facts.stage_of(run).index, commands=replaced),)),
    )
