"""One object that every transform shares: facts about a Dockerfile, computed when first asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from dfopt.errors import DockerfileSyntaxError
from dfopt.facts.scripts import read_script, shell_errexit, shell_of
from dfopt.memo import kept, kept_of
from dfopt.model.mounts import Mount, mounts
from dfopt.model.relatives import NO_RELATIVES, Relatives
from dfopt.model.scope import Scope, after, common, scopes
from dfopt.model.stages import Stage, Stages, chain, read_stages
from dfopt.shell.effects import Effects, effects
from dfopt.shell.nodes import NotModelled, Script
from dfopt.shell.parser import parse
from dfopt.source import Source
from dfopt.syntax.nodes import Dockerfile, Instruction, Onbuild, Run, Workdir
from dfopt.syntax.parser import parse as parse_dockerfile

if TYPE_CHECKING:
    from dfopt.facts.base_image import BaseImage
    from dfopt.facts.hard_links import HardLinks
    from dfopt.facts.packages import PackageCall


class Facts:
    """Read-only answers about one Dockerfile. Instructions are known by the start of their span."""

    def __init__(self, dockerfile: Dockerfile, relatives: Relatives = NO_RELATIVES) -> None:
        self.dockerfile = dockerfile
        self._relatives = relatives
        self._scripts: dict[int, Script | NotModelled] = {}
        self._bases: dict[int, BaseImage] = {}
        self._base_shells: dict[int, tuple[str, ...] | None] = {}
        self._hints: dict[int, tuple[BaseImage, ...]] = {}
        self._makers: dict[str, Facts | None] = {}
        self._hard_links: dict[int, HardLinks] = {}

    @cached_property
    def _read(self) -> Stages:
        return read_stages(self.dockerfile)

    @property
    def stages(self) -> tuple[Stage, ...]:
        return self._read.stages

    @property
    def global_defaults(self) -> Mapping[str, str | None]:
        """The values of the ARGs above the first FROM in a build that gets none; None is one that is not known."""
        return self._read.defaults

    @cached_property
    def heirs(self) -> list[tuple[str, Facts, Stage]]:
        """Stages of other Dockerfiles that may start from this image, with the path and the facts of each."""
        found: list[tuple[str, Facts, Stage]] = []
        for heir in self._relatives.heirs():
            dockerfile = _parsed(heir.source)
            if dockerfile is not None:
                facts = Facts(dockerfile, Relatives(heirs=heir.heirs))
                own = (each for each in facts.stages if not each.starts and each.start.image.text in heir.images)
                found += ((heir.name, facts, each) for each in own)
        return found

    @cached_property
    def _stage_by_start(self) -> dict[int, Stage]:
        return {found.span.start: stage for stage in self.stages for found in (stage.start, *stage.instructions)}

    def stage_of(self, instruction: Instruction) -> Stage:
        """The stage that an instruction stands in (a KeyError for one before the first FROM)."""
        return self._stage_by_start[instruction.span.start]

    @cached_property
    def _scopes_and_ends(self) -> tuple[dict[int, Scope], list[Scope]]:
        found: dict[int, Scope] = {}
        ends: list[Scope] = []
        for stage in self.stages:
            starts = [self._behind(start, ends[start.index]) for start in stage.starts]
            inherited = common(starts) if starts else Scope()
            before, end = scopes(stage, inherited, self.dockerfile.escape)
            found |= before
            ends.append(end)
        return found, ends

    @property
    def _scopes(self) -> dict[int, Scope]:
        return self._scopes_and_ends[0]

    def _behind(self, start: Stage, end: Scope) -> Scope:
        """What is in force in a stage that starts from another one: the triggers of that run first."""
        for instruction in start.instructions:
            if isinstance(instruction, Onbuild):
                end = after(end, instruction.trigger, self.dockerfile.escape)
        return end

    def scope(self, instruction: Instruction) -> Scope:
        """What is in force just before an instruction of a stage."""
        return self._scopes[instruction.span.start]

    def mounts(self, run: Run) -> tuple[Mount, ...]:
        return mounts(run)

    def base(self, stage: Stage) -> BaseImage:
        """What is known of the image that a stage starts from, through its parents."""
        stage = stage.lineage[-1]
        if stage.index not in self._bases:
            from dfopt.facts.base_image import base_image

            for_windows = (stage.platform or "").lower().partition("/")[0] == "windows"
            self._bases[stage.index] = base_image(stage.image, for_windows=for_windows)
        return self._bases[stage.index]

    def script(self, run: Run) -> Script | NotModelled:
        """The parsed shell text of a RUN; its spans are offsets into ``run.script.text``."""
        key = run.span.start
        if key not in self._scripts:
            self._scripts[key] = read_script(run, self.shell(run), self.is_windows(run))
        return self._scripts[key]

    def shell(self, run: Run) -> tuple[str, ...] | None:
        """The SHELL in force, or that of the base image if it is known; None is taken to be ``/bin/sh -c``."""
        if run.span.start not in self._scopes:
            return None
        shell = self.scope(run).shell
        return self._base_shell(self.stage_of(run)) if shell is None else shell

    def bases(self, stage: Stage) -> tuple[BaseImage, ...]:
        """What is known of each image that a stage may be built on: several if a variable chooses between stages."""
        return tuple(self.base(each) for each in chain(stage) if not each.starts)

    def hints(self, stage: Stage) -> tuple[BaseImage, ...]:
        """The same, but for images of which a variable is not known: what they are by all that is written. Those that
        another Dockerfile of the repository may build come with what that one starts from.

        Good for doubts only: the variable may make them another image.
        """
        if stage.index not in self._hints:
            self._hints[stage.index] = ()  # of one that would be built from itself
            self._hints[stage.index] = tuple(self._hinted(stage))
        return self._hints[stage.index]

    def _hinted(self, stage: Stage) -> Iterator[BaseImage]:
        from dfopt.facts.base_image import base_image

        for root in (each for each in chain(stage) if not each.starts):
            base = base_image(root.hint) if root.hint else self.base(root)
            yield base
            image = root.hint or root.image
            if image and not base.is_known:
                makers = filter(None, map(self._maker, self._relatives.makers(image)))
                made = [each for maker in makers for each in maker._made()]
                yield from [each for each in made if each.family != "windows"] or made

    def _maker(self, source: Source) -> Facts | None:
        """The facts of a Dockerfile that may build what this one starts from; None if nobody can build it."""
        if source.path not in self._makers:
            dockerfile = _parsed(source)
            self._makers[source.path] = facts = Facts(dockerfile, self._relatives) if dockerfile else None
            if facts is not None:
                facts._makers = self._makers
        return self._makers[source.path]

    def _made(self) -> list[BaseImage]:
        """What is known of the image that is built by default."""
        found = [base for stage in self.stages[-1:] for base in self.hints(stage)]
        shell = self._scopes_and_ends[1][-1].shell if found else None
        return found if shell is None else [msgspec.structs.replace(base, shell=shell) for base in found]

    def _base_shell(self, stage: Stage) -> tuple[str, ...] | None:
        if stage.index not in self._base_shells:
            self._base_shells[stage.index] = shell_of({base.shell for base in self.hints(stage)})
        return self._base_shells[stage.index]

    def is_windows(self, run: Run) -> bool:
        stage = self._stage_by_start.get(run.span.start)
        if stage is None:
            return False
        families = {base.family for base in (*self.bases(stage), *self.hints(stage))}
        return "windows" in families or ("unknown" in families and (self.dockerfile.escape == "`" or self._has_drives))

    @cached_property
    def _has_drives(self) -> bool:
        """True if a folder is on a drive, as only Windows has them."""
        return any(re.match(r"[\"']?[A-Za-z]:[\\/]", found.path.text) for found in self.dockerfile.find(Workdir))

    def calls(self, run: Run) -> tuple[PackageCall, ...]:
        """The package manager calls of a RUN, in the order of the text; none if its script is not modelled."""
        if run.script is None or isinstance(self.script(run), NotModelled):
            return ()
        return _calls_of(run.script.text, shell_errexit(self.shell(run)))

    def effects(self, run: Run) -> Effects:
        """What the script of a RUN does to its shell (a ValueError if it is not modelled)."""
        if run.script is None or isinstance(self.script(run), NotModelled):
            raise ValueError("the script is not modelled")
        return _effects_of(run.script.text)

    def changes_process(self, run: Run) -> str:
        """Why a RUN may change what the next one is started with; empty if it does not, or if it is not modelled."""
        script = self.script(run)
        return "" if isinstance(script, NotModelled) else self.script_changes_process(run, script)

    def script_changes_process(self, run: Run, script: Script, text: str | None = None) -> str:
        """The same of a script that stands in place of that of a RUN, or is a part of it; ``text`` is not its own."""
        from dfopt.facts.locales import makes_locale
        from dfopt.facts.process import LOCALE, changes_process, may_change

        scope = self.scope(run)
        variables = scope.variables()
        if run.script is None:
            return ""
        text, found = run.script.text if text is None else text, ""
        if may_change(text, scope.workdir, variables):
            found = changes_process(script, self.workdir(run), scope.user, variables)
        if not found and makes_locale(script, text, self.shell(run), self.base(self.stage_of(run)), variables):
            return LOCALE
        return found

    def workdir(self, run: Run) -> str | None:
        """The folder that a RUN starts in; None if only the base image says it, and that is not known."""
        from dfopt.facts.process import start_folder

        workdir, stage = self.scope(run).workdir, self.stage_of(run)
        return start_folder(stage, self.base(stage), run.span.start) if workdir is None else workdir

    def hard_links(self, run: Run, script: Script) -> HardLinks:
        """What the script of a RUN, or what stands in its place, does with files that have several names."""
        from dfopt.facts.hard_links import hard_links

        key = run.span.start
        if key not in self._hard_links or script is not self._scripts.get(key):
            found = hard_links(script, self.workdir(run), self.scope(run).variables())
            if script is not self._scripts.get(key):
                return found
            self._hard_links[key] = found
        return self._hard_links[key]


@kept(most=1024)
def _calls_of(text: str, errexit: bool) -> tuple[PackageCall, ...]:
    """Facts about a text outlive the file that it stands in: most scripts are the same after a patch as before."""
    from dfopt.facts.packages import package_calls

    script = parse(text)
    return () if isinstance(script, NotModelled) else package_calls(script, errexit)


@kept(most=1024)
def _effects_of(text: str) -> Effects:
    script = parse(text)
    if isinstance(script, NotModelled):
        raise ValueError(script.reason)
    return effects(script)


@kept_of(most=512)
def _parsed(source: Source) -> Dockerfile | None:
    """Another file, which many may ask for; None if nobody can build it."""
    try:
        return parse_dockerfile(source)
    except DockerfileSyntaxError:
        return None
