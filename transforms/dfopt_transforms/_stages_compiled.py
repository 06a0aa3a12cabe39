"""Programs that a tool chain makes: what of a build a container needs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection

from dfopt.facts.built import UNKNOWN
from dfopt.facts.folders import is_in
from dfopt.facts.run_work import Done
from dfopt.knowledge import build_commands as known
from dfopt.knowledge.source_code import GO, JAVA, OTHERS, RUST, C, Language
from dfopt.shell.argv import Argv
from dfopt.syntax.nodes import Run, Shell, User
from dfopt_transforms._stages_class_path import classes, entries
from dfopt_transforms._stages_data import data
from dfopt_transforms._stages_directives import check_directives
from dfopt_transforms._stages_installed import TOOLS, by_cargo, by_go, check_programs
from dfopt_transforms._stages_installs import installed
from dfopt_transforms._stages_jars import check_started, jars
from dfopt_transforms._stages_kept import brought, fetched, made, may_build, trees_of
from dfopt_transforms._stages_kits import check_kit
from dfopt_transforms._stages_libraries import LIBRARY, crates, libraries, own_libraries
from dfopt_transforms._stages_linked import is_plain
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, is_system, tree_of
from dfopt_transforms._stages_product import NO_PRODUCT, check_product
from dfopt_transforms._stages_reach import Reached
from dfopt_transforms._stages_scripts import assembled, runs_scripts_only
from dfopt_transforms._stages_source import Shown, shown
from dfopt_transforms._stages_tracked import check_tracked
from dfopt_transforms._stages_zones import zones

LANGUAGES: dict[str, Language] = {"go": GO, "c": C, "rust": RUST, "java": JAVA, "": C}

NOT_THERE = "the program starts one that is not in the run-time image"
NO_COMPILER = "its base has no tool chain, and no compiler is installed on it"
NO_SOURCE = "the source of the program is not known"
CPP = "the run-time image has an older libstdc++ than the compiler"
OF_LANGUAGE = "packages of a language are installed on the image of a system"
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
_ZONES = "/usr/share/zoneinfo"
_OF_LANGUAGES = frozenset("pip pip3 gem bundle npm yarn pnpm composer go cargo mvn gradle javac poetry uv".split())
_JDK = re.compile(r"javac|jar|jcmd|jps|jstack|jmap|jstat|jinfo|jdb|jshell|jlink|jdeps|javadoc|jhsdb|jdeprscan|jconsole")


def reaches_tools(old: Old, reached: Reached) -> None:
    """Raises RefusedError if what is started is a part of the tool chain."""
    runs = {"java"} if old.builder.language == "java" else set[str]()
    for program, who in reached.programs.items():
        if program in runs or program in old.essential or (program == "make" and reached.made_plain):
            continue
        if _JDK.fullmatch(program) or (known.BUILDS.fullmatch(program) and program not in known.PROGRAM_PACKAGES):
            raise RefusedError(TOOLS, f"{program}, by {who}")


def compiled(old: Old, reached: Reached, needs: Needs) -> Language:
    """Notes what a container needs of a program that was compiled, and gives its language.

    Raises RefusedError.
    """
    language = _language(old, needs)
    if runs_scripts_only(old, reached):
        assembled(old, reached, needs)
        return language
    if script := next((path for each in old.builds for path in each.scripts), ""):
        raise RefusedError(UNKNOWN, script)
    if not old.builder.language:
        if not any(known.COMPILERS.fullmatch(name) for each in old.builds for name in each.kept_packages):
            raise RefusedError(NO_COMPILER, old.run_time.image)
        managers = [view.base for each in old.builds for view in each.commands if view.base in _OF_LANGUAGES]
        if managers:
            raise RefusedError(OF_LANGUAGE, managers[0] or "")
    if old.run_time.has_older_cpp and _has_cpp(old):
        raise RefusedError(CPP, old.run_time.image)
    source = shown(old, language, reached)
    check_programs(old, reached, has_sources=source.files > 0)
    needs.is_read = source.files > 0
    needs.links_all = not needs.is_read or bool(source.libraries and language is not JAVA)
    needs.links_all |= language in (C, OTHERS) and not is_plain(old)
    is_bare = "alpine" in old.run_time.image and language is not JAVA
    if language is RUST:
        crates(old, needs)
    if old.builder.language and not source.files and not is_bare:
        raise RefusedError(NO_SOURCE)
    trees = trees_of(old)
    looked_in = entries(old, reached) if language is JAVA else []
    brought(old, needs)
    inner = made(old, needs, trees)
    for each in old.builds:
        installed(old, each, needs)
    _programs(old, reached, needs)
    distributed = _distributed(old, reached, needs)
    _paths(old, reached, needs, trees, {entry.path for each in looked_in for entry in each})
    fetched(old, reached, needs)
    classes(old, looked_in, needs, trees)
    is_named = distributed or any(looked_in) or any(_may_hold_classes(path) for path in needs.copied)
    if language is JAVA and not is_named:
        raise RefusedError(NO_PRODUCT, "no jar, war or folder of classes is named")
    if language is JAVA:
        check_kit(old)
        check_started(old, reached, needs)
        jars(old, reached, needs)
    check_product(old, reached, needs, any_is_enough=language is JAVA)
    data(old, reached, needs, trees, language, source, inner)
    check_directives(old)
    _surroundings(old, needs, language, source)
    if language in (C, GO, OTHERS, RUST):
        own_libraries(old, needs, language)
        libraries(old, needs)
    if language is GO and _is_static(old, reached, source):
        needs.static = f"CGO_ENABLED=0 makes it static, no shell is used, and {source.files} files need nothing else"
    return language


def _language(old: Old, needs: Needs) -> Language:
    """What the program is written in; what it runs with beside the C library is noted."""
    called = {(view.base or "").partition("-")[0] for each in old.builds for view in each.commands}
    called |= {
        known.BY_EXTENSION.get(posixpath.splitext(each.path)[1].lower(), "")
        for each in old.laid
        if each.copy in old.head and not C.tests.fullmatch(each.entry.path)
    }
    compilers = called & known.OF_COMPILERS.keys()
    if old.builder.language not in ("", "c") or not compilers:
        return LANGUAGES[old.builder.language]
    for compiler in sorted(compilers):
        for package in known.OF_COMPILERS[compiler]:
            if old.base.family not in ("debian", "ubuntu"):
                raise RefusedError(LIBRARY, compiler)
            needs.packages.setdefault(package, f"what {compiler} builds links with it")
    return OTHERS


def _has_cpp(old: Old) -> bool:
    names = [posixpath.basename(each.path) for each in old.laid]
    called = {view.base for each in old.builds for view in each.commands}
    return not old.laid or not called.isdisjoint({"g++", "c++", "cmake"}) or any(_CPP.search(name) for name in names)


_CPP = re.compile(r"\.(cc|cpp|cxx|c\+\+|hpp|hh|hxx)$", re.IGNORECASE)


def _is_static(old: Old, reached: Reached, source: Shown) -> bool:
    """True if a program needs nothing of a system: no libc, no shell, no /tmp, no names of users, no time zones."""
    builds = [
        (each, view)
        for each in old.builds
        for view in each.commands
        if view.base == "go" and view.words and view.words[0].value in ("build", "install", "get")
    ]
    is_bare = source.files and not (source.libraries or source.starts or source.system or zones(old, GO, source))
    return (
        bool(is_bare and builds)
        and all(_has_no_cgo(old, each, view) for each, view in builds)
        and not reached.has_shell
        and not _sets_zone(old)
        and not any(isinstance(each, Run | Shell) for each in old.tail)
        and not any(
            isinstance(each, User) and not re.fullmatch(r"[\d:]+", each.user.text) for each in old.stage.instructions
        )
    )


def _has_no_cgo(old: Old, each: Done, view: Argv) -> bool:
    given = [assign.value.value for assign in view.command.assignments if assign.name == "CGO_ENABLED"]
    settings = [word.value or "" for word in view.settings]
    given += [text.partition("=")[2] for text in settings if text.startswith("CGO_ENABLED=")]
    found = given[-1] if given else old.facts.scope(each.run).variables().get("CGO_ENABLED")
    return found == "0"


def _programs(old: Old, reached: Reached, needs: Needs) -> None:
    """The programs that are started by their names."""
    folders = (*_PATH, *old.builder.path)
    own = {posixpath.basename(path) for path in needs.copied if posixpath.dirname(path) in folders}
    links = {posixpath.basename(link) for each in old.done for link in each.links}
    for program, who in reached.programs.items():
        if program == "java" and old.builder.language == "java":
            continue
        if program in own:
            continue
        if program in old.essential or (program == "make" and reached.made_plain):
            continue
        if old.builder.language == "go" and by_go(old, program):
            needs.copy(f"/go/bin/{program}", f"go install puts it there, and {who} starts it")
        elif old.builder.language == "rust" and by_cargo(old, program):
            needs.copy(f"/usr/local/cargo/bin/{program}", f"cargo install puts it there, and {who} starts it")
        elif program in links or program in known.PROGRAM_PACKAGES:
            continue
        elif "/usr/local" not in needs.copied:
            raise RefusedError(NO_PRODUCT, f"{program}, by {who}")
        elif needs.is_assumed:
            needs.commands.append(f"command -v {program}")


_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


def _paths(old: Old, reached: Reached, needs: Needs, trees: list[str], others: Collection[str | None]) -> None:
    """The files that are started, or named, by their paths, but for some of them."""
    head = {each.path for each in old.laid if each.copy in old.head}
    for path, who in reached.paths.items():
        if is_system(path) or path == "/" or path in needs.copied or path in others:
            continue
        if (
            old.builder.language == "go"
            and posixpath.dirname(path) == "/go/bin"
            and by_go(old, posixpath.basename(path))
        ):
            needs.copy(path, f"go install puts it there, and {who} starts it")
            continue
        if any(is_in(path, each.path) for each in old.laid if each.copy not in old.head):
            continue
        tree = tree_of(path, trees)
        if tree == path:
            continue
        is_guess = path in reached.arguments and not _OUTPUT.search(path)
        if any(is_in(each, path) for each in head) or (tree is not None and may_build(old, tree) and not is_guess):
            if path in reached.arguments and not _OUTPUT.search(path):
                check_tracked(old, [path])
            needs.copy(path, f"{who} names it")


_OUTPUT = re.compile(
    r"/(?:target|build|dist|out|bin|libs?|release|debug|classes|modules|_build|zig-out)(?:/|$)|\.(?:[jw]ar|ear|so|wasm|exe)$"
)
"""On an argument: a tool chain may have made it."""


def _distributed(old: Old, reached: Reached, needs: Needs) -> bool:
    """True if a program is started that lies beside its jars, as the tools of Java lay it out."""
    found = False
    for path, who in reached.paths.items():
        laid_out = known.DISTRIBUTIONS.fullmatch(path)
        if laid_out and old.builder.language == "java":
            needs.copy(laid_out[1], f"{who} names a program in it, which runs with the jars beside it")
            found = True
    return found


_CLASSES = frozenset("classes lib libs modules target build".split())


def _may_hold_classes(path: str) -> bool:
    return path.endswith((".jar", ".war")) or posixpath.basename(path) in _CLASSES


def _surroundings(old: Old, needs: Needs, language: Language, source: Shown) -> None:
    """Certificates, time zones, and the programs that the source starts."""
    is_system_image = old.builder.language == ""
    on_alpine = old.run_time.image.rpartition("/")[2].startswith("alpine")
    fetched = "what go install fetches" if language is GO and not source.files else ""
    if language is not JAVA and not is_system_image:
        who = source.tls or source.libraries or fetched
        if who and not on_alpine:
            needs.copy(_CERTIFICATES, f"{who} may speak TLS")
        named = zones(old, language, source)
        if on_alpine and named and language is GO:
            needs.packages.setdefault("tzdata", f"time zones are those of the tool chain: {named}")
        if old.run_time.release == "trixie" and (named or _sets_zone(old)):
            needs.copy(_ZONES, f"time zones are read, or named: {named}" if named else "TZ is set")
    for program, who in source.starts:
        if program in old.essential or any(posixpath.basename(path) == program for path in needs.copied):
            continue
        if program not in known.PROGRAM_PACKAGES:
            raise RefusedError(NOT_THERE, f"{program}, in {who}")
        for package in known.PROGRAM_PACKAGES[program]:
            needs.packages.setdefault(package, f"{who} starts {program}")


def _sets_zone(old: Old) -> bool:
    return any("TZ" in old.facts.scope(each).env for each in old.stage.instructions[-1:])
