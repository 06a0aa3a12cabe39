"""Symbolic links in a build context, which a builder follows where a source of COPY leads through them.

It does not leave the context (moby/buildkit, dockerfile2llb/convert_copy.go: FollowSymlinks; tonistiigi/fsutil,
followlinks.go).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Final

from dfopt.model.copy_sources import context_path

_MOST: Final = 40


def followed(source: str, target: Callable[[str], str | None]) -> str:
    """A source without the links that it leads through; of a pattern those in front of it.

    ``target`` says where a link leads, and None of what is none.
    """
    parts = context_path(source).split("/")
    fixed = next((at for at, part in enumerate(parts) if re.search(r"[*?\[\\]", part)), len(parts))
    head, rest = parts[:fixed], parts[fixed:]
    for _ in range(_MOST):
        for at in range(len(head)):
            text = target("/".join(head[: at + 1]))
            if text is not None:
                place = posixpath.normpath(posixpath.join("/", *head[:at], text, *head[at + 1 :]))
                head = [part for part in place.split("/") if part]
                break
        else:
            break
    return "/".join([*head, *rest])
