"""Images by their digests, so that a build starts from the same ones every time."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.model.digests import NoDigest, full_name
from dfopt.model.image_reference import ImageReference, parse_reference
from dfopt.model.mounts import mounts
from dfopt.source import Span
from dfopt.syntax.nodes import Copy, Instruction, Onbuild, Run
from dfopt.transform import Context, Delta, Edit, Patch, Safety, Skip, transform

VARIABLE = "a variable names the image, and would no longer do so with a digest behind it"
UNREADABLE = "what stands there is no image reference, or is written with quotes or escapes"
TRIGGER = "it runs in the build of another Dockerfile, where the name may be that of a stage"


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
        "https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests",
    ],
)
def pin_digest(ctx: Context) -> Iterator[Patch | Skip]:
    """Puts the digest that a tag stands for now behind it, in `FROM`, `COPY --from` and `RUN --mount=from=`.

    ## Why

    A tag is moved to another image with each release, or by whoever takes over the account. A digest is the hash of
    what it names: the build starts from the same image on every machine, and from no other. The tag stays in front of
    it, for people and for the programs that update digests (Renovate, Dependabot). An image for several platforms gets
    the digest of its index, so each platform still gets its own.

    The digest comes from the image's registry, which is asked only if the setting `online` or `--online` allows it:
    `dfopt rewrite --select pin-digest --online`. Credentials are those of `docker login`; what was learned counts for
    an hour. Without an answer nothing changes, and the reason is told.

    ## Leaves alone

    - Stages, `scratch`, and what has a digest already.
    - An image that a variable names, in whole or in part: with a digest behind it, another `--build-arg` would name the
      same image or none.
    - Images in an `ONBUILD`, where the name may be that of a stage in another Dockerfile, and the image of `# syntax=`.

    ## Safety

    The image is the same until the tag moves. From then on it stays as it was: it gets no fixes until somebody, or a
    program that looks for new digests, updates it. That is why it is in no preset but `all`.
    """
    names = {stage.name for stage in ctx.facts.stages if stage.name}
    for stage in ctx.facts.stages:
        written = stage.start.image
        if stage.parent is None and not stage.choices and written.text.lower() != "scratch":
            yield from _pinned(ctx, written.text, written.span)
        for instruction in stage.instructions:
            said = instruction.trigger if isinstance(instruction, Onbuild) else instruction
            for text, span in _taken_from(said):
                if text.lower() in names or (isinstance(said, Copy) and text.isdecimal()):
                    continue
                if said is not instruction:
                    yield Skip(instruction.span, TRIGGER, text)
                else:
                    yield from _pinned(ctx, text, span)


def _taken_from(instruction: Instruction) -> Iterator[tuple[str, Span]]:
    """What files are taken from, and the flag that says so."""
    if isinstance(instruction, Copy):
        for flag in instruction.flags:
            if flag.name == "from" and flag.value:
                yield flag.value, flag.span
    elif isinstance(instruction, Run):
        flags = (flag for flag in instruction.flags if flag.name == "mount")
        for flag, mount in zip(flags, mounts(instruction), strict=True):
            if mount.fields.get("from"):
                yield mount.fields["from"], flag.span


def _pinned(ctx: Context, text: str, place: Span) -> Iterator[Patch | Skip]:
    """The patch for a reference that stands somewhere in ``place``; nothing if it has a digest."""
    if "$" in text:
        yield Skip(place, VARIABLE, text)
        return
    reference = parse_reference(text)
    if reference is None:
        yield Skip(place, UNREADABLE, text)
        return
    if reference.digest is not None:
        return
    written = ctx.dockerfile.source.slice(place)
    if written != text and written.count(f"from={text}") != 1:
        yield Skip(place, UNREADABLE, text)
        return
    found = ctx.digests.of(reference)
    if isinstance(found, NoDigest):
        yield Skip(place, found.reason, found.detail)
        return
    tag = "" if _has_tag(text, reference) else ":latest"
    end = place.start + written.rindex(text) + len(text)
    kinds = "an index, with an image for each platform" if found.is_index else "an image for one platform"
    yield Patch(
        [Edit(Span(end, end), f"{tag}@{found.text}")],
        why=f"{text} is another image after each release; this digest names the one of today",
        delta=Delta(pinned=((text, f"{text}{tag}@{found.text}"),)),
        evidence=(f"{full_name(reference)} is {kinds}",),
    )


def _has_tag(text: str, reference: ImageReference) -> bool:
    return text.endswith(f":{reference.tag}")
