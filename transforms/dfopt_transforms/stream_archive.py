"""An archive is unpacked while it comes in, and is never a file of its own."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.expression import Expression
from dfopt.shell.nodes import NotModelled
from dfopt.syntax.nodes import Copy, Run
from dfopt.transform import Context, Patch, Safety, Skip, transform
from dfopt_transforms._stream_add import added
from dfopt_transforms._stream_pipe import piped

_MAY_STREAM = Expression(r"\b(?:curl|wget)\b[\s\S]*\btar\b")


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/reference/dockerfile/#adding-local-tar-archives",
        "https://docs.docker.com/build/building/best-practices/#add-or-copy",
    ],
)
def stream_archive(ctx: Context) -> Iterator[Patch | Skip]:
    """Unpacks archives while they come in: ADD for those that are copied, a pipe for those that are downloaded.

    ## Why

    `COPY x.tar.gz /tmp/` is a layer with the archive in it, and a RUN that unpacks and removes it cannot take it out
    of there: the image holds everything twice (in a measured pair, 40 MB instead of 20 MB). `ADD x.tar.gz /opt/`
    unpacks it by itself, into one layer. What ADD downloads is not unpacked, but `ADD --unpack=true` does that since
    version 1.17 of the frontend.

    A download that is written to a file, read once and removed can go to `tar` at once: `curl … | tar -xzf -`.

    ## Leaves alone

    - Archives that are checked, by sum or signature, or that anything else names.
    - Zip files: ADD does not unpack them, and they cannot be read from a pipe.
    - Streams whose end may be missed: a tar archive that is not compressed passes if the download is cut off. gzip,
      bzip2 and xz fail then, and where nothing or an error page comes; tar fails with them.
    - Lists under `set -e` in which a download may fail without an end of the build: the pipe would not.
    - Downloads with retries or other options that do something else in a pipe.
    - `tar` with members, `--strip-components` or `--exclude` in the place of ADD, which has none of these; in a pipe
      they stay.
    - RUNs that do more than make the folder and unpack before it, if they would run behind ADD.
    - Users other than root: `tar` gives them the files, ADD does not.
    - Stages whose layers are in no image, as to what is copied or added.
    - ADD of an address without a `# syntax=docker/dockerfile:1` that unpacks it.

    ## Safety

    ADD takes the owners in the archive by number; tar, as root, looks up their names first. ADD makes a missing folder,
    and keeps the mode of one that is there where tar may set that of the archive's first entry. A download that fails
    stops the build as before, but with other messages, and what was unpacked until then was there for a moment.
    """
    for stage in ctx.facts.stages:
        for instruction in stage.instructions:
            if isinstance(instruction, Run) and _MAY_STREAM.search(ctx.dockerfile.text(instruction)):
                script = ctx.facts.script(instruction)
                if not isinstance(script, NotModelled):
                    yield from piped(ctx, instruction, script)
            elif isinstance(instruction, Copy) and len(instruction.sources) == 1:
                yield from added(ctx, stage, instruction)
