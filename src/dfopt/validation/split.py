"""The law of a split: a file with one stage, and the same with a stage that builds and one that is run.

1. The stage that builds has the base and, in order, the operations of the old stage up to a cut; behind them may be
   one command that takes packages away which only a build needs.
2. The other stage starts from the run-time image of that base, without what else its tag could bring; it has
   ``COPY --from`` of declared paths to the same paths, instructions that are declared to be repeated or added, and
   behind them the operations of the old stage from the cut on.
3. What an image says of itself (ENV, USER, WORKDIR, SHELL, CMD, ENTRYPOINT, EXPOSE …) is what the old one said.
4. Every comment is there, with what it spoke of.

That the copied paths are all that a container needs is not proved here: that is what the transform has evidence for.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from dfopt.edits import Delta, Split
from dfopt.facts.built import done
from dfopt.facts.facts import Facts
from dfopt.facts.folders import is_in, place, word_place
from dfopt.facts.run_time import builder_of, name_of, run_time
from dfopt.knowledge.build_commands import PRUNES
from dfopt.knowledge.folders import THERE
from dfopt.knowledge.package_managers import Action
from dfopt.model.mounts import read_mount
from dfopt.model.stages import Stage
from dfopt.shell.nodes import Script
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import (
    Copy,
    Env,
    Instruction,
    Run,
    Workdir,
)
from dfopt.validation.exempt import Exempt, Side, UndeclaredError
from dfopt.validation.in_force import InForce, Scopes
from dfopt.validation.plan import Exec, Operation, StagePlan, at_start, same_operation, stage_plan
from dfopt.validation.split_frame import check_frame, comments_differ

_PATH = re.compile(r"/[\w.+@-]+(?:/[\w.+@-]+)*")
_SYSTEM = THERE | {"/bin", "/dev", "/lib64", "/proc", "/run", "/sbin", "/sys"}
_MAY_BE_COPIED = frozenset({"/usr/local", "/usr/local/bin", "/usr/local/lib", "/opt", "/srv"})
"""Folders of every image that hold nothing of the system's own."""
_CLEANUP = ("rm", "-rf", "/var/lib/apt/lists/*")
_SETTLING = (("ldconfig",), *((manager, "clean", "all") for manager in ("dnf", "microdnf", "yum")))
"""What may come into the other one beside installs."""
_OWNERS = (("chmod",), ("chown",), ("chgrp",))
_LOOKS = 3
"""The words of a command that looks whether a program is there."""


def split_differs(before: Facts, after: Facts, deltas: Sequence[Delta]) -> str | None:
    """What differs beyond the split that the deltas declare, in words."""
    split = next(delta.split for delta in deltas if delta.split)
    if list(deltas) != [Delta(split=split)]:
        return "a split is not compared together with other changes"
    try:
        check_frame(before, after, split)
    except UndeclaredError as error:
        return str(error)
    problems = [_Halves(before, after, split, lean=lean).problem() for lean in (False, True)]
    if all(problems):
        return problems[0]
    return comments_differ(before, after)


class _Read(msgspec.Struct, frozen=True):
    """One stage: what it runs and copies, what it says of its image, and what is in force at its end."""

    plan: StagePlan
    end: InForce

    @property
    def operations(self) -> list[Exec | Operation]:
        """Without VOLUMEs, which are a part of the config."""
        return [each for each in self.plan.operations if _kind(each) != "VOLUME"]


def _kind(operation: Exec | Operation) -> str:
    if isinstance(operation, Exec):
        return "RUN"
    what: Any = operation.what
    return str(what[0])


class _Halves:
    """The old stage beside the two new ones."""

    def __init__(self, before: Facts, after: Facts, split: Split, *, lean: bool) -> None:
        self._before, self._after, self._split = before, after, split
        self._scopes = Scopes()
        self._lean = lean
        self._old_stage = before.stages[0]
        self._run_stage = after.stages[1]

    def problem(self) -> str | None:
        try:
            taken, added, repeated = self._copies(), self._added(), self._repeated()
            brought = taken | added
            old = self._read(self._before, self._old_stage, frozenset())
            build = self._read(self._after, self._after.stages[0], self._pruned())
            run = self._read(self._after, self._run_stage, brought)
            behind = self._behind_build(old, build)
            self._check_run(behind, run, repeated, old)
            self._check_image(old, run)
        except UndeclaredError as error:
            return str(error)
        return None

    def _read(self, facts: Facts, stage: Stage, without: frozenset[int]) -> _Read:
        """A stage as if some instructions were not there."""
        kept = tuple(each for each in stage.instructions if each.span.start not in without)
        shown = msgspec.structs.replace(stage, instructions=kept)
        side = Side({stage.index: Exempt()})
        plan, end = stage_plan(facts, shown, at_start(facts, stage, InForce()), self._scopes, side, lean=self._lean)
        return _Read(plan, end)

    def _copies(self) -> frozenset[int]:
        """What takes the declared paths from the stage that builds, to where they were."""
        found: Counter[str] = Counter()
        starts: set[int] = set()
        for each in self._run_stage.instructions:
            flag = each.flag("from") if isinstance(each, Copy) else None
            if isinstance(each, Run) and any("from" in read_mount(m.value or "").fields for m in each.flags):
                raise UndeclaredError("a mount shows another stage")
            if not isinstance(each, Copy) or flag is None or flag.value != self._split.name:
                continue
            sources = [source.text for source in each.sources]
            if len(each.flags) != 1 or sources != [each.destination.text] or not _PATH.fullmatch(sources[0]):
                raise UndeclaredError(f"{self._after.dockerfile.text(each)!r} does not copy one path to where it was")
            path = posixpath.normpath(sources[0])
            if path != sources[0] or (path in _SYSTEM and path not in _MAY_BE_COPIED):
                raise UndeclaredError(f"{path} belongs to the system")
            found[path] += 1
            starts.add(each.span.start)
        if found != Counter(self._split.copied) or (found and max(found.values()) > 1):
            raise UndeclaredError("the paths that are copied are not those that are declared")
        return frozenset(starts)

    def _added(self) -> frozenset[int]:
        starts: set[int] = set()
        for text in self._split.added:
            for each in self._run_stage.instructions:
                if each.span.start not in starts and _plain(each) == " ".join(text.split()):
                    self._check_added(each)
                    starts.add(each.span.start)
                    break
            else:
                raise UndeclaredError(f"{text!r} was not added as declared")
        return frozenset(starts)

    def _check_added(self, each: Instruction) -> None:
        if isinstance(each, Run):
            if not each.flags and _only_sets_up(self._after, each, self._is_said):
                return
        elif isinstance(each, Env):
            if all(pair.key == "PATH" and self._is_path(pair.value or "") for pair in each.pairs):
                return
            if all(self._is_of_base(pair.key, pair.value or "") for pair in each.pairs):
                return
        elif isinstance(each, Workdir) and self._starts_in(each):
            return
        raise UndeclaredError(f"{self._after.dockerfile.text(each)!r} may not come in")

    def _is_said(self, words: tuple[str, ...]) -> bool:
        """True for an owner or a mode of folders that the old stage sets, too; all that is in them has it there."""
        return (
            words[:1] in _OWNERS
            and len(words) > _LOOKS - 1
            and all(
                any(self._sets(each, words[:2], path) for each in self._old_stage.instructions if isinstance(each, Run))
                for path in words[2:]
            )
        )

    def _sets(self, run: Run, what: tuple[str, ...], path: str) -> bool:
        script = self._before.script(run)
        commands = list(simple_commands(script)) if isinstance(script, Script) else []
        goes = any(command.words and command.words[0].value in ("cd", "pushd", "chdir", None) for command in commands)
        for command in commands:
            words = [word for word in command.words if word.value != "-R"]
            if tuple(word.value for word in words[:2]) == what:
                places = [
                    word_place(self._before, run, word)
                    for word in words[2:]
                    if not goes or (word.value or "").startswith("/")
                ]
                is_deep = len(words) < len(command.words)
                if any(at == path or (is_deep and at is not None and is_in(path, at)) for at in places):
                    return True
        return False

    def _starts_in(self, each: Workdir) -> bool:
        """True if it says where the old base starts, and the old stage leaves that to it."""
        is_set = any(isinstance(other, Workdir) for other in self._old_stage.instructions)
        return not is_set and each.path.text == self._base_folder()

    def _is_path(self, value: str) -> bool:
        """True for folders that the old base has in PATH, in their order, in front of the others."""
        *folders, last = value.split(":")
        return last == "$PATH" and folders == [each for each in self._builder_path() if each in folders]

    def _is_of_base(self, name: str, value: str) -> bool:
        """True for what the old base says, and the image to run on says otherwise."""
        found = run_time(self._before.base(self._old_stage), self._old_stage.start.image.text)
        return found is not None and found.env.get(name) == value

    def _builder_path(self) -> tuple[str, ...]:
        builder = builder_of(self._before.base(self._old_stage))
        return builder.path if builder else ()

    def _pruned(self) -> frozenset[int]:
        """What takes packages away, behind all that builds."""
        if not self._split.pruned:
            return frozenset()
        last = self._after.stages[0].instructions[-1]
        if not isinstance(last, Run) or _plain(last) != f"RUN {self._split.pruned}":
            raise UndeclaredError(f"{self._split.pruned!r} is not the last thing that the build does")
        if self._split.pruned not in PRUNES:
            raise UndeclaredError(f"{self._split.pruned!r} may not come in")
        return frozenset({last.span.start})

    def _repeated(self) -> list[Instruction]:
        found = [each for each in self._old_stage.instructions if each.span in self._split.repeated]
        fits = all(isinstance(each, Run) or (isinstance(each, Copy) and not each.flag("from")) for each in found)
        if len(found) != len(self._split.repeated) or not fits:
            raise UndeclaredError("what is declared to be repeated is no RUN or COPY of the old stage")
        return found

    def _again(self, repeated: list[Instruction]) -> list[Exec | Operation]:
        """What the instructions that both stages have do in the old one."""
        others = [
            each.span.start
            for each in self._old_stage.instructions
            if isinstance(each, Run | Copy) and each not in repeated
        ]
        return self._read(self._before, self._old_stage, frozenset(others)).operations

    def _behind_build(self, old: _Read, build: _Read) -> list[Exec | Operation]:
        """What the old stage does behind the cut: all that the stage that builds does not do."""
        ours, theirs = old.operations, build.operations
        if len(theirs) > len(ours) or not all(map(same_operation, ours, theirs)):
            raise UndeclaredError("the stage that builds does not do what the old one did")
        if build.plan.config:
            raise UndeclaredError("the stage that builds says something of the image")
        return ours[len(theirs) :]

    def _check_run(self, behind: list[Exec | Operation], run: _Read, repeated: list[Instruction], old: _Read) -> None:
        again = [each for each in self._again(repeated) if _kind(each) != "WORKDIR"]
        theirs = [each for each in run.operations if _kind(each) != "WORKDIR"]
        wanted = again + [each for each in behind if _kind(each) != "WORKDIR"]
        if len(theirs) != len(wanted) or not all(map(same_operation, wanted, theirs)):
            raise UndeclaredError("the stage that is run does something else than the old one did behind the build")
        folders = {each.what for each in old.operations if isinstance(each, Operation) and _kind(each) == "WORKDIR"}
        for each in run.operations:
            if isinstance(each, Operation) and _kind(each) == "WORKDIR" and each.what not in folders:
                raise UndeclaredError("a folder came in that the old stage did not have")
        self._check_order(repeated)
        self._check_early(repeated)

    def _check_order(self, repeated: list[Instruction]) -> None:
        """What is copied comes above all that works with it."""
        is_behind = False
        again = sum(isinstance(each, Run) for each in repeated)
        copies = len(repeated) - again
        runs = 0
        installs = len([text for text in self._split.added if text.upper().startswith("RUN")])
        for each in self._run_stage.instructions:
            flag = each.flag("from") if isinstance(each, Copy) else None
            if flag is not None and flag.value == self._split.name:
                if is_behind:
                    raise UndeclaredError("what is copied comes behind what may work with it")
            elif isinstance(each, Run):
                runs += 1
                is_behind = is_behind or runs > again + installs
            elif isinstance(each, Copy):
                copies -= 1
                is_behind = is_behind or copies < 0

    def _check_early(self, repeated: list[Instruction]) -> None:
        """What is repeated comes above what is copied: it sets no owner and no mode of that, unless it makes it."""
        folders = [each for each in self._run_stage.instructions if isinstance(each, Workdir)]
        there = {place(self._after, each, each.path.text) for each in folders}
        for each in repeated:
            if isinstance(each, Run):
                found = done(self._before, each, self._base_folder())
                there |= set(found.made)
                for path in found.touched:
                    if path not in there and any(is_in(path, copied) for copied in self._split.copied):
                        raise UndeclaredError(f"{path} comes behind a RUN that works with it")

    def _check_image(self, old: _Read, run: _Read) -> None:
        ours, theirs = old.end, run.end
        if old.plan.config != run.plan.config:
            raise UndeclaredError("the image config differs")
        if ours.order != theirs.order or any(ours.history(n) != theirs.history(n) for n in _names(ours)):
            raise UndeclaredError("the variables of the image differ")
        if (ours.user, ours.shell, ours.others) != (theirs.user, theirs.shell, theirs.others):
            raise UndeclaredError("user or shell of the image differ")
        if ours.folder != theirs.folder or (ours.folder == 0 and not self._same_start()):
            raise UndeclaredError("the folder that a container starts in differs")
        kept = name_of(self._before.base(self._old_stage)) == name_of(self._after.base(self._run_stage))
        for folder in () if kept else self._builder_path():
            is_used = any(is_in(path, folder) for path in self._split.copied)
            if is_used and not any(folder in text.split("=")[-1].split(":") for text in self._split.added):
                raise UndeclaredError(f"{folder} is not in PATH any more")

    def _base_folder(self) -> str:
        """The folder that the old base starts in; empty if it is not known."""
        base = self._before.base(self._old_stage)
        builder = builder_of(base)
        return builder.folder(base.reference.tag if base.reference else None) if builder else ""

    def _same_start(self) -> bool:
        """True if the folder that nobody sets is the same in both images."""
        if any(text.upper().startswith("WORKDIR") for text in self._split.added):
            return True
        return self._base_folder() == "/"


def _names(state: InForce) -> list[str]:
    return [name for name in state.order if isinstance(name, str)]


def _plain(instruction: Instruction) -> str:
    """What an instruction says on one line."""
    return " ".join(f"{instruction.keyword} {instruction.body.text}".split())


def _only_sets_up(facts: Facts, run: Run, is_said: Callable[[tuple[str, ...]], bool]) -> bool:
    """True for a RUN that installs packages of the system, or settles what was copied, and does nothing else."""
    script = facts.script(run)
    if not isinstance(script, Script):
        return False
    calls = {call.command.span: call for call in facts.calls(run)}
    for command in simple_commands(script):
        words = tuple(word.value or "$" for word in command.words)
        call = calls.get(command.span)
        installs = call is not None and call.manager.families and call.action in (Action.INSTALL, Action.UPDATE)
        if command.redirects or any(each.name != "DEBIAN_FRONTEND" for each in command.assignments):
            return False
        looks = words[:2] == ("command", "-v") and len(words) == _LOOKS
        if not installs and not looks and words not in (_CLEANUP, *_SETTLING) and not is_said(words):
            return False
    return True
