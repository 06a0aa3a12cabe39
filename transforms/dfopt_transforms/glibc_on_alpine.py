"""Programs for glibc that are put on Alpine, whose C library is musl."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from dfopt.expression import Expression
from dfopt.facts.facts import Facts
from dfopt.knowledge import glibc as known
from dfopt.knowledge.manager import Action
from dfopt.model.stages import Stage
from dfopt.model.taken import takes_from
from dfopt.syntax.nodes import Add, Copy, Instruction, Run
from dfopt.transform import Context, Patch, Safety, Skip, transform

TAKEN = "another system takes it from this stage"
BOTH = "there is a build for musl as well, and the RUN chooses"

_WORDS = Expression(r"[^\s'\"<>|;&()=]+")


class _Found(msgspec.Struct, frozen=True):
    """Something for glibc, and where it comes in."""

    instruction: Instruction
    what: str
    instead: str
    is_layer: bool = False
    """True for what is to let other programs run."""


@transform(
    safety=Safety.REPORT,
    links=[
        "https://wiki.musl-libc.org/functional-differences-from-glibc.html",
        "https://wiki.alpinelinux.org/wiki/Running_glibc_programs",
    ],
)
def glibc_on_alpine(ctx: Context) -> Iterator[Patch | Skip]:
    """Reports programs built for glibc that are put on Alpine, and what there is for musl instead.

    ## Why

    A program that is linked against glibc ends on Alpine with `not found`, as its loader is missing, or fails later,
    when a symbol is. A compatibility layer (`gcompat`, `libc6-compat`) or a second C library beside musl covers some
    programs and some of their functions, and breaks with updates of either. For many there is a build for musl or a
    package of Alpine; where there is none, a Debian slim base costs less than it takes to make one work.

    It knows archives of JDKs, node, .NET, bun, conda, the AWS CLI and others by their names, targets `…-linux-gnu`,
    `manylinux` wheels, packages that bring a browser or have no wheel for musl, and what cargo or cgo has built in a
    stage with glibc.

    ## Leaves alone

    - What goes on to a stage that is not on Alpine.
    - A RUN that names a build for musl too.
    - Programs that may be static: those of Go without cgo, and all whose names say nothing.

    ## Safety

    It only reports: another build or another base is another image.
    """
    for stage in ctx.facts.stages:
        if ctx.facts.base(stage).family != "alpine":
            continue
        found: list[_Found] = []
        for each in _found(ctx.facts, stage):
            if isinstance(each, Skip):
                yield each
            elif _goes_elsewhere(ctx.facts, stage):
                yield Skip(each.instruction.span, TAKEN, each.what)
            else:
                found.append(each)
        yield from _told(found)


def _told(found: list[_Found]) -> Iterator[Patch]:
    """One report for each, or one for the layer that is to let the others run."""
    layer = next((each for each in found if each.is_layer), None)
    if layer is not None:
        evidence = tuple(f"{each.what} is built for glibc" for each in found if not each.is_layer)
        why = f"{layer.what} lets some programs for glibc start on musl, not all, and not all of each; {layer.instead}"
        yield Patch([], span=layer.instruction.span, why=why, evidence=evidence)
        return
    for each in found:
        why = f"{each.what} is built for glibc, and the C library of Alpine is musl; instead: {each.instead}"
        yield Patch([], span=each.instruction.span, why=why)


def _goes_elsewhere(facts: Facts, stage: Stage) -> bool:
    """True if a stage that is not on Alpine takes files from it."""
    return any(
        takes_from(instruction, stage)
        for other in facts.stages
        if facts.base(other).family != "alpine"
        for instruction in other.instructions
    )


def _found(facts: Facts, stage: Stage) -> Iterator[_Found | Skip]:
    for instruction in stage.instructions:
        if isinstance(instruction, Run):
            yield from _in_run(facts, stage, instruction)
        elif isinstance(instruction, Add):
            named = known.download(source.text for source in instruction.sources)
            if named:
                yield _Found(instruction, *_described(*named))
        elif isinstance(instruction, Copy):
            yield from _built(facts, instruction)


def _in_run(facts: Facts, stage: Stage, run: Run) -> Iterator[_Found | Skip]:
    text = run.script.text if run.script is not None else run.body.text
    words = _WORDS.findall(text)
    glibc = next((word for word in words if known.GLIBC_PACKAGE.fullmatch(word)), None)
    if glibc:
        yield _Found(run, "a glibc beside musl", "a Debian slim base has the one library that they need", is_layer=True)
        return
    packages = {
        (call.manager.name, word.value)
        for call in facts.calls(run)
        if call.action is Action.INSTALL
        for word in call.packages
        if word.value
    }
    layers = sorted(name for manager, name in packages if manager == "apk" and _bare(name) in known.LAYERS)
    if layers:
        yield _Found(
            run, layers[0], "if nothing needs it, leave it out, else a Debian slim base is safer", is_layer=True
        )
    named = known.download(words)
    if named and re.search(r"musl|\balpine[-_]linux", text):
        yield Skip(run.span, BOTH, named[0])
    elif named:
        yield _Found(run, *_described(*named))
    for row in known.PACKAGES:
        installed = sorted(name for manager, name in packages if manager in row.managers and _bare(name) in row.names)
        if installed and not _unless(facts, stage, run, row):
            yield _Found(run, f"{row.what} ({installed[0]})", row.instead)


def _described(name: str, row: known.Download) -> tuple[str, str]:
    return f"{row.what} ({name.rpartition('/')[2] or name})", row.instead


def _bare(package: str) -> str:
    """The name of a package without version or extras."""
    return re.split(r"(?<=.)@|[\[=<>~! ]", package, maxsplit=1)[0].lower()


def _unless(facts: Facts, stage: Stage, run: Run, row: known.Package) -> bool:
    """True if a variable in force, or the text of a RUN, says that nothing for glibc comes along."""
    if any(row.unless.fullmatch(name) for name in facts.scope(run).variables()):
        return True
    texts = (other.body.text for other in stage.instructions if isinstance(other, Run))
    return any(row.unless.search(text) for text in texts)


def _built(facts: Facts, copy: Copy) -> Iterator[_Found]:
    """What was built in a stage with glibc, for that C library as far as the file tells."""
    for stage in facts.stages:
        if takes_from(copy, stage) and facts.base(stage).family in known.FAMILIES:
            runs = [run for run in stage.instructions if isinstance(run, Run)]
            outputs = [source.text for source in copy.sources if known.RUST_OUTPUT.fullmatch(source.text)]
            if outputs and _cargo_builds(facts, runs):
                yield _Found(
                    copy,
                    f"what cargo built on {stage.image or 'another stage'} ({outputs[0]})",
                    "a rust image for Alpine, the target …-linux-musl, or a Debian slim base",
                )
            elif _cgo_builds(facts, runs):
                yield _Found(
                    copy,
                    f"what go built with cgo on {stage.image or 'another stage'}",
                    "CGO_ENABLED=0, a golang image for Alpine, or a Debian slim base",
                )


def _cargo_builds(facts: Facts, runs: list[Run]) -> bool:
    texts = [run.body.text for run in runs]
    said = " ".join([*texts, *(str(value) for run in runs for value in facts.scope(run).variables().values())])
    return any(re.search(r"\bcargo\s+(?:\S+\s+)*build\b", text) for text in texts) and not re.search(
        r"musl|crt-static|--target\b|\bzig", said
    )


def _cgo_builds(facts: Facts, runs: list[Run]) -> bool:
    """True if cgo is switched on in so many words, and nothing says that the result is static."""
    for run in runs:
        text = run.body.text
        if not re.search(r"\bgo\s+(?:build|install)\b", text) or re.search(r"-static\b|musl|netgo", text):
            continue
        if "CGO_ENABLED=1" in text or facts.scope(run).variables().get("CGO_ENABLED") == "1":
            return True
    return False
