"""Packages of the system: those that a container needs, and those that only the build does."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dfopt.facts.base_image import base_image
from dfopt.facts.releases import is_on_mirrors, is_release_on_mirrors
from dfopt.facts.run_work import Work
from dfopt.knowledge import build_commands as known
from dfopt.knowledge import system_libraries
from dfopt.knowledge.library_names import HEADERS_ONLY
from dfopt_transforms._stages_parts import Needs, Old, RefusedError
from dfopt_transforms._stages_reach import Reached

LIBRARY = "a library is not known by its package"
GIT = "git is configured while building, and the program calls it"
MANAGER = "packages are needed, and how to install them in the run-time image is not known"
GONE = "packages are needed, and those of its release may be gone from the mirrors"
_PLAIN = re.compile(r"[\w.+:~=/-]+")
_NAME = re.compile(r"[=/:<>~@]")
"""What stands behind the name of a package: its version, its release."""


def packages(old: Old, reached: Reached, needs: Needs) -> None:
    """Notes the packages that the new stage gets. What was removed again is not there at run time now.

    Raises RefusedError.
    """
    for program, who in reached.programs.items():
        if program in old.essential:
            continue
        if program in known.PROGRAM_PACKAGES and not any(path.endswith(f"/{program}") for path in needs.copied):
            for package in known.PROGRAM_PACKAGES[program]:
                needs.packages.setdefault(package, f"{who} calls {program}")
    if reached.made_plain:
        needs.packages.setdefault("make", f"{reached.programs['make']} calls make, and no compiler with it")
    if old.base.family == "alpine":
        _compilers_libraries(old, needs)
    gone = {name for each in old.builds for name in each.dropped}
    gone |= {name for each in old.builds for group, names in each.groups.items() if group in gone for name in names}
    for each in old.builds:
        for written in each.packages:
            if written in gone and not written.endswith("-dev"):
                needs.left.append(written)
                continue
            _package(old, reached, written, needs)
    _certificates(old, needs)
    _check_git(old, needs)


def _certificates(old: Old, needs: Needs) -> None:
    """What speaks TLS had certificates: they come with what is recommended, and with git or curl."""
    speaks = next((name for name in sorted(needs.packages) if known.SPEAK_TLS.fullmatch(name)), "")
    if speaks and old.base.family in ("debian", "ubuntu") and any(each.recommended for each in old.builds):
        needs.packages.setdefault("ca-certificates", f"{speaks} speaks TLS")


def _check_git(old: Old, needs: Needs) -> None:
    """What git is told for all repositories is a file of its own, in a folder that is not copied."""
    if "git" not in needs.packages:
        return
    for view in (view for each in old.builds for view in each.commands):
        words = [word.value or "$" for word in view.words]
        if view.base == "git" and words[:1] == ["config"] and {"--global", "--system"} & set(words):
            raise RefusedError(GIT, " ".join(words[2:3]))


def _compilers_libraries(old: Old, needs: Needs) -> None:
    """On Alpine, what compilers link with comes with these alone."""
    kept = {name for each in old.builds for name in each.kept_packages}
    if kept & {"g++", "build-base", "alpine-sdk"}:
        needs.packages.setdefault("libstdc++", "what g++ builds links with it")
    if kept & {"gcc", "g++", "build-base", "alpine-sdk"}:
        needs.packages.setdefault("libgcc", "what gcc builds may link with it")


def _package(old: Old, reached: Reached, written: str, needs: Needs) -> None:
    package = _NAME.split(written)[0]
    if package in needs.packages:
        _as_installed(old, written, needs)
        return
    if old.base.family == "alpine" and package in system_libraries.APK_LIBRARIES:
        if needs.links_all:
            needs.packages.setdefault(system_libraries.APK_LIBRARIES[package], f"{package} is installed for the build")
        else:
            needs.left.append(package)
    elif old.base.family in system_libraries.RPM_FAMILIES and package in system_libraries.RPM_LIBRARIES:
        if needs.links_all:
            needs.packages.setdefault(system_libraries.RPM_LIBRARIES[package], f"{package} is installed for the build")
        else:
            needs.left.append(package)
    elif package in system_libraries.LIBRARIES:
        name = _run_time_name(old, package)
        if needs.links_all and name:
            needs.packages.setdefault(name, f"{package} is installed for the build")
        elif needs.links_all:
            raise RefusedError(LIBRARY, package)
        else:
            needs.left.append(package)
    elif _is_for_builds(old, package) or _only_builds(old, reached, package, needs):
        needs.left.append(package)
    elif package.endswith(("-dev", "-devel")):
        raise RefusedError(LIBRARY, package)
    elif package not in ("ca-certificates", "tzdata") or not old.run_time.image.startswith("scratch"):
        needs.packages.setdefault(package, "it is installed, and not only for builds")
        _as_installed(old, written, needs)


def _as_installed(old: Old, written: str, needs: Needs) -> None:
    """A package is installed as it was: in its version, and with what it recommends unless it does without."""
    package = _NAME.split(written)[0]
    needs.written.setdefault(package, written)
    if not known.ALONE.fullmatch(package) and any(written in each.recommended for each in old.builds):
        needs.recommended.append(package)


def _is_for_builds(old: Old, package: str) -> bool:
    if known.KITS.fullmatch(package):
        return any(view.base in known.COMPILES_JAVA for each in old.builds for view in each.commands)
    return known.COMPILERS.fullmatch(package) is not None or HEADERS_ONLY.fullmatch(package) is not None


def _run_time_name(old: Old, package: str) -> str:
    """The package to run with; Ubuntu has those of the same name whose name has stayed through Debian's releases."""
    if old.base.family == "debian":
        return system_libraries.library(package, old.run_time.release, is_exact=old.run_time.is_exact)
    name = system_libraries.library(package, "", is_exact=False) if old.base.family == "ubuntu" else ""
    return "" if "turbo" in name else name


def _only_builds(old: Old, reached: Reached, package: str, needs: Needs) -> bool:
    """True for a tool that the program does not call: its source shows that, or a RUN does it by itself."""
    if not known.TOOLS.fullmatch(package):
        return False
    brought = known.BROUGHT.get(package, frozenset()) - known.OF_LANGUAGE.get(old.builder.language, frozenset())
    if not brought.isdisjoint(reached.programs):
        return False
    called = {view.base for each in old.builds for view in each.commands}
    if "tar" in called:
        called |= {"xz-utils", "bzip2", "gzip"}
    return needs.is_read or package in called


def known_as(old: Old) -> Mapping[str, str]:
    """Packages of Debian that the system of the new stage knows by another name."""
    if old.on_alpine:
        return system_libraries.OTHER_NAMES["alpine"]
    return system_libraries.OTHER_NAMES["rpm"] if old.base.family in system_libraries.RPM_FAMILIES else {}


def _names(old: Old, needs: Needs) -> str:
    """All packages, by their names on another system."""
    others = known_as(old)
    return " ".join(sorted({needs.written.get(name) or others.get(name, name) for name in needs.packages}))


def install(old: Old, needs: Needs) -> list[str]:
    """The commands that install them."""
    names = sorted(needs.packages)
    if not names:
        return []
    if odd := next((text for text in needs.written.values() if not _PLAIN.fullmatch(text)), ""):
        raise RefusedError(MANAGER, odd)
    if old.on_alpine:
        return [f"apk add --no-cache {_names(old, needs)}"]
    if old.base.family in system_libraries.RPM_FAMILIES and old.run_time.image == old.stage.start.image.text:
        manager = next(call.manager.name for each in old.builds for call in old.facts.calls(each.run))
        return [f"{manager} install -y {_names(old, needs)}", f"{manager} clean all"]
    if old.base.family not in ("debian", "ubuntu") and not old.run_time.release:
        raise RefusedError(MANAGER, " ".join(names))
    is_there = is_on_mirrors(base_image(old.run_time.image)) or is_release_on_mirrors(old.run_time.release)
    if not _uses_apt(old) and not is_there:
        raise RefusedError(GONE, f"{old.run_time.image}: {' '.join(names)}")
    alone = [needs.written.get(name, name) for name in names if name not in needs.recommended]
    others = [needs.written.get(name, name) for name in names if name in needs.recommended]
    quiet = "DEBIAN_FRONTEND=noninteractive " if _is_quiet(old) else ""
    return [
        "apt-get update",
        *([f"{quiet}apt-get install -y --no-install-recommends {' '.join(alone)}"] if alone else []),
        *([f"{quiet}apt-get install -y {' '.join(others)}"] if others else []),
        "rm -rf /var/lib/apt/lists/*",
    ]


def _uses_apt(old: Old) -> bool:
    """True if the file installs packages itself: where these are gone, it does not build any more."""
    return any(call.manager.name == "apt" for each in old.done for call in old.facts.calls(each.run))


def _is_quiet(old: Old) -> bool:
    """True if installs are told to ask nothing, and ENV does not say so."""
    last = old.facts.scope(old.stage.instructions[-1])
    if "DEBIAN_FRONTEND" in last.env:
        return False
    installs = [each for each in old.builds if each.work & Work.INSTALLS]
    is_set = any("DEBIAN_FRONTEND" in old.facts.scope(each.run).variables() for each in installs)
    return is_set or any("DEBIAN_FRONTEND=noninteractive" in old.facts.dockerfile.text(each.run) for each in installs)
