"""The COPYs that deltas speak of, with the build context that laws about them need."""

from __future__ import annotations

from dfopt.facts.facts import Facts
from dfopt.model.build_files import BuildFiles, Files, NoFiles
from dfopt.source import Span
from dfopt.syntax.nodes import Copy
from dfopt.validation.exempt import UndeclaredError
from dfopt.validation.plan import flags


def declared_copy(before: Facts, span: Span, files: Files, says: str, to: str) -> tuple[Copy, BuildFiles]:
    """The COPY at a place of the old file; what is declared of it is said as in "a COPY moved", "to have moved".

    Raises UndeclaredError if there is none, or if the build context is not known.
    """
    context = files()
    if isinstance(context, NoFiles):
        raise UndeclaredError(f"a COPY {says}, and the build context is not known")
    copy = next((found for found in before.dockerfile.instructions if found.span == span), None)
    if not isinstance(copy, Copy):
        raise UndeclaredError(f"a COPY that is declared to {to} is not there")
    return copy, context


def is_alike(one: Copy, other: Copy) -> bool:
    """True for the same keyword and flags."""
    return one.keyword == other.keyword and flags(one) == flags(other)
