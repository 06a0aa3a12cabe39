"""What a verification found, as plain values and as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from dfopt.paths import visible
from dfopt.report.text import counted, size
from dfopt.verify.findings import Finding, What
from dfopt.verify.verification import Verified

VERSION: Literal[1] = 1
GROUPED = 5
"""More findings of one kind by one layer than this are told by the folder that holds them."""
LARGEST = 10


class Difference(msgspec.Struct, frozen=True, gc=False):
    """A difference between the images. ``path`` is a path in them, or the name of a part of the config."""

    what: str
    path: str
    before: str
    after: str
    layer: Annotated[str, Meta(description="The instruction that made it.")]
    declared: bool


class LayerSize(msgspec.Struct, frozen=True, gc=False):
    """A layer: the instruction that made it, and sizes in bytes."""

    made_by: str
    bytes: int
    compressed_bytes: int


class SideReport(msgspec.Struct, frozen=True):
    """One image. Sizes in bytes, uncompressed and as a push sends them; times in seconds, measured once."""

    bytes: int
    compressed_bytes: int
    layers: tuple[LayerSize, ...]
    cold_seconds: float | None
    rebuild_seconds: float | None
    rebuild_cached_steps: int | None
    rebuild_steps: int | None
    exit_status: int | None


class Gone(msgspec.Struct, frozen=True, gc=False):
    """A path that went away, with all below it. ``bytes`` is the size of its files."""

    path: str
    bytes: int


class VerifyReport(msgspec.Struct, frozen=True, kw_only=True):
    """The report of `dfopt verify`."""

    version: Literal[1] = VERSION
    path: str
    engine: str
    equal: Annotated[bool, Meta(description="True if nothing differs but what the rewrite declared.")]
    files_compared: Annotated[
        bool, Meta(description="False if the rewrite declares another set of files, so that their list proves nothing.")
    ]
    before: SideReport
    after: SideReport
    differences: tuple[Difference, ...]
    largest_gone: tuple[Gone, ...]
    excused: Annotated[
        tuple[str, ...], Meta(description="Paths on which two builds of the original differ, with --calibrate.")
    ]
    touched: Annotated[str | None, Meta(description="The file that was changed before the rebuild.")]


def report(path: str, verified: Verified) -> VerifyReport:
    return VerifyReport(
        path=path,
        engine=verified.engine,
        equal=not verified.undeclared,
        files_compared=verified.files_compared,
        before=_side(verified, "before"),
        after=_side(verified, "after"),
        differences=tuple(
            Difference(each.what.value, each.path, each.before, each.after, each.layer, each.declared)
            for each in verified.findings
        ),
        largest_gone=tuple(_largest(verified)),
        excused=verified.excused,
        touched=verified.touched,
    )


def _side(verified: Verified, which: Literal["before", "after"]) -> SideReport:
    side = verified.before if which == "before" else verified.after
    timing = side.timing
    rebuilt = timing is not None and timing.rebuild is not None
    return SideReport(
        bytes=side.image.size,
        compressed_bytes=side.image.compressed,
        layers=tuple(
            LayerSize(made, layer.size, layer.compressed)
            for made, layer in zip(side.image.made_by, side.image.layers, strict=True)
        ),
        cold_seconds=timing.cold if timing else None,
        rebuild_seconds=timing.rebuild if timing else None,
        rebuild_cached_steps=timing.hits if timing and rebuilt else None,
        rebuild_steps=timing.steps if timing and rebuilt else None,
        exit_status=side.ran.status if side.ran else None,
    )


def _largest(verified: Verified) -> list[Gone]:
    """The largest folders and files that the second image lacks, no one inside another."""
    sizes: dict[str, int] = {}
    gone = {each.path for each in verified.findings if each.what is What.GONE}
    for layer in verified.before.image.layers:
        for entry in layer.entries:
            if entry.path not in gone:
                continue
            top = entry.path
            while (parent := top.rpartition("/")[0]) in gone:
                top = parent
            sizes[top] = sizes.get(top, 0) + entry.size
    found = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
    return [Gone(path, size) for path, size in found[:LARGEST] if size]


class Line(msgspec.Struct, frozen=True):
    """What the text and the page say of one difference, or of several of one kind."""

    what: str
    where: str
    detail: str
    layer: str


def lines(findings: Sequence[Finding]) -> Iterator[Line]:
    """The findings, those of one kind, one layer and one folder together if they are many."""
    groups: dict[tuple[What, str], list[Finding]] = {}
    for each in findings:
        groups.setdefault((each.what, each.layer), []).append(each)
    for (what, layer), group in groups.items():
        if len(group) <= GROUPED or what in (What.CONFIG, What.PACKAGE, What.RUN):
            yield from (Line(what.value, each.path, _change(each), layer) for each in group)
            continue
        for folder, members in _by_folder(group).items():
            if len(members) == 1:
                yield Line(what.value, members[0].path, _change(members[0]), layer)
            else:
                yield Line(what.value, f"{folder}/…", f"{len(members)} paths, such as {members[0].path}", layer)


def _by_folder(group: Sequence[Finding]) -> dict[str, list[Finding]]:
    """By the second folder of the path: specific enough to be of use, and few."""
    found: dict[str, list[Finding]] = {}
    for each in group:
        parts = each.path.split("/")
        found.setdefault("/".join(parts[:4] if len(parts) > 4 else parts[:-1]), []).append(each)
    return found


def _change(each: Finding) -> str:
    if each.before and each.after:
        return f"{each.before} → {each.after}"
    return each.after if not each.before else f"was {each.before}"


def text(path: str, verified: Verified) -> str:
    """The report for people."""
    found = [*_verdict(path, verified), *_numbers(verified), *_gone(verified)]
    return "\n".join(visible(line) for line in found) + "\n"


def _verdict(path: str, verified: Verified) -> Iterator[str]:
    undeclared = verified.undeclared
    if undeclared:
        count = "1 difference that was" if len(undeclared) == 1 else f"{len(undeclared)} differences that were"
        yield f"{path}: NOT the same: {count} not declared ({verified.engine})"
        for line in lines(undeclared):
            yield f"  {line.what:8} {line.where}: {line.detail}{_by(line.layer)}"
    elif verified.files_compared:
        yield f"{path}: the same but for what the rewrite declares ({verified.engine})"
    else:
        yield f"{path}: the config is as declared; the rewrite means to change the files ({verified.engine})"
    declared = [each for each in verified.findings if each.declared]
    if declared:
        yield "as declared:"
        for line in lines(declared):
            yield f"  {line.what:8} {line.where}: {line.detail}"
    if verified.excused:
        yield f"excused, since two builds of the original differ there: {counted(len(verified.excused), 'path')}"


def _by(layer: str) -> str:
    shown = layer.removesuffix("# buildkit").strip()
    return f"  [by {shown[:100]}{'…' if len(shown) > 100 else ''}]" if shown else ""


class Row(msgspec.Struct, frozen=True):
    """A number before and after, as both are shown, and by how much it changed."""

    name: str
    before: str
    after: str
    change: str = ""


def rows(a: SideReport, b: SideReport) -> Iterator[Row]:
    """What was counted and measured of both images."""
    yield _row("size", a.bytes, b.bytes, size)
    yield _row("compressed", a.compressed_bytes, b.compressed_bytes, size)
    yield _row("layers", len(a.layers), len(b.layers), lambda value: f"{value:.0f}")
    if a.cold_seconds is not None and b.cold_seconds is not None:
        yield _row("cold build", a.cold_seconds, b.cold_seconds, _seconds)
    if a.rebuild_seconds is not None and b.rebuild_seconds is not None:
        yield _row("rebuild", a.rebuild_seconds, b.rebuild_seconds, _seconds)
        hits = [f"{side.rebuild_cached_steps}/{side.rebuild_steps}" for side in (a, b)]
        yield Row("cache hits", hits[0], hits[1])


def _row(name: str, before: float, after: float, show: Callable[[float], str]) -> Row:
    return Row(name, show(before), show(after), f"{(after - before) / before:+.1%}" if before else "")


def _seconds(value: float) -> str:
    return f"{value:.1f} s"


def _numbers(verified: Verified) -> Iterator[str]:
    a, b = _side(verified, "before"), _side(verified, "after")
    yield f"{'':12} {'before':>10} {'after':>10}"
    for row in rows(a, b):
        yield f"{row.name:12} {row.before:>10} {row.after:>10} {row.change:>8}".rstrip()
    if b.rebuild_seconds is not None:
        yield f"rebuilt after a change of {verified.touched}"
    if verified.before.ran and verified.after.ran:
        yield f"{'exit status':12} {_status(a.exit_status):>10} {_status(b.exit_status):>10}"


def _status(status: int | None) -> str:
    return "runs on" if status is None else str(status)


def _gone(verified: Verified) -> Iterator[str]:
    found = _largest(verified)
    if found:
        yield "largest that went away:"
        yield from (f"  {size(each.bytes):>10}  {each.path}" for each in found)
