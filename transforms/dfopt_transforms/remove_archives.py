"""What was unpacked goes from the layer that downloaded it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfopt.expression import Expression
from dfopt.facts.base_image import is_root
from dfopt.facts.downloads import Download, download, unpacked
from dfopt.facts.script_paths import ScriptPaths, as_glob
from dfopt.knowledge.unpacking import DELIVERABLE
from dfopt.model.reach import is_shipped
from dfopt.shell.argv import argv
from dfopt.shell.nodes import Function, NotModelled, Pipeline, Script, Simple, Word
from dfopt.shell.volatile import is_volatile_text
from dfopt.shell.walk import nodes, simple_commands
from dfopt.source import Span
from dfopt.syntax.nodes import Run
from dfopt.transform import Context, Delta, Differs, Edit, Option, Patch, Replaced, Safety, Skip, transform
from dfopt_transforms._archive_sites import Site, joint, sites
from dfopt_transforms._archive_users import Use, later_user, use_in_run

Why = tuple[str, str]

NOT_MODELLED = "the script is not modelled"
NOT_SHIPPED = "the layers of this stage are in no image"
NO_NAME = "the name of the file that is downloaded is not known"
NESTED = "it is unpacked in a loop or a function"
DELIVERED = "programs use such a file as it is"
MOUNTED = "a mount may hold it"
SUDO = "sudo downloads or unpacks it, and the user may not be root"
TRAP = "a trap or a function may remove it"
SET_AGAIN = "a variable in its name is set more than once"
USED = "it is named after it was unpacked"
USED_LATER = "a later instruction names or takes it"
NO_PLACE = "a removal cannot stand behind what unpacks it"

_DOWNLOADS = Expression(r"\b(?:curl|wget)\b")
_UNPACKS = Expression(r"\b(?:tar|unzip|bsdtar|dpkg\s+-i|rpm\s+-[iU]|7za?)\b")


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/build/building/best-practices/#run",
        "https://docs.docker.com/build/building/best-practices/#add-or-copy",
    ],
    options=[
        Option("stages", "only stages whose layers end up in an image, or build stages too", ("shipped", "all")),
    ],
)
def remove_archives(ctx: Context) -> Iterator[Patch | Skip]:
    """Removes archives and installers that were downloaded and unpacked, in the RUN that did it.

    ## Why

    A layer keeps what is there when its RUN ends. An archive that was unpacked is in it beside its content: often
    half of the layer, and sometimes hundreds of megabytes, as with installers of Conda or CUDA.

    ## Leaves alone

    - Files that something names later: a command of the same RUN, a later instruction, CMD. A pattern that may
      match the file counts, and so do `cp`, `mv` and `COPY --from` of a folder that holds it.
    - Files with names that are not known, from `curl -OJ`, `wget -i` or an address in a variable.
    - What is not unpacked, and `.jar`, `.war` and the like: programs use them as they are.
    - What is removed in the RUN already, however that is written.
    - What is downloaded in one RUN and unpacked in another: `merge-runs`, which runs before, merges them if it can.
    - Loops, functions, and scripts with a trap.
    - Stages whose layers are in no image (the option `stages` changes that).

    ## Safety

    A program that looks for the archive when the image runs would not find it. No instruction says so.
    """
    for stage in ctx.facts.stages:
        for instruction in stage.instructions:
            if isinstance(instruction, Run) and _DOWNLOADS.search(ctx.dockerfile.text(instruction)):
                yield from _in_run(ctx, instruction)


def _in_run(ctx: Context, run: Run) -> Iterator[Patch | Skip]:
    script = ctx.facts.script(run)
    if isinstance(script, NotModelled) or run.script is None:
        if _UNPACKS.search(ctx.dockerfile.text(run)):
            yield Skip(run.span, NOT_MODELLED, script.reason if isinstance(script, NotModelled) else "")
        return
    yield from _RunWork(ctx, run, script, ScriptPaths(ctx.facts, run, script)).found()


class _RunWork:
    """One RUN, and the archives in it."""

    def __init__(self, ctx: Context, run: Run, script: Script, paths: ScriptPaths) -> None:
        self.ctx, self.run, self.script, self.paths = ctx, run, script, paths
        self.pipelines = [node for node in nodes(script, backquotes=False) if isinstance(node, Pipeline)]
        self.sites = {site.pipeline.span.start: site for site in sites(script)}

    def found(self) -> Iterator[Patch | Skip]:
        downloads = [
            found
            for command in simple_commands(self.script, backquotes=False)
            if (found := download(command, self.paths)) is not None
        ]
        taken: dict[int, list[tuple[str, str]]] = {}
        ends: dict[int, Site] = {}
        known: set[str] = set()
        for each in downloads:
            for path in each.paths:
                known.add(path)
                last = self._last_use(each, path)
                if last is None:
                    continue
                site, command, word = last
                if site is not None:
                    why = self._refusal(each, path, site, command, word)
                    if why is None:
                        ends[site.end] = site
                        taken.setdefault(site.end, []).append((path, self._written(command, word) or ""))
                else:
                    removed = use_in_run(self.script, self.paths, path, command.span.end) is Use.REMOVED
                    why = None if removed else (NESTED, path.rpartition("/")[2])
                if why and why[0]:
                    yield Skip(self._span(command), *why)
        yield from self._without_name(downloads, known)
        for end, files in taken.items():
            yield self._patch(ends[end], list(dict.fromkeys(files)))

    def _span(self, command: Simple) -> Span:
        assert self.run.script is not None
        return self.run.script.span(*command.span)

    def _last_use(self, found: Download, path: str) -> tuple[Site | None, Simple, Word] | None:
        """The last command behind a download that unpacks the file, and where it stands if it can be told."""
        last: tuple[Site | None, Simple, Word] | None = None
        start = found.command.span.start
        for pipeline in self.pipelines:
            for command, word in unpacked(pipeline, self.paths):
                if command.span.start > start and self.paths.path(command, word) == path:
                    last = self.sites.get(pipeline.span.start), command, word
        return last

    def _without_name(self, downloads: list[Download], known: set[str]) -> Iterator[Skip]:
        nameless = next((found for found in downloads if not found.is_known), None)
        if nameless is None:
            return
        for pipeline in self.pipelines:
            for command, word in unpacked(pipeline, self.paths):
                path = self.paths.path(command, word)
                if path not in known and command.span.start > nameless.command.span.start:
                    yield Skip(self._span(nameless.command), NO_NAME, path.rpartition("/")[2])
                    return

    def _refusal(self, found: Download, path: str, site: Site, command: Simple, word: Word) -> Why | None:
        """Why a file stays; ("", "") if nothing is to be said, as it goes anyway or is in no layer."""
        name = path.rpartition("/")[2]
        if self._is_in_no_layer(path):
            return "", ""
        use = use_in_run(self.script, self.paths, path, site.end)
        if use is Use.REMOVED:
            return "", ""
        stage = self.ctx.facts.stage_of(self.run)
        if self.ctx.options["stages"] == "shipped" and not is_shipped(self.ctx.facts.stages, stage):
            return NOT_SHIPPED, "files are only copied from it"
        if use is Use.USED:
            return USED, name
        if DELIVERABLE.fullmatch(name):
            return DELIVERED, name
        if any(mount.target is not None and path.startswith("<") for mount in self.ctx.facts.mounts(self.run)):
            return MOUNTED, name
        if any(f"${{{variable}}}" in path for variable in self.paths.unstable):
            return SET_AGAIN, name
        if self._is_sudo(found, command):
            return SUDO, name
        if any(_may_run_later(node) for node in nodes(self.script)):
            return TRAP, name
        if not site.takes_more(self.ctx, self.run) or self._written(command, word) is None:
            return NO_PLACE, name
        user = later_user(self.ctx, self.run, path)
        return (USED_LATER, user) if user else None

    def _is_in_no_layer(self, path: str) -> bool:
        mounts = [mount.target.rstrip("/") for mount in self.ctx.facts.mounts(self.run) if mount.target]
        return is_volatile_text(path) or any(path.startswith(f"{target}/") for target in mounts)

    def _is_sudo(self, found: Download, command: Simple) -> bool:
        if not {"sudo"} & {*argv(found.command).wrappers, *argv(command).wrappers}:
            return False
        user = self.ctx.facts.scope(self.run).user
        base = self.ctx.facts.base(self.ctx.facts.stage_of(self.run))
        return not (is_root(user) if user is not None else base.is_root is True)

    def _written(self, command: Simple, word: Word) -> str | None:
        """The word of a command as it names the file, to be used once more; None if that is not a word of its own."""
        assert self.run.script is not None
        whole = (*command.words, *(redirect.target for redirect in command.redirects))
        if any(word is each for each in whole):
            return self.run.script.text[word.span.start : word.span.end]
        value = word.value
        return value if value and re.fullmatch(r"[\w./+@%:,-]+", value) else None

    def _patch(self, site: Site, files: list[tuple[str, str]]) -> Patch:
        assert self.run.script is not None
        script = self.run.script
        # Where || follows, what is in front of the unpacking may have failed, too.
        program = "rm" if site.behind == site.at else "rm -f"
        removal = " ".join([program, *dict.fromkeys(written for _, written in files)])
        operator = site.operator(self.ctx, self.run)
        command = site.last_command
        assert command is not None
        old = script.text[command.span.start : command.span.end]
        at = script.end_offset(site.end)
        gone = tuple(as_glob(path) for path, _ in files)
        separator = "; " if operator == ";" else " && "
        replaced = Replaced(
            script.span(*command.span),
            old,
            f"{old}{separator}{removal}",
            is_same=all(gone),
            gone=tuple(path for path in gone if path),
        )
        names = ", ".join(path.rpartition("/")[2] for path, _ in files)
        return Patch(
            [Edit(Span(at, at), joint(self.ctx, self.run, site, operator) + removal)],
            why="the layer would keep what was unpacked",
            evidence=[f"{names} is downloaded and unpacked in this RUN", "nothing names it afterwards"],
            risk="a program that looks for the archive when the image runs does not find it",
            delta=Delta(differs=(Differs(self.ctx.facts.stage_of(self.run).index, commands=(replaced,)),)),
        )


def _may_run_later(node: object) -> bool:
    return isinstance(node, Function) or (isinstance(node, Simple) and argv(node).name == "trap")
