"""A ``chown`` or ``chmod`` at the head of a RUN, and the COPYs right before it that bring what it changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from dfopt.expression import Expression
from dfopt.facts.base_image import is_root
from dfopt.facts.folders import (
    Held,
    held,
    is_folder,
    is_in,
    is_there,
    names_file,
    place,
    split,
    unknown_variables,
    word_place,
)
from dfopt.model.stages import Stage
from dfopt.shell.argv import Argv, argv
from dfopt.shell.carried import text_of
from dfopt.shell.nodes import NotModelled, Script, Simple, Word
from dfopt.syntax.nodes import (
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    Healthcheck,
    Instruction,
    Label,
    Maintainer,
    Run,
    Stopsignal,
    User,
    Workdir,
)
from dfopt.transform import Context, Patch, Skip

Why = tuple[str, str]

NOT_MODELLED = "the script is not modelled"
SHAPE = "more than plain commands joined by && come with it"
OPTION = "an option that COPY has nothing for"
PATTERN = "a path is a pattern, which may stand for other files, too"
PATH = "a path is not known"
OTHER = "it is also about what other instructions bring"
PART = "it is about a part of what a COPY brings"
FOLDER = "a folder itself is meant, or may be"
HOLDS = "the folder may hold what other instructions bring"
PARENT = "COPY may have to make the folder around it, which would get the owner too"
OVERWRITTEN = "a later COPY may bring the file, too"
FETCHED = "ADD may fetch, or unpack, what it brings"
FLAG = "the COPY says it already"
FLAGS = "the flags of the COPY and of the change do not go together"
NOT_ROOT = "the user may not be root"

_BETWEEN = (Arg, Cmd, Entrypoint, Env, Expose, Healthcheck, Label, Maintainer, Stopsignal, User)
"""Instructions that neither a COPY nor what it brings takes notice of."""

_OPTIONS = Expression(r"-[Rvc]+|--recursive|--verbose|--changes")
_REMOTE = Expression(r"https?://[^#]+(?<!\.git)")


class Behind(msgspec.Struct, frozen=True):
    """The first command of a RUN."""

    stage: Stage
    run: Run
    view: Argv
    rest: Simple | None
    """The command that follows it; None if none does."""
    copies: tuple[Copy, ...]
    """Those before the RUN, with nothing in between that matters."""
    previous: Instruction

    @property
    def recursive(self) -> tuple[Word, ...]:
        """The options that make it recursive."""
        return tuple(word for word in self.view.options if word.value == "--recursive" or "R" in (word.value or ""))


class Change(msgspec.Struct, frozen=True):
    """The COPYs that can bring what the command makes of it."""

    copies: tuple[Copy, ...]
    has_folder: bool
    """A folder is meant with all that is in it."""
    keeps: bool
    """The folder itself was made before."""


def into_flags(ctx: Context, name: str, made: Callable[[Context, Behind], Patch | Why]) -> Iterator[Patch | Skip]:
    """What is made of each RUN whose first command has this name, with COPYs right before it."""
    for found in _behind_copies(ctx, name):
        if isinstance(found, Skip):
            yield found
            continue
        result = made(ctx, found)
        yield result if isinstance(result, Patch) else Skip(found.run.span, *result)


def _behind_copies(ctx: Context, name: str) -> Iterator[Behind | Skip]:
    """Each RUN whose first command has this name, with COPYs right before it."""
    for stage in ctx.facts.stages:
        for at, run in enumerate(stage.instructions):
            if isinstance(run, Run) and run.script is not None and name in run.script.text:
                copies = tuple(_right_before(ctx, stage.instructions[:at]))
                found = _first(ctx, stage, run, name, copies, stage.instructions[at - 1]) if copies else None
                if found is not None:
                    yield found


def _right_before(ctx: Context, instructions: Sequence[Instruction]) -> Iterator[Copy]:
    """The COPYs at the end, the last one first; a WORKDIR may follow one that makes its folder."""
    for at in range(len(instructions) - 1, -1, -1):
        instruction = instructions[at]
        if isinstance(instruction, Copy):
            yield instruction
        elif isinstance(instruction, Workdir):
            folder = place(ctx.facts, instruction, instruction.path.text)
            made = next((found for found in reversed(instructions[:at]) if not isinstance(found, _BETWEEN)), None)
            if folder is None or not isinstance(made, Copy):
                return
            into = place(ctx.facts, made, made.destination.text)
            if into is None or not is_in(into, folder):
                return
        elif not isinstance(instruction, _BETWEEN):
            return


def _first(
    ctx: Context, stage: Stage, run: Run, name: str, copies: tuple[Copy, ...], previous: Instruction
) -> Behind | Skip | None:
    script = ctx.facts.script(run)
    if isinstance(script, NotModelled):
        starts = run.script is not None and re.match(rf"\s*(sudo\s+)?{name}\s", run.script.text)
        return Skip(run.span, NOT_MODELLED, script.reason) if starts else None
    if not script.statements:
        return None
    listed = script.statements[0].list
    command = listed.pipelines[0].commands[0]
    if not isinstance(command, Simple) or argv(command).base != name:
        return None
    view = argv(command)
    plain = not command.assignments and not command.redirects and view.wrappers in ((), ("sudo",))
    if not plain or run.flags or run.is_heredoc_script or run.heredocs or not _is_and_list(script):
        return Skip(run.span, SHAPE)
    following = listed.pipelines[1] if len(listed.pipelines) > 1 else None
    rest = following.commands[0] if following else None
    if (following and following.negated) or not isinstance(rest, Simple | None):
        return Skip(run.span, SHAPE)
    if any(_OPTIONS.fullmatch(word.value or "") is None for word in view.options) or len(view.operands) < 2:
        return Skip(run.span, OPTION)
    return Behind(stage, run, view, rest, copies, previous)


def _is_and_list(script: Script) -> bool:
    """True if a script is one list joined by ``&&``, and its first command stands alone."""
    if len(script.statements) != 1 or script.statements[0].terminator == "&" or script.comments:
        return False
    listed = script.statements[0].list
    first = listed.pipelines[0]
    return "||" not in listed.operators and not first.negated and len(first.commands) == 1


def as_root(ctx: Context, found: Behind) -> bool:
    """True if the command runs as root, as far as the file tells."""
    user = ctx.facts.scope(found.run).user
    if found.view.wrappers == ("sudo",):
        return True
    return is_root(user) if user is not None else ctx.facts.base(found.stage).is_root is not False


def matched(ctx: Context, found: Behind, flag: str) -> Change | Why:
    """The COPYs that bring all that the command changes, and nothing else."""
    brought: dict[int, set[int]] = {copy.span.start: set() for copy in found.copies}
    keeps = has_folder = False
    for word in found.view.operands[1:]:
        path = word_place(ctx.facts, found.run, word)
        if path is None:
            text = text_of(word.parts)
            return PATTERN if re.search(r"[*?\[{]", re.sub(r"\$\{\w*\}", "", text)) else PATH, text
        if _is_set_between(found, unknown_variables(path)):
            return PATH, text_of(word.parts)
        each = _folder(ctx, found, path, flag) if found.recursive else None
        if each is None:
            each = _file(ctx, found, path)
        if not isinstance(each, _Brought):
            return each
        keeps, has_folder = keeps or each.keeps, has_folder or each.is_folder
        for copy, sources in each.sources:
            brought[copy.span.start].update(sources)
    copies = tuple(copy for copy in found.copies if brought[copy.span.start])
    for copy in copies:
        if len(brought[copy.span.start]) < len(copy.sources):
            return PART, ctx.dockerfile.text(copy)
        if copy.flag(flag):
            return FLAG, ctx.dockerfile.text(copy.flag(flag) or copy)
        if not ctx.dockerfile.source.slice(copy.keyword_span).isalpha() or copy.flag("parents"):
            return FLAGS, ctx.dockerfile.text(copy)
        if isinstance(copy, Add) and not _is_plain_add(copy):
            return FETCHED, ctx.dockerfile.text(copy)
    return Change(copies, has_folder, keeps)


def _is_set_between(found: Behind, names: frozenset[str]) -> bool:
    """True if a variable may stand for something else in the RUN than in a COPY."""
    start, end = found.copies[-1].span.start, found.run.span.start
    between = [each for each in found.stage.instructions if start < each.span.start < end]
    return any(isinstance(each, Arg | Env) and any(pair.key in names for pair in each.pairs) for each in between)


class _Brought(msgspec.Struct, frozen=True):
    """The COPYs that bring a path, and which of their sources do."""

    sources: tuple[tuple[Copy, tuple[int, ...]], ...]
    is_folder: bool = False
    keeps: bool = False


def _is_plain_add(add: Add) -> bool:
    if all(_REMOTE.fullmatch(source.text) for source in add.sources):
        return not add.destination.text.endswith("/")
    names = [source.text for source in add.sources]
    return all(re.fullmatch(r"[\w./-]+", name) and _is_plain(name) for name in names)


def _is_plain(name: str) -> bool:
    return names_file(name) and not re.search(
        r"\.(tar|[a-z]*gz|tbz2?|t?xz|txz|bz2|zst|lzma|z|lz)$", name, re.IGNORECASE
    )


def _into(ctx: Context, copy: Copy) -> str | None:
    return place(ctx.facts, copy, copy.destination.text)


def _folder(ctx: Context, found: Behind, path: str, flag: str) -> _Brought | Why | None:
    """What brings all that is in a folder; None if the path may be that of a file."""
    if names_file(path):
        return None
    inside: list[Copy] = []
    for copy in found.copies:
        into = _into(ctx, copy)
        if into is None:
            return PATH, copy.destination.text
        if is_in(into, path):
            inside.append(copy)
        elif is_in(path, into) and any(split(path)[1] == _name(source.text) for source in copy.sources):
            return None
        elif is_in(path, into):
            return PART, path
    if not inside:
        return OTHER, path
    holds = held(ctx.facts, inside[-1], path)
    if holds is Held.UNKNOWN:
        return HOLDS, path
    if flag == "chown" and holds is Held.ABSENT and not is_there(ctx.facts, inside[-1], split(path)[0]):
        return PARENT, path
    if flag == "chmod" and any(_into(ctx, copy) != path for copy in inside):
        return FOLDER, path
    return _Brought(tuple((copy, tuple(range(len(copy.sources)))) for copy in inside), True, holds is Held.EMPTY)


def _file(ctx: Context, found: Behind, path: str) -> _Brought | Why:
    """What brings a single file."""
    folder, name = split(path)
    for copy in found.copies:
        into = _into(ctx, copy)
        if into is None:
            return PATH, copy.destination.text
        if into == path and not is_folder(copy):
            if not _is_file(found, copy, path):
                return FOLDER, path
            return _Brought(((copy, (0,)),))
        if into == path:
            return FOLDER, path
        if into == folder:
            sources = tuple(at for at, source in enumerate(copy.sources) if _name(source.text) == name)
            if sources:
                return _Brought(((copy, sources),))
        if is_in(path, into) and not all(_is_one_file(source.text) for source in copy.sources):
            return OVERWRITTEN if any(_brings(ctx, other, path) for other in found.copies) else PART, path
    return OTHER, path


def _is_one_file(source: str) -> bool:
    return names_file(source) and re.search(r"[*?\[$]", source) is None


def _name(source: str) -> str:
    return source.rstrip("/").rpartition("/")[2]


def _brings(ctx: Context, copy: Copy, path: str) -> bool:
    into = _into(ctx, copy)
    folder, name = split(path)
    return into == path or (into == folder and any(_name(source.text) == name for source in copy.sources))


def _is_file(found: Behind, copy: Copy, path: str) -> bool:
    """True if a source that gets the name of its destination is a file, not a folder."""
    source = copy.sources[0].text
    if copy.heredocs or names_file(path) or names_file(source) or _REMOTE.fullmatch(source):
        return True
    return any(
        isinstance(other, Cmd | Entrypoint) and other.argv is not None and other.argv[:1] == (path,)
        for other in found.stage.instructions
    )
