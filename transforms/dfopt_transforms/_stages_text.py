"""Writes the two stages: edits, and what they declare."""

from __future__ import annotations

import re
from functools import cached_property

from dfopt.edits import Split
from dfopt.facts.comments import trailing
from dfopt.facts.environment import does_not_read
from dfopt.facts.folders import is_in, place
from dfopt.knowledge.folders import THERE
from dfopt.source import Span
from dfopt.syntax.nodes import (
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    Healthcheck,
    Instruction,
    Label,
    Maintainer,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
)
from dfopt.transform import Context, Delta, Edit
from dfopt_transforms._stages_packages import install
from dfopt_transforms._stages_parts import Needs, Old

_OF_IMAGE = (Cmd, Entrypoint, Expose, Healthcheck, Label, Maintainer, Stopsignal, Volume)
"""What the stage that builds has no use for."""
_NAMES = ("build", "builder", "compile")


class Writer:
    """The conversion of one file as text."""

    def __init__(self, ctx: Context, old: Old, needs: Needs) -> None:
        self._ctx, self._old, self._needs = ctx, old, needs
        self._text = ctx.dockerfile.source.text
        self._end = ctx.print.line_end(old.stage.start)
        self._is_lower = ctx.dockerfile.source.slice(old.stage.start.keyword_span).islower()
        self.name = next(name for name in _NAMES if name != old.stage.name)
        self._added: list[str] = []

    def edits(self) -> list[Edit]:
        """All that changes."""
        edits = [self._start()]
        edits += (Edit(self._lines(each, alone=True), "") for each in self._moved())
        last = self._old.head[-1]
        below = trailing(self._ctx.dockerfile, last)
        at = self._text.find("\n", below[-1].span.end if below else last.span.end)
        pruning = f"{self._word('RUN')} {self._needs.pruned}{self._end}" if self._needs.pruned else ""
        block = pruning + self._end.join(["", *self._block()])
        if at < 0:
            edits.append(Edit(Span(len(self._text), len(self._text)), self._end + block))
        else:
            edits.append(Edit(Span(at + 1, at + 1), block + self._end))
        return edits

    def delta(self) -> Delta:
        """What is declared of it; edits() must have been called."""
        needs = self._needs
        return Delta(
            split=Split(
                self.name,
                self._old.run_time.image,
                tuple(needs.paths()),
                tuple(each.span for each in needs.repeated),
                tuple(self._added),
                self._variables(),
                self._needs.pruned,
            )
        )

    def _variables(self) -> tuple[str, ...]:
        """What only the old base sets."""
        old = self._old
        if old.run_time.image.rpartition("/")[2].partition(":")[0] == old.name:
            return ()
        said = {*old.run_time.kept, *self._needs.env}
        lost = tuple(name for name in old.builder.variables if name not in said)
        return (*lost, "PATH") if old.builder.path else lost

    def _word(self, keyword: str) -> str:
        return keyword.lower() if self._is_lower else keyword

    def _start(self) -> Edit:
        start = self._old.stage.start
        if start.name is not None:
            return Edit(start.name.span, self.name)
        return Edit(Span(start.span.end, start.span.end), f" {self._word('AS')} {self.name}")

    def _moved(self) -> list[Instruction]:
        return [each for each in self._old.head if isinstance(each, _OF_IMAGE)]

    def _lines(self, instruction: Instruction, *, alone: bool = False) -> Span:
        """The lines of an instruction and of its comments; ``alone`` takes a blank line that is left over."""
        text = self._text
        at = self._old.stage.instructions.index(instruction)
        above = self._old.stage.instructions[at - 1] if at else self._old.stage.start
        others = trailing(self._ctx.dockerfile, above)
        own = [comment for comment in instruction.comments if comment not in others]
        first = own[0].span.start if own else instruction.span.start
        start = text.rfind("\n", 0, first) + 1
        end = text.find("\n", instruction.span.end) + 1 or len(text)
        if alone:
            before = text[:start].splitlines()[-1:]
            behind = re.match(r"[ \t]*\r?\n", text[end:])
            if behind and before and not before[0].strip():
                end += behind.end()
        return Span(start, end)

    def _block(self) -> list[str]:
        """The lines of the new stage, above what stays where it is."""
        old, needs = self._old, self._needs
        name = f" {self._word('AS')} {self._source(old.stage.start.name.span)}" if old.stage.start.name else ""
        flags = "".join(f"{self._source(flag.span)} " for flag in old.stage.start.flags)
        lines = [f"{self._word('FROM')} {flags}{old.run_time.image}{name}"]
        folders = [each for each in old.builder.path if any(is_in(path, each) for path in needs.paths())]
        if folders and old.run_time.image.partition(":")[0] != old.stage.start.image.text.partition(":")[0]:
            lines.append(self._add(f"ENV PATH={':'.join((*folders, '$PATH'))}"))
        if needs.env:
            lines.append(self._add("ENV " + " ".join(f"{name}={value}" for name, value in sorted(needs.env.items()))))
        if not any(isinstance(each, Workdir) for each in old.stage.instructions) and old.folder != "/":
            lines.append(self._add(f"WORKDIR {old.folder}"))
        lines += self._said(self._install())
        lines += (f"{self._word('COPY')} --from={self.name} {path} {path}" for path in needs.paths())
        if commands := list(dict.fromkeys(needs.commands)):
            lines.append(self._add(f"RUN {' && '.join(commands)}"))
        return lines

    def _add(self, text: str) -> str:
        self._added.append(text)
        keyword, _, rest = text.partition(" ")
        return f"{self._word(keyword)} {rest}"

    def _bare(self, instruction: Instruction) -> str:
        """An instruction that both stages have: the comments inside it stay with the first one."""
        text, at = "", instruction.span.start
        for comment in instruction.inner_comments:
            line = self._text.rfind("\n", 0, comment.span.start) + 1
            text += self._text[at:line]
            at = self._text.find("\n", comment.span.end) + 1
        return text + self._text[at : instruction.span.end]

    def _source(self, span: Span) -> str:
        return self._text[span.start : span.end]

    def _install(self) -> list[str]:
        commands = install(self._old, self._needs)
        if not commands:
            return []
        self._added.append(f"RUN {' && '.join(commands)}")
        return [f"{self._word('RUN')} {self._ctx.print.joint('&&', self._old.stage.start).join(commands)}"]

    def _said(self, install: list[str]) -> list[str]:
        """What the head says of the image, what both stages do, and what is in force at the cut.

        Packages are installed as root, and below the variables."""
        old = self._old
        folders = self._folders()
        lines: list[str] = []
        for each in old.head:
            if isinstance(each, User) or each in self._needs.repeated:
                lines, install = [*lines, *install], []
            if isinstance(each, _OF_IMAGE):
                lines.append(self._source(self._lines(each)).rstrip("\r\n"))
            elif (
                isinstance(each, Env | Shell | User)
                or each in folders
                or (isinstance(each, Arg) and self._uses(each))
                or each in self._needs.repeated
            ):
                lines.append(self._bare(each))
        return [*lines, *install]

    def _folders(self) -> list[Workdir]:
        """The WORKDIRs that make the folder in force at the cut, if anything uses it."""
        found: list[Workdir] = []
        kept: list[Workdir] = []
        for each in self._old.head:
            if isinstance(each, Workdir):
                kept += (folder for folder in found if self._is_empty(folder))
                found = [each] if each.path.text.startswith(("/", "$")) else [*found, each]
            elif each in self._needs.repeated:
                kept = [*kept, *(folder for folder in found if folder not in kept)]
        return kept + [each for each in self._last(found) if each not in kept]

    def _is_empty(self, folder: Workdir) -> bool:
        """True for one that is made for the program, and not to build in."""
        old, path = self._old, place(self._old.facts, folder, folder.path.text)
        if path is None or path in THERE or self._needs.has(path):
            return False
        built = [at for each in old.builds for at in (*each.folders, *each.made, *each.fetched)]
        built += (each.path for each in old.laid if each.copy in old.head)
        return not any(is_in(at, path) for at in built)

    def _last(self, found: list[Workdir]) -> list[Workdir]:
        for each in self._old.tail:
            if isinstance(each, Workdir):
                return [] if each.path.text.startswith("/") else found
            if isinstance(each, Run | Copy):
                return found
        return found

    def _uses(self, argument: Arg) -> bool:
        """True if anything in the new stage may use an argument."""
        return any(pair.key in self._used for pair in argument.pairs)

    @cached_property
    def _used(self) -> frozenset[str]:
        """The arguments that the new stage may use, and those that these are made from."""
        old, facts = self._old, self._old.facts
        arguments = [each for each in old.head if isinstance(each, Arg)]
        runs = [each for each in (*old.tail, *self._needs.repeated) if isinstance(each, Run)]
        kept = [
            *old.tail,
            *self._needs.repeated,
            *(each for each in old.head if isinstance(each, (*_OF_IMAGE, Env, User, Workdir))),
        ]
        text = "\n".join(facts.dockerfile.text(each) for each in kept)
        names = {pair.key for each in arguments for pair in each.pairs}
        found = {
            name for name in names if _mentions(text, name) or not all(does_not_read(facts, run, name) for run in runs)
        }
        for each in reversed(arguments):
            if any(pair.key in found for pair in each.pairs):
                found |= {name for name in names if _mentions(facts.dockerfile.text(each), name)}
        return frozenset(found)


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"\$\{{?{re.escape(name)}\b", text) is not None
