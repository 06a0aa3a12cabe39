"""What a report says, as plain values: the same for people and for programs.

Bytes that are not UTF-8 are written ``\\xNN`` in its texts.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

VERSION: Literal[1] = 1
"""Counts up when a field goes away or changes its meaning; new fields may come at any time."""


class Estimate(msgspec.Struct, frozen=True, gc=False):
    """What is saved, estimated from tables, not measured."""

    layers: int = 0
    bytes: int = 0

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.layers + other.layers, self.bytes + other.bytes)

    def __bool__(self) -> bool:
        return self != NOTHING


NOTHING = Estimate()


class Counted(msgspec.Struct, frozen=True, gc=False):
    """Bytes of files that a build no longer gets, and that are no longer copied into the image: counted."""

    context: int = 0
    image: int = 0

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.context + other.context, self.image + other.image)

    def __bool__(self) -> bool:
        return self != NONE


NONE = Counted()


class Patched(msgspec.Struct, frozen=True, gc=False):
    """A patch: what changed and why. Lines and columns count from 1, in the text that the patch was made for."""

    transform: str
    safety: Literal["safe", "unsafe", "report"]
    applied: Annotated[bool, Meta(description="False for what is only shown and never written.")]
    line: int
    column: int
    why: str
    estimated_saving: Estimate
    evidence: Annotated[tuple[str, ...], Meta(description="What the reason rests on, and what validation proved.")] = ()
    risk: Annotated[str, Meta(description="What is another thing in the image; empty for a safe patch.")] = ""
    page: Annotated[
        str | None, Meta(description="The page about the transform in dfopt's repository; `dfopt explain` prints it.")
    ] = None
    counted_saving: Counted = NONE
    files: Annotated[
        tuple[str, ...], Meta(description="The other files of the build context that it edits, from its root.")
    ] = ()


class Refused(msgspec.Struct, frozen=True, gc=False):
    """A place that was left alone, and why."""

    transform: str
    line: int
    column: int
    reason: str
    detail: str


class Warned(msgspec.Struct, frozen=True, gc=False):
    """A comment that is meant for dfopt and is not honoured as it is written."""

    line: int
    column: int
    message: str


class Failed(msgspec.Struct, frozen=True, gc=False):
    """A transform that failed on this file; its edits were taken back."""

    transform: str
    reason: str
    unproved: Annotated[
        bool, Meta(description="True if only the proof is missing that the image stays the same: no error.")
    ] = False


class Error(msgspec.Struct, frozen=True, gc=False):
    """Why a file was not rewritten at all."""

    kind: Annotated[
        Literal["read", "syntax", "target", "write", "internal"],
        Meta(description="internal is a fault of dfopt itself, target a missing stage; all others are about the file."),
    ]
    message: str
    line: int | None = None
    column: int | None = None
    traceback: Annotated[str | None, Meta(description="Of an internal error, with --verbose.")] = None


class ContextEdit(msgspec.Struct, frozen=True, gc=False):
    """Another file of the build context that changes along."""

    path: str
    created: Annotated[bool, Meta(description="True if there was none before.")]


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What building both files and letting both images work showed. Sizes in bytes, uncompressed."""

    holds: Annotated[bool, Meta(description="False if the rewrite was taken back.")]
    engine: str
    workload: Annotated[str, Meta(description="What both images did; empty if none of them was built or started.")] = ""
    reason: Annotated[str, Meta(description="Why it does not hold.")] = ""
    kept: Annotated[
        tuple[str, ...], Meta(description="Paths that were copied in addition, as a trace shows that they are used.")
    ] = ()
    missing: Annotated[
        tuple[str, ...], Meta(description="Paths that the original image has and uses, and the rewritten one lacks.")
    ] = ()
    superfluous: Annotated[
        tuple[str, ...], Meta(description="Paths that are copied from the stage that builds, and that nothing used.")
    ] = ()
    notes: Annotated[tuple[str, ...], Meta(description="What could not be found out.")] = ()
    before_bytes: int | None = None
    after_bytes: int | None = None
    withdrawn: Annotated[tuple[str, ...], Meta(description="The transforms that were taken back.")] = ()


class FileReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one file."""

    path: str
    changed: Annotated[bool, Meta(description="True if the rewritten file differs, whether it was written or not.")] = (
        False
    )
    written: bool = False
    patches: tuple[Patched, ...] = ()
    refusals: tuple[Refused, ...] = ()
    failures: tuple[Failed, ...] = ()
    warnings: tuple[Warned, ...] = ()
    files: Annotated[
        tuple[ContextEdit, ...],
        Meta(description="Other files that change along; they are in the diff and are written."),
    ] = ()
    proof: Annotated[Proof | None, Meta(description="Null if nothing was built: --prove does it.")] = None
    error: Error | None = None
    diff: Annotated[str | None, Meta(description="A unified diff; null if there is none or it is not UTF-8.")] = None
    diff_base64: Annotated[str | None, Meta(description="The diff, if it is not UTF-8.")] = None


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The sums over all files."""

    files: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: int = 0
    rewrites: dict[str, int] = {}
    """By transform."""
    refusals: dict[str, int] = {}
    """By reason."""
    failures: dict[str, int] = {}
    """By transform, without those that are only unproved."""
    unproved: dict[str, int] = {}
    """By transform: files in which it left alone what could not be proved."""
    proved: int = 0
    """Files whose rewrite was proved by building."""
    withdrawn: int = 0
    """Files whose rewrite was taken back, as building did not prove it."""
    estimated_saving: Estimate = NOTHING
    counted_saving: Counted = NONE


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON report."""

    version: Literal[1]
    dfopt: Annotated[str, Meta(description="The version of dfopt.")]
    files: tuple[FileReport, ...]
    templates: Annotated[tuple[str, ...], Meta(description="Found, but to be rendered before they are Dockerfiles.")]
    problems: Annotated[dict[str, str], Meta(description="Paths that could not be searched, with the reason.")]
    summary: Summary
