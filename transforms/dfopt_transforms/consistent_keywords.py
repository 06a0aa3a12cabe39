"""Keywords of a file that mixes their case become upper case."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.source import Span
from dfopt.syntax.nodes import From
from dfopt.transform import Context, Edit, Patch, Safety, Skip, transform


@transform(
    safety=Safety.SAFE,
    links=[
        "https://docs.docker.com/reference/build-checks/consistent-instruction-casing/",
        "https://docs.docker.com/reference/build-checks/from-as-casing/",
    ],
)
def consistent_keywords(ctx: Context) -> Iterator[Patch | Skip]:
    """Writes keywords in upper case where a file mixes cases, and `AS` in the case of its FROM.

    ## Why

    `FROM` and `AS` are found by eye, by simple searches and by tools that know them in upper case only. Builders
    warn of files that mix cases.

    ## Leaves alone

    - A file whose keywords are all lower case: that is a style.
    - A keyword that a line continuation cuts in two.
    - Triggers of ONBUILD: the image config holds their text.
    """
    instructions = ctx.dockerfile.instructions
    written = [ctx.dockerfile.source.slice(found.keyword_span) for found in instructions]
    mixed = not (all(map(str.isupper, written)) or all(map(str.islower, written)))
    for instruction, keyword in zip(instructions, written, strict=True):
        now = keyword.upper() if mixed else keyword
        if now != keyword:
            if len(keyword) != len(instruction.keyword):
                yield Skip(instruction.keyword_span, "a line continuation cuts the keyword in two")
                continue
            yield Patch([Edit(instruction.keyword_span, now)], why=f"the file mixes cases: {keyword} is {now}")
        if isinstance(instruction, From) and instruction.name:
            yield from _match_as(instruction, upper=now.isupper())


def _match_as(start: From, *, upper: bool) -> Iterator[Patch | Skip]:
    """The AS of a FROM, in its case."""
    at = start.body.text.split()[1]
    place = start.body.text.index(at, len(start.image.text))
    if not start.body.is_contiguous(place, place + len(at)):
        yield Skip(start.span, "a line continuation cuts the keyword in two")
        return
    now = at.upper() if upper else at.lower()
    if now != at:
        offset = start.body.offset(place)
        yield Patch([Edit(Span(offset, offset + len(at)), now)], why=f"{at} is {now}, as its FROM is")
