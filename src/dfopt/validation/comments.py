"""Every comment of a file and where it stands, to see that none gets lost or leaves what it speaks of."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

import msgspec

from dfopt.facts.facts import Facts
from dfopt.memo import kept_of
from dfopt.shell.nodes import Script, ShellComment
from dfopt.shell.walk import scripts
from dfopt.source import Span
from dfopt.syntax.nodes import Comment, Instruction, Run, Workdir
from dfopt.validation.built import as_built
from dfopt.validation.exempt import WHOLE, Side
from dfopt.validation.plan import CONFIG_ONLY, SCOPE, content
from dfopt.validation.replaced import commands_with_replaced

_MOVABLE = (*CONFIG_ONLY, *SCOPE)
"""Instructions that may be gone or elsewhere, and all is still the same."""


class Place(msgspec.Struct, frozen=True):
    """A comment: what it says, and what stands around it."""

    text: str
    """White space aside."""
    owner: Hashable
    """What the instruction says that it belongs to, if that may stand elsewhere in its stage (LABEL, CMD, ENV …)."""
    before: int | None
    """How many commands and instructions of other kinds stand before it; None if its instruction is not compared."""
    earliest: int
    """The same of the first place that means the same: a comment behind a command may also stand above its RUN."""
    is_free: bool = False
    """True if it belongs to no instruction: it may stand anywhere."""
    is_all: bool = False
    """True if its RUN has no command: nothing but the comment may be left of it."""
    is_gone: bool = False
    """True if it may go with a stage that is gone: it stands in it, or between it and the stages around it."""


def misplaced(
    before: Facts, after: Facts, changed: frozenset[tuple[str, ...]], sides: tuple[Side, Side] = (WHOLE, WHOLE)
) -> str | None:
    """A comment that is lost, or no longer stands where it did; ``changed`` are the commands that came or went."""
    old = list(_places(before, changed, sides[0]))
    new = list(_places(after, changed, sides[1]))
    told = Counter(place.text for place in old)
    gone = Counter(place.text for place in old if place.is_gone)
    lost = told - Counter(place.text for place in new) - gone
    if lost:
        return f"a comment is lost: {next(iter(lost))}"
    said = {place.text for place in old}
    again = [place.text for place in new if place.text in said and place.text]
    twice = Counter(again) - told
    if twice:
        return f"a comment is written twice: {next(iter(twice))}"
    owned = {(place.text, place.owner) for place in new}
    placed = {(place.text, place.before): place.owner for place in sorted(new, key=lambda place: place.owner is None)}
    for place in old:
        if place.is_gone:
            continue
        if place.owner is not None:
            kept = (place.text, place.owner) in owned
        else:
            kept = (
                place.is_free
                or place.before is None
                or any(
                    (place.text, at) in placed and (place.is_all or placed[place.text, at] is None)
                    for at in range(place.earliest, place.before + 1)
                )
            )
        if not kept:
            return f"a comment has moved: {place.text}"
    return None


def _places(facts: Facts, changed: frozenset[tuple[str, ...]], side: Side) -> Iterator[Place]:
    inner = list(_shell_comments(facts))
    found = [*facts.dockerfile.comments, *(comment for _, comment in inner)]
    if not found:
        return
    runs = {comment.span: run for run, comment in inner}
    owners = {comment.span: instruction for instruction, comment in _owned(facts)}
    marks = sorted(_marks(facts, changed, side))
    replaced = [each.span for exempt in side.exempt.values() for each in exempt.commands]
    zones = list(_zones(facts, side)) if side.is_shortened else []
    at = 0
    for comment in sorted(found, key=lambda comment: comment.span.start):
        while at < len(marks) and marks[at] < comment.span.start:
            at += 1
        instruction = owners.get(comment.span)
        text = " ".join(comment.text.split())
        owner = runs.get(comment.span, instruction)
        is_all = isinstance(owner, Run) and _is_empty(facts, owner)
        if any(zone.start <= comment.span.start < zone.end for zone in zones):
            yield Place(text, None, None, at, is_gone=True)
        elif owner is not None and side.leaves_out(_stage_index(facts, owner), owner):
            yield Place(text, None, None, at)
        elif isinstance(instruction, _MOVABLE):
            index = _stage_index(facts, instruction)
            built = as_built(instruction, facts.dockerfile.escape)
            said = content(built, facts.dockerfile.source, side.of(index).variables)
            if isinstance(built, Workdir):  # it may be written in full
                folder = facts.scope(instruction).workdir or "/"
                said = built.keyword, posixpath.basename(posixpath.normpath(posixpath.join(folder, built.path.text)))
            yield Place(text, (side.number(index), said), at, at)
        elif comment.span in runs:
            run = runs[comment.span]
            earliest = at if run.is_heredoc_script else bisect_left(marks, _behind(facts, run, comment))
            yield Place(text, None, at, earliest, is_all=is_all)
        else:
            earliest = _earliest(comment, at, marks, replaced)
            yield Place(text, None, at, earliest, is_free=instruction is None, is_all=is_all)


def _zones(facts: Facts, side: Side) -> Iterator[Span]:
    """From the end of what stands before a stage that is gone to the FROM of the next one."""
    instructions = facts.dockerfile.instructions
    for index in side.new_stages:
        first = instructions.index(facts.stages[index].start)
        start = instructions[first - 1].span.end if first else 0
        yield Span(start, facts.stages[index + 1].start.span.start)


def _behind(facts: Facts, run: Run, comment: Comment) -> int:
    """The start of the pipeline that a comment of a script stands behind; that of the RUN if there is none."""
    script = facts.script(run)
    assert isinstance(script, Script)
    assert run.script is not None
    listed = [pipeline.span for statement in script.statements for pipeline in statement.list.pipelines]
    ended = [span for span in listed if run.script.end_offset(span.end) <= comment.span.start]
    return run.script.offset(ended[-1].start) if ended else run.span.start


def _earliest(comment: Comment, at: int, marks: Sequence[int], replaced: Sequence[Span]) -> int:
    """How many commands a comment stands behind at least: one among commands that make way may be among the new."""
    around = next((span for span in replaced if span.start < comment.span.start < span.end), None)
    return at if around is None else bisect_left(marks, around.start)


def _is_empty(facts: Facts, run: Run) -> bool:
    script = facts.script(run)
    return isinstance(script, Script) and not script.statements


def _stage_index(facts: Facts, instruction: Instruction) -> int:
    """The index of the stage that an instruction stands in, -1 before the first."""
    stages = facts.stages
    if not stages or instruction.span.start < stages[0].start.span.start:
        return -1
    return facts.stage_of(instruction).index


def _owned(facts: Facts) -> Iterator[tuple[Instruction, Comment]]:
    for instruction in facts.dockerfile.instructions:
        for comment in (*instruction.comments, *instruction.inner_comments):
            yield instruction, comment


def _shell_comments(facts: Facts) -> Iterator[tuple[Run, Comment]]:
    for run in facts.dockerfile.find(Run):
        if run.script is not None and "#" in run.script.text:
            script = facts.script(run)
            if isinstance(script, Script):
                for comment in _comments_in(script):
                    yield run, Comment(run.script.span(*comment.span), comment.text)


@kept_of(most=512)
def _comments_in(script: Script) -> tuple[ShellComment, ...]:
    return tuple(comment for inner in scripts(script, backquotes=False) for comment in inner.comments)


def _marks(facts: Facts, changed: frozenset[tuple[str, ...]], side: Side) -> Iterator[int]:
    """Where the commands and instructions stand that a rewriting keeps in their order.

    ``set`` is left out, as a merge takes ``set -e`` out and puts ``set +e`` in; so is what a heredoc
    that is no script substitutes.
    """
    for instruction in facts.dockerfile.instructions:
        stage = _stage_index(facts, instruction)
        if side.leaves_out(stage, instruction):
            continue
        script = facts.script(instruction) if isinstance(instruction, Run) else None
        if isinstance(instruction, Run) and instruction.script is not None and isinstance(script, Script):
            for place, command in commands_with_replaced(instruction, script, side.of(stage).commands):
                words = tuple(word.value for word in command.words)
                if words not in changed and words[:1] != ("set",) and not _is_in_file(instruction, place):
                    yield place
        elif not isinstance(instruction, _MOVABLE):
            yield instruction.span.start


def _is_in_file(run: Run, place: int) -> bool:
    if run.is_heredoc_script or not run.heredocs:
        return False
    return any(found.body.start <= place < found.body.end for found in run.heredocs)
