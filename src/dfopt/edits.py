"""Span edits, patches made of them, refusals, and how edits are applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

import msgspec

from dfopt.source import Span


class Safety(Enum):
    """What a patch may change.

    SAFE: the same root file system and image config from the same inputs, up to the declared delta.
    UNSAFE: the image differs on purpose; opt-in.
    REPORT: shown, never written.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"
    REPORT = "report"


class Edit(msgspec.Struct, frozen=True, gc=False):
    """Replace ``span`` of the source text by ``text``."""

    span: Span
    text: str


class FileEdit(msgspec.Struct, frozen=True, gc=False):
    """What becomes of a file of the build context, other than the Dockerfile."""

    path: str
    """From the root of the context."""
    old: str | None
    """The text that must be there, as ``Source`` reads it; None if there must be no such file."""
    new: str


class Replaced(msgspec.Struct, frozen=True, gc=False):
    """What the script of a RUN says instead of a command, or of several one behind the other."""

    span: Span
    """In the file that the patch is made for: from where the first command begins to where the last one ends."""
    old: str
    """The text of the commands, as the shell gets it: without the continuations and comments of the Dockerfile."""
    new: str
    """The text in their place."""
    is_same: bool = False
    """True if the files are the same afterwards, but for those in ``gone``, whenever both succeed."""
    gone: tuple[str, ...] = ()
    """Paths of files that are not there any more; ``*`` in them is any part of a name."""


class Differs(msgspec.Struct, frozen=True, gc=False):
    """What an unsafe patch changes on purpose in one stage; all that is not named here must stay as it was."""

    stage: int
    """Its index in the file that the patch is made for; -1 for what stands before the first FROM."""
    base: str = ""
    """The image that FROM names now, as it is written there."""
    config: tuple[str, ...] = ()
    """Keywords of instructions that say something else about the image: CMD, ENTRYPOINT, EXPOSE, HEALTHCHECK, LABEL,
    MAINTAINER, STOPSIGNAL or USER. What builds the image runs as the same user as before."""
    variables: tuple[str, ...] = ()
    """Names to which ENV or ARG gives something else."""
    packages: tuple[str, ...] = ()
    """What commands that install packages install too."""
    added: tuple[str, ...] = ()
    """RUN, COPY and ADD instructions that came in, as a Dockerfile has them: ``RUN useradd app``."""
    removed: tuple[str, ...] = ()
    """The same of those that are gone."""
    commands: tuple[Replaced, ...] = ()
    """Commands of a RUN in whose place others are."""
    later: tuple[str, ...] = ()
    """Names that ENV or ARG set further down: RUNs that do not name them run without them."""
    flags: tuple[tuple[Span, str], ...] = ()
    """COPY and ADD instructions that have got a flag, ``--chmod=755``, behind their others: their spans in the file
    that the patch is made for."""
    is_same: bool = False
    """True if the files are the same, although instructions came in, are gone or have got a flag."""


class Lowered(msgspec.Struct, frozen=True, gc=False):
    """A COPY that stands further down now, below RUNs that do not need its files, or not all of them."""

    copy: Span
    """In the file that the patch is made for."""
    first: tuple[str, ...] = ()
    """The COPYs of the files that are needed, which came in above the RUNs: as they are written."""
    passed: int = 1
    """How many instructions, those in ``first`` aside, it stands below now; counted in the new file."""
    doubts: tuple[str, ...] = ()
    """Why the RUNs may need more than that, in the words of the facts; with one the patch is unsafe."""
    written: str = ""
    """The COPY as it is written now, if its destination is seen from another folder there; empty for as it was."""


class Parted(msgspec.Struct, frozen=True, gc=False):
    """A COPY in whose place several are, which together bring the same files to the same places."""

    copy: Span
    """In the file that the patch is made for."""
    parts: tuple[str, ...]
    """As they are written, in their order."""


class Split(msgspec.Struct, frozen=True, gc=False):
    """The only stage of a file became two: one that builds, and one that takes what a container needs from it."""

    name: str
    """Of the stage that builds."""
    base: str
    """The image that the other one starts from, as it is written there."""
    copied: tuple[str, ...] = ()
    """Absolute paths, each by a ``COPY --from`` of its own to where it was."""
    repeated: tuple[Span, ...] = ()
    """RUN and COPY instructions that both stages have: their spans in the file that the patch is made for."""
    added: tuple[str, ...] = ()
    """RUN, ENV and WORKDIR instructions that came into the new stage, above all that it has from the old one."""
    variables: tuple[str, ...] = ()
    """What the old base image sets for its tool chain, and the new one does not set, or sets to something else."""
    pruned: str = ""
    """A command in a RUN of its own at the end of the stage that builds: it takes away what only the build needs."""


class Delta(msgspec.Struct, frozen=True, gc=False):
    """What a patch declares that it changes; everything else must stay. From ``differs`` on, for unsafe patches only.

    Commands are given as the words of a simple command without expansions. Options name the
    command that they are given to: ``("pip", "--no-cache-dir")``.
    """

    added_commands: tuple[tuple[str, ...], ...] = ()
    """Cleanups that run at the end of a RUN."""
    dropped_commands: tuple[tuple[str, ...], ...] = ()
    """Cleanups or index updates that have become useless."""
    added_options: tuple[tuple[str, str], ...] = ()
    dropped_options: tuple[tuple[str, str], ...] = ()
    differs: tuple[Differs, ...] = ()
    """What the images differ in."""
    added_stages: tuple[int, ...] = ()
    """The indices, in the new file, of stages that came in; none of them is the last."""
    removed_stages: tuple[int, ...] = ()
    """The indices of stages that are gone, with the comments that speak of them; none of them is the last, and nothing
    that is left names one."""
    pinned: tuple[tuple[str, str], ...] = ()
    """References of images that got a digest, once for each place: as they were written, and as they are now."""
    mounted: tuple[str, ...] = ()
    """Values of ``--mount`` flags that came in, once for each place; of the types ``secret`` and ``ssh`` only."""
    left_out: tuple[str, ...] = ()
    """Patterns that came into the ignore file: instructions no longer take what they match."""
    lowered: tuple[Lowered, ...] = ()
    """COPYs that moved down; the files are the same as long as there are no doubts."""
    parted: tuple[Parted, ...] = ()
    """COPYs that became several: what comes into their folders later is not copied by itself."""
    split: Split | None = None
    """What became of the only stage; nothing else may be declared beside it."""

    @property
    def is_unsafe(self) -> bool:
        """True if the image is another one afterwards."""
        doubted = any(each.doubts for each in self.lowered)
        known = self.differs or self.pinned or self.mounted or self.left_out or self.parted
        return bool(known or self.added_stages or self.removed_stages or doubted or self.split)


class Saving(msgspec.Struct, frozen=True, gc=False):
    """What a patch saves; ``size`` in bytes of the image, from a table: always "estimated"."""

    layers: int = 0
    size: int = 0
    context: int = 0
    """Bytes of files that the build context is smaller by: counted."""
    image: int = 0
    """Bytes of files that are copied into the image no more: counted."""


class Patch:
    """An all-or-nothing set of edits with its reason; ``files`` are those of other files of the build context.

    ``span`` is the place that the report shows: by default that of the first edit.
    ``safety`` None means that of the transform. ``evidence`` says what ``why`` rests on, fact by fact; ``risk``
    what may go wrong with the image, by default what the delta says of it.
    """

    __slots__ = ("delta", "edits", "evidence", "files", "risk", "safety", "saving", "span", "why")

    def __init__(
        self,
        edits: Iterable[Edit],
        *,
        why: str,
        span: Span | None = None,
        safety: Safety | None = None,
        delta: Delta | None = None,
        saving: Saving | None = None,
        evidence: Iterable[str] = (),
        risk: str = "",
        files: Iterable[FileEdit] = (),
    ) -> None:
        self.edits = tuple(sorted(edits, key=lambda edit: edit.span))
        if not self.edits and span is None:
            raise ValueError("a patch without edits needs a span to report")
        self.span = self.edits[0].span if span is None else span
        self.why = why
        self.safety = safety
        self.delta = delta or Delta()
        self.saving = saving or Saving()
        self.evidence = tuple(evidence)
        self.risk = risk
        self.files = tuple(files)

    def __repr__(self) -> str:
        return f"Patch({self.edits!r}, why={self.why!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Patch):
            return False
        return (self.edits, self.files, self.why) == (other.edits, other.files, other.why)

    __hash__ = None  # type: ignore[assignment]


class Skip(msgspec.Struct, frozen=True, gc=False):
    """A place left alone. ``reason`` is a fixed sentence that refusals are counted by; ``detail`` says more."""

    span: Span
    reason: str
    detail: str = ""


def merge(patches: Sequence[Patch]) -> tuple[list[Patch], list[Patch]]:
    """The patches that can be applied together, in order of their first edit, and those that overlap with them.

    Two patches that edit one file of the context always overlap.
    """
    taken: list[Patch] = []
    left: list[Patch] = []
    spans: list[Span] = []
    files: set[str] = set()
    for patch in patches:
        own = [edit.span for edit in patch.edits]
        paths = {edit.path for edit in patch.files}
        if any(_touch(a, b) for a in own for b in spans) or not paths.isdisjoint(files):
            left.append(patch)
        else:
            taken.append(patch)
            spans += own
            files |= paths
    return taken, left


def _touch(a: Span, b: Span) -> bool:
    return (
        (a.start < b.end and b.start < a.end)
        or a.start == b.start
        or (a.start == a.end and b.start <= a.start <= b.end)
        or (b.start == b.end and a.start <= b.start <= a.end)
    )


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made.

    Raises ValueError if two of them overlap or one lies outside the text.
    """
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        if edit.span.start < at or edit.span.end > len(text):
            raise ValueError(f"edits overlap or leave the text at {edit.span}")
        pieces += (text[at : edit.span.start], edit.text)
        at = edit.span.end
    pieces.append(text[at:])
    return "".join(pieces)


def joined(before: Iterable[FileEdit], after: Iterable[FileEdit]) -> tuple[FileEdit, ...]:
    """Edits of files one behind the other, as one for each file.

    Raises ValueError if a file does not have the text that an edit expects.
    """
    found = {edit.path: edit for edit in before}
    for edit in after:
        known = found.get(edit.path)
        if known is not None and known.new != edit.old:
            raise ValueError(f"{edit.path} is not what an edit of it expects")
        found[edit.path] = FileEdit(edit.path, known.old if known else edit.old, edit.new)
    return tuple(edit for edit in found.values() if edit.old != edit.new)
