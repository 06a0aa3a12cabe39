"""Installs of packages take along what they need, not what they recommend."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfopt.facts.packages import PackageCall
from dfopt.knowledge.apt import LITTLE_WITHOUT, NEEDED
from dfopt.knowledge.package_managers import Switch
from dfopt.model.stages import Stage
from dfopt.shell.nodes import Word
from dfopt.source import Span
from dfopt.syntax.nodes import Run
from dfopt.transform import Context, Delta, Differs, Edit, Patch, Replaced, Safety, Skip, transform
from dfopt_transforms._commands import changed

SUBSTITUTED = "it stands in a substitution"
VARIABLE = "a variable names packages"
LITTLE = "much of what a package is installed for is only recommended by it"
CONFIGURED = "the file sets what is installed along"
OTHER_SYSTEM = "the base image may be another system"


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/build/building/best-practices/#apt-get",
        "https://www.debian.org/doc/debian-policy/ch-relationships.html#binary-dependencies-depends-recommends-suggests-enhances-pre-depends",
    ],
)
def without_recommends(ctx: Context) -> Iterator[Patch | Skip]:
    """Installs packages without those that they only recommend, but with those that they are known to need.

    ## Why

    apt and dnf install what a package recommends: for a workstation that is right, in an image it often doubles what
    is installed. What is known to be missed then is named: `git` and `curl` need `ca-certificates` for HTTPS, `gcc`
    needs `libc6-dev`, `python3-pip` needs a compiler for packages that come as source.

    ## Leaves alone

    - Packages that are little without what they recommend: desktops, databases, `texlive`, `r-base`, `libreoffice`.
    - Calls in which a variable names packages, and calls in a substitution.
    - Files that set `APT::Install-Recommends` or `install_weak_deps` themselves.

    ## Safety

    Packages leave the image. That one of them was needed shows only when the image runs: `dfopt verify --run` lists
    what went, and tries. Without the package index, dfopt cannot list it beforehand.
    """
    for stage in ctx.facts.stages:
        runs = [found for found in stage.instructions if isinstance(found, Run)]
        if re.search("Install-Recommends|install_weak_deps", ctx.dockerfile.source.text):
            if any(_calls(ctx, run) for run in runs):
                yield Skip(stage.start.span, CONFIGURED)
            continue
        for run in runs:
            yield from _in_run(ctx, stage, run)


def _calls(ctx: Context, run: Run) -> list[tuple[PackageCall, Switch]]:
    """The installs of a RUN that take along what is recommended, and the option against it."""
    found = [(call, call.manager.lean.get(call.name)) for call in ctx.facts.calls(run)]
    return [
        (call, switch)
        for call, switch in found
        if switch is not None and call.verb == "install" and call.packages and not call.has(switch)
    ]


def _in_run(ctx: Context, stage: Stage, run: Run) -> Iterator[Patch | Skip]:
    edits: list[Edit] = []
    replaced: list[Replaced] = []
    named: list[str] = []
    for call, switch in _calls(ctx, run):
        refusal = _refusal(ctx, stage, call)
        if refusal is not None:
            yield Skip(run.span, *refusal)
            continue
        needed = list(_needed(ctx, stage, run, call, named))
        named += (name for _, name in needed)
        option = Edit(Span(call.after_verb, call.after_verb), f" {switch.written}")
        more = [Edit(Span(word.span.end, word.span.end), f" {name}") for word, name in _last_first(needed)]
        own, declared = changed(run, call.command, [option, *more])
        edits += _in_style(ctx, run, own, needed)
        replaced.append(declared)
    if edits:
        yield Patch(
            edits,
            why="what packages only recommend stays out of the image",
            span=run.span,
            evidence=[f"{name} is named, as it is recommended and known to be needed" for name in named],
            risk="packages that the image needs without naming them are missing",
            delta=Delta(differs=(Differs(stage.index, commands=tuple(replaced)),)),
        )


def _last_first(needed: list[tuple[Word, str]]) -> list[tuple[Word, str]]:
    """One entry for each word, with all that goes behind it."""
    behind: dict[Word, list[str]] = {}
    for word, name in needed:
        behind.setdefault(word, []).append(name)
    return [(word, " ".join(names)) for word, names in behind.items()]


def _in_style(ctx: Context, run: Run, edits: list[Edit], needed: list[tuple[Word, str]]) -> Iterator[Edit]:
    """What comes behind a package that stands on a line of its own gets one too."""
    assert run.script is not None
    places = {run.script.end_offset(word.span.end): word for word, _ in needed}
    text = ctx.dockerfile.source.text
    for edit in edits:
        word = places.get(edit.span.start)
        start = run.script.offset(word.span.start) if word else 0
        line = text.rfind("\n", 0, start)
        indent = text[line + 1 : start]
        if word and line > run.span.start and not indent.strip() and not run.is_heredoc_script:
            stop = f" {ctx.dockerfile.escape}{ctx.print.line_end(run)}{indent}"
            yield Edit(edit.span, "".join(stop + name for name in edit.text.split()))
        else:
            yield edit


def _refusal(ctx: Context, stage: Stage, call: PackageCall) -> tuple[str, str] | None:
    if not call.is_editable:
        return SUBSTITUTED, call.text.strip()
    if any(word.value is None for word in call.packages):
        return VARIABLE, call.text.strip()
    family = ctx.facts.base(stage).family
    if family != "unknown" and call.manager.families and family not in call.manager.families:
        return OTHER_SYSTEM, family
    little = next((word.value for word in call.packages if LITTLE_WITHOUT.fullmatch(_name(word))), None)
    return (LITTLE, little) if little else None


def _name(word: Word) -> str:
    """The name of a package without its version, its release and its architecture."""
    return re.split("[=/:]", word.value or "", maxsplit=1)[0]


def _needed(ctx: Context, stage: Stage, run: Run, call: PackageCall, named: list[str]) -> Iterator[tuple[Word, str]]:
    """The packages to be named too, each with the one that needs it."""
    if call.manager.name != "apt":
        return
    there = {_name(word) for word in call.packages} | set(named)
    text = ctx.dockerfile.source.text
    above = text[stage.start.span.start : run.span.start]
    for need in NEEDED:
        by = next((word for word in call.packages if re.fullmatch(need.by, _name(word))), None)
        if by is None or (need.where and not re.search(need.where, text)):
            continue
        if need.package in there or any(re.fullmatch(need.provided, name) for name in there):
            continue
        if not re.search(rf"(?<![\w-]){re.escape(need.package)}(?![\w-])", above):
            yield by, need.package
