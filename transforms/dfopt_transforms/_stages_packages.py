"""Packages of the system: those that a container needs, and those that only the build does."""

from __future__ import annotations

import re

from dfopt.knowledge import build_commands as known
from dfopt.knowledge import system_libraries
from dfopt_transforms._stages_parts import Needs, Old, RefusedError
from dfopt_transforms._stages_reach import Reached

LIBRARY = "a library is not known by its package"
MANAGER = "packages are needed, and how to install them in the run-time image is not known"


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
            _package(old, reached, re.split(r"[=/:]", written)[0], needs)


def _compilers_libraries(old: Old, needs: Needs) -> None:
    """On Alpine, what compilers link with comes with these alone."""
    kept = {name for each in old.builds for name in each.kept_packages}
    if kept & {"g++", "build-base", "alpine-sdk"}:
        needs.packages.setdefault("libstdc++", "what g++ builds links with it")
    if kept & {"gcc", "g++", "build-base", "alpine-sdk"}:
        needs.packages.setdefault("libgcc", "what gcc builds may link with it")


def _package(old: Old, reached: Reached, package: str, needs: Needs) -> None:
    if package in needs.packages:
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
        run_time, is_debian = old.run_time, old.base.family == "debian"
        name = system_libraries.library(package, run_time.release, is_exact=run_time.is_exact) if is_debian else ""
        if needs.links_all and name:
            needs.packages.setdefault(name, f"{package} is installed for the build")
        elif needs.links_all:
            raise RefusedError(LIBRARY, package)
        else:
            needs.left.append(package)
    elif known.COMPILERS.fullmatch(package) or _only_builds(old, reached, package, needs):
        needs.left.append(package)
    elif package.endswith(("-dev", "-devel")):
        raise RefusedError(LIBRARY, package)
    elif package not in ("ca-certificates", "tzdata") or not old.run_time.image.startswith("scratch"):
        needs.packages.setdefault(package, "it is installed, and not only for builds")


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


def _known_as(names: list[str], system: str) -> list[str]:
    """Packages by the names that a system has for them."""
    others = system_libraries.OTHER_NAMES[system]
    return sorted({others.get(name, name) for name in names})


def install(old: Old, needs: Needs) -> list[str]:
    """The commands that install them."""
    names = sorted(needs.packages)
    if not names:
        return []
    if old.on_alpine:
        return [f"apk add --no-cache {' '.join(_known_as(names, 'alpine'))}"]
    if old.base.family in system_libraries.RPM_FAMILIES and old.run_time.image == old.stage.start.image.text:
        manager = next(call.manager.name for each in old.builds for call in old.facts.calls(each.run))
        return [f"{manager} install -y {' '.join(_known_as(names, 'rpm'))}", f"{manager} clean all"]
    if old.base.family not in ("debian", "ubuntu") and not old.run_time.release:
        raise RefusedError(MANAGER, " ".join(names))
    return [
        "apt-get update",
        f"apt-get install -y --no-install-recommends {' '.join(names)}",
        "rm -rf /var/lib/apt/lists/*",
    ]
