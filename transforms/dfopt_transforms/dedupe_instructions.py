"""Instructions without an effect go away: a later one takes their place, or an earlier one says the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from dfopt.facts.facts import Facts
from dfopt.facts.workdirs import Step, steps
from dfopt.model.stages import Stage
from dfopt.shell.nodes import NotModelled
from dfopt.syntax.nodes import (
    Cmd,
    Entrypoint,
    Healthcheck,
    Instruction,
    Label,
    Maintainer,
    Run,
    Stopsignal,
    Workdir,
)
from dfopt.transform import Context, Edit, Patch, Safety, Saving, Skip, transform
from dfopt_transforms._moved_blocks import Block, with_blank
from dfopt_transforms._said_again import SaidBefore, label_key

_LAST_COUNTS = (Cmd, Entrypoint, Healthcheck, Maintainer, Stopsignal)


@transform(
    safety=Safety.SAFE,
    links=[
        "https://docs.docker.com/reference/build-checks/multiple-instructions-disallowed/",
        "https://docs.docker.com/reference/dockerfile/#cmd",
    ],
)
def dedupe_instructions(ctx: Context) -> Iterator[Patch | Skip]:
    """Removes instructions that have no effect on the image.

    ## Why

    Of several CMDs in a stage only the last one counts, and so it is with ENTRYPOINT, HEALTHCHECK, STOPSIGNAL and
    MAINTAINER. Who reads one of the others is misled. An ENV, ARG, LABEL, EXPOSE, USER, SHELL or WORKDIR that says what
    is in force already says nothing, and a WORKDIR is a layer each time.

    So these go: those of which only the last one counts, but for that one; a LABEL of which all keys are set to
    something else further down; what is said again while nothing else was said in between; and a WORKDIR right above
    one that makes the same folder on its way.

    ## Leaves alone

    - What has a comment: it would lose what it speaks of.
    - An instruction of which a part has an effect.
    - MAINTAINERs that name several people, although only the last one counts.
    - A WORKDIR that may make a folder anew, since a RUN before it may have removed it.
    - Values that name a variable which was set in between, such as `ENV PATH=/app/bin:$PATH` said twice.
    - What a base image, or another stage, says: it may change by itself.
    - RUN, COPY, VOLUME and ONBUILD: they are done each time.
    """
    for stage in ctx.facts.stages:
        for instruction, why in _without_effect(ctx.facts, stage):
            if isinstance(instruction, Maintainer) and _names_others(stage, instruction):
                yield Skip(instruction.span, "another MAINTAINER names somebody else")
                continue
            if instruction.comments or instruction.inner_comments:
                yield Skip(instruction.span, "a comment speaks of what has no effect", instruction.keyword)
                continue
            yield Patch(
                [Edit(with_blank(ctx.dockerfile.source.text, Block(ctx.dockerfile, instruction).span), "")],
                why=why,
                span=instruction.span,
                saving=Saving(layers=1 if isinstance(instruction, Workdir) else 0),
            )


def _without_effect(facts: Facts, stage: Stage) -> Iterator[tuple[Instruction, str]]:
    """Each instruction of a stage that has no effect, and why."""
    before = SaidBefore(facts.dockerfile.escape)
    folders = dict(_folders(facts, stage))
    for at, instruction in enumerate(stage.instructions):
        rest = stage.instructions[at + 1 :]
        why = ""
        if isinstance(instruction, _LAST_COUNTS) and any(type(later) is type(instruction) for later in rest):
            why = f"only the last {instruction.keyword} of a stage counts"
        elif isinstance(instruction, Label) and _is_replaced(instruction, rest, facts.dockerfile.escape):
            why = "all of its keys are set again below"
        elif before.read(instruction):
            why = f"this {instruction.keyword} is in force already"
        elif instruction.span.start in folders:
            why = folders[instruction.span.start]
        if why:
            yield instruction, why


def _names_others(stage: Stage, found: Maintainer) -> bool:
    return any(isinstance(other, Maintainer) and other.body.text != found.body.text for other in stage.instructions)


def _is_replaced(label: Label, rest: Sequence[Instruction], escape: str) -> bool:
    """True if later LABELs set all keys of one, not only to the same values."""
    later: dict[str | None, str | None] = {}
    for found in rest:
        if isinstance(found, Label):
            later.update((label_key(pair, escape), pair.value) for pair in found.pairs)
    keys = {label_key(pair, escape): pair.value for pair in label.pairs}
    return None not in keys and None not in later and keys.keys() <= later.keys() and not keys.items() <= later.items()


def _folders(facts: Facts, stage: Stage) -> Iterator[tuple[int, str]]:
    """Where WORKDIRs stand that set, or make, no other folder than those around them do."""
    for step, following in pairwise([*steps(facts, stage), None]):
        if step is None or not step.after.path:
            continue
        if step.after.path == step.before.path and _stays(facts, stage, step.workdir):
            yield step.workdir.span.start, "this WORKDIR is in force already"
        elif following is not None and _makes_it(stage, step, following):
            yield step.workdir.span.start, f"WORKDIR {following.after.written} makes this folder, too"


def _stays(facts: Facts, stage: Stage, workdir: Workdir) -> bool:
    """True if the folder was made by the WORKDIR before one, and no RUN since may have removed it."""
    for found in reversed([each for each in stage.instructions if each.span.start < workdir.span.start]):
        if isinstance(found, Workdir):
            return True
        if isinstance(found, Run) and (isinstance(facts.script(found), NotModelled) or facts.changes_process(found)):
            return False
    return False


def _makes_it(stage: Stage, step: Step, following: Step) -> bool:
    """True if the next instruction is an absolute WORKDIR below the folder."""
    is_next = any(a is step.workdir and b is following.workdir for a, b in pairwise(stage.instructions))
    is_below = following.after.path != step.after.path and following.after.path.startswith(
        f"{step.after.path.rstrip('/')}/"
    )
    return is_next and is_below and following.is_absolute is True
