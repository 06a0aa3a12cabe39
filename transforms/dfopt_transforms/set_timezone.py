"""A time zone that is set takes effect: its data is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dfopt.facts.base_image import BaseImage
from dfopt.facts.releases import named_release
from dfopt.knowledge import time_zones as known
from dfopt.model.scope import after
from dfopt.model.stages import Stage
from dfopt.source import Span
from dfopt.syntax.nodes import Env, Instruction
from dfopt.transform import Context, Delta, Differs, Option, Patch, Safety, Skip, transform
from dfopt_transforms._install import Why, behind_from, install

AS_SET = "as-set"
TRACES = "something sets up the zone, or its data, already"
NOT_KNOWN = "the value of TZ is not known"
MAY_HAVE = "whether the image has the zone data is not known"
OTHER = "TZ is set to another zone"


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://www.gnu.org/software/libc/manual/html_node/TZ-Variable.html",
        "https://wiki.alpinelinux.org/wiki/Setting_the_timezone",
    ],
    options=[
        Option(
            "zone",
            "the zone of images that set none; as it is, only a TZ that a file sets is completed",
            (AS_SET, "UTC"),
            known.ZONE,
        )
    ],
)
def set_timezone(ctx: Context) -> Iterator[Patch | Skip]:
    """Gives an image that names a time zone the data of the zone, or a zone of one's choice.

    ## Why

    The images of Ubuntu and Alpine come without the data of time zones. `ENV TZ=Europe/Berlin` says nothing there:
    the C library takes a zone that it does not find for UTC, without a word, and so do logs and schedules.

    ## Leaves alone

    - Images that set no TZ, unless the option `zone` names one; a TZ that is another zone than that.
    - Where something sets up a zone or its data: tzdata, `/etc/localtime`, a copied `/usr/share/zoneinfo`.
    - Base images other than Debian's, Ubuntu's, Alpine's and a few languages' on Alpine: whether
      these have the data is not known.
    - `/etc/localtime`: what reads TZ does not need it.

    ## Safety

    The image gets the package tzdata, and programs in it the local time of the zone.
    """
    if not ctx.facts.stages or not ctx.facts.stages[-1].instructions:
        return
    stage = ctx.facts.stages[-1]
    env = _environment(ctx, stage)
    wanted = ctx.options["zone"]
    if "TZ" not in env and wanted == AS_SET:
        return
    zone = env.get("TZ", wanted)
    span = next((found.span for found in reversed(stage.instructions) if _sets(found)), stage.start.span)
    if zone is None:
        yield Skip(span, NOT_KNOWN)
    elif wanted not in (AS_SET, zone):
        yield Skip(span, OTHER, zone)
    else:
        yield from _complete(ctx, stage, zone, span, is_set="TZ" in env)


def _complete(ctx: Context, stage: Stage, zone: str, span: Span, *, is_set: bool) -> Iterator[Patch | Skip]:
    edits = [] if is_set else [behind_from(ctx, stage, "ENV", f"TZ={zone}")]
    differs = Differs(stage.index, variables=() if is_set else ("TZ",))
    if re.fullmatch(known.ZONE, zone):
        why = _about_data(ctx, stage)
        came = None if why else install(ctx, stage, "tzdata", asks=True)
        if isinstance(came, tuple):
            why = came
        elif came is not None and not _has_data(ctx.facts.base(stage)):
            edits += came.edits
            differs = came.differs(stage, variables=differs.variables)
        if why:
            if not (is_set and why[0] == TRACES):
                yield Skip(span, *why)
            return
    if edits:
        missing = "the image has no zone data" if differs.packages or differs.added else "no zone is set"
        yield Patch(
            edits,
            why=f"{missing}, so {zone if is_set else 'local time'} would be UTC",
            span=span,
            evidence=[missing],
            risk="programs see the local time of the zone",
            delta=Delta(differs=(differs,)),
        )


def _environment(ctx: Context, stage: Stage) -> Mapping[str, str | None]:
    last = stage.instructions[-1]
    return {
        **ctx.facts.base(stage).env,
        **after(ctx.facts.scope(last), last, ctx.dockerfile.escape).env,
    }


def _sets(instruction: Instruction) -> bool:
    return isinstance(instruction, Env) and any(pair.key == "TZ" for pair in instruction.pairs)


def _about_data(ctx: Context, stage: Stage) -> Why | None:
    """Why it is not known whether the data is missing."""
    if any(re.search(known.TRACES, ctx.dockerfile.text(found)) for found in stage.all_instructions):
        return TRACES, ""
    base = ctx.facts.base(stage)
    if _has_data(base) or _lacks_data(base):
        return None
    return MAY_HAVE, base.reference.name if base.reference else ""


def _has_data(base: BaseImage) -> bool:
    release = named_release(base)
    return base.is_official and base.family == "debian" and (release or 99) <= known.HAVING_UNTIL_DEBIAN


def _lacks_data(base: BaseImage) -> bool:
    if base.reference is None or (base.reference.official, base.family) not in known.LACKING:
        return False
    release = named_release(base)
    return base.family != "ubuntu" or release is None or release >= known.LACKING_SINCE_UBUNTU
