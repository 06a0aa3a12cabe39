"""What a source of COPY, ADD or a bind mount names in its build context."""

from __future__ import annotations

import posixpath
import re

import msgspec

from dfopt.model.ignore import glob


class CopySource(msgspec.Struct, frozen=True):
    """``path`` is relative to the root of the context, and empty for the root itself."""

    path: str
    pattern: re.Pattern[str] | None
    """None for a plain path. Patterns are those of Go's filepath.Match (moby/buildkit, solver/llbsolver/file)."""


def copy_source(source: str) -> CopySource:
    """A source as the builder reads it: no path leads out of the context.

    Raises PatternError.
    """
    path = context_path(source)
    return CopySource(path, glob(path) if any(character in path for character in "*?[\\") else None)


def context_path(source: str) -> str:
    """Where in the context a source lies, its pattern left as it is; empty for the root."""
    return posixpath.normpath(f"/{source}").strip("/")


def is_remote(source: str) -> bool:
    """True for an address, or a repository (moby/buildkit, instructions/parse.go)."""
    return source.startswith(("http://", "https://", "git@", "git://", "ssh://"))
