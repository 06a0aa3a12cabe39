"""What no build needs stays out of the build context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from dfopt.facts.context_sources import context_sources, is_settled, may_have_triggers
from dfopt.facts.facts import Facts
from dfopt.knowledge.unwanted import WORTH
from dfopt.model.build_files import BuildFiles, IgnoreFile, NoFiles, Sharer
from dfopt.model.copy_sources import copy_source
from dfopt.model.ignore import PatternError
from dfopt.source import Span
from dfopt.syntax.parser import parse
from dfopt.transform import Context, Delta, FileEdit, Patch, Safety, Saving, Skip, transform
from dfopt_transforms._ignore_finds import Find, finds, is_named, taken_along
from dfopt_transforms._ignore_needs import BY_NAME, Needs
from dfopt_transforms._ignore_rules import Rule, leave_out, rules, with_rules

VARIABLE = "a variable or a build argument decides what is taken from the build context"
NO_PATTERN = "what is taken from the build context is no pattern that a builder reads"
SHARED = "another Dockerfile is built from the same context, and its ignore file is written for that one"
STRAY = "the new rules would leave out something else"
TRIGGER = "an ONBUILD trigger of its base image may take it"


@transform(
    safety=Safety.UNSAFE,
    reports=True,
    links=[
        "https://docs.docker.com/build/concepts/context/#dockerignore-files",
        "https://docs.docker.com/build/building/best-practices/#exclude-with-dockerignore",
    ],
)
def write_dockerignore(ctx: Context) -> Iterator[Patch | Skip]:
    """Keeps `.git`, caches, installed packages, keys and the like out of the build context, by `.dockerignore`.

    ## Why

    A build gets its whole folder: the history of the repository, `node_modules`, virtual environments, logs and the
    passwords in `.env`. `COPY . .` then puts all of it into the image, where everybody who can pull it can read it, and
    each of these files that changes runs the COPY, and what is below it, again. Builders that pack the context
    first send it all, even if no instruction takes it.

    Rules come in for what is really there, for what comes up sooner or later in a project of its kind, and for what git
    ignores and an install of the Dockerfile writes: another checkout has it (`node_modules`, `.venv`, `obj`). They go
    behind those that are there; all that is in the file stays as it is. The bytes that leave the context and the image
    are counted.

    ## Leaves alone

    - What an instruction takes by name: `COPY target/app.jar`, `COPY certs/`, `COPY .env`.
    - `.git` where something asks it: `git describe`, `setuptools_scm`, `find_package(Git)`, versions that Go or .NET
      stamp into a program.
    - Installed packages and build outputs, unless the same stage makes them anew, in the same folder.
    - `.env` where a build may read it, and `.npmrc` where packages are installed.
    - Keys, logs and reports that another file names, by themselves or with their folder.
    - What the file brings back with `!`.
    - Less than 4 kB that no instruction takes.
    - Contexts of which it is not known what is taken from them: by a variable, or by a Dockerfile that is still
      a template. If several Dockerfiles share a context, all must do without, and the rules come with the first.
    - A folder that another build takes by a name (`additional_contexts` of compose, `contexts` of bake).
    - A context from which a script builds by a Dockerfile that is no file (`docker build -f - . <<EOF`).
    - Contexts that are not known. `--context` names one.

    ## Safety

    Where no instruction takes what leaves the context, the image is the same, and the rules are safe. Where one takes
    it along, by `COPY . .`, the image has these files no more: what reads them at run time, such as a key or an
    `.env`, fails, unless they come by a mount or by variables. Secrets that are taken along are reported even where no
    rule can be written.
    """
    sources = list(context_sources(ctx.facts))
    if not sources:
        return
    files = ctx.files()
    here = ctx.facts.stages[0].start.span
    if isinstance(files, NoFiles):
        yield Skip(here, files.reason, files.detail)
        return
    problem = _problem(ctx, files)
    if problem:
        yield problem
        return
    file, sharers = files.ignore_file, files.sharers
    assert isinstance(file, IgnoreFile)
    assert not isinstance(sharers, NoFiles)
    yield from _Writer(ctx, files, file, sharers).patches(here)


def _problem(ctx: Context, files: BuildFiles) -> Skip | None:
    here = ctx.facts.stages[0].start.span
    if isinstance(files.ignore_file, NoFiles):
        return Skip(here, files.ignore_file.reason, files.ignore_file.detail)
    if isinstance(files.sharers, NoFiles):
        return Skip(here, files.sharers.reason, files.sharers.detail)
    first = next((sharer for sharer in files.sharers if sharer.comes_first), None)
    if first:
        return Skip(here, SHARED, first.source.path.rpartition("/")[2])
    for facts in (ctx.facts, *(Facts(parse(sharer.source)) for sharer in files.sharers)):
        for instruction, written, value in context_sources(facts):
            if value is None or not is_settled(facts, instruction, written) or not _is_readable(value):
                own = facts is ctx.facts
                reason = VARIABLE if value is None or _is_readable(value) else NO_PATTERN
                return Skip(instruction.span if own else here, reason, f"{instruction.keyword} {written}")
    return None


def _is_readable(source: str) -> bool:
    try:
        copy_source(source)
    except PatternError:
        return False
    return True


class _Writer:
    """The patches for one context: a safe one, then an unsafe one that the next pass finds again if both are wanted."""

    def __init__(self, ctx: Context, files: BuildFiles, file: IgnoreFile, sharers: Sequence[Sharer]) -> None:
        self._ctx = ctx
        self._files = files
        self._file = file
        self._dockerfiles = [ctx.facts, *(Facts(parse(sharer.source)) for sharer in sharers)]
        self._finds = finds(self._dockerfiles, files, file)
        self._needs = Needs(self._dockerfiles, files, self._finds)
        self._staying: list[str] = []

    def patches(self, here: Span) -> Iterator[Patch | Skip]:
        unused: list[Find] = []
        taken: list[Find] = []
        for find, reason in chain.from_iterable(map(self._needs.parts, self._finds.unwanted)):
            if reason is None:
                (taken if find.uses else unused).append(find)
            elif find.row.kind == "secret" and find.uses and find.tops:
                yield Patch((), span=self._place(find, here), why=_told(find, *reason), safety=Safety.REPORT)
            elif find.place:
                self._staying.append(find.place)
            else:
                yield Skip(self._place(find, here), reason[0], f"{find.name}{f': {reason[1]}' if reason[1] else ''}")
        trigger = next((found for facts in self._dockerfiles if (found := may_have_triggers(facts))), "")
        if trigger:
            taken, unused = [*unused, *taken], []
        unused += self._finds.test_data if unused and not trigger else []
        if unused and _is_worth_it(unused):
            yield from self._patch(unused, here, Safety.SAFE)
        if taken:
            place = next((self._place(find, here) for find in taken if find.uses), here)
            yield from self._patch(taken, place, Safety.UNSAFE, trigger)

    def _place(self, find: Find, here: Span) -> Span:
        return next((use.span for use in find.uses if use.facts is self._ctx.facts), here)

    def _patch(self, found: Sequence[Find], place: Span, safety: Safety, trigger: str = "") -> Iterator[Patch | Skip]:
        """The patch that leaves out what is found, and the build descriptions that are taken along with it."""
        is_unsafe = safety is Safety.UNSAFE
        own = taken_along(self._file, self._dockerfiles, self._files)
        if own and is_named(self._file.path, self._dockerfiles, self._files):
            yield Skip(place, BY_NAME, self._file.path)
            return
        descriptions = [find for find in self._finds.descriptions if is_unsafe and not self._needs.reason(find)]
        if own and self._file.text is not None and not is_unsafe:
            return  # the file is in the image: its change is one of the image, too
        wanted = rules([*found, *descriptions], self._files, self._file, self._staying)
        if not wanted:
            return
        if own and not any(rule.covers(self._file.path) for rule in wanted):
            wanted.append(leave_out(self._file.path))
        text = with_rules(self._file.text, [rule.text for rule in wanted])
        edited = self._files.edited(self._file.path, text)
        if not _leaves_out_just(self._files, edited, wanted, self._file.path):
            yield Skip(place, STRAY, ", ".join(rule.text for rule in wanted))
            return
        yield Patch(
            (),
            span=place,
            why=self._why(found),
            files=(FileEdit(self._file.path, self._file.text, text),),
            safety=safety,
            delta=Delta(left_out=tuple(rule.text for rule in wanted)) if is_unsafe else None,
            saving=Saving(context=_bytes(found), image=sum(find.image for find in found)),
            evidence=[find.said for find in found if find.tops],
            risk=_risk(found, trigger) if is_unsafe else "",
        )

    def _why(self, found: Sequence[Find]) -> str:
        names = list(dict.fromkeys(find.name for find in found))
        shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
        return f"{self._file.path} leaves out {shown}"


def _leaves_out_just(before: BuildFiles, after: BuildFiles, wanted: Sequence[Rule], path: str) -> bool:
    """True if nothing but what the rules are about is in the context no more, and nothing else came in."""
    old = {entry.path: entry for entry in before.entries}
    new = {entry.path: entry for entry in after.entries}
    lost = {each for each in old if each not in new}
    meant = {each for rule in wanted for each in rule.paths} | {path}
    return lost <= meant and all(old.get(each) == entry for each, entry in new.items() if each != path)


def _is_worth_it(found: Sequence[Find]) -> bool:
    return _bytes(found) >= WORTH or any(find.row.kind in ("version control", "secret") for find in found)


def _bytes(found: Sequence[Find]) -> int:
    return sum(find.bytes for find in found)


def _told(find: Find, reason: str, detail: str) -> str:
    return f"{find.name} ({find.row.kind}) gets into the build by {find.uses[0].written}: {reason}" + (
        f" ({detail})" if detail else ""
    )


def _risk(found: Sequence[Find], trigger: str) -> str:
    if trigger and not any(find.uses for find in found):
        return f"an ONBUILD trigger of {trigger} may take what leaves the context"
    secrets = [find.name for find in found if find.row.kind == "secret"]
    if secrets:
        return f"what reads {', '.join(secrets)} at run time must get it by a mount or by variables"
    return "the image has these files no more"
