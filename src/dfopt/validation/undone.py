"""Takes out of the new file what unsafe patches put in word for word; what is left is compared as ever.

So nothing stands in for what a patch declares: it must be found, as often as it is declared, and only where it means
what it says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from dfopt.edits import Delta, Edit, apply
from dfopt.facts.facts import Facts
from dfopt.model.mounts import read_mount
from dfopt.source import Source, Span
from dfopt.syntax.nodes import Copy, From, Run
from dfopt.syntax.parser import parse
from dfopt.validation.exempt import UndeclaredError

_PIN = re.compile(r"(:latest)?@sha256:[0-9a-f]{64}")


def undone(after: Facts, deltas: Sequence[Delta]) -> Facts:
    """The new file without the digests and mounts that came in.

    Raises UndeclaredError if they are not found as declared.
    """
    pinned = Counter(pair for delta in deltas for pair in delta.pinned)
    mounted = Counter(value for delta in deltas for value in delta.mounted)
    if not pinned and not mounted:
        return after
    for written, now in pinned:
        if "@" in written or not now.startswith(written) or not _PIN.fullmatch(now.removeprefix(written)):
            raise UndeclaredError(f"{now!r} is not {written!r} with a digest")
    for value in mounted:
        if read_mount(value).type not in ("secret", "ssh"):
            raise UndeclaredError(f"the mount {value!r} may not be declared")
    digests = [edit for pair in pinned for edit in _unpinned(after, *pair)]
    mounts = list(_unmounted(after, frozenset(mounted)))
    if len(digests) != pinned.total() or len(mounts) != mounted.total():
        raise UndeclaredError("digests or mounts came in that were not declared, or not as often as declared")
    text = apply(after.dockerfile.source.text, [*digests, *mounts])
    return Facts(parse(Source(text, after.dockerfile.source.path)))


def _unmounted(facts: Facts, values: frozenset[str]) -> Iterator[Edit]:
    """The edits that take mounts out of every RUN that has them, with the blanks behind them."""
    text = facts.dockerfile.source.text
    for run in facts.dockerfile.find(Run):
        for flag in run.flags:
            if flag.name == "mount" and flag.value in values:
                end = flag.span.end
                while text[end] in " \t":
                    end += 1
                yield Edit(Span(flag.span.start, end), "")


def _unpinned(facts: Facts, written: str, now: str) -> Iterator[Edit]:
    """The edits that take a digest out of every reference that has it."""
    for instruction in facts.dockerfile.find(From, Copy, Run):
        if isinstance(instruction, From):
            spans = [instruction.image.span] if instruction.image.text == now else []
        elif isinstance(instruction, Run):
            spans = [
                flag.span
                for flag in instruction.flags
                if flag.name == "mount" and read_mount(flag.value or "").fields.get("from") == now
            ]
        else:
            spans = [flag.span for flag in instruction.flags if flag.name == "from" and flag.value == now]
        for span in spans:
            at = facts.dockerfile.source.slice(span).find(now)
            if at >= 0:
                start = span.start + at
                yield Edit(Span(start + len(written), start + len(now)), "")
