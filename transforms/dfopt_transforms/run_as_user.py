"""Containers do not run as root."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from dfopt.facts.base_image import BaseImage
from dfopt.facts.folders import is_there, place
from dfopt.facts.scripts import is_posix_shell
from dfopt.facts.start import started
from dfopt.knowledge import users
from dfopt.model.scope import after
from dfopt.model.stages import Stage, chain
from dfopt.source import Span
from dfopt.syntax.nodes import Copy, Instruction, User, Volume
from dfopt.transform import Context, Delta, Differs, Edit, Option, Patch, Safety, Skip, transform
from dfopt_transforms._user_places import (
    behind_last_run,
    copies_into,
    data_folders,
    final_folder,
    line_above,
    named_folders,
    start_instruction,
    trees_into,
    volumes,
    writer,
)
from dfopt_transforms._user_refusals import Why, refusal

WINDOWS = "users of Windows are another matter"
ON_PURPOSE = "its USER is root on purpose"
VARIABLE = "who its USER is is not known"
UNKNOWN_USER = "whether its base image leaves root is not known"
MAKES_USERS = "it makes users by itself, and chooses none"
NO_TOOLS = "whether its base image can make users is not known"
NO_SHELL = "nothing in its base image can give it the folders that it writes to"
ABOVE_RUN = "what it must write to comes above a RUN, which would meet another owner there"
EARLY_VOLUME = "a VOLUME stands above a RUN"
ODD_PATH = "a folder that it writes to is not known, or has an odd name"
SHELL = "its SHELL is not a POSIX shell"

OWNED, READ_ONLY = "owned", "read-only"


class Person(msgspec.Struct, frozen=True):
    """Who the container runs as."""

    user: str
    """As USER has it."""
    owner: str
    """As ``--chown`` has it."""
    numbers: str
    making: tuple[str, ...]
    why: str

    @property
    def has_tools(self) -> bool:
        """True if a RUN can give it folders."""
        return self.user != users.NOBODY_ELSE


class Places(msgspec.Struct, frozen=True):
    """What becomes its own."""

    folders: tuple[str, ...] = ()
    copies: tuple[Copy, ...] = ()
    evidence: tuple[str, ...] = ()


@transform(
    safety=Safety.UNSAFE,
    links=[
        "https://docs.docker.com/build/building/best-practices/#user",
        "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    ],
    options=[Option("app-folder", "whether the folder that a program runs in becomes its own", (OWNED, READ_ONLY))],
)
def run_as_user(ctx: Context) -> Iterator[Patch | Skip]:
    """Runs what a container starts as a user of its own, not as root.

    ## Why

    Whoever breaks into a program has the rights of its user. Root in a container may change every file of the image,
    install what it likes, and is root of the host for the kernel: a mounted folder, or a hole in the kernel, is enough.

    The user is the one that the image has for that, `node` for example, or a new one with the fixed uid 10001.
    Volumes, folders that are made for data, and the folder that the program runs in become its own. Files that are
    copied behind the last RUN get their owner by `COPY --chown`: no layer holds them twice. An image from scratch
    has no list of users, and that of a distroless one need not be asked: there USER is the number 65532.

    ## Leaves alone

    - Images with a USER, and base images of which it is not known whether they leave root.
    - Programs of which it is not known that they run as any user. Scripts and entrypoints: they may begin as
      root on purpose, and drop it by `gosu` or `su-exec`. Servers and inits that do that by themselves.
    - Ports below 1024, wherever they are named: Docker lets everybody listen there, others do not.
    - Tools: an ENTRYPOINT and no port mean that somebody mounts folders of his own.
    - Images with something in the home of root that is needed at run time, or with files for root alone.
    - Images that start nothing, or a shell, or have ONBUILD triggers: others build on them.
    - Programs that must write to files which a RUN behind the COPY works on as root.

    ## Safety

    A program that writes elsewhere than to its home, to /tmp and to the folders that it got fails at run time. So
    does one that reads a volume or a mounted folder of root's that is not for all. `docker run` without `--user`
    no longer gives a root shell.
    """
    if not ctx.facts.stages:
        return
    stage = ctx.facts.stages[-1]
    base = ctx.facts.base(stage)
    if not stage.instructions or _has_user(ctx, stage, base):
        return
    made = _patch(ctx, stage, base)
    yield Skip(stage.start.span, *made) if isinstance(made, tuple) else made


def _has_user(ctx: Context, stage: Stage, base: BaseImage) -> bool:
    """True if a container runs as another user than root already."""
    user = _final_user(ctx, stage)
    if user is not None:
        return user.partition(":")[0] not in ("", "root", "0")
    return base.is_root is False or (base.family == "distroless" and "nonroot" in _name(base))


def _final_user(ctx: Context, stage: Stage) -> str | None:
    last = stage.instructions[-1]
    return after(ctx.facts.scope(last), last, ctx.dockerfile.escape).user


def _name(base: BaseImage) -> str:
    return f"{base.reference.name}:{base.reference.tag}" if base.reference else base.family


def _patch(ctx: Context, stage: Stage, base: BaseImage) -> Patch | Why:
    if base.family == "windows":
        return WINDOWS, ""
    if any(isinstance(found, User) for each in chain(stage) for found in each.instructions):
        user = _final_user(ctx, stage)
        return (ON_PURPOSE, user) if user else (VARIABLE, "")
    if base.is_root is not True and base.family != "distroless":
        return UNKNOWN_USER, _name(base)
    why = refusal(ctx, stage, base)
    if why:
        return why
    person = _person(ctx, stage, base)
    if not isinstance(person, Person):
        return person
    places = _places(ctx, stage, base, person)
    if not isinstance(places, Places):
        return places
    return _written(ctx, stage, base, person, places)


def _person(ctx: Context, stage: Stage, base: BaseImage) -> Person | Why:
    for account in base.accounts:
        numbers = f"{account.uid}:{account.gid}"
        return Person(
            account.name, f"{account.name}:{account.name}", numbers, (), f"{_name(base)} has the user {account.name}"
        )
    if base.family in users.NUMERIC:
        number = users.NOBODY_ELSE
        return Person(number, number, number, (), users.NUMERIC[base.family])
    tools = users.TOOLS.get(base.family)
    if tools is None or (base.family in ("fedora", "rhel") and users.WITHOUT_TOOLS.fullmatch(_name(base))):
        return NO_TOOLS, _name(base)
    for each in chain(stage):
        for instruction in each.instructions:
            if found := users.MAKERS.search(ctx.dockerfile.text(instruction)):
                return MAKES_USERS, found[0]
    name, number = users.NAME, f"{users.UID}:{users.UID}"
    return Person(
        name, f"{name}:{name}", number, users.MAKING[tools], f"the user {name} gets the fixed uid {users.UID}"
    )


def _places(ctx: Context, stage: Stage, base: BaseImage, person: Person) -> Places | Why:
    """What the program writes to."""
    found: dict[str, str] = {}
    for path in volumes(ctx, stage):
        if path not in users.FOR_ALL:
            if path is None or users.SHARED.fullmatch(path):
                return ODD_PATH, path or ""
            found[path] = f"{path} is a volume"
    programs = started(stage, base) or ()
    for path in (*data_folders(ctx, stage), *named_folders(programs)):
        found.setdefault(path, f"{path} is made for data")
    behind = behind_last_run(stage)
    folder = final_folder(ctx, stage)
    wrote = writer(programs)
    if wrote and ctx.options["app-folder"] == OWNED and not users.SHARED.fullmatch(folder):
        name, does = wrote
        if does.must and any(copy not in behind for copy in trees_into(ctx, stage, folder)):
            return ABOVE_RUN, name
        if does.must or person.has_tools:
            found.setdefault(folder, f"{name} {does.does}, {folder}")
    if found and not person.has_tools:
        return NO_SHELL, next(iter(found))
    if any(re.fullmatch(r"/[\w./@+-]+", path) is None for path in found):
        return ODD_PATH, next(iter(found))
    if any(isinstance(each, Volume) and each not in behind for each in stage.instructions):
        return EARLY_VOLUME, ""
    folders = tuple(found)
    return Places(folders, tuple(copies_into(ctx, behind, folders)), tuple(found.values()))


def _written(ctx: Context, stage: Stage, base: BaseImage, person: Person, places: Places) -> Patch | Why:
    """The patch: who, what is given, and USER."""
    behind = behind_last_run(stage)
    needs = next((found for found in behind if found in places.copies or _is_volume_of(ctx, found, places)), None)
    commands = [*person.making]
    if places.folders:
        until = needs or stage.instructions[-1]
        missing = [path for path in places.folders if not is_there(ctx.facts, until, path)]
        commands += [f"mkdir -p {' '.join(missing)}"] if missing else []
        commands.append(f"chown {person.owner} {' '.join(places.folders)}")
    shell = ctx.facts.scope(stage.instructions[-1]).shell or base.shell
    if commands and (not shell or not is_posix_shell(shell)):
        return SHELL, ""
    written = _keyword(ctx, stage, "RUN") + ctx.print.joint("&&", stage.start).join(commands)
    user = _keyword(ctx, stage, "USER") + person.user
    edits = [_flag(copy, person) for copy in places.copies]
    if commands and needs is not None:
        edits += [_above(ctx, needs, [written]), _before_start(ctx, stage, [user])]
    else:
        edits.append(_before_start(ctx, stage, [written, user] if commands else [user]))
    differs = Differs(
        stage.index,
        config=("USER",),
        added=(f"RUN {' && '.join(commands)}",) if commands else (),
        flags=tuple((copy.span, _owner(copy, person)) for copy in places.copies),
    )
    reach = ", ".join([*places.folders, "its home", "/tmp"] if person.has_tools else ["what is for all"])
    return Patch(
        edits,
        why=f"a container runs as {person.user}, not as root",
        span=stage.start.span,
        evidence=[f"no USER is set, and {_name(base)} leaves root", person.why, *places.evidence],
        risk=f"programs may write to {reach} only, and mounted folders must be theirs",
        delta=Delta(differs=(differs,)),
    )


def _is_volume_of(ctx: Context, instruction: Instruction, places: Places) -> bool:
    """True for a VOLUME of its own: what comes behind may not change the folder."""
    return isinstance(instruction, Volume) and any(
        place(ctx.facts, instruction, path.text) in places.folders for path in instruction.paths
    )


def _keyword(ctx: Context, stage: Stage, keyword: str) -> str:
    lower = ctx.dockerfile.source.slice(stage.start.keyword_span).islower()
    return f"{keyword.lower() if lower else keyword} "


def _owner(copy: Copy, person: Person) -> str:
    return f"--chown={person.numbers if copy.flag('link') else person.owner}"


def _flag(copy: Copy, person: Person) -> Edit:
    at = copy.flags[-1].span.end if copy.flags else copy.keyword_span.end
    return Edit(Span(at, at), f" {_owner(copy, person)}")


def _above(ctx: Context, instruction: Instruction, lines: list[str]) -> Edit:
    at = line_above(ctx, instruction)
    end = ctx.print.line_end(instruction)
    return Edit(Span(at, at), "".join(f"{line}{end}" for line in lines))


def _before_start(ctx: Context, stage: Stage, lines: list[str]) -> Edit:
    """Above CMD or ENTRYPOINT, or at the end of the stage."""
    start = start_instruction(stage)
    if start is not None:
        return _above(ctx, start, lines)
    last = stage.instructions[-1]
    end = ctx.print.line_end(last)
    return Edit(Span(last.span.end, last.span.end), "".join(f"{end}{line}" for line in lines))
