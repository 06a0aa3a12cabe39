"""Runs the transforms over one Dockerfile, each until it is quiet, and keeps only what validates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from time import strftime

import msgspec

from dfopt import edits, presets, registry
from dfopt.config import Config
from dfopt.declared import proof, risk
from dfopt.edited_context import EditedContext
from dfopt.edits import Delta, FileEdit, Patch, Safety, Skip
from dfopt.errors import DfoptError, SettingError, TargetError
from dfopt.facts.facts import Facts
from dfopt.memo import spend
from dfopt.model.build_files import FilesOf
from dfopt.model.digests import Digest, Digests, NoDigest, Offline
from dfopt.model.image_reference import ImageReference
from dfopt.model.relatives import NO_RELATIVES, Relatives
from dfopt.nearest import suggestion
from dfopt.printer import Printer
from dfopt.results import Applied, Failure, Ignored, Refusal, Rewrite
from dfopt.source import Position, Source, Span
from dfopt.suppress import SUPPRESSED, Suppression, off_for, suppressions, touch
from dfopt.syntax.frontend import frontend, is_dockers_own
from dfopt.syntax.lines import MAX_LINE_BYTES, long_line
from dfopt.syntax.nodes import Dockerfile
from dfopt.syntax.parser import parse
from dfopt.syntax.printing import print_tree
from dfopt.transform import Context, Transform
from dfopt.validation.check import difference

PASSES = 10
"""How often a transform, and the chain as a whole, may run before it counts as unquiet."""

FOREIGN_FRONTEND = "its syntax directive names a frontend that may read it in another way"
TOO_LONG_LINE = "a line would be longer than builders read"
NOT_ASKED_FOR = "unsafe rewrites are not asked for"


class _File(msgspec.Struct, frozen=True):
    """One state of the file, with all that is computed from it."""

    dockerfile: Dockerfile
    facts: Facts
    printer: Printer
    suppressed: Sequence[Suppression]
    edited: tuple[FileEdit, ...] = ()
    """Other files of the build context as they have become, each since the beginning."""


class _Online:
    """Asks registries, and loads what that takes when the first question comes."""

    def of(self, reference: ImageReference) -> Digest | NoDigest:
        from dfopt.distribution.resolver import shared

        return shared().of(reference)


def run(
    source: Source,
    config: Config,
    digests: Digests | None = None,
    files: FilesOf | None = None,
    relatives: Relatives = NO_RELATIVES,
) -> Rewrite:
    """See api.rewrite."""
    spend(len(source.text))
    chosen = choose(config)
    config = msgspec.structs.replace(config, today=config.today or strftime("%Y-%m-%d"))
    if config.preset:
        asked_for = [each for each, _ in chosen if presets.allowed(config.preset, config.select, each)]
        config = msgspec.structs.replace(config, select=tuple(each.id for each in asked_for))
    image = frontend(source.text)
    if image and not is_dockers_own(image):
        refusal = Refusal("dfopt", Position(1, 1), FOREIGN_FRONTEND, image)
        return Rewrite(source.path, source.text, source.text, (), (refusal,), ())
    original = _read(source, relatives)
    work = _Work(original, digests or (_Online() if config.online else Offline()), files, relatives)
    if config.target:
        _outside(work.original.facts, config.target)
    for _ in range(PASSES):
        changed = [work.run(transform, options, config) for transform, options in chosen]
        if not any(changed):
            break
    return msgspec.structs.replace(work.result(), ignored=_ignored(work.original.dockerfile))


def _outside(facts: Facts, target: str) -> list[Span]:
    """Where the stages lie that a build of the target does not need.

    Raises TargetError if there is no such stage.
    """
    from dfopt.model.needed import needed, stage_named

    stages = facts.stages
    stage = stage_named(stages, target)
    if stage is None:
        names = [other.name for other in stages if other.name]
        known = f"its stages are {', '.join(names)}" if names else "none of its stages has a name"
        raise TargetError(f"there is no stage {target!r}; {known}")
    kept = needed(stages, stage)
    ends = [*(other.start.span.start - 1 for other in stages[1:]), len(facts.dockerfile.source.text)]
    return [Span(s.start.span.start, end) for s, end in zip(stages, ends, strict=True) if s.index not in kept]


def choose(config: Config) -> list[tuple[Transform, dict[str, str]]]:
    """The transforms to run with their settings, in the order of the chain.

    Raises SettingError for an id, a preset, an option or a value that does not exist.
    """
    named = (config.unsafe, config.preset, config.select, config.ignore, config.transforms)
    package_cache = presets.package_cache(config.package_cache, config.preset)
    known = registry.load(unsafe=any(named) or package_cache == "mount")
    if config.preset and config.preset not in presets.PRESETS:
        known_presets = ", ".join(presets.PRESETS)
        raise SettingError("preset", f"there is no preset {config.preset!r}; there are {known_presets}")
    for key, names in (("select", config.select), ("ignore", config.ignore)):
        for name in names:
            _check_id(key, name, known)
    for name, options in config.transforms.items():
        _check_id(f"transforms.{name}", name, known)
        for option, value in options.items():
            try:
                known[name].settings({option: value})
            except ValueError as error:
                raise SettingError(f"transforms.{name}.{option}", str(error)) from error
    wanted = presets.wanted(config.preset, config.select, known)
    chosen: list[tuple[Transform, dict[str, str]]] = []
    for name, transform in known.items():
        if name in config.ignore or (wanted is not None and name not in wanted):
            continue
        shared: dict[str, str] = {}
        if any(option.name == "package-cache" for option in transform.options):
            shared["package-cache"] = package_cache
        is_asked_for = config.unsafe or wanted or shared.get("package-cache") == "mount"
        if not (transform.is_harmless or is_asked_for):
            continue
        chosen.append((transform, transform.settings({**shared, **config.transforms.get(name, {})})))
    return chosen


def _check_id(key: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        hint = suggestion(name, known) or "; `dfopt transforms` lists them"
        raise SettingError(key, f"there is no transform {name!r}{hint}")


def _ignored(dockerfile: Dockerfile) -> tuple[Ignored, ...]:
    """The dfopt comments that are not honoured."""
    if "dfopt" not in dockerfile.source.text.lower():
        return ()
    from dfopt.miswritten import mistakes

    found = mistakes(dockerfile, registry.load())
    return tuple(Ignored(dockerfile.source.position(span.start), problem) for span, problem in found)


def _read(source: Source, relatives: Relatives, edited: tuple[FileEdit, ...] = ()) -> _File:
    dockerfile = parse(source)
    printed = print_tree(dockerfile)
    if printed != source.text:
        raise DfoptError(f"{source.path}: the tree does not print back to the file; please report this")
    return _File(dockerfile, Facts(dockerfile, relatives), Printer(dockerfile), suppressions(dockerfile), edited)


def _is_asked_for(transform: Transform, config: Config) -> bool:
    """True if unsafe patches of a transform are wanted; one that is unsafe only runs if it is."""
    return config.unsafe or transform.id in config.select or not transform.is_harmless


def _spans(found: Patch | Skip) -> list[Span]:
    """The places that it is about."""
    return [found.span] if isinstance(found, Skip) else [edit.span for edit in found.edits] or [found.span]


class _Work:
    """The file as it changes, and what happened to it."""

    def __init__(self, file: _File, digests: Digests, files: FilesOf | None, relatives: Relatives) -> None:
        self.original = file
        self._relatives = relatives
        self._digests = digests
        self._files = EditedContext(file.facts, files)
        self._file = file
        self._applied: list[Applied] = []
        self._refusals: dict[str, list[Refusal]] = {}
        self._reports: dict[str, list[Applied]] = {}
        self._quiet: dict[str, _File] = {}
        """The state of the file in which a transform had nothing to do."""
        self.failed: dict[str, Failure] = {}

    def result(self) -> Rewrite:
        source = self.original.dockerfile.source
        return Rewrite(
            path=source.path,
            before=source.text,
            after=self._file.dockerfile.source.text,
            applied=(*self._applied, *(report for reports in self._reports.values() for report in reports)),
            refusals=tuple(refusal for refusals in self._refusals.values() for refusal in refusals),
            failures=tuple(self.failed.values()),
            files=tuple(self._files.changed(self._file.edited)),
        )

    def run(self, transform: Transform, options: dict[str, str], config: Config) -> bool:
        """Runs one transform until it is quiet; True if it changed the file.

        If it raises or does not become quiet, all that it did is taken back.
        """
        if transform.id in self.failed or self._quiet.get(transform.id) is self._file:
            return False
        start, applied = self._file, len(self._applied)
        problem = f"it was not quiet after {PASSES} passes"
        for _ in range(PASSES):
            try:
                patches = self._collect(transform, options, config)
                if not patches or not self._apply(transform, patches):
                    self._quiet[transform.id] = self._file
                    return self._file is not start
            except Exception as error:  # noqa: BLE001  a transform may be anyone's code; the chain goes on
                problem = f"{type(error).__name__}: {error}"
                break
        self._file = start
        del self._applied[applied:]
        self.failed[transform.id] = Failure(transform.id, problem)
        return False

    def _collect(self, transform: Transform, options: dict[str, str], config: Config) -> list[Patch]:
        """The patches to apply; notes refusals and reports, which are those of the last pass."""
        file = self._file
        patches: list[Patch] = []
        refusals: list[Refusal] = []
        reports: list[Applied] = []
        off = off_for(transform.id, file.suppressed)
        outside = _outside(file.facts, config.target) if config.target else []
        given = (off, config.today, self._digests, partial(self._files, file.edited))
        context = Context(file.dockerfile, file.facts, file.printer, options, *given)
        for found in transform.run(context):
            if outside and touch(outside, _spans(found)):
                continue
            if isinstance(found, Skip):
                refusals.append(self._refusal(transform, found.span, found.reason, found.detail))
                continue
            safety = found.safety or transform.safety
            if touch(off, _spans(found)):
                refusals.append(self._refusal(transform, found.span, SUPPRESSED, ""))
            elif safety is Safety.REPORT:
                reports.append(self._record(transform, found))
            elif safety is Safety.UNSAFE and not _is_asked_for(transform, config):
                if transform.reports:
                    reports.append(self._record(transform, found, Safety.REPORT))
                else:
                    refusals.append(self._refusal(transform, found.span, NOT_ASKED_FOR, found.why))
            elif not self._fits(found):
                refusals.append(self._refusal(transform, found.span, TOO_LONG_LINE, found.why))
            else:
                patches.append(found)
        self._refusals[transform.id] = refusals
        self._reports[transform.id] = reports
        return patches

    def _fits(self, patch: Patch) -> bool:
        """False if a patch makes a line longer than builders read."""
        before = self._file.dockerfile.source.text
        if (len(before) + sum(len(edit.text) for edit in patch.edits)) * 4 <= MAX_LINE_BYTES:
            return True
        return long_line(edits.apply(before, patch.edits)) is None

    def _apply(self, transform: Transform, patches: list[Patch]) -> bool:
        """Applies the patches that fit together and are proved; False if there is none.

        One that is not proved is reported; the others do not suffer from it.
        """
        together, _ = edits.merge(patches)
        after, problem = self._try(transform, together)
        if problem and len(together) > 1:
            together = [patch for patch in together if self._try(transform, [patch])[1] is None]
            after, _ = self._try(transform, together)
        if problem:
            self.failed[transform.id] = problem
        if after is None or not together:
            return False
        self._applied += [self._record(transform, patch) for patch in together]
        self._file = after
        return True

    def _try(self, transform: Transform, patches: list[Patch]) -> tuple[_File | None, Failure | None]:
        """The file with the patches applied, or why it is not proved."""
        before = self._file
        text = edits.apply(before.dockerfile.source.text, (edit for patch in patches for edit in patch.edits))
        try:
            edited = edits.joined(before.edited, [edit for patch in patches for edit in patch.files])
            after = _read(Source(text, before.dockerfile.source.path), self._relatives, edited)
        except DfoptError as error:
            return None, Failure(transform.id, f"the result does not parse: {error}")
        for patch in patches:
            if patch.delta.is_unsafe and (patch.safety or transform.safety) is Safety.SAFE:
                return None, Failure(transform.id, "a safe patch declares that the image differs")
        problem = difference(
            before.facts, after.facts, [patch.delta for patch in patches], partial(self._files, before.edited)
        )
        if not problem and any(patch.files or patch.delta.left_out for patch in patches):
            from dfopt.validation.context import difference as context_difference

            # of the file as it was, too, in case that the files are written and it is not
            states = [self.original.facts, before.facts, after.facts]
            contexts = self._files(before.edited), self._files(after.edited)
            problem = context_difference(states, *contexts, patches)
        return (None, Failure(transform.id, problem, unproved=True)) if problem else (after, None)

    def _record(self, transform: Transform, patch: Patch, safety: Safety | None = None) -> Applied:
        safety = safety or patch.safety or transform.safety
        return Applied(
            transform.id,
            safety,
            self._file.dockerfile.source.position(patch.span.start),
            patch.why,
            patch.saving,
            patch.evidence if safety is Safety.REPORT else (*patch.evidence, proof(patch.delta)),
            patch.risk or risk(patch.delta),
            registry.page(transform),
            Delta() if safety is Safety.REPORT else patch.delta,
            tuple(edit.path for edit in patch.files),
        )

    def _refusal(self, transform: Transform, span: Span, reason: str, detail: str) -> Refusal:
        return Refusal(transform.id, self._file.dockerfile.source.position(span.start), reason, detail)
