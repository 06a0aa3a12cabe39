"""ENV and LABEL of the legacy form ``KEY value`` become ``KEY=value``."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.expression import Expression
from dfopt.source import Span
from dfopt.syntax.nodes import Assignment, Env, Label
from dfopt.transform import Context, Edit, Patch, Safety, Skip, transform
from dfopt_transforms._env_values import has_odd_expansion, in_quotes, is_one_word, is_plain

_KEY = Expression(r"[A-Za-z_][A-Za-z0-9_.\-/]*\Z")


@transform(
    safety=Safety.SAFE,
    links=[
        "https://docs.docker.com/reference/build-checks/legacy-key-value-format/",
        "https://docs.docker.com/reference/dockerfile/#env",
    ],
)
def modern_env(ctx: Context) -> Iterator[Patch | Skip]:
    """Writes `ENV KEY value` and `LABEL KEY value` as `KEY=value`.

    ## Why

    In the legacy form the whole rest of the line is the value, whatever stands there: `ENV A=1 B=2` sets two
    variables, `ENV A 1 B=2` one. Builders warn of it, and may read it no longer one day.

    The value stays what it is, byte for byte: it gets quotes where it has white space, and quotes and
    escapes that it has already mean what they meant.

    ## Leaves alone

    - A value over several lines that has quotes or escapes of its own, or a comment before it.
    - A key with anything but letters, digits, `_`, `.`, `-` and `/`.
    - A value of several words with an expansion that holds quotes or a pattern, such as `${A:-"b"}`.
    - Triggers of ONBUILD: the image config holds their text.
    """
    for instruction in ctx.dockerfile.instructions:
        if not isinstance(instruction, Env | Label) or not instruction.is_legacy:
            continue
        pair = instruction.pairs[0]
        gap = _gap(pair)
        if not _KEY.match(pair.key):
            yield Skip(instruction.span, "the key is not a plain name", pair.key)
        elif any(gap.start <= comment.span.start < gap.end for comment in instruction.inner_comments):
            yield Skip(instruction.span, "a comment stands between the key and its value")
        elif (edits := _quoted(ctx, pair)) is None:
            yield Skip(instruction.span, "quotes, escapes or expansions in the value cannot be carried over")
        else:
            yield Patch([*edits], why=f"{pair.key} is set in the form that builders do not warn of")


def _gap(pair: Assignment) -> Span:
    assert pair.value_span is not None
    return Span(pair.key_span.end, pair.value_span.start)


def _quoted(ctx: Context, pair: Assignment) -> tuple[Edit, ...] | None:
    """The edits that put ``=`` behind the key and quotes around the value; None if the value does not lend itself."""
    gap, value, span = _gap(pair), pair.value or "", pair.value_span
    assert span is not None
    escape = ctx.dockerfile.escape
    if is_one_word(value, escape):
        return (Edit(gap, "="),)
    if has_odd_expansion(value):
        return None
    if is_plain(value, escape):
        return Edit(gap, '="'), Edit(Span(span.end, span.end), '"')
    quoted = in_quotes(value, escape)
    if quoted is None or ctx.dockerfile.source.slice(span) != value:
        return None
    return (Edit(Span(gap.start, span.end), f"={quoted}"),)
