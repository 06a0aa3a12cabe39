"""Files have their mode as soon as they are copied."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfopt.expression import Expression
from dfopt.syntax.frontend import frontend
from dfopt.syntax.nodes import Copy
from dfopt.transform import Context, Patch, Safety, Skip, transform
from dfopt_transforms._behind_copies import (
    FOLDER,
    NOT_ROOT,
    Behind,
    Change,
    Why,
    as_root,
    into_flags,
    matched,
)
from dfopt_transforms._into_copies import Flag, into_copies
from dfopt_transforms._modes import after_symbolic

MODE = "the mode is not one for all files, whatever they had before"
SPECIAL = "it sets bits that COPY may not set"
OLD_FRONTEND = "its syntax directive names a frontend without --chmod"

_PLAIN = (0o644, 0o755)
"""What files have that git checks out."""
_OCTAL = Expression(r"0*([0-7]{3})")
_OLD = Expression(r".*docker/dockerfile:(1\.[01])(?![0-9]).*")


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",
        "https://docs.docker.com/build/building/best-practices/#add-or-copy",
    ],
)
def copy_chmod(ctx: Context) -> Iterator[Patch | Skip]:
    """Gives files their mode as they are copied, instead of by a `chmod` behind it.

    ## Why

    A layer holds whole files: `RUN chmod +x /entrypoint.sh` stores the file once more, and costs a container and a
    layer. `COPY --chmod=755` stores it once.

    ## Leaves alone

    - A `chmod` that is not the first command of its RUN, or with other instructions than metadata between it and the
      COPYs.
    - One that is about more than the COPYs bring, or may be, or about less: one script of a whole folder.
    - A mode that depends on what each file had before, such as `u+x` or `a+rX`: COPY takes one number for all.
      Older builders take no others.
    - setuid, setgid and the sticky bit.
    - A source that may be a folder where a single file is meant.

    ## Safety

    `+x` becomes 755, which is what it makes of the modes 644 and 755: all that git knows. A file that its group may
    write to, or that others may not read, had another mode before. COPY and ADD take `--chmod` with BuildKit, Buildah
    and Podman; the classic builder of Docker does not.
    """
    yield from into_flags(ctx, "chmod", _patch)


def _patch(ctx: Context, found: Behind) -> Patch | Why:
    image = frontend(ctx.dockerfile.source.text) or ""
    if _OLD.fullmatch(image):
        return OLD_FRONTEND, image
    change = matched(ctx, found, "chmod")
    if not isinstance(change, Change):
        return change
    mode = _mode(found.view.operands[0].value or "", change.copies)
    if isinstance(mode, tuple):
        return mode
    if not as_root(ctx, found) and not all(copy.flag("chown") for copy in change.copies):
        return NOT_ROOT, ctx.facts.scope(found.run).user or ""
    if found.recursive and not mode & 0o100:
        return FOLDER, f"{mode:03o}"
    octal = _OCTAL.fullmatch(found.view.operands[0].value or "")
    is_same = octal is not None or all(copy.heredocs for copy in change.copies)
    flag = Flag(
        f"--chmod={mode:03o}",
        evidence=("it is about what the COPYs bring, and nothing else",),
        risk="the classic builder of Docker has no --chmod"
        if is_same
        else f"the mode is {mode:03o} whatever the file has in the build context",
        is_same=is_same,
        needed=mode != 0o755 and change.has_folder,
    )
    return into_copies(ctx, found, change, flag)


def _mode(text: str, copies: tuple[Copy, ...]) -> int | Why:
    """The mode that files get."""
    if octal := _OCTAL.fullmatch(text):
        return int(octal[1], 8)
    if re.fullmatch(r"[0-7]+", text):
        return SPECIAL, text
    starts = (0o644,) if all(copy.heredocs for copy in copies) else _PLAIN
    modes = {after_symbolic(text, start) for start in starts}
    mode = modes.pop()
    if modes or mode is None:
        return MODE, text
    return (SPECIAL, text) if mode > 0o777 else mode
