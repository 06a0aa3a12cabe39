"""What may be wrong with the image that a stage starts from: no version, no more fixes, more than is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfopt.knowledge.end_of_life import CODENAMES, DEPRECATED, RELEASES, SLIM
from dfopt.model.image_reference import ImageReference, parse_reference
from dfopt.transform import Context, Patch, Safety, Skip, transform

OPEN = "a variable without a default decides which image it is"
UNREADABLE = "what stands there is no image reference"


@transform(
    safety=Safety.REPORT,
    links=[
        "https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image",
        "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
    ],
)
def base_image(ctx: Context) -> Iterator[Patch | Skip]:
    """Reports base images without a version, without security fixes, or with more in them than is needed.

    ## Why

    `FROM node` is another image after each release. An image whose release has ended gets no fixes, and its
    package servers move away sooner or later. The `-slim` variant of an official image has the same libc and the same
    language in a fraction of the size; the report says what it lacks.

    ## Leaves alone

    - Stages that start from another stage or from `scratch`, and images that a variable without a default names.
    - The size of stages that are not in the image.

    ## Safety

    It only reports: another release or variant is another image, and what runs on it has to be tested.
    """
    stages = ctx.facts.stages
    for stage in stages:
        span = stage.start.image.span
        if stage.parent is not None or stage.choices or stage.image == "scratch":
            continue
        reference = parse_reference(stage.image) if stage.image else None
        if reference is None:
            yield Skip(span, UNREADABLE if stage.image else OPEN, stage.start.image.text)
            continue
        whys = [*_unversioned(reference, stage.image or ""), *_ended(reference, ctx.today)]
        if not whys and stage is stages[-1].lineage[-1]:
            whys = list(_slimmer(reference))
        yield from (Patch([], span=span, why=why) for why in whys)


def _unversioned(reference: ImageReference, written: str) -> Iterator[str]:
    if reference.tag == "latest" and reference.digest is None and reference.official not in DEPRECATED:
        yield f"{written} names no version, so it is another image after each release; name the one that is tested"


def _ended(reference: ImageReference, today: str) -> Iterator[str]:
    """What has ended: the image as a whole, the release of its system, or that of what it is about."""
    name, tag = reference.official, reference.tag or ""
    if name is None:
        return
    if name in DEPRECATED:
        yield f"the image {name} is deprecated and gets no fixes any more; there are {DEPRECATED[name]}"
        return
    for product, version in _releases(name, tag):
        end = RELEASES[product].get(version)
        if end is not None and end < today:
            yield f"the security support of {product} {version} ended on {end}"


def _releases(name: str, tag: str) -> Iterator[tuple[str, str]]:
    """The releases that a tag names, each as a product and the version that its table has."""
    for at, part in enumerate(tag.lower().split("-")):
        if part in CODENAMES:
            yield CODENAMES[part]
        elif system := re.fullmatch(r"(alpine)([0-9.]+)", part):
            yield system[1], _version(system[1], system[2])
        elif at == 0 and name in RELEASES:
            yield name, _version(name, part)


def _version(product: str, text: str) -> str:
    """The longest beginning of a version that the table has; empty if it has none."""
    numbers = text.split(".")
    found = (".".join(numbers[:length]) for length in range(len(numbers), 0, -1))
    return next((version for version in found if version in RELEASES[product]), "")


def _slimmer(reference: ImageReference) -> Iterator[str]:
    name, tag = reference.official or "", reference.tag or ""
    parts = tag.lower().split("-")
    plain = all(
        re.fullmatch(r"[0-9]+(\.[0-9]+)*", part) or CODENAMES.get(part, ("", ""))[0] == "debian" for part in parts
    )
    if name in SLIM and plain and reference.digest is None:
        first, dash, release = tag.partition("-")
        slim = f"{tag}-slim" if SLIM[name].last else f"{first}-slim{dash}{release}"
        yield f"{name}:{slim} is smaller and has the same libc, but lacks {SLIM[name].lacks}"
