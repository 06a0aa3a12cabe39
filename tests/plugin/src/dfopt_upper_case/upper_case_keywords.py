"""Instruction keywords in the case that the reference writes them in."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.transform import Context, Edit, Patch, Safety, Skip, transform


@transform(safety=Safety.SAFE, links=["https://docs.docker.com/reference/dockerfile/#format"])
def upper_case_keywords(ctx: Context) -> Iterator[Patch | Skip]:
    """Writes instruction keywords in upper case.

    ## Why

    Keywords that look alike are found by eye and by simple searches.

    ## Leaves alone

    Keywords that a line continuation cuts in two.
    """
    for instruction in ctx.dockerfile.instructions:
        written = ctx.dockerfile.source.slice(instruction.keyword_span)
        if not written.isalpha():
            yield Skip(instruction.keyword_span, "a line continuation cuts the keyword in two")
        elif written != instruction.keyword:
            edit = Edit(instruction.keyword_span, instruction.keyword)
            yield Patch([edit], why=f"{written} is {instruction.keyword}")
