"""Consecutive RUN instructions become one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from dfopt.facts.hard_links import may_change, told_apart
from dfopt.facts.program_path import free_installers
from dfopt.facts.scripts import reads_startup_files, shell_options
from dfopt.knowledge import shell_commands as known
from dfopt.shell.nodes import NotModelled, Script
from dfopt.shell.parser import parse as read
from dfopt.source import Source, Span
from dfopt.suppress import SUPPRESSED, is_control
from dfopt.syntax.instructions import RULES
from dfopt.syntax.nodes import (
    Cmd,
    Comment,
    Entrypoint,
    Expose,
    Healthcheck,
    Instruction,
    Label,
    Maintainer,
    Run,
    Stopsignal,
)
from dfopt.syntax.parser import parse
from dfopt.transform import Context, Edit, Option, Patch, Safety, Saving, Skip, transform
from dfopt_transforms._merge_gaps import Gaps
from dfopt_transforms._merge_heredocs import body, ends_in_continuation, merged_heredocs, opens_heredocs
from dfopt_transforms._merge_members import Member, arrange, unread_within
from dfopt_transforms._merge_profit import saves_bytes
from dfopt_transforms._merge_text import comment_above, merged, trailing_comments

_OFF = re.compile(rf"#+[ \t]*(?:{'|'.join(RULES)})[ \t]+\S")
"""A comment that somebody may make an instruction again: in a script that would be one no more."""
_FORBIDS = re.compile(
    r"(?i)(\bdo not|n['’]?t|\bnever|\bnot be|\bnot to)\b.{0,40}\b(merge|combine|consolidate|join|squash|collapse)d?\b"
    r"|\bkeep\b.{0,40}\b(separate|apart)\b"
)
"""A comment that wants RUNs to stay apart."""
_SETS = re.compile(r"\w=|\bfor\b|\bread\b")
"""What may set a variable in a script."""

_CONTINUED = re.compile(r"(?<!\\)(?:\\\\)*\\\r?\n\Z")

_CROSSABLE = (Cmd, Entrypoint, Expose, Healthcheck, Label, Maintainer, Stopsignal)


@transform(
    safety=Safety.SAFE,
    links=[
        "https://docs.docker.com/build/building/best-practices/#run",
        "https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html",
    ],
    options=[Option("when", "merge all that can be merged, or only where bytes are saved", ("all", "profitable"))],
)
def merge_runs(ctx: Context) -> Iterator[Patch | Skip]:
    """Merges consecutive RUN instructions into one.

    ## Why

    Each RUN is a layer. A file that a later layer removes, changes or moves stays in the earlier one, and
    each layer that installs packages stores the package database again. One RUN stores what is left at its end.

    Each RUN is a shell of its own, so two scripts are never just joined by `&&`: a script that changes the
    folder, a variable or an option runs in a subshell, a sequence is put in braces, and scripts under
    `set -e` stay sequences under one `set -e`.

    ## Leaves alone

    - RUNs with other instructions between them that change what a RUN sees (ENV, ARG, USER, WORKDIR, SHELL, COPY,
      ADD, VOLUME, ONBUILD). LABEL, EXPOSE, CMD and the like stay where they are: the later RUN moves above them.
    - RUNs with different flags, or with a mount whose content ends with the RUN.
    - Scripts that leave processes running, read `$LINENO` and its kind, define aliases, make hard links, or write
      to paths such as `/etc/hosts` that each RUN gets anew.
    - A script that sources a file, unless it is the last: in a subshell, bash may stop behind the file.
    - A RUN that changes mode, owner, time or end of a file that may be a hard link of an earlier RUN's: `chmod` on a
      file of a package, `chown -R` behind `pnpm install`. In a layer of its own only one of the names changes.
    - A RUN that removes the folder that the next one starts in, changes the user that it runs as, or makes the locale
      that its shell is to start with.
    - Exec form, heredocs with a shebang, other shells than POSIX ones, login shells. A base image that sets SHELL is
      known if it is a common one, or if another Dockerfile of the repository is called like it or lies in a folder
      that is; any other is taken to have `/bin/sh -c` (write its SHELL into the Dockerfile).
    - A RUN with a comment above it that steers a linter, a scanner or an updater, or that is an instruction which
      somebody has switched off (`# RUN …`): it would lose its place. RUNs that a comment wants to stay apart.
    - A RUN of several commands with a comment behind the last one: it would leave that command.
    - A script that dfopt's shell parser does not model exactly.
    """
    for stage in ctx.facts.stages:
        for chain in _chains(stage.instructions):
            yield from _merge_chain(ctx, chain)


class _Group(msgspec.Struct):
    """RUNs that become one so far, and what stands between them."""

    members: list[Member]
    crossed: list[Instruction]
    pending: list[Instruction]


def _chains(instructions: Sequence[Instruction]) -> Iterator[list[Instruction]]:
    """Runs of RUNs with nothing but crossable instructions between them, at least two RUNs each."""
    chain: list[Instruction] = []
    for instruction in (*instructions, None):
        if isinstance(instruction, Run) or (chain and isinstance(instruction, _CROSSABLE)):
            chain.append(instruction)
        else:
            if sum(isinstance(found, Run) for found in chain) > 1:
                yield chain
            chain = []


def _merge_chain(ctx: Context, chain: Sequence[Instruction]) -> Iterator[Patch | Skip]:
    group = _Group([], [], [])
    if any(_FORBIDS.search(comment.text) for comment in (*chain[0].comments, *_between(ctx, chain[0], chain[-1]))):
        yield Skip(chain[0].span, "a comment says that they stay apart")
        return
    for instruction in chain:
        if not isinstance(instruction, Run):
            group.pending.append(instruction)
            continue
        script = ctx.facts.script(instruction)
        if isinstance(script, Script) and not script.statements:
            yield from _drop_empty(instruction, script, reads_startup=_reads_startup_files(ctx, instruction))
            yield from _finish(ctx, group)
            group = _Group([], [], [])
            continue
        is_off = ctx.is_off(instruction.span)
        refusal = (SUPPRESSED, "") if is_off else _refuse_alone(ctx, instruction, script)
        member = None if refusal or isinstance(script, NotModelled) else _member(ctx, instruction, script)
        if member and group.members:
            refusal = _refuse_pair(ctx, group.members, member)
        if refusal and (group.members or instruction is not chain[0]):
            yield Skip(instruction.span, *refusal)
        if member and group.members and not refusal:
            group.members.append(member)
            group.crossed += group.pending
            group.pending = []
        else:
            yield from _finish(ctx, group)
            group = _Group([member] if member else [], [], [])
            if refusal and not member and instruction is chain[0]:
                yield Skip(instruction.span, *refusal)
    yield from _finish(ctx, group)


def _member(ctx: Context, run: Run, script: Script) -> Member:
    found = ctx.facts.effects(run)
    given = shell_options(ctx.facts.shell(run))
    errexit = () if "errexit" in given else found.errexit
    text = run.script.text if run.script else ""
    return Member(run, script, text, found, errexit, given, free_installers(ctx.facts, run))


def _drop_empty(run: Run, script: Script, *, reads_startup: bool) -> Iterator[Patch | Skip]:
    """A RUN that is nothing but a comment becomes that comment."""
    assert run.script is not None
    comments = (*run.comments, *(Comment(run.span, comment.text) for comment in script.comments))
    controls = any(is_control(comment) for comment in comments)
    bare = not (run.flags or run.heredocs or controls or reads_startup)
    if bare and len(script.comments) == 1 and run.script.is_contiguous(*script.comments[0].span):
        start = run.script.offset(script.comments[0].span.start)
        yield Patch(
            [Edit(Span(run.span.start, start), "")],
            why="it runs nothing: only its comment stays",
            saving=Saving(layers=1),
        )
    else:
        yield Skip(run.span, "it has no command")


def _refuse_alone(ctx: Context, run: Run, script: Script | NotModelled) -> tuple[str, str] | None:
    """Why a RUN can be in no group: a reason and its detail."""
    if isinstance(script, NotModelled):
        return "the script is not modelled", script.reason
    if any(mount.writes_vanish for mount in ctx.facts.mounts(run)):
        return "what is written to a mount ends with its RUN", ""
    if _reads_startup_files(ctx, run):
        return "each RUN reads the shell's start-up files again", ""
    change = ctx.facts.changes_process(run)
    if change:
        return "it changes what the next RUN is started with", change
    if run.heredocs and run.is_heredoc_script and run.heredocs[0].chomp:
        return "its heredoc strips tabs", ""
    lines = ctx.dockerfile.source.slice(run.heredocs[0].body) if run.is_heredoc_script else ""
    if _CONTINUED.search(lines):
        return "the last line of its heredoc goes on behind its end", ""
    if "\r" in lines:
        return "its heredoc has carriage returns, which the shell takes for text", ""
    return None


def _reads_startup_files(ctx: Context, run: Run) -> bool:
    variables = ctx.facts.scope(run).variables()
    return reads_startup_files(ctx.facts.shell(run)) or not known.SHELL_SETTINGS.isdisjoint(variables)


def _refuse_pair(ctx: Context, members: Sequence[Member], following: Member) -> tuple[str, str] | None:
    """Why a RUN cannot follow the members before it in one script."""
    left, first = members[-1], members[0]
    if any(is_control(comment) for comment in following.run.comments):
        return "a comment above it steers a tool", ""
    if any(_OFF.match(comment.text) for comment in _between(ctx, left.run, following.run)):
        return "a comment between them is an instruction that is switched off", ""
    if any(is_control(Comment(left.run.span, text)) for text in trailing_comments(left)):
        return "a comment behind it would steer a tool", ""
    if _flags(first.run) != _flags(following.run):
        return "the RUNs have different flags", ""
    if left.effects.stops_left or following.effects.stops_right:
        return "the scripts depend on being apart", left.effects.stops_left or following.effects.stops_right or ""
    apart = _parted(ctx, members, following)
    if apart:
        return "the scripts depend on being apart", apart
    if left.effects.errexit_inside or (left.errexit == () and _sets_errexit(left, following)):
        return "set -e is not the first command, or is used twice", ""
    if not _fits(members, following):
        return "the scripts use set -e in different ways", ""
    if first.run.is_heredoc_script != following.run.is_heredoc_script:
        return "only one of them is a heredoc script", ""
    if any(m.run.heredocs for m in (*members, following)) and not _heredocs_fit(ctx, members, following):
        return "their heredocs cannot be put together", ""
    unread = unread_within((*members, following))
    if unread:
        return "the script is not modelled", unread
    if trailing_comments(left) and not left.is_one_pipeline:
        return "a comment behind its last command would leave it", ""
    if not _comment_moves(left):
        return "a comment inside it covers several lines", ""
    if sum(len(member.text) + 32 for member in (*members, following)) * 2 > known.LONGEST_ARGUMENT:
        return "the script would be too long", ""
    if ctx.options["when"] == "profitable" and not saves_bytes(ctx.facts, list(members), following):
        return "merging saves a layer but no bytes", ""
    return None


def _between(ctx: Context, before: Instruction, run: Instruction) -> Iterator[Comment]:
    """The comments that would go into the script."""
    return (found for found in ctx.dockerfile.comments if before.span.end <= found.span.start < run.span.start)


def _parted(ctx: Context, members: Sequence[Member], following: Member) -> str:
    """What a RUN changes under one name, of several that an earlier one gave to a file: a layer parts them."""
    if following.run.script is None or not may_change(following.run.script.text):
        return ""
    links = [found for member in members for found in ctx.facts.hard_links(member.run, member.script).links]
    changes = ctx.facts.hard_links(following.run, following.script).changes
    found = next(told_apart(links, changes), None)
    return f"{found[1].changer} may change what {found[0].maker} made as hard links" if found else ""


def _flags(run: Run) -> list[tuple[str, str | None]]:
    return [(flag.name, flag.value) for flag in run.flags]


def _sets_errexit(*members: Member) -> bool:
    return any(member.effects.errexit or member.effects.errexit_inside for member in members)


def _fits(members: Sequence[Member], following: Member) -> bool:
    """Plain members, then members under one and the same ``set -e…``, then plain ones: no other order."""
    kinds = [member.options for member in (*members, following)]
    changes = sum(before != after for before, after in pairwise(kinds))
    if changes > 2 or (changes == 2 and kinds[0] is not None) or len({*kinds} - {None}) > 1:
        return False
    return not (changes and members[0].run.is_heredoc_script)


def _heredocs_fit(ctx: Context, members: Sequence[Member], following: Member) -> bool:
    every = [*members, following]
    if not following.run.is_heredoc_script:
        if any("<<" in comment.text for member in every for comment in member.script.comments):
            return False  # BuildKit takes it for a here-document, wherever it stands in the line
        opens = all(member.errexit is None and opens_heredocs(member) for member in every)
        return opens and not ends_in_continuation(ctx.dockerfile.source.text, following)
    name = members[0].run.heredocs[0].name
    source = ctx.dockerfile.source.text
    lines = (line.rstrip("\r") for member in every[1:] for line in body(source, member).split("\n"))
    return all(len(member.run.heredocs) == 1 for member in every) and name not in lines


def _comment_moves(member: Member) -> bool:
    """True if the comment at the end of a script stands on one line, so that it can become a comment line."""
    script = member.run.script
    if member.run.is_heredoc_script or script is None:
        return True
    return all(script.is_contiguous(*comment.span) for comment in member.script.comments)


def _changes_together(ctx: Context, members: Sequence[Member], joined: Edit) -> str:
    """What the merged script may change that no RUN changes alone: a variable of one may be one of another, too."""
    first = members[0].run
    texts = [member.run.script.text for member in members if member.run.script]
    if sum(_SETS.search(text) is not None for text in texts) == 0:
        return ""
    head = "# escape=`\n" if ctx.dockerfile.escape == "`" else ""
    source = ctx.dockerfile.source.text
    start, end = source[first.span.start : joined.span.start], source[joined.span.end : first.span.end]
    run = parse(Source(f"{head}FROM scratch\n{start}{joined.text}{end}\n")).instructions[-1]
    assert isinstance(run, Run)
    script = NotModelled("", 0) if run.script is None else read(run.script.text)
    if isinstance(script, NotModelled) or run.script is None:
        return ""
    return ctx.facts.script_changes_process(first, script, run.script.text)


def _finish(ctx: Context, group: _Group) -> Iterator[Patch | Skip]:
    if len(group.members) < 2:
        return
    parts = arrange(group.members)
    first = group.members[0].run
    gaps = Gaps(ctx.dockerfile, [member.run for member in group.members], group.crossed)
    write = merged_heredocs if first.is_heredoc_script else merged
    above = comment_above(ctx.dockerfile, ctx.print, group.members[0])
    joined = write(ctx.dockerfile, ctx.print, parts, gaps)
    change = _changes_together(ctx, group.members, joined)
    if change:
        yield Skip(group.members[-1].run.span, "together they may change what the next RUN is started with", change)
        return
    edits = [*above, joined, *gaps.removals()]
    count = len(group.members)
    why = f"{count} RUNs become one layer"
    kept = next((part.isolates for part in parts if part.isolates), None)
    if kept:
        why += f"; a subshell keeps {kept} from the commands behind it"
    yield Patch(
        edits, why=why, span=Span(first.span.start, group.members[-1].run.span.end), saving=Saving(layers=count - 1)
    )
