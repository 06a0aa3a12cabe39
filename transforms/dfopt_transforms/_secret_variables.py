"""A build argument that only RUNs read becomes a secret that is mounted for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfopt.facts.scripts import is_posix_shell
from dfopt.knowledge import secrets as known
from dfopt.model.stages import Stage
from dfopt.shell.argv import argv
from dfopt.shell.listed import Listed, listed
from dfopt.shell.nodes import NotModelled, Parameter, Pipeline, Redirect, Script, ShellNode, Simple, Word
from dfopt.shell.walk import nodes, parts, simple_commands
from dfopt.syntax.nodes import Arg, Cmd, Entrypoint, Env, Healthcheck, Instruction, Onbuild, Run
from dfopt.transform import Context, Delta, Differs, Edit, Patch, Safety
from dfopt_transforms._secret_text import (
    OLD_SYNTAX,
    Changed,
    Why,
    exported,
    has_mounts,
    moved_comments,
    readable,
    removed,
)

DEFAULT = "it has a default, which a secret has not"
BESIDE = "other variables are declared with it"
GLOBAL = "it is declared before the first FROM as well"
TWICE = "it is declared more than once"
CHILD = "a stage that starts from this one may read it"
INSTRUCTION = "an instruction other than RUN reads it"
CONTAINER = "it is in the environment of the container, which may read it"
NOT_MODELLED = "a RUN whose script is not modelled may read it"
KEPT = "a RUN may write it into a file that stays"
OPTIONAL = "the build may go without it"
UNREAD = "no RUN reads it"
MOUNTED = "a RUN mounts a secret of that name already"
MANY = "too many RUNs may read it that do not name it"
_MANY = 2
"""So many RUNs get a mount although they only may need it: package managers read variables that their files name."""


def mounted_variable(ctx: Context, stage: Stage, argument: Arg, name: str, is_shipped: bool) -> Patch | Why:
    """The patch that mounts a build argument of a stage as a secret, or why there is none."""
    problem = _about_declaration(ctx, stage, argument, name)
    if problem:
        return problem
    later = [found for found in stage.instructions if found.span.start > argument.span.start]
    passed_on = [found for found in later if isinstance(found, Env) and _passes_on(found, name)]
    if passed_on and is_shipped:
        return CONTAINER, name
    readers: list[Run] = []
    unnamed: list[Run] = []
    for found in later:
        if isinstance(found, Run):
            problem = _about_run(ctx, found, name)
            if problem:
                return problem
            if _reads(ctx, found, name):
                readers.append(found)
                unnamed += [] if _is_named(ctx, found, name) else [found]
        elif found not in passed_on and _is_read_by(found, name):
            return INSTRUCTION, ctx.dockerfile.text(found)[:60]
    if not readers:
        return UNREAD, name
    if len(unnamed) > _MANY:
        return MANY, f"{len(unnamed)} of them"
    place = "the history of the image" if is_shipped else "the build cache and in provenance attestations"
    return _patch(ctx, stage, [argument, *passed_on], readers, name, place)


def _about_declaration(ctx: Context, stage: Stage, argument: Arg, name: str) -> Why | None:
    if not has_mounts(ctx):
        return OLD_SYNTAX, ""
    if argument.pairs[0].value not in (None, "", '""', "''"):
        return DEFAULT, name
    if len(argument.pairs) != 1 or argument.inner_comments:
        return BESIDE, name
    if argument.pairs[0].key != name or not re.fullmatch(r"[A-Za-z_]\w*", name):
        return BESIDE, name
    first = ctx.facts.stages[0].start.span.start
    if any(pair.key == name for found in ctx.dockerfile.find(Arg) if found.span.start < first for pair in found.pairs):
        return GLOBAL, name
    if name in ctx.facts.scope(argument).variables() or any(
        found is not argument and any(pair.key == name for pair in found.pairs)
        for found in stage.instructions
        if isinstance(found, Arg)
    ):
        return TWICE, name
    if any(other.may_start_from(stage) for other in ctx.facts.stages if other is not stage):
        return CHILD, name
    return None


def _passes_on(env: Env, name: str) -> bool:
    """True for an ENV that does nothing but keep the argument under its name."""
    values = (f"${name}", f"${{{name}}}", f'"${name}"', f'"${{{name}}}"')
    return len(env.pairs) == 1 and env.pairs[0].key == name and env.pairs[0].value in values


def _is_read_by(instruction: Instruction, name: str) -> bool:
    """True for an instruction that is expanded and names it, or sets it; what containers start is not expanded."""
    if isinstance(instruction, Cmd | Entrypoint | Healthcheck):
        return False
    return _names(name).search(instruction.body.text) is not None or (
        isinstance(instruction, Onbuild) and name in instruction.body.text
    )


def _names(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def _reads(ctx: Context, run: Run, name: str) -> bool:
    """True if a RUN names it, or starts a program that may look for it."""
    script = ctx.facts.script(run)
    assert isinstance(script, Script)
    if _is_named(ctx, run, name):
        return True
    silent = known.SILENT | known.COPYING | known.FETCHING
    return any(command.words and argv(command).base not in silent for command in simple_commands(script))


def _is_named(ctx: Context, run: Run, name: str) -> bool:
    return _names(name).search(ctx.dockerfile.text(run)) is not None


def _about_run(ctx: Context, run: Run, name: str) -> Why | None:
    """Why a RUN cannot get it from a mount, or would leave it in its layer."""
    script = ctx.facts.script(run)
    shell = ctx.facts.shell(run)
    if isinstance(script, NotModelled) or run.script is None or (shell is not None and not is_posix_shell(shell)):
        return NOT_MODELLED, ctx.dockerfile.text(run)[:60]
    if any(mount.fields.get("id", "") == name.lower() for mount in ctx.facts.mounts(run)):
        return MOUNTED, name
    if any(_names(name).search(flag.value or "") for flag in run.flags):
        return INSTRUCTION, ctx.dockerfile.text(run)[:60]
    if not _names(name).search(run.script.text):
        return None
    names = _tainted(script, name)
    order = listed(script)
    piped = {
        id(command)
        for node in nodes(script)
        if isinstance(node, Pipeline) and len(node.commands) > 1
        for command in node.commands
    }
    for command in simple_commands(script):
        text = run.script.text[command.span.start : command.span.end]
        used = [part for part in parts(command) if isinstance(part, Parameter) and part.name in names]
        if not used:
            if any(_names(each).search(text) for each in names) and not _is_plain(command, names):
                return KEPT, text[:60]
        elif any(part.operator.lstrip(":") in ("-", "=", "+") for part in used) or argv(command).base in ("[", "test"):
            return OPTIONAL, text[:60]
        elif not _passes(run, command, order, names, id(command) in piped):
            return KEPT, text[:60]
    return None


def _tainted(script: Script, name: str) -> frozenset[str]:
    """The variables of a script that hold it."""
    names = {name}
    for _ in range(3):
        for command in simple_commands(script):
            names.update(assign.name for assign in command.assignments if _uses(assign.value, names))
            if argv(command).base in ("export", "readonly", "local", "declare"):
                names.update(_assigned(word) for word in command.words[1:] if _uses(word, names))
    return frozenset(names - {""})


def _assigned(word: Word) -> str:
    text = getattr(word.parts[0], "text", "") if word.parts else ""
    return str(text).partition("=")[0] if "=" in str(text) else ""


def _uses(node: ShellNode, names: frozenset[str] | set[str]) -> bool:
    return any(isinstance(part, Parameter) and part.name in names for part in parts(node))


def _is_plain(command: Simple, names: frozenset[str]) -> bool:
    """True if a command only spells the name: it writes it out for others to expand, or gives the variable away."""
    view = argv(command)
    if any(assign.name in names for assign in command.assignments) and not command.words:
        return False
    return view.base in known.SPELLING


def _passes(run: Run, command: Simple, order: Listed | None, names: frozenset[str], is_piped: bool) -> bool:
    """True if what a command does with the value does not outlive the RUN."""
    assert run.script is not None
    view = argv(command)
    in_words = any(_uses(word, names) for word in command.words)
    written = [found for found in command.redirects if ">" in found.operator]
    in_heredoc = any(found.heredoc is not None and _uses_heredoc(found, names) for found in command.redirects)
    if not in_words and not in_heredoc:
        return all(not _uses(found.target, names) for found in command.redirects)
    if view.base in ("export", "readonly", "local", ":"):
        return True
    text = " " + run.script.text[command.span.start : command.span.end].partition(" ")[2].replace("\n", " ") + " "
    if view.base in ("echo", "printf", "cat"):
        targets = [run.script.text[found.target.span.start : found.target.span.end] for found in written]
        if not written:
            return not is_piped
        return all(_is_removed(run, command, order, re.compile(re.escape(target))) for target in targets)
    if view.base in known.SETTINGS:
        pattern, file = known.SETTINGS[view.base]
        if re.fullmatch(pattern, text):
            return _is_removed(run, command, order, re.compile(file))
    if is_piped or any(found.fd == 2 for found in written):
        return False
    return view.base in known.TAKES and re.fullmatch(known.TAKES[view.base], text) is not None


def _uses_heredoc(redirect: Redirect, names: frozenset[str]) -> bool:
    assert redirect.heredoc is not None
    return any(isinstance(part, Parameter) and part.name in names for part in redirect.heredoc.parts)


def _is_removed(run: Run, writer: Simple, order: Listed | None, file: re.Pattern[str]) -> bool:
    """True if a later command of the same script removes the file that a command wrote, in the same folder."""
    assert run.script is not None
    if order is None or not any(writer is command for command in order.commands):
        return False
    at = next(at for at, command in enumerate(order.commands) if command is writer)
    for command in order.commands[at + 1 :]:
        view = argv(command)
        if view.base in ("cd", "pushd") or view.base in known.COPYING:
            return False
        if view.base == "rm" and any(
            file.fullmatch(run.script.text[word.span.start : word.span.end]) for word in view.operands
        ):
            return True
    return False


def _patch(
    ctx: Context, stage: Stage, gone: list[Instruction], readers: list[Run], name: str, place: str
) -> Patch | Why:
    id_ = name.lower()
    edits: list[Edit] = [removed(ctx, found) for found in gone]
    edits += moved_comments(ctx, gone, readers[0])
    changes: list[Changed] = []
    mounts: list[str] = []
    for run in readers:
        script = ctx.facts.script(run)
        assert isinstance(script, Script)
        mounts.append(f"type=secret,id={id_},required=true{readable(ctx, run)}")
        found = exported(ctx, run, script, name, mounts[-1])
        if not isinstance(found, Changed):
            return found
        changes.append(found)
    edits += [edit for found in changes for edit in found.edits]
    commands = tuple(each for found in changes for each in found.commands)
    return Patch(
        edits,
        span=gone[0].span,
        safety=Safety.UNSAFE,
        why=f"what --build-arg gives to {name} stays in {place}; a mount is there for one RUN only",
        delta=Delta(mounted=tuple(mounts), differs=(Differs(stage.index, variables=(name,), commands=commands),)),
        evidence=tuple(_evidence(name, readers)),
        risk="the build has to be given the secret, and stops without it; files that programs write may hold it still",
    )


def _evidence(name: str, readers: list[Run]) -> Iterator[str]:
    number = len(readers)
    yield f"the build command is docker build --secret id={name.lower()},env={name} instead of --build-arg {name}"
    yield f"only RUN instructions read {name}: {number} of them {'gets' if number == 1 else 'get'} it from a mount"
