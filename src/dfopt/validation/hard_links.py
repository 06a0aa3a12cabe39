"""Which changes come to one name of a file only, as a layer ends between them and the hard links."""

from __future__ import annotations

from collections.abc import Sequence

from dfopt.facts.hard_links import Links, may_change, told_apart
from dfopt.facts.path_patterns import Path
from dfopt.shell.nodes import NotModelled
from dfopt.validation.plan import Exec, Operation


def parted_by_layers(operations: Sequence[Exec | Operation]) -> set[tuple[str, str, Path]]:
    """The pairs of a program that makes hard links and one that changes a path in place in a later RUN."""
    found: set[tuple[str, str, Path]] = set()
    runs = [each for each in operations if isinstance(each, Exec)]
    if not any(may_change(each.text) for each in runs):
        return found
    links: list[Links] = []
    for each in runs:
        if isinstance(each.script, NotModelled):
            continue
        own = each.facts.hard_links(each.run, each.script)
        found.update((link.maker, change.changer, change.path) for link, change in told_apart(links, own.changes))
        links += own.links
    return found
