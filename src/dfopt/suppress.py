"""``# dfopt:`` comments: which places no transform may touch."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from dfopt.source import Span
from dfopt.syntax.nodes import Comment, Dockerfile

CONTROL = re.compile(r"#[ \t]*dfopt:[ \t]*(ignore-file|ignore|off|on)[ \t]*(?:\[([^\]]*)\])?[ \t]*(?:reason=.*)?\Z")
_STEERS = re.compile(
    r"#[ \t]*(?:check[ \t]*=[ \t]*skip|hadolint[ \t]+(?:(?:global[ \t]+)?ignore|shell[ \t]*=)|dfopt:|tally[ \t]+ignore"
    r"|shellcheck|renovate[: \t]|datasource=|trivy:ignore|checkov:skip|nosemgrep|NOSONAR|kics-scan|noinspection"
    r"|x-release-please)"
)


class Suppression(msgspec.Struct, frozen=True):
    """A range of the file in which some transforms (``None``: all) change nothing."""

    span: Span
    transforms: frozenset[str] | None


SUPPRESSED = "a dfopt comment says so"


def off_for(transform: str, found: Iterable[Suppression]) -> tuple[Span, ...]:
    """Where one transform changes nothing."""
    return tuple(each.span for each in found if each.transforms is None or transform in each.transforms)


def touch(off: Iterable[Span], spans: Iterable[Span]) -> bool:
    """True if one of the places lies in, or at the edge of, one that is off."""
    places = tuple(spans)
    return any(span.start <= each.end and each.start <= span.end for each in off for span in places)


def is_control(comment: Comment) -> bool:
    """True for a comment that steers a tool at the instruction below it: it must keep that instruction."""
    return _STEERS.match(comment.text) is not None


def suppressions(dockerfile: Dockerfile) -> list[Suppression]:
    """Reads ``ignore``, ``ignore[id, …]`` (the instruction below), ``off`` … ``on``, and ``ignore-file``."""
    if "dfopt:" not in dockerfile.source.text:
        return []
    found: list[Suppression] = []
    for instruction in dockerfile.instructions:
        for comment in (*instruction.comments, *instruction.inner_comments):
            action, transforms = _read(comment)
            if action == "ignore":
                found.append(Suppression(instruction.span, transforms))
    return found + _ranges(dockerfile)


def _ranges(dockerfile: Dockerfile) -> list[Suppression]:
    end = len(dockerfile.source.text)
    found: list[Suppression] = []
    opened: tuple[int, frozenset[str] | None] | None = None
    for comment in dockerfile.comments:
        action, transforms = _read(comment)
        if action == "ignore-file":
            found.append(Suppression(Span(0, end), transforms))
        elif action == "off" and opened is None:
            opened = (comment.span.start, transforms)
        elif action == "on" and opened is not None:
            found.append(Suppression(Span(opened[0], comment.span.end), opened[1]))
            opened = None
    if opened is not None:
        found.append(Suppression(Span(opened[0], end), opened[1]))
    return found


def _read(comment: Comment) -> tuple[str, frozenset[str] | None]:
    match = CONTROL.match(comment.text)
    if not match:
        return "", None
    names = match.group(2)
    return match.group(1), None if names is None else frozenset(name.strip() for name in names.split(","))
