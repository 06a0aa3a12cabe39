"""A COPY of parts that change at very different rates becomes several, the stable ones first."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.syntax.nodes import Copy
from dfopt.transform import Context, Option, Patch, Safety, Skip, transform


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/build/cache/optimize/#order-your-layers",
        "https://docs.docker.com/reference/dockerfile/#copy",
    ],
    options=[Option("least-bytes", "what has to be saved for each commit, in bytes", ("1000000",), r"[0-9]{1,12}")],
)
def copy_stable_first(ctx: Context) -> Iterator[Patch | Skip]:
    """Copies the parts of a folder that hardly change before those that change often.

    ## Why

    A COPY is one layer. Where a folder holds 200 MB of models that change twice a year and 200 kB of sources that
    change every day, each build makes and pushes, and each machine pulls, all of it again. As several COPYs the
    stable parts stay in the cache, and only the last ones are new.

    The history of the build context says what changes how often: for each of the last 1,000 commits (those of the
    main line), which parts of the folder it touched. The COPYs are put in the order of these counts, and only if the
    bytes of new layers fall to half, and by `least-bytes` for each commit, in the mean over these commits.

    ## Leaves alone

    - A Dockerfile whose build context is not known, or whose context has no history, or less than 20 commits.
    - A COPY above an install: `split-copy` is for these.
    - A folder of more than eight parts: nobody wants to read so many COPYs.
    - Parts that are folders with permissions other than 755, links among the parts, and names that need quotes.
    - Parts that git does not track, and empty folders: another checkout may be without them, where a COPY that names
      one stops the build. Leave them out in `.dockerignore`, or add them to git.
    - A folder with that of version control in it (`.git`): an unpacked release or a worktree has none.
    - COPYs with `--link`, `--parents` or `--exclude`, from a stage, or beside others that take parts of the same
      folder.

    ## Safety

    The image is the same: the COPYs together bring the same files to the same places, which is proved from the list of
    the files. It is unsafe because the list is that of today: what comes into the folder later is not copied until the
    Dockerfile names it.
    """
    if any(ctx.dockerfile.find(Copy)):
        from dfopt_transforms._stable_parts import parted

        yield from parted(ctx)
