"""What an install of dependencies needs is copied before it, the sources behind it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from dfopt.facts.installs.project import Refused
from dfopt.model.build_files import NoFiles
from dfopt.suppress import SUPPRESSED
from dfopt.syntax.nodes import Copy
from dfopt.transform import Context, Delta, Lowered, Patch, Safety, Skip, transform
from dfopt_transforms._lowering import Move, candidates, lowerings
from dfopt_transforms._moved_blocks import moved, moved_into
from dfopt_transforms._split_text import first_copies, keeps_comments


@transform(
    safety=Safety.UNSAFE,
    reports=True,
    links=[
        "https://docs.docker.com/build/cache/optimize/",
        "https://docs.docker.com/reference/dockerfile/#copy",
    ],
)
def split_copy(ctx: Context) -> Iterator[Patch | Skip]:
    """Copies what an install of dependencies needs before it, and the sources behind it.

    ## Why

    A COPY of the sources above `npm ci` or `pip install` has every install run again whenever any file changes. Copied
    first, the manifest and the lock file (`package.json`, `requirements.txt`, `go.mod` …) keep the installed
    dependencies in the cache until they change themselves, and the COPY of the sources stands where it is needed.
    Installs of system packages stay in the cache as well if they stand above the sources.

    The build context says which files these are: those that the install reads, with all that they name (`-r other.txt`,
    the packages of a workspace). The later COPY brings the same files as before, so the image is the same.

    ## Leaves alone

    - A Dockerfile whose build context is not known: give it with `--context`, or in `dfopt.toml`.
    - Installs that need sources: `pip install .` and `-e .`, dependencies that are folders of the project,
      `postinstall` and `prepare` scripts, a Gemfile that reads files, a class map for composer, `go build`.
    - A context that brings what the install writes (`node_modules`): leave it out in `.dockerignore` first.
    - RUNs with other commands than installs and preparations, whose files nobody knows.
    - COPYs into folders of the system, with `--link`, `--parents` or `--exclude`, or from a stage.

    ## Safety

    Proved and safe where every file that the RUN reads and writes is known. It is unsafe where packages run scripts of
    their own while they are installed, or where the lock file does not say so, because such a script may look at the
    sources; and where the install may write the lock file anew. The report says which of these it is.
    """
    files = ctx.files()
    if isinstance(files, NoFiles):
        for copy in candidates(ctx.facts):
            yield Skip(copy.span, files.reason, files.detail)
        return
    for lowering in lowerings(ctx.facts, files):
        if isinstance(lowering.result, Refused):
            yield Skip(lowering.copy.span, lowering.result.reason, lowering.result.detail)
        elif any(ctx.is_off(place.span) for place in (lowering.copy, lowering.result.target)):
            yield Skip(lowering.copy.span, SUPPRESSED)
        else:
            yield _split(ctx, lowering.copy, lowering.result)


def _split(ctx: Context, copy: Copy, move: Move) -> Patch | Skip:
    first = first_copies(ctx.dockerfile, copy, move.placed, move.needed)
    if first is None:
        return Skip(copy.span, "what the install needs lies in too many folders, or has names that need quotes")
    member = msgspec.structs.replace(copy, comments=()) if first and keeps_comments(copy) else copy
    end = ctx.print.line_end(copy)
    above = "".join(f"{each}{end}" for each in first)
    if move.cut is None:
        edits = moved(ctx.dockerfile, ctx.print, [member], move.target, instead=above)
    else:
        edits = moved_into(ctx.dockerfile, ctx.print, member, move.target, move.cut, instead=above)
    lowered = Lowered(copy.span, first, len(move.passed), move.doubts)
    rest = len(move.placed.paths) - len(move.needed)
    needed = ", ".join(move.placed.paths[path] for path in move.needed)
    return Patch(
        edits,
        why=_why(move),
        span=copy.span,
        safety=Safety.UNSAFE if move.doubts else Safety.SAFE,
        delta=Delta(lowered=(lowered,)),
        evidence=(
            f"of what the COPY brings it reads {needed or 'nothing'}",
            f"paths that no longer stand above it: {rest}",
        ),
    )


def _why(move: Move) -> str:
    if not move.needed:
        return "a change of what is copied no longer runs the installs below it again"
    return "a change of the sources no longer installs the dependencies again"
