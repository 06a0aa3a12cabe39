"""Programs take text for UTF-8."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.expression import Expression
from dfopt.model.scope import after
from dfopt.transform import Context, Delta, Differs, Patch, Safety, Skip, transform
from dfopt_transforms._install import behind_from

LOCALE = "C.UTF-8"
_VARIABLES = frozenset({"LANG", "LC_ALL", "LC_CTYPE"})
_WITHOUT = frozenset("debian ubuntu buildpack-deps node golang rust perl php gcc nginx httpd redis".split())
"""Official images none of whose tags sets a locale (the Dockerfiles of docker-library/official-images)."""

_TRACES = Expression(r"\b(locale-gen|update-locale|localedef|locales|LANG|LC_ALL|LC_CTYPE|default/locale)\b")

MUSL = "its C library takes text for UTF-8 as it is"
NOT_KNOWN = "whether its base image sets a locale is not known"
SET_UP = "something sets up a locale already"


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://sourceware.org/glibc/wiki/Proposals/C.UTF-8",
        "https://www.gnu.org/software/libc/manual/html_node/Locale-Categories.html",
    ],
)
def set_locale(ctx: Context) -> Iterator[Patch | Skip]:
    """Sets the locale C.UTF-8 in an image that has none.

    ## Why

    Without a locale, programs take text for ASCII: Ruby and Java before 18 fail at the first umlaut, terminals show
    question marks, and Perl warns at each start. `C.UTF-8` comes with the C library of Debian and Ubuntu, sorts
    by bytes as before, and needs no package.

    ## Leaves alone

    - Images that have a locale by ENV or by their base, or in which something speaks of one.
    - Alpine: musl has no other encoding.
    - Base images of which it is not known whether they set one, and other distributions.

    ## Safety

    Programs read and print text as UTF-8, in the RUNs behind FROM as well.
    """
    if not ctx.facts.stages or not ctx.facts.stages[-1].instructions:
        return
    stage = ctx.facts.stages[-1]
    base = ctx.facts.base(stage)
    last = stage.instructions[-1]
    env = {**base.env, **after(ctx.facts.scope(last), last, ctx.dockerfile.escape).env}
    if not _VARIABLES.isdisjoint(env):
        return
    span = stage.start.span
    texts = [ctx.dockerfile.text(found) for found in stage.all_instructions]
    if base.family == "alpine":
        yield Skip(span, MUSL)
    elif base.family not in ("debian", "ubuntu") or base.reference is None or base.reference.official not in _WITHOUT:
        yield Skip(span, NOT_KNOWN, base.reference.name if base.reference else "")
    elif any(_TRACES.search(text) for text in texts):
        yield Skip(span, SET_UP)
    else:
        yield Patch(
            [behind_from(ctx, stage, "ENV", f"LANG={LOCALE}")],
            why="without a locale, programs take text for ASCII",
            span=span,
            evidence=["neither the file nor its base image sets LANG, LC_ALL or LC_CTYPE"],
            risk="programs read and print text as UTF-8",
            delta=Delta(differs=(Differs(stage.index, variables=("LANG",)),)),
        )
