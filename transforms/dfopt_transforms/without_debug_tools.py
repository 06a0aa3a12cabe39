"""Images that programs run in have no editors, debuggers and manuals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dfopt.facts.base_image import is_root
from dfopt.facts.packages import PackageCall
from dfopt.facts.start import last_starts, start_of
from dfopt.knowledge import debug_tools as known
from dfopt.knowledge.package_managers import Action
from dfopt.model.stages import Stage
from dfopt.shell.argv import argv
from dfopt.shell.nodes import NotModelled, Word
from dfopt.shell.walk import simple_commands
from dfopt.source import Span
from dfopt.syntax.nodes import Cmd, Entrypoint, Run
from dfopt.transform import Context, Delta, Differs, Edit, Option, Patch, Replaced, Safety, Skip, transform
from dfopt_transforms._commands import all_changed
from dfopt_transforms._install import behind_from

WORKED_IN = "people may work in containers of the image"
NAMED = "the file names it elsewhere"
PAGED = "a program that the file names may show through it what it prints"
SET = "the file sets which editor, pager or debugger is used, or allows one"
ALONE = "the call installs nothing else"
COMMENT = "a comment speaks of it, or would lose its place"
SUBSTITUTED = "it stands in a substitution, or in several pieces"

_NAMES = r"[a-z0-9][\w.+-]*(?:[ ,]+[a-z0-9][\w.+-]*)*"
_VERBS = frozenset(["install", "add"])


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/build/building/best-practices/#dont-install-unnecessary-packages",
        "https://docs.docker.com/dhi/core-concepts/distroless/",
    ],
    options=[
        Option("also", "names of packages that go, too, separated by spaces or commas", ("none",), _NAMES),
        Option("keep", "names of packages that stay, separated by spaces or commas", ("none",), _NAMES),
        Option("documentation", "manuals and other documentation that packages bring", ("keep", "drop")),
    ],
)
def without_debug_tools(ctx: Context) -> Iterator[Patch | Skip]:
    """Drops editors, pagers, debuggers and manuals from what the image installs, where nothing uses them.

    ## Why

    Nobody edits files in a container that serves requests: vim, nano, gdb, strace and the like are 10 to 100 MB,
    need updates, and help those who break in. `docker debug`, `kubectl debug` and `nsenter` bring tools along when
    they are needed.

    With `documentation = "drop"`, dnf and yum leave out what packages mark as documentation, and dpkg manuals and
    `/usr/share/doc` without the licences.

    ## Leaves alone

    - All stages but the last.
    - Images that people work in: those that start a shell or an SSH server, or nothing that the file names;
      development containers.
    - Packages of which the file names a program elsewhere, and all of them if it sets `EDITOR` or `PAGER`.
    - Pagers beside a program that shows what it prints through one: git, the AWS client, psql.
    - Tools that scripts call, such as netcat, ping, ps, dig and curl, unless the option `also` names them.
    - A call that installs nothing else, and packages that a comment speaks of.

    ## Safety

    A script that is copied into the image may call a tool that goes. The file shows only what it names itself.
    """
    stage = ctx.facts.stages[-1] if ctx.facts.stages else None
    if stage is None:
        return
    calls = [(run, call) for run in stage.instructions if isinstance(run, Run) for call in _installs(ctx, run)]
    tools = [(run, call, words) for run, call in calls if (words := _tools(ctx, call))]
    if tools and _is_worked_in(ctx, stage):
        yield Skip(
            tools[0][0].span, WORKED_IN, ", ".join(sorted({_name(word) for _, _, words in tools for word in words}))
        )
        tools = []
    changed: list[Run] = []
    for run in dict.fromkeys(run for run, _, _ in tools):
        for found in _without(ctx, stage, run, [(call, words) for own, call, words in tools if own is run]):
            changed += [run] if isinstance(found, Patch) else []
            yield found
    if ctx.options["documentation"] == "drop":
        # A command that changes in two ways does so in two passes.
        yield from _documentation(ctx, stage, [(run, call) for run, call in calls if run not in changed])


def _installs(ctx: Context, run: Run) -> list[PackageCall]:
    return [
        call
        for call in ctx.facts.calls(run)
        if call.action is Action.INSTALL and call.verb in _VERBS and call.manager.families
    ]


def _tools(ctx: Context, call: PackageCall) -> list[Word]:
    also, keep = (frozenset(re.split("[ ,]+", ctx.options[name])) for name in ("also", "keep"))
    return [
        word
        for word in call.packages
        if (name := _name(word)) not in keep and (name in known.DEBUG_TOOLS or name in also)
    ]


def _name(word: Word) -> str:
    """The name of a package without its version and architecture."""
    return re.split("[=:<>~]", word.value or "", maxsplit=1)[0]


def _is_worked_in(ctx: Context, stage: Stage) -> bool:
    """True if a container may start with something that somebody works in."""
    source = ctx.dockerfile.source
    if known.WORKED_IN.search(source.path or "") or known.WORKED_IN.search(source.text):
        return True
    started = [name for found in last_starts(stage) for name in _started(found)]
    return not started or all(name in known.SHELLS_TO_WORK_IN for name in started)


def _started(instruction: Cmd | Entrypoint) -> list[str]:
    """The programs that an instruction starts; empty words of CMD are none."""
    start = start_of(instruction)
    if start is None or isinstance(start.script, NotModelled):
        return ["?"]
    bases = [argv(command).base or "?" for command in simple_commands(start.script)]
    return [base for base in bases if base not in ("exec", "set", "cd", "export", "echo")]


def _without(
    ctx: Context, stage: Stage, run: Run, found: Sequence[tuple[PackageCall, list[Word]]]
) -> Iterator[Patch | Skip]:
    changes: list[tuple[PackageCall, list[Word]]] = []
    for call, words in found:
        taken: list[Word] = []
        for word in words:
            why, what = _refusal(ctx, run, call, word)
            if why:
                yield Skip(run.span, why, what)
            else:
                taken.append(word)
        if taken and len(taken) == len(call.packages):
            yield Skip(run.span, ALONE, ", ".join(map(_name, taken)))
        elif taken:
            changes.append((call, taken))
    edits = [(call.command, _cuts(call, words)) for call, words in changes]
    if not edits:
        return
    if any(_holds_comment(run, edit.span) for _, own in edits for edit in own):
        yield Skip(run.span, COMMENT)
        return
    own, replaced = all_changed(run, edits)
    names = [_name(word) for _, words in changes for word in words]
    yield _patch(stage, run, own, replaced, names)


def _patch(stage: Stage, run: Run, edits: list[Edit], replaced: tuple[Replaced, ...], names: list[str]) -> Patch:
    return Patch(
        edits,
        why=f"nothing in the file uses {', '.join(names)}",
        span=run.span,
        evidence=["the image starts a program, no shell", "its programs are named nowhere else in the file"],
        risk="a script that comes into the image may call one of them",
        delta=Delta(differs=(Differs(stage.index, commands=replaced),)),
    )


def _refusal(ctx: Context, run: Run, call: PackageCall, word: Word) -> tuple[str, str]:
    """Why a package stays, and what it is about; empty if it may go."""
    assert run.script is not None
    name = _name(word)
    if not call.is_editable or not run.script.is_contiguous(*word.span):
        return SUBSTITUTED, name
    place = run.script.span(*word.span)
    own = [place, *(run.script.span(*other.span) for other in _tools(ctx, call))]
    comments = [comment.span for comment in ctx.dockerfile.comments]
    for match in _uses(name).finditer(ctx.dockerfile.source.text):
        if _is_inside(match.start(), own):
            continue
        if not _is_inside(match.start(), comments):
            return _of_use(name, match)
        if _is_inside(match.start(), [run.span, *(comment.span for comment in run.comments)]):
            return COMMENT, name
    return "", ""


def _uses(name: str) -> re.Pattern[str]:
    """What in a file shows that a package is used."""
    programs = "|".join(map(re.escape, [*known.DEBUG_TOOLS.get(name, "").split(), name]))
    paged = known.PAGED if name in known.PAGERS else "(?!)"
    return re.compile(
        rf"(?<![\w-])\.?(?:(?P<own>{programs})|(?P<paged>{paged}))(?:rc)?(?![\w-])|\b(?P<set>{known.MENTIONS})\b"
    )


def _of_use(name: str, match: re.Match[str]) -> tuple[str, str]:
    if match["paged"]:
        return PAGED, f"{name}, for {match['paged']}"
    return (SET, f"{name}, by {match['set']}") if match["set"] else (NAMED, name)


def _is_inside(at: int, spans: Iterable[Span]) -> bool:
    return any(span.start <= at < span.end for span in spans)


def _cuts(call: PackageCall, words: Sequence[Word]) -> list[Edit]:
    """Takes words out of a command, each with the blanks in front of it."""
    all_words = call.command.words
    places = [at for at, each in enumerate(all_words) if any(each is word for word in words)]
    return [Edit(Span(all_words[at - 1].span.end, all_words[at].span.end), "") for at in places]


def _holds_comment(run: Run, span: Span) -> bool:
    assert run.script is not None
    place = run.script.span(*span)
    start = run.script.end_offset(span.start)
    return any(start <= comment.span.start < place.end for comment in run.inner_comments)


def _documentation(ctx: Context, stage: Stage, calls: Sequence[tuple[Run, PackageCall]]) -> Iterator[Patch | Skip]:
    for run in dict.fromkeys(run for run, _ in calls):
        edits = [
            (call.command, [Edit(Span(call.after_verb, call.after_verb), f" {known.NO_DOCS[call.name][0]}")])
            for own, call in calls
            if own is run and call.name in known.NO_DOCS and call.is_editable
            if not re.search(known.NO_DOCS[call.name][1], call.text)
        ]
        if edits:
            own, replaced = all_changed(run, edits)
            yield _without_docs(stage, Differs(stage.index, commands=replaced), own, run.span)
    if stage.parent is None and any(call.manager.name == "apt" for _, call in calls):
        yield from _documentation_of_dpkg(ctx, stage)


def _documentation_of_dpkg(ctx: Context, stage: Stage) -> Iterator[Patch]:
    base = ctx.facts.base(stage)
    if base.reference is None or base.reference.official not in known.WITH_DOCS or base.family != "debian":
        return
    if "slim" in (base.reference.tag or "") or "path-exclude" in ctx.dockerfile.source.text:
        return
    scope = ctx.facts.scope(stage.instructions[0])
    if scope.shell is None and (is_root(scope.user) if scope.user is not None else base.is_root is True):
        edit = behind_from(ctx, stage, "RUN", ctx.print.joint("&&", stage.start).join(known.DPKG_NO_DOCS))
        added = Differs(stage.index, added=(f"RUN {' && '.join(known.DPKG_NO_DOCS)}",))
        yield _without_docs(stage, added, [edit], stage.start.span)


def _without_docs(stage: Stage, differs: Differs, edits: list[Edit], span: Span) -> Patch:
    return Patch(
        edits,
        why="packages bring documentation that no program reads",
        span=span,
        evidence=[f"stage {stage.index} is the one that is shipped"],
        risk="a package whose scripts need its manuals may fail to install",
        delta=Delta(differs=(differs,)),
    )
