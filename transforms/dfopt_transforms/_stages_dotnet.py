"""Programs of .NET: the folder that they are published to, and an image with the run time that they ask for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from dfopt.facts.built import UNKNOWN
from dfopt.facts.dotnet_projects import UnreadError
from dfopt.facts.folders import is_in, place
from dfopt.knowledge import build_commands as commands
from dfopt.knowledge import dotnet as known
from dfopt.knowledge.source_code import DOTNET, Language
from dfopt.model.build_files import NOT_GIVEN, Kind
from dfopt.syntax.nodes import Env, Volume
from dfopt_transforms._stages_checks import EARLY_VOLUME
from dfopt_transforms._stages_dotnet_calls import Output, calls, output
from dfopt_transforms._stages_dotnet_files import opened, with_sources_of
from dfopt_transforms._stages_kept import brought, fetched, made, trees_of
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, is_removed, is_system
from dfopt_transforms._stages_product import NO_PRODUCT
from dfopt_transforms._stages_reach import OPEN, Reached
from dfopt_transforms._stages_source import shown, sources

STARTS_SDK = "a container starts a part of the SDK"
NOT_THERE = "the program starts one that is not in the run-time image"
PACKAGE = "a package starts other programs, or the SDK"
FRAMEWORK = "the program is built for another version of .NET than that of its base"
FRAMEWORK_OPEN = "which version of .NET the program is built for is not known"
DESKTOP = "the program needs a framework that no image for Linux has"
SDK = "what a project is built with is not known"
ASSETS = "a server that is started where it was built, and not published, reads files of its sources and packages"


def dotnet(old: Old, reached: Reached, needs: Needs) -> tuple[Old, Language]:
    """Notes what a container needs of a program, and gives the stage with the image that the program asks for.

    Raises RefusedError.
    """
    started = list(_started(old, reached))
    if old.unread:
        raise RefusedError(NOT_GIVEN.reason)
    if script := next((path for each in old.builds for path in each.scripts), ""):
        raise RefusedError(UNKNOWN, script)
    compiled = calls(old)
    try:
        found = [_output(old, path, who, output(old, path, compiled)) for path, who, _ in started]
        for each in found:
            _check(old, each)
        old = _with_image(old, found, by_itself=all(not is_given for _, _, is_given in started))
    except UnreadError as unread:
        raise RefusedError(*unread.why) from None
    own = with_sources_of(old, found)
    source = shown(own, DOTNET, reached)
    needs.is_read = True
    for each in found:
        what = "published" if each.is_published else "built"
        needs.copy(each.folder, f"{each.project.path} is {what} there, with all that it runs with")
    trees = trees_of(old)
    brought(old, needs)
    inner = made(old, needs, trees)
    fetched(old, reached, needs)
    _programs(old, reached, needs, source.starts)
    opened(old, own, reached, needs, found, trees, source, inner)
    _surroundings(old, own, needs, found)
    return old, DOTNET


def _started(old: Old, reached: Reached) -> Iterator[tuple[str, str, bool]]:
    """The files that are started, what does, and whether ``dotnet`` is given them.

    Raises RefusedError.
    """
    found = False
    for words, folder, who in reached.of_dotnet:
        given = words[1:] if words[:1] == ["exec"] else words
        first = given[0] if given else ""
        if not first and len(reached.of_dotnet) > 1:  # an ENTRYPOINT without the words of CMD
            continue
        if re.search(r"[$*?\[]", first):
            raise RefusedError(OPEN, f"dotnet {first}, by {who}")
        if not first.endswith(".dll") or first.startswith("-"):
            raise RefusedError(STARTS_SDK, f"dotnet {first}, by {who}".replace(" ,", ","))
        if folder is None and not first.startswith("/"):
            raise RefusedError(NO_PRODUCT, f"{first}, by {who}")
        found = True
        yield posixpath.normpath(posixpath.join(folder or "/", first)), who, True
    for path, who in reached.paths.items():
        if path in reached.arguments or old.is_laid(path) or is_system(path) or path.endswith(".dll"):
            continue
        found = True
        yield path, who, False
    if not found:
        raise RefusedError(NO_PRODUCT, ", ".join(sorted(reached.programs)))


def _output(old: Old, path: str, who: str, found: Output | None) -> Output:
    if found is None or is_system(found.folder) or found.folder == "/" or is_removed(path, old.done):
        raise RefusedError(NO_PRODUCT, f"{path}, by {who}")
    for volume in (each for each in old.head if isinstance(each, Volume)):
        if any(is_in(path, place(old.facts, volume, text.text) or "/") for text in volume.paths):
            raise RefusedError(EARLY_VOLUME, path)
    return found


def _check(old: Old, found: Output) -> None:
    """Raises RefusedError for a program of which it is not known that the run-time image runs it."""
    project = found.project
    if project.sdk not in known.STARTED:
        raise RefusedError(SDK, f"{project.sdk or 'no SDK'}, in {project.path}")
    desktop = any(project.value(name).lower() == "true" for name in ("UseWPF", "UseWindowsForms"))
    names = {name for each in found.projects for name in each.frameworks} - {known.ASP_NET, "Microsoft.NETCore.App"}
    if desktop or names:
        raise RefusedError(DESKTOP, ", ".join(sorted(names)) or project.path)
    if not found.framework:
        raise RefusedError(FRAMEWORK_OPEN, project.path)
    version = _version(old)
    if found.framework != version.framework and not found.is_self_contained:
        raise RefusedError(FRAMEWORK, f"{found.framework}, in {project.path}")
    if not found.is_published and _is_web(found):
        raise RefusedError(ASSETS, project.path)
    starts = next((name for name in found.packages if known.STARTS_OTHERS.fullmatch(name)), "")
    if starts:
        raise RefusedError(PACKAGE, starts)


def _version(old: Old) -> known.Version:
    tag = known.TAG.fullmatch((old.base.reference.tag or "").lower() if old.base.reference else "")
    return known.VERSIONS[tag["version"] if tag else ""]


def _is_web(found: Output) -> bool:
    return any(each.sdk in known.WEB or known.ASP_NET in each.frameworks for each in found.projects)


def _asks_for_asp_net(found: Output) -> str:
    """What does, or may; empty if nothing does."""
    for each in found.projects:
        if each.sdk not in known.PLAIN:
            return f"{each.path} is built with {each.sdk or 'an SDK that is not known'}"
        if known.ASP_NET in each.frameworks:
            return f"{each.path} asks for {known.ASP_NET}"
    package = next((name for name in found.packages if not known.WITHOUT_ASP_NET.fullmatch(name)), "")
    return f"{package} may ask for {known.ASP_NET}" if package else ""


def _with_image(old: Old, found: list[Output], *, by_itself: bool) -> Old:
    """The stage with the smallest image that has what all programs ask for."""
    asp_net = next((who for each in found if (who := _asks_for_asp_net(each))), "")
    base = old.run_time
    runtime, bare = base.others
    lost: tuple[str, ...] = ()
    if by_itself and all(each.is_self_contained for each in found):
        image, why, lost = bare, "the run time is a part of the program", known.OF_RUN_TIME
    elif asp_net:
        image, why = base.image, asp_net
    else:
        image, why, lost = runtime, "no project, and no package of one, asks for ASP.NET Core", known.OF_RUN_TIME[:1]
    smaller = msgspec.structs.replace(base, image=image, why=f"{base.why}; {why}", kept=base.kept.difference(lost))
    return msgspec.structs.replace(old, run_time=smaller)


def _programs(old: Old, reached: Reached, needs: Needs, starts: tuple[tuple[str, str], ...]) -> None:
    links = {posixpath.basename(link) for each in old.done for link in each.links}
    for program, who in reached.programs.items():
        if program == "dotnet" or program in old.essential or program in links or program in commands.PROGRAM_PACKAGES:
            continue
        raise RefusedError(NO_PRODUCT, f"{program}, by {who}")
    for program, who in starts:
        if program in old.essential or known.NOT_ON_LINUX.fullmatch(program):
            continue
        if program not in commands.PROGRAM_PACKAGES:
            raise RefusedError(NOT_THERE, f"{program}, in {who}")
        for package in commands.PROGRAM_PACKAGES[program]:
            needs.packages.setdefault(package, f"{who} starts {program}")


def _surroundings(old: Old, own: Old, needs: Needs, found: list[Output]) -> None:
    """Variables that the SDK's image sets otherwise, and what comes with the programs that it has for builds."""
    version = _version(old)
    names = {name for each in found for name in each.packages}
    asp_net = any(map(_asks_for_asp_net, found))
    kept = {pair.key for each in old.stage.instructions if isinstance(each, Env) for pair in each.pairs}
    for name, value in old.run_time.env.items():
        is_read = asp_net or (names and name == known.POLLING) or name == known.INVARIANT
        if is_read and name not in kept:
            needs.env[name] = value
    if needs.env:
        needs.evidence.append(f"{', '.join(sorted(needs.env))}: as the image of the SDK has it")
    for package in (name for each in old.builds for name in each.kept_packages):
        if package.endswith("-dev") and not all(each.is_self_contained for each in found):
            needs.packages.setdefault(package, "programs of .NET load libraries by names that only such packages have")
    if old.on_alpine:
        _on_alpine(old, needs, version)
    elif version.lacks_kerberos and (who := _kerberos(own, names)):
        needs.packages.setdefault(known.KERBEROS_LIBRARY, f"{who} may log in by Kerberos, and curl brought the library")


def _on_alpine(old: Old, needs: Needs, version: known.Version) -> None:
    """Cultures and time zones, which only the SDK's image has there."""
    if known.INVARIANT in needs.env:
        release = re.search(r"alpine3\.(\d+)", old.run_time.image)
        is_split = release is None or int(release[1]) >= known.SPLIT_SINCE
        for package in known.PACKAGES_ON_ALPINE if is_split else known.PACKAGES_ON_ALPINE[1:]:
            needs.packages.setdefault(package, "the image of the SDK has what programs know of cultures")
    if version.has_zones:
        needs.packages.setdefault("tzdata", "the image of the SDK has the time zones")


def _kerberos(old: Old, names: set[str]) -> str:
    package = next((name for name in sorted(names) if known.KERBEROS.fullmatch(name)), "")
    if package:
        return package
    settings = (
        (each, old.text(each.path)) for each in old.laid if each.path.endswith(".json") and each.entry.kind is Kind.FILE
    )
    return next(
        (each.entry.path for each, text in (*sources(old, DOTNET), *settings) if known.NEGOTIATES.search(text)), ""
    )
