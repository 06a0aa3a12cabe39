"""A relative WORKDIR becomes an absolute one."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.expression import Expression
from dfopt.facts.workdirs import Step, steps
from dfopt.transform import Context, Edit, Patch, Safety, Skip, transform

_PLAIN = Expression(r"(?:[A-Za-z0-9_.@+/-]|\$\{?[A-Za-z_][A-Za-z0-9_]*\}?)+")


@transform(
    safety=Safety.SAFE,
    links=[
        "https://docs.docker.com/reference/dockerfile/#workdir",
        "https://docs.docker.com/reference/build-checks/workdir-relative-path/",
    ],
)
def absolute_workdir(ctx: Context) -> Iterator[Patch | Skip]:
    """Writes the path of a WORKDIR in full.

    ## Why

    A relative path goes on from the WORKDIR before it, or from one that the base image sets. Whoever moves it, copies
    it to another file or changes the base gets another folder, and everyone else has to look for the place that it
    starts from.

    ## Leaves alone

    - A path that goes on from a folder that the file does not tell: the base image may set one (some official images
      are known not to), an argument of the build may decide, or triggers of ONBUILD run before.
    - A path with quotes, escapes, or a colon, as in `C:`.
    - `RUN cd /app && make`. A WORKDIR instead stays in force behind the RUN and in the image, makes the folder where
      `cd` would have failed, and sets `PWD` to another path where one of the folders is a link: that it changes nothing
      cannot be proved.
    """
    for stage in ctx.facts.stages:
        for step in steps(ctx.facts, stage):
            yield from _rewritten(ctx, step)


def _rewritten(ctx: Context, step: Step) -> Iterator[Patch | Skip]:
    path = step.workdir.path
    if step.is_absolute is not False:
        return
    refusal = _refusal(step)
    if refusal:
        yield Skip(step.workdir.span, refusal)
    elif ctx.dockerfile.source.slice(path.span) != path.text:
        yield Skip(step.workdir.span, "its path runs over several lines")
    else:
        why = f"{path.text} is {step.after.written} only as long as nothing above it changes"
        yield Patch([Edit(path.span, step.after.written)], why=why)


def _refusal(step: Step) -> str | None:
    if not _PLAIN.fullmatch(step.workdir.path.text):
        return "its path has quotes or escapes"
    if not step.before.path:
        return "the folder that it goes on from is not known"
    if not step.after.path:
        return "a variable in its path is not known"
    if not _PLAIN.fullmatch(step.after.written):
        return "the path that it goes on from has quotes or escapes"
    return None
