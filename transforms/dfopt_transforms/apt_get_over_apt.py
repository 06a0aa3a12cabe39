"""Scripts call apt-get: apt is for people."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.facts.packages import PackageCall
from dfopt.knowledge.apt import SAME_IN_APT_GET
from dfopt.source import Span
from dfopt.syntax.nodes import Run
from dfopt.transform import Context, Delta, Differs, Edit, Patch, Replaced, Safety, Skip, transform
from dfopt_transforms._commands import changed

OTHER = "apt-get has no such command, or prints something else"
SUBSTITUTED = "it stands in a substitution"


@transform(
    safety=Safety.UNSAFE,
    links=["https://manpages.debian.org/bookworm/apt/apt.8.en.html#SCRIPT_USAGE_AND_DIFFERENCES_FROM_OTHER_APT_TOOLS"],
)
def apt_get_over_apt(ctx: Context) -> Iterator[Patch | Skip]:
    """Calls `apt-get` where a RUN calls `apt`.

    ## Why

    `apt` warns in every build that its command line is not stable, and it is not: Debian changes what it prints, what
    it asks, and how it solves dependencies from one release to the next. `apt-get` is kept as it is for scripts.
    `apt upgrade` becomes `apt-get upgrade --with-new-pkgs`, which does the same.

    ## Leaves alone

    - `apt list`, `apt search`, `apt show` and others that `apt-get` does not have.
    - Calls in a substitution.

    ## Safety

    apt 3 has a solver of its own that apt-get does not use by default: where a dependency can be met in several ways,
    they may choose different packages.
    """
    for stage in ctx.facts.stages:
        for run in stage.instructions:
            if isinstance(run, Run) and (calls := [call for call in ctx.facts.calls(run) if call.name == "apt"]):
                yield from _in_run(ctx, run, calls)


def _in_run(ctx: Context, run: Run, calls: list[PackageCall]) -> Iterator[Patch | Skip]:
    edits: list[Edit] = []
    replaced: list[Replaced] = []
    stage = ctx.facts.stage_of(run)
    for call in calls:
        if call.verb not in SAME_IN_APT_GET:
            yield Skip(run.span, OTHER, call.text.strip())
        elif not call.is_editable:
            yield Skip(run.span, SUBSTITUTED, call.text.strip())
        else:
            is_same = ctx.facts.base(stage).docker_clean is True
            own, declared = changed(run, call.command, list(_edits(call)), is_same=is_same)
            edits += own
            replaced.append(declared)
    if edits:
        yield Patch(
            edits,
            why="apt-get keeps its command line stable for scripts, and apt does not",
            span=run.span,
            evidence=["apt's manual: prefer apt-get and apt-cache in scripts"],
            risk="apt 3 solves dependencies in another way than apt-get",
            delta=Delta(differs=(Differs(stage.index, commands=tuple(replaced)),)),
        )


def _edits(call: PackageCall) -> Iterator[Edit]:
    """The new name right in front of the end of the old one, which a path may stand before, and the new verb."""
    words = [word for word in call.command.words if word.value and word.value.rpartition("/")[2] == "apt"]
    end = words[0].span.end
    yield Edit(Span(end, end), "-get")
    verb = SAME_IN_APT_GET[call.verb]
    if verb != call.verb:
        yield Edit(Span(call.after_verb - len(call.verb), call.after_verb), verb)
