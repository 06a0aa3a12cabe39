"""What differs from build to build is set below what takes long."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.source import Span
from dfopt.suppress import SUPPRESSED
from dfopt.syntax.nodes import Arg, Env, Instruction
from dfopt.transform import Context, Delta, Differs, Patch, Safety, Skip, transform
from dfopt_transforms._moved_blocks import moved
from dfopt_transforms._sinking import Group, groups, unmovable


@transform(
    safety=Safety.UNSAFE,
    reports=True,
    links=[
        "https://docs.docker.com/reference/dockerfile/#impact-on-build-caching",
        "https://docs.docker.com/build/cache/invalidation/",
    ],
)
def sink_volatile(ctx: Context) -> Iterator[Patch | Skip]:
    """Sets build dates, revisions and other arguments below the RUNs that do not use them.

    ## Why

    Each RUN has every ARG and ENV above it in its environment, and so in its cache key, whether it uses it or not. A
    build date or a revision at the top of a stage is another one each time, and everything below it runs
    again, be it only for a LABEL at the end.

    ARG and ENV with names that stand for such things (`BUILD_DATE`, `VCS_REF`, `GIT_COMMIT` …), and each ARG that is
    not used before a later instruction, move right below the last RUN that takes long and does not use them. LABELs
    that name them go along, and so do comments. A LABEL alone gains nothing: no cache key has it. Nor does a COPY
    between matter, which sees only what it names.

    ## Leaves alone

    - An ARG or ENV above RUNs that name it, or that run what may read it: a script or a compiler, an interpreter.
    - Names that programs are set up with (`DEBIAN_FRONTEND`, `PIP_INDEX_URL`, proxies), that are meant to make what
      follows run again (`CACHEBUST`), or that the builder sets itself (`TARGETARCH`, `SOURCE_DATE_EPOCH`).
    - What stands above nothing but RUNs that take no time (`mkdir`, `chmod` …).
    - A comment that may speak of more than what would move.
    - The order of ENVs among each other, and of LABELs with one key.

    ## Safety

    Every program of a RUN may read its environment. Where a RUN runs nothing but programs of which it is known what
    they read (`curl`, `tar`, `cp` and the like), the move is proved to change nothing, and is marked safe. Where it
    installs packages as well, these may run scripts of their own: none is known to read a build date, but it cannot
    be proved. All else, the image itself included, is compared as for a safe rewrite.
    """
    for stage in ctx.facts.stages:
        for group in groups(ctx.facts, stage):
            yield from _moved(ctx, stage.index, group)


def _moved(ctx: Context, stage: int, group: Group) -> Iterator[Patch | Skip]:
    first = group.members[0]
    if group.target is None:
        if group.stopped_by is not None:
            yield Skip(first.span, "a RUN below it may read it", ctx.dockerfile.text(group.stopped_by)[:60])
        return
    if any(ctx.is_off(place.span) for place in (*group.members, group.target)):
        yield Skip(first.span, SUPPRESSED)
        return
    refusal = unmovable(ctx.dockerfile, group)
    if refusal:
        yield Skip(first.span, refusal)
        return
    names = _names(group.members)
    said = " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]
    yield Patch(
        moved(ctx.dockerfile, ctx.print, group.members, group.target),
        why=f"a change of {said} runs nothing above it again",
        span=Span(first.span.start, first.span.end),
        safety=Safety.SAFE if group.is_safe else Safety.UNSAFE,
        delta=Delta() if group.is_safe else Delta(differs=(Differs(stage, later=tuple(names)),)),
        risk="" if group.is_safe else f"a script of a package that is installed above may read {said}",
    )


def _names(members: tuple[Instruction, ...]) -> list[str]:
    return list(dict.fromkeys(pair.key for found in members if isinstance(found, Arg | Env) for pair in found.pairs))
