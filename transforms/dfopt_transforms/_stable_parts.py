"""The parts of a COPY, how often they changed, and whether it pays to copy them one by one."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from dfopt.expression import Expression
from dfopt.facts.context_sources import written_sources
from dfopt.facts.copied import copied
from dfopt.facts.installs.project import Refused
from dfopt.knowledge.manager import Action
from dfopt.knowledge.source_code import VERSION_CONTROL
from dfopt.model.build_files import BuildFiles, Churn, Entry, Kind, NoFiles
from dfopt.model.copy_sources import context_path
from dfopt.model.stages import Stage
from dfopt.suppress import SUPPRESSED
from dfopt.syntax.nodes import Copy, Run
from dfopt.transform import Context, Delta, Edit, Parted, Patch, Skip
from dfopt_transforms._split_text import HISTORY, PLAIN, UNSHARED, unshared

LEAST_COMMITS: Final = 20
"""Fewer tell nothing about the next ones."""
MOST_PARTS: Final = 8
MODE: Final = 0o755
_VARIABLES: Final = Expression(r"\$\w+|\$\{\w+\}")


class Part(msgspec.Struct, frozen=True):
    """What one of the COPYs brings: the files that lie directly in the folder, or one folder in it."""

    names: tuple[str, ...]
    is_folder: bool
    size: int
    commits: frozenset[int]
    """Which of the commits touched it."""


def parted(ctx: Context) -> Iterator[Patch | Skip]:
    places = [copy for stage in ctx.facts.stages for copy in _below_installs(ctx, stage)]
    files = ctx.files() if places else None
    for copy in places:
        if isinstance(files, NoFiles):
            yield Skip(copy.span, files.reason, files.detail)
        elif files is not None:
            yield from _of_copy(ctx, copy, files)


def _below_installs(ctx: Context, stage: Stage) -> Iterator[Copy]:
    """The COPYs of one source above no install."""
    for each in reversed(stage.instructions):
        if isinstance(each, Run) and any(call.action is Action.INSTALL for call in ctx.facts.calls(each)):
            return
        if type(each) is Copy and len(each.sources) == 1 and not each.flag("from") and not each.heredocs:
            yield each


def _of_copy(ctx: Context, copy: Copy, files: BuildFiles) -> Iterator[Patch | Skip]:
    folder = context_path(copy.sources[0].text)
    entry = files.get(folder)
    if folder and (entry is None or entry.kind is not Kind.FOLDER):
        return
    inside = [each for each in files.entries if posixpath.dirname(each.path) == folder]
    if sum(each.kind is Kind.FOLDER for each in inside) < 1 or len(inside) < 2:
        return
    churn = files.churn
    if isinstance(churn, NoFiles):
        yield Skip(copy.span, churn.reason, churn.detail)
        return
    found = _parts(folder, inside, files, churn)
    order = sorted(found, key=lambda part: (len(part.commits), part.names))
    touching = len(frozenset[int]().union(*(part.commits for part in order)))
    before = sum(part.size for part in order) * touching
    after = _copied(order)
    if touching == 0 or (before - after) < int(ctx.options["least-bytes"]) * touching or after > before / 2:
        return
    refusal = _refusal(ctx, copy, order, inside, touching, files)
    if refusal is not None:
        yield Skip(copy.span, refusal.reason, refusal.detail)
        return
    texts = tuple(_text(ctx, copy, part) for part in order)
    end = ctx.print.line_end(copy)
    yield Patch(
        [Edit(copy.span, end.join(texts))],
        why=f"a new layer has {_mb(after / touching)} in place of {_mb(before / touching)} in the mean: "
        "parts that hardly change are copied first",
        delta=Delta(parted=(Parted(copy.span, texts),)),
        evidence=[_evidence(part, touching) for part in order],
    )


_PATTERN: Final = Expression(r"[*?\[$]")


def _parts(folder: str, inside: Sequence[Entry], files: BuildFiles, churn: Churn) -> list[Part]:
    start = f"{folder}/" if folder else ""
    names = [each.path[len(start) :] for each in inside]
    folders = {name for name, each in zip(names, inside, strict=True) if each.kind is Kind.FOLDER}
    loose = tuple(name for name in names if name not in folders)
    sizes = dict.fromkeys([*folders, ""], 0)
    for each in files.select(folder or "."):
        if each.kind is Kind.FILE:
            sizes[_top(each.path, start, folders)] += each.size
    touched: dict[str, set[int]] = {name: set() for name in sizes}
    for at, paths in enumerate(churn.commits):
        for path in paths:
            if path.startswith(start):
                touched[_top(path, start, folders)].add(at)
    found = [Part((name,), True, sizes[name], frozenset(touched[name])) for name in sorted(folders)]
    return [*found, Part(loose, False, sizes[""], frozenset(touched[""]))] if loose else found


def _top(path: str, start: str, folders: set[str]) -> str:
    """The folder that a path is counted to; empty for what lies loose, or is gone."""
    name, _, below = path[len(start) :].partition("/")
    return name if below and name in folders else ""


def _copied(order: Sequence[Part]) -> int:
    """The bytes of new layers over all commits: a part is new when it or one above it changed."""
    total = 0
    changed: frozenset[int] = frozenset()
    for part in order:
        changed |= part.commits
        total += part.size * len(changed)
    return total


def _refusal(
    ctx: Context, copy: Copy, order: Sequence[Part], inside: Sequence[Entry], touching: int, files: BuildFiles
) -> Refused | None:
    """Why a COPY that would pay is left alone."""
    own = copied(ctx.facts, copy, files)
    if isinstance(own, Refused):
        return own
    said = _about_parts(ctx, copy, order, inside, touching)
    if said is not None:
        return Refused(said)
    history = next((each.path for each in inside if posixpath.basename(each.path) in VERSION_CONTROL), None)
    if history is not None:
        return Refused(HISTORY, history)
    missing = unshared(own.paths.values(), (each.path for each in inside), files)
    return Refused(UNSHARED, missing) if missing else None


def _about_parts(ctx: Context, copy: Copy, order: Sequence[Part], inside: Sequence[Entry], touching: int) -> str | None:
    if touching < LEAST_COMMITS:
        return "too few commits tell how often its parts change"
    if ctx.is_off(copy.span):
        return SUPPRESSED
    if sum(len(part.names) for part in order) > MOST_PARTS:
        return "its folder has too many parts to name each"
    if any(each.kind not in (Kind.FILE, Kind.FOLDER) for each in inside):
        return "there are links among the parts of its folder"
    if any(each.kind is Kind.FOLDER and each.mode != MODE for each in inside):
        return "a folder has other permissions than those of a new one"
    names = [name for part in order for name in part.names]
    if "\n" in ctx.dockerfile.text(copy):
        return "the COPY is written over several lines"
    place = _VARIABLES.sub("", copy.destination.text)
    if copy.is_json or not all(PLAIN.fullmatch(word) for word in (*names, copy.sources[0].text, place) if word):
        return "its parts have names that need quotes"
    if _has_sibling(ctx, copy, context_path(copy.sources[0].text)):
        return "other COPYs beside it take parts of the same folder"
    return None


def _has_sibling(ctx: Context, copy: Copy, folder: str) -> bool:
    """True if a COPY directly above or below takes something that lies beside what it takes."""
    instructions = ctx.facts.stage_of(copy).instructions
    at = instructions.index(copy)
    beside = [*instructions[max(at - 1, 0) : at], *instructions[at + 1 : at + 2]]
    places = {posixpath.dirname(context_path(each)) for copy in beside for each in written_sources(ctx.facts, copy)}
    return bool(folder) and posixpath.dirname(folder) in places


def _text(ctx: Context, copy: Copy, part: Part) -> str:
    source, target = copy.sources[0].text, copy.destination.text
    start = "" if source == "." else source if source.endswith("/") else f"{source}/"
    into = target if target.endswith("/") else f"{target}/"
    words = [f"{start}{name}" for name in part.names]
    words.append(f"{into}{part.names[0]}/" if part.is_folder else into)
    flags = [ctx.dockerfile.source.slice(flag.span) for flag in copy.flags]
    return " ".join((ctx.dockerfile.source.slice(copy.keyword_span), *flags, *words))


def _evidence(part: Part, touching: int) -> str:
    what = part.names[0] if part.is_folder else "its other files"
    return f"{what}: {_mb(part.size)}, touched by {len(part.commits)} of {touching} commits"


def _mb(size: float) -> str:
    return f"{size / 1_000_000:.1f} MB"
