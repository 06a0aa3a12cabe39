"""What patches declare, in words: for reports."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.edits import Delta, Differs, Split


def proof(delta: Delta) -> str:
    """What validation found out about a patch that it let pass."""
    changes = list(_changes(delta))
    equal = "the build plans before and after are equal"
    return f"{equal} but for {', '.join(changes)}" if changes else equal


def risk(delta: Delta) -> str:
    """What is another thing in the image afterwards; empty for a safe patch."""
    if delta.pinned:
        return "the images stay those of today, also when their tags move on: whoever pins them has to update them"
    doubts = [doubt for each in delta.lowered for doubt in each.doubts]
    if doubts:
        return "; ".join(doubts)
    if delta.parted:
        return "what comes into the folder later is not copied until the Dockerfile names it"
    if delta.removed_stages:
        return "a build that asks for a stage that is gone, by its number or its name, fails"
    if delta.split:
        return f"the image has what is copied and what {delta.split.base} brings, and nothing else"
    parts = [part for differs in delta.differs for part in _parts(differs)]
    if delta.left_out:
        parts.append(f"what it no longer takes from the build context ({', '.join(delta.left_out)})")
    return f"the image differs in {', '.join(parts)}" if parts else ""


def _changes(delta: Delta) -> Iterator[str]:
    yield from (f"{' '.join(command)!r} added" for command in delta.added_commands)
    yield from (f"{' '.join(command)!r} dropped" for command in delta.dropped_commands)
    yield from (f"{option} added to {name}" for name, option in delta.added_options)
    yield from (f"{option} dropped from {name}" for name, option in delta.dropped_options)
    yield from (part for differs in delta.differs for part in _parts(differs))
    yield from (f"the digest in {pinned}" for _, pinned in delta.pinned)
    yield from (f"the mount {mount}" for mount in delta.mounted)
    yield from (f"what {pattern} leaves out" for pattern in delta.left_out)
    yield from ("the place of a COPY whose files the RUNs do not need" for each in delta.lowered if not each.doubts)
    yield from (f"the place of a COPY: {doubt}" for each in delta.lowered for doubt in each.doubts)
    yield from (f"a COPY in {len(each.parts)} parts" for each in delta.parted)
    if delta.added_stages:
        yield f"new stages: {len(delta.added_stages)}"
    if delta.removed_stages:
        yield f"stages that are gone: {len(delta.removed_stages)}"
    if delta.split:
        yield from _split(delta.split)


def _split(split: Split) -> Iterator[str]:
    yield f"the stage {split.name} that builds now, and the base {split.base}"
    yield from (f"{path} copied" for path in split.copied)
    yield from (f"{text!r} added" for text in split.added)
    if split.repeated:
        yield f"what both stages do: {len(split.repeated)}"
    if split.pruned:
        yield f"what {split.pruned!r} takes away"
    if split.variables:
        yield f"what only the old base sets ({', '.join(split.variables)})"


def _parts(differs: Differs) -> Iterator[str]:
    if differs.base:
        yield f"the base {differs.base}"
    yield from differs.config
    yield from (f"the variable {name}" for name in differs.variables)
    yield from (f"the package {name}" for name in differs.packages)
    yield from (f"{text!r} added" for text in differs.added)
    yield from (f"{text!r} removed" for text in differs.removed)
    yield from (f"{each.old!r} that became {each.new!r}" for each in differs.commands)
    yield from (f"where {name} is set" for name in differs.later)
    yield from (f"{flag} given to a COPY or ADD" for _, flag in differs.flags)
