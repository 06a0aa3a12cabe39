"""The folders that a program writes to, and where in a stage its user comes in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dfopt.facts.folders import is_in, names_file, place, split, word_place
from dfopt.knowledge import users
from dfopt.knowledge.users import Writer
from dfopt.model.scope import after
from dfopt.model.stages import Stage, chain
from dfopt.shell.argv import Argv, argv
from dfopt.shell.nodes import NotModelled
from dfopt.shell.walk import simple_commands
from dfopt.syntax.nodes import Add, Cmd, Copy, Entrypoint, Instruction, Run, Volume, Workdir
from dfopt.transform import Context


def final_folder(ctx: Context, stage: Stage) -> str:
    """The folder that a container starts in; ``/`` if it is not known."""
    for each in reversed(list(chain(stage))):
        if each.instructions:
            last = each.instructions[-1]
            return after(ctx.facts.scope(last), last, ctx.dockerfile.escape).workdir or "/"
    return "/"


def end_of(ctx: Context, copy: Copy) -> str:
    """Where a COPY puts what it brings; ``/`` if it is not known."""
    return place(ctx.facts, copy, copy.destination.text) or "/"


def volumes(ctx: Context, stage: Stage) -> list[str | None]:
    return [
        place(ctx.facts, found, path.text)
        for each in chain(stage)
        for found in each.instructions
        if isinstance(found, Volume)
        for path in found.paths
    ]


def data_folders(ctx: Context, stage: Stage) -> Iterator[str]:
    """Folders that are made for data, by their names."""
    for each in chain(stage):
        for run in each.instructions:
            script = ctx.facts.script(run) if isinstance(run, Run) else None
            if not isinstance(run, Run) or script is None or isinstance(script, NotModelled):
                continue
            views = [argv(found) for found in simple_commands(script)]
            if any(view.base in ("cd", "pushd") for view in views):
                continue
            words = [word for view in views if view.base == "mkdir" for word in view.operands]
            paths = (word_place(ctx.facts, run, word) for word in words)
            yield from (path for path in paths if path and is_for_data(path))


def named_folders(programs: Sequence[Argv]) -> Iterator[str]:
    """The same of those that a command names."""
    for view in programs:
        for word in view.words:
            path = (word.value or "").rpartition("=")[2].rstrip("/")
            if path.startswith("/") and is_for_data(path):
                yield path


def is_for_data(path: str) -> bool:
    return split(path)[1] in users.DATA and not users.SHARED.fullmatch(path)


def writer(programs: Sequence[Argv]) -> tuple[str, Writer] | None:
    """The program that writes to the folder that it runs in: one that must, if there is one."""
    found = [(view.base or "", each) for view in programs for each in users.WRITERS if _is(view, each)]
    return next((each for each in found if each[1].must), found[0] if found else None)


def _is(view: Argv, writer: Writer) -> bool:
    words = f" {' '.join(word.value or '$' for word in view.words)} "
    return re.fullmatch(writer.name, view.base or "") is not None and re.search(writer.words, words) is not None


def behind_last_run(stage: Stage) -> list[Instruction]:
    runs = [at for at, found in enumerate(stage.instructions) if isinstance(found, Run)]
    return list(stage.instructions[runs[-1] + 1 if runs else 0 :])


def copies_into(ctx: Context, instructions: Sequence[Instruction], folders: Sequence[str]) -> list[Copy]:
    """The COPYs without an owner that bring something into one of the folders."""
    return [
        found
        for found in instructions
        if type(found) is Copy
        and found.flag("chown") is None
        and any(is_in(end_of(ctx, found), folder) for folder in folders)
    ]


def trees_into(ctx: Context, stage: Stage, folder: str) -> Iterator[Copy]:
    """The COPYs that bring more than files into a folder."""
    for each in chain(stage):
        for found in each.instructions:
            if isinstance(found, Copy) and not all(names_file(source.text) for source in found.sources):
                into = end_of(ctx, found)
                if is_in(into, folder) or is_in(folder, into):
                    yield found


def start_instruction(stage: Stage) -> Instruction | None:
    """The CMD or ENTRYPOINT behind all that builds, with nothing but metadata before it; None if there is none."""
    behind: list[Instruction] = []
    for instruction in stage.instructions:
        if isinstance(instruction, Run | Copy | Add | Workdir | Volume):
            behind = []
        else:
            behind.append(instruction)
    return next((found for found in behind if isinstance(found, Cmd | Entrypoint)), None)


def line_above(ctx: Context, instruction: Instruction) -> int:
    """Where the lines of an instruction and of the comments that belong to it begin."""
    first = (*instruction.comments, instruction)[0]
    return ctx.dockerfile.source.text.rfind("\n", 0, first.span.start) + 1
