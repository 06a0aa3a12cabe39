"""What a transform is: one decorated function that reads a Context and yields patches and refusals."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from dfopt.edits import Delta, Differs, Edit, FileEdit, Lowered, Parted, Patch, Replaced, Safety, Saving, Skip
from dfopt.facts.facts import Facts
from dfopt.model.build_files import Files, no_files
from dfopt.model.digests import Digests, Offline
from dfopt.printer import Printer
from dfopt.source import Span
from dfopt.suppress import touch
from dfopt.syntax.nodes import Dockerfile

__all__ = [
    "Context",
    "Delta",
    "Differs",
    "Edit",
    "FileEdit",
    "Lowered",
    "Option",
    "Parted",
    "Patch",
    "Replaced",
    "Safety",
    "Saving",
    "Skip",
    "Transform",
    "transform",
]


class Option(msgspec.Struct, frozen=True):
    """A setting of a transform: its name, what it means, the values it takes; the first is the default."""

    name: str
    meaning: str
    choices: tuple[str, ...]
    pattern: str = ""
    """An expression that other values must match as a whole; empty if there are none."""

    def takes(self, value: object) -> bool:
        if value in self.choices:
            return True
        return bool(self.pattern) and isinstance(value, str) and re.fullmatch(self.pattern, value) is not None


class Context(msgspec.Struct, frozen=True):
    """What a transform may read: the tree, the facts, the file's own style, its options."""

    dockerfile: Dockerfile
    facts: Facts
    print: Printer
    options: Mapping[str, str]
    off: tuple[Span, ...] = ()
    """Where a dfopt comment says that this transform changes nothing."""
    today: str = ""
    """The day of the run, such as ``2026-11-30``."""
    digests: Digests = Offline()
    """Who is asked what a tag stands for; without the setting ``online``, nobody."""
    files: Files = no_files
    """Reads the build context, or says why it is not known."""

    def is_off(self, span: Span) -> bool:
        """True if a dfopt comment keeps this transform from a place; the engine takes no patch there anyway."""
        return touch(self.off, [span])


TransformFunction = Callable[[Context], Iterator[Patch | Skip]]


class Transform(msgspec.Struct, frozen=True):
    """A transform and what its module says of it."""

    id: str
    run: TransformFunction
    safety: Safety
    """That of its least safe patch."""
    links: tuple[str, ...]
    options: tuple[Option, ...]
    doc: str
    """The docstring, cleaned: a summary line, then ``## Why``, ``## Leaves alone``, ``## Safety``."""
    reports: bool = False
    """True if it always runs: what is unsafe is shown until it is asked for."""

    @property
    def is_harmless(self) -> bool:
        """True if it may run without being asked for."""
        return self.reports or self.safety is not Safety.UNSAFE

    @property
    def summary(self) -> str:
        return self.doc.split("\n", 1)[0]

    def settings(self, given: Mapping[str, Any]) -> dict[str, str]:
        """The value of each option: the given one or the default.

        Raises ValueError for an unknown option or value.
        """
        known = {option.name: option for option in self.options}
        for name, value in given.items():
            if name not in known:
                raise ValueError(f"{self.id} has no option {name!r}")
            if not known[name].takes(value):
                others = f", or fits {known[name].pattern}" if known[name].pattern else ""
                raise ValueError(f"{self.id}: {name} is one of {', '.join(known[name].choices)}{others}, not {value!r}")
        return {option.name: given.get(option.name, option.choices[0]) for option in self.options}


def transform(
    *, safety: Safety, links: Sequence[str] = (), options: Sequence[Option] = (), reports: bool = False
) -> Callable[[TransformFunction], Transform]:
    """Makes a function the transform that its module's name says: ``copy_over_add`` is ``copy-over-add``.

    With ``reports``, an unsafe one runs always, and its unsafe patches are shown only unless they are asked for.
    """

    def decorate(function: TransformFunction) -> Transform:
        return Transform(
            id=function.__module__.rpartition(".")[2].replace("_", "-"),
            run=function,
            safety=safety,
            links=tuple(links),
            options=tuple(options),
            doc=inspect.cleandoc(function.__doc__ or ""),
            reports=reports,
        )

    return decorate
