"""MAINTAINER becomes a LABEL."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.syntax.nodes import Label, Maintainer
from dfopt.transform import Context, Delta, Differs, Edit, Patch, Safety, Skip, transform
from dfopt_transforms._env_values import escaped


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/reference/build-checks/maintainer-deprecated/",
        "https://docs.docker.com/reference/dockerfile/#maintainer-deprecated",
    ],
)
def label_over_maintainer(ctx: Context) -> Iterator[Patch | Skip]:
    """Names the maintainer in a LABEL instead of MAINTAINER.

    ## Why

    MAINTAINER has been deprecated since 2017. A label is seen by `docker inspect` among the others, can be filtered by,
    and can be changed by an image that is built on this one.

    ## Leaves alone

    - A stage that has a label `maintainer` already, or a base that is a stage with one.
    - A MAINTAINER over several lines.

    ## Safety

    The author of the image goes away and a label comes in. It says the same, but for quotes around the whole
    text, which MAINTAINER takes for a part of the name; a dollar in it stays a dollar.
    """
    for stage in ctx.facts.stages:
        labels = [found for found in stage.instructions if isinstance(found, Label)]
        taken = any(pair.key.strip("'\"").lower() == "maintainer" for label in labels for pair in label.pairs)
        for found in stage.instructions:
            if not isinstance(found, Maintainer):
                continue
            text = found.body.text
            if taken:
                yield Skip(found.span, "the stage has a label that names the maintainer")
            elif not found.body.is_contiguous(0, len(text)):
                yield Skip(found.span, "its text runs over several lines")
            else:
                yield _patch(ctx, stage.index, found)


def _patch(ctx: Context, stage: int, found: Maintainer) -> Patch:
    written = ctx.dockerfile.source.slice(found.keyword_span)
    text = found.body.text
    for quote in ("'", '"'):
        if len(text) > 1 and text[0] == text[-1] == quote and text.count(quote) == 2:
            text = text[1:-1]
    keyword = "label" if written.islower() else "LABEL"
    value = escaped(text, ctx.dockerfile.escape)
    return Patch(
        [Edit(found.span, f'{keyword} maintainer="{value}"')],
        why="MAINTAINER is deprecated",
        delta=Delta(differs=(Differs(stage, config=("MAINTAINER", "LABEL")),)),
    )
