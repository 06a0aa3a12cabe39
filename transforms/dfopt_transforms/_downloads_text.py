"""The lines of a step that downloads, written as the build is."""

from __future__ import annotations

import posixpath
from typing import Final

from dfopt.facts.folders import folder_of, is_in
from dfopt.facts.installs.project import Refused
from dfopt.model.build_files import BuildFiles
from dfopt.syntax.nodes import Run
from dfopt.transform import Context
from dfopt_transforms._downloads_needs import Download
from dfopt_transforms._downloads_place import Part, Place
from dfopt_transforms._lowering import order
from dfopt_transforms._split_text import NOT_PLAIN, PLAIN, first_copies

_MOST: Final = 24
"""More COPYs than that, or empty files, nobody wants to read; solutions of .NET have many projects."""


def step(ctx: Context, run: Run, wanted: Download, found: Place, files: BuildFiles) -> tuple[str, ...] | Refused:
    """The COPYs of what it reads, and the RUN that downloads."""
    lines: list[str] = []
    for part in found.parts:
        copies = _copies(ctx, part, files)
        if isinstance(copies, Refused):
            return copies
        lines += copies
    stubs = [posixpath.relpath(path, wanted.folder) for path in found.stubs]
    paths = [wanted.folder, *stubs]
    if len(lines) > _MOST or len(stubs) > _MOST or not all(map(PLAIN.fullmatch, paths)):
        return Refused(NOT_PLAIN)
    source = ctx.dockerfile.source
    flags = [source.slice(flag.span) for flag in run.flags]
    commands = [*_changed(folder_of(ctx.facts, found.copy), wanted.folder), *_stubs(stubs), wanted.command]
    lines.append(" ".join([source.slice(run.keyword_span), *flags, " && ".join(commands)]))
    return tuple(lines)


def _copies(ctx: Context, part: Part, files: BuildFiles) -> tuple[str, ...] | Refused:
    """Those of a part; a COPY that brings nothing else as it is written."""
    text = ctx.dockerfile.text(part.copy)
    if part.is_whole and "\n" not in text:
        return (text,)
    return first_copies(ctx.dockerfile, part.copy, part.placed, sorted(part.needed, key=order), files, _MOST)


def _changed(start: str | None, folder: str) -> list[str]:
    """The ``cd`` that the step needs, if any."""
    if start is None:
        return [f"cd {folder}"]
    plain = posixpath.normpath(start)
    if plain == folder:
        return []
    return [f"cd {posixpath.relpath(folder, plain) if is_in(folder, plain) and plain != '/' else folder}"]


def _stubs(names: list[str]) -> list[str]:
    """Empty files, until the COPY below brings what they are."""
    if not names:
        return []
    folders = sorted({posixpath.dirname(name) for name in names} - {""})
    made = [f"mkdir -p {' '.join(folders)}"] if folders else []
    return [*made, f"touch {' '.join(names)}"]
