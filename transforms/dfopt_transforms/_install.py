"""Where a package of the distribution can come in: an install that a stage has, or a RUN of its own behind FROM."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import msgspec

from dfopt.expression import Expression
from dfopt.facts.base_image import is_root
from dfopt.facts.packages import PackageCall
from dfopt.facts.releases import has_package, is_on_mirrors
from dfopt.facts.scripts import is_posix_shell
from dfopt.knowledge.package_managers import Action
from dfopt.model.stages import Stage
from dfopt.source import Span
from dfopt.syntax.nodes import Arg, Env, Run
from dfopt.transform import Context, Differs, Edit

Why = tuple[str, str]

NOT_KNOWN = "whether its distribution has the package is not known"
OLD = "the packages of its release may be gone from the mirrors"
NOT_ROOT = "the user behind FROM may not be root"
SOURCES = "where packages come from is set up later in the stage"
LISTS = "the stage that it starts from may have left package lists that are needed"
SHELL = "its SHELL is not a POSIX shell"

_COMMANDS = {
    "apt": ("apt-get update", "apt-get install -y --no-install-recommends {}", "rm -rf /var/lib/apt/lists/*"),
    "apk": ("apk add --no-cache {}",),
}
_MANAGER = {"debian": "apt", "ubuntu": "apt", "alpine": "apk"}
_QUIET = "DEBIAN_FRONTEND"
_VERBS = frozenset({"install", "add"})
_APART = Expression(
    r" (-t|-\w*t\w*|--virtual\S*|--target-release\S*|--default-release\S*|-X|--repository\S*|--root\S*) "
)
_SOURCES = Expression(r"sources\.list|/etc/apt|/etc/apk|apt\.conf|apt-key|/etc/hosts|resolv\.conf", re.IGNORECASE)


class Install(msgspec.Struct, frozen=True):
    """How a package comes in, and what a patch declares of that."""

    edits: tuple[Edit, ...]
    packages: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    def differs(self, stage: Stage, config: tuple[str, ...] = (), variables: tuple[str, ...] = ()) -> Differs:
        return Differs(stage.index, config=config, variables=variables, packages=self.packages, added=self.added)


def install(ctx: Context, stage: Stage, package: str, *, asks: bool = False) -> Install | Why:
    """How a package comes into a stage, or why not; ``asks`` says that it asks questions under apt."""
    base = ctx.facts.base(stage)
    manager = _MANAGER.get(base.family)
    if manager is None or not has_package(base, package):
        return NOT_KNOWN, base.family if manager is None else base.reference.tag or "" if base.reference else ""
    for run, call in _installs(ctx, stage):
        if call.manager.name == manager and _takes_more(call) and not (asks and _may_ask(ctx, run, call)):
            return Install((_inserted(ctx, run, call, package),), packages=(package,))
    return _refusal(ctx, stage, manager) or _own_run(ctx, stage, manager, package, asks=asks)


def _may_ask(ctx: Context, run: Run, call: PackageCall) -> bool:
    if call.manager.name != "apt" or _QUIET in call.variables:
        return False
    return ctx.facts.scope(run).variables().get(_QUIET) != "noninteractive"


def _installs(ctx: Context, stage: Stage) -> Iterator[tuple[Run, PackageCall]]:
    for instruction in stage.instructions:
        if isinstance(instruction, Run) and not ctx.is_off(instruction.span):
            for call in ctx.facts.calls(instruction):
                if call.action is Action.INSTALL and call.verb in _VERBS:
                    yield instruction, call


def _takes_more(call: PackageCall) -> bool:
    """True if a package from the distribution fits into a call, and stays in the image."""
    return (
        call.is_certain
        and call.is_editable
        and bool(call.packages)
        and not _APART.search(call.text)
        and not any("/" in (word.value or "") for word in call.packages)
    )


def _inserted(ctx: Context, run: Run, call: PackageCall, package: str) -> Edit:
    """The package in the order of the others if they are sorted, else behind them, on a line of its own as they are."""
    assert run.script is not None
    script, words = run.script, call.packages
    spans = [script.span(word.span.start, word.span.end) for word in words]
    values = [word.value or "" for word in words]
    source = ctx.dockerfile.source
    between = [source.slice(Span(before.end, after.start)) for before, after in pairwise(spans)]
    gap = next((text for text in reversed(between) if re.fullmatch(r"[ \t]+[\\`]\r?\n[ \t]*", text)), " ")
    if not all("\n" in text for text in between):
        gap = " "
    at = len(words)
    if len(words) > 1 and all(values) and values == sorted(values):
        at = sum(value < package for value in values)
    if 0 < at < len(words) and between[at - 1] != gap:
        at = len(words)
    if at == 0:
        if run.inner_comments:
            at = len(words)
        else:
            return Edit(Span(spans[0].start, spans[0].start), f"{package}{gap}")
    return Edit(Span(spans[at - 1].end, spans[at - 1].end), f"{gap}{package}")


def _refusal(ctx: Context, stage: Stage, manager: str) -> Why | None:
    """Why no RUN can come in behind FROM."""
    base = ctx.facts.base(stage)
    if not is_on_mirrors(base):
        return OLD, base.reference.tag or "" if base.reference else ""
    scope = ctx.facts.scope(stage.instructions[0])
    if base.is_root is not True if scope.user is None else not is_root(scope.user):
        return NOT_ROOT, scope.user or base.user or ""
    shell = scope.shell if scope.shell is not None else base.shell
    if shell is None or not is_posix_shell(shell):
        return SHELL, ""
    if manager == "apt" and (base.empty_index is not True or _fills_lists(ctx, stage)):
        return LISTS, ""
    for instruction in stage.instructions:
        if isinstance(instruction, Env | Arg) and any(
            pair.key.lower().endswith("_proxy") for pair in instruction.pairs
        ):
            return SOURCES, ""
        if _SOURCES.search(ctx.dockerfile.text(instruction)):
            return SOURCES, ""
    return None


def _fills_lists(ctx: Context, stage: Stage) -> bool:
    above = stage.parent.all_instructions if stage.parent else ()
    return any(isinstance(found, Run) and "apt" in ctx.dockerfile.text(found) for found in above)


def _own_run(ctx: Context, stage: Stage, manager: str, package: str, *, asks: bool) -> Install:
    commands = [command.format(package) for command in _COMMANDS[manager]]
    if asks and manager == "apt":
        commands[1] = f"{_QUIET}=noninteractive {commands[1]}"
    written = ctx.print.joint("&&", stage.start).join(commands)
    edit = behind_from(ctx, stage, "RUN", written)
    return Install((edit,), added=(f"RUN {' && '.join(commands)}",))


def behind_from(ctx: Context, stage: Stage, keyword: str, body: str) -> Edit:
    """A new instruction behind FROM, with an empty line before it if there is one behind FROM."""
    start = stage.start
    keyword = keyword.lower() if ctx.dockerfile.source.slice(start.keyword_span).islower() else keyword
    end = ctx.print.line_end(start)
    text = ctx.dockerfile.source.text
    blank = end if re.match(r"[ \t]*\r?\n[ \t]*\r?\n", text[start.span.end : start.span.end + 16]) else ""
    return Edit(Span(start.span.end, start.span.end), f"{end}{blank}{keyword} {body}")
