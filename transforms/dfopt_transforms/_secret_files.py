"""A file with a secret that is copied, read by RUNs and removed again becomes a mount of those RUNs."""

from __future__ import annotations

from collections.abc import Iterator

from dfopt.facts.file_use import FileUse, copied_to, file_use, has_folder, may_bring_file
from dfopt.knowledge import secrets as known
from dfopt.model.stages import Stage
from dfopt.model.taken import Taken, taken
from dfopt.shell.listed import listed
from dfopt.shell.nodes import Script
from dfopt.source import Span
from dfopt.syntax.nodes import Argument, Copy, Instruction, Onbuild, Run
from dfopt.transform import Context, Delta, Differs, Edit, Patch, Safety
from dfopt_transforms._mount_text import mounting
from dfopt_transforms._secret_text import (
    OLD_SYNTAX,
    Changed,
    Why,
    has_mounts,
    moved_comments,
    readable,
    removed,
    without,
)

PLACE = "where it is copied to is not known"
AGAIN = "another instruction may copy it as well"
CONTAINER = "it is in the image, where a container may read it"
TAKEN = "another stage may take it from this one"
CHILD = "a stage that starts from this one may read it"
FOLDER = "the folder that it is in would be missing"
UNREAD = "no RUN reads it"
NOT_CUT = "what removes it cannot be taken out"
MANY = "too many RUNs may read it"
_MANY = 3
BESIDE = "it cannot be told apart from other files of the instruction"


def mounted_file(
    ctx: Context, stage: Stage, copy: Copy, source: Argument, file: known.SecretFile, is_shipped: bool
) -> Patch | Why:
    """The patch that mounts a file for the RUNs that read it, or why there is none."""
    path = copied_to(ctx.facts, copy, source)
    if not has_mounts(ctx):
        return OLD_SYNTAX, ""
    if path is None or copy.heredocs or copy.inner_comments:
        return PLACE, source.text
    later = [found for found in stage.instructions if found.span.start > copy.span.start]
    problem = _about_others(ctx, stage, copy, path)
    if problem:
        return problem
    uses: list[FileUse] = []
    for run in (found for found in later if isinstance(found, Run)):
        use = file_use(ctx.facts, run, path)
        if not isinstance(use, FileUse):
            return use
        uses.append(use)
        if use.removes:
            break
    if not (uses and uses[-1].removes):
        if is_shipped:
            return CONTAINER, path
        if any(
            taken(found, stage, path) is not Taken.NOTHING for other in ctx.facts.stages for found in other.instructions
        ):
            return TAKEN, path
    readers = [use for use in uses if _is_reader(use)]
    if not readers:
        return UNREAD, path
    if len(readers) > _MANY:
        return MANY, f"{len(readers)} of them"
    if not has_folder(ctx.facts, stage, copy, path):
        return FOLDER, path
    return _patch(ctx, stage, copy, source, file, path, uses)


def _about_others(ctx: Context, stage: Stage, copy: Copy, path: str) -> Why | None:
    """Other instructions that bring the file, or hand it on."""
    for other in stage.instructions:
        said = other.trigger if isinstance(other, Onbuild) else other
        if not isinstance(said, Copy) or other is copy:
            continue
        if said.flag("from") is None and any(may_bring_file(source.text, path) for source in said.sources):
            return AGAIN, ctx.dockerfile.text(other)[:60]
    if any(other.may_start_from(stage) for other in ctx.facts.stages if other is not stage):
        return CHILD, path
    return None


def _patch(
    ctx: Context, stage: Stage, copy: Copy, source: Argument, file: known.SecretFile, path: str, uses: list[FileUse]
) -> Patch | Why:
    copied = _without_source(ctx, copy, source)
    readers = [use for use in uses if _is_reader(use)]
    if copied is None:
        return BESIDE, source.text
    gone: list[Instruction] = [copy] if len(copy.sources) == 1 else []
    gone += [use.run for use in uses if use.is_all and use.gone]
    cut = [_without_commands(ctx, use) for use in uses if use.gone and not use.is_all]
    changed = [each for each in cut if each is not None]
    if len(changed) < len(cut) or any(found.inner_comments for found in gone):
        return NOT_CUT, path
    mounts = [_mount(ctx, use.run, file, path) for use in readers]
    edits = [removed(ctx, found) for found in gone] + moved_comments(ctx, gone, readers[0].run)
    edits += [mounting(ctx, use.run, [f"--mount={mount}"]) for use, mount in zip(readers, mounts, strict=True)]
    edits += [edit for each in changed for edit in each.edits] + ([copied] if copy not in gone else [])
    whole = [*gone, *([copy] if copy not in gone else [])]
    differs = Differs(
        stage.index,
        added=() if copy in gone else (_changed(ctx, copy, copied),),
        removed=tuple(ctx.dockerfile.text(found) for found in whole),
        commands=tuple(command for each in changed for command in each.commands),
    )
    option = "--ssh default" if file.ssh else f"--secret id={file.id},src={source.text}"
    return Patch(
        edits,
        span=copy.span,
        safety=Safety.UNSAFE,
        why=f"{source.text} may hold {file.holds}, and its layer keeps it whatever a later RUN removes; "
        "a mount is there for one RUN only",
        delta=Delta(mounted=tuple(mounts), differs=(differs,)),
        evidence=tuple(_evidence(option, path, uses)),
        risk="the build has to be given the secret, and stops without it; files that programs write may hold it still",
    )


def _is_reader(use: FileUse) -> bool:
    return use.reads and not use.is_all


def _without_commands(ctx: Context, use: FileUse) -> Changed | None:
    """Takes out of a RUN what removes the file or sets its mode."""
    script = ctx.facts.script(use.run)
    order = listed(script) if isinstance(script, Script) else None
    return without(ctx, use.run, order, use.gone) if order else None


def _changed(ctx: Context, copy: Copy, edit: Edit) -> str:
    text, start = ctx.dockerfile.text(copy), copy.span.start
    return text[: edit.span.start - start] + text[edit.span.end - start :]


def _mount(ctx: Context, run: Run, file: known.SecretFile, path: str) -> str:
    if file.ssh:
        return f"type=ssh,required=true{readable(ctx, run, '0666')}"
    return f"type=secret,id={file.id},target={path},required=true{readable(ctx, run)}"


def _without_source(ctx: Context, copy: Copy, source: Argument) -> Edit | None:
    """Takes a source out with the blanks behind it; None if they stand on lines of their own, or it is a list.

    Where it is the only source, the instruction goes as a whole.
    """
    if len(copy.sources) == 1:
        return Edit(source.span, "")
    text = ctx.dockerfile.source.text
    end = source.span.end
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    before = text[source.span.start - 1 : source.span.start]
    if (
        copy.is_json
        or end == source.span.end
        or text[end] in f"\r\n{ctx.dockerfile.escape}"
        or before not in (" ", "\t")
    ):
        return None
    return Edit(Span(source.span.start, end), "")


def _evidence(option: str, path: str, uses: list[FileUse]) -> Iterator[str]:
    yield f"the build command is docker build {option}"
    yield f"only RUN instructions read {path}" + (", and the last one removes it" if uses[-1].removes else "")
