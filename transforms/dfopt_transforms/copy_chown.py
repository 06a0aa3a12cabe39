"""Files belong to whom they are for as soon as they are copied."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfopt.expression import Expression
from dfopt.facts.folders import is_folder, is_there, place, split
from dfopt.facts.values import Values
from dfopt.shell.carried import text_of
from dfopt.shell.nodes import DoubleQuoted, Literal, Parameter, Part, SingleQuoted
from dfopt.syntax.nodes import Copy
from dfopt.transform import Context, Patch, Safety, Skip, transform
from dfopt_transforms._behind_copies import (
    FLAGS,
    NOT_ROOT,
    PARENT,
    Behind,
    Change,
    Why,
    as_root,
    into_flags,
    matched,
)
from dfopt_transforms._into_copies import Flag, into_copies

OWNER = "the owner is not written so that COPY reads it alike"

_NAME = r"(?:[A-Za-z_][\w-]*|[0-9]+)"
_OWNER = Expression(rf"(?P<user>{_NAME})?(?P<colon>:(?P<group>{_NAME})?)?")


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",
        "https://docs.docker.com/build/building/best-practices/#add-or-copy",
    ],
)
def copy_chown(ctx: Context) -> Iterator[Patch | Skip]:
    """Gives files their owner as they are copied, instead of by a `chown` behind it.

    ## Why

    A layer holds whole files: `RUN chown -R app /app` stores every file under `/app` once more, for a few bytes of
    metadata. `COPY --chown=app` stores them once.

    A folder that WORKDIR or `mkdir` made keeps its owner under `COPY --chown`. There the `chown` stays for the folder
    itself, without `-R`: a layer of a few bytes.

    ## Leaves alone

    - A `chown` that is not the first command of its RUN, or with other instructions than metadata between it and the
      COPYs.
    - One that is about more than the COPYs bring, or may be: a folder of the base image, one in which a
      RUN has worked; and about less: a folder below what is copied.
    - Files whose folder may not be there yet: COPY would make it, with that owner.
    - Owners that are known at run time only, and the old `user.group`.
    - `COPY --link`, which knows no names, and COPYs that have an owner already.

    ## Safety

    The image is the same but for what the build context decides: `chown` takes the bits setuid and setgid and the
    capabilities away from a program that has some, COPY keeps them. A user that is in no `/etc/passwd` but known by
    other means is root to COPY. Where a single file is meant, its name must tell that it is one.
    """
    yield from into_flags(ctx, "chown", _patch)


def _patch(ctx: Context, found: Behind) -> Patch | Why:
    change = matched(ctx, found, "chown")
    if not isinstance(change, Change):
        return change
    owner = _owner(ctx, found, change.copies)
    if owner is None:
        return OWNER, text_of(found.view.operands[0].parts)
    if not as_root(ctx, found):
        return NOT_ROOT, ctx.facts.scope(found.run).user or ""
    for copy in change.copies:
        mode = copy.flag("chmod")
        if copy.flag("link") or (mode and not re.fullmatch(r"0?[0-7]{3}", mode.value or "")):
            return FLAGS, ctx.dockerfile.text(copy)
        if not change.has_folder and not is_there(ctx.facts, copy, _around(ctx, copy)):
            return PARENT, _around(ctx, copy)
    flag = Flag(
        f"--chown={owner}",
        evidence=(
            "it is about what the COPYs bring, and nothing else",
            *(["the folder itself was made before, so it needs the chown still"] if change.keeps else []),
        ),
        risk="programs keep setuid bits and capabilities if the build context has some",
        is_same=True,
        needed=change.keeps,
    )
    return into_copies(ctx, found, change, flag)


def _around(ctx: Context, copy: Copy) -> str:
    """The folder that a file is copied into."""
    path = place(ctx.facts, copy, copy.destination.text) or "/"
    return path if is_folder(copy) else split(path)[0]


def _owner(ctx: Context, found: Behind, copies: tuple[Copy, ...]) -> str | None:
    """The value of ``--chown`` that gives what the command gives; None if there is none."""
    word = found.view.operands[0]
    text = _text(word.parts)
    values = [Values(ctx.facts.scope(at).variables()).of(word.parts) for at in (found.run, *copies)]
    known = values[0]
    if text is None or known is None or len(known) != 1 or any(value != known for value in values):
        return None
    value = next(iter(known))
    owner = _OWNER.fullmatch(value)
    if owner is None or value in ("", ":"):
        return None
    if owner["user"] is None:
        return f"root{text}"
    if owner["group"] is not None:
        return text
    if owner["colon"]:
        return None if owner["user"].isdigit() else text.rstrip(":")
    return f"{text}:root"


def _text(parts: tuple[Part, ...]) -> str | None:
    """A word as a Dockerfile has it: text and plain variables, without quotes."""
    texts: list[str] = []
    for part in parts:
        if isinstance(part, Literal | SingleQuoted):
            texts.append(part.text)
        elif isinstance(part, DoubleQuoted):
            texts.append(_text(part.parts) or "\0")
        elif isinstance(part, Parameter) and not part.operator:
            texts.append(f"${{{part.name}}}" if part.braced else f"${part.name}")
        else:
            return None
    found = "".join(texts)
    return None if "\0" in found else found
