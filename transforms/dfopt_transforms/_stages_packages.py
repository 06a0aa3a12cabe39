"""Packages of the system: those that a container needs, and those that only the build does."""

from __future__ import annotations

import re

from dfopt.knowledge import build_commands as known
from dfopt_transforms._stages_parts import Needs, Old, RefusedError
from dfopt_transforms._stages_reach import Reached

LIBRARY = "a library is not known by its package"
MANAGER = "packages are needed, and how to install them in the run-time image is not known"


def packages(old: Old, reached: Reached, needs: Needs, *, links_all: bool) -> None:
    """Notes the packages that the new stage gets; with ``links_all``, what is built links with all libraries.

    Raises RefusedError.
    """
    for program, who in reached.programs.items():
        if program in known.PROGRAM_PACKAGES and not any(path.endswith(f"/{program}") for path in needs.copied):
            for package in known.PROGRAM_PACKAGES[program]:
                needs.packages.setdefault(package, f"{who} calls {program}")
    for each in old.builds:
        for written in each.packages:
            _package(old, re.split(r"[=/:]", written)[0], needs, links_all=links_all)


def _package(old: Old, package: str, needs: Needs, *, links_all: bool) -> None:
    if package in needs.packages:
        return
    if package in known.LIBRARIES:
        name = known.library(package, old.run_time.release, is_exact=old.run_time.is_exact)
        if links_all and name:
            needs.packages.setdefault(name, f"{package} is installed for the build")
        elif links_all:
            raise RefusedError(LIBRARY, package)
        else:
            needs.left.append(package)
    elif known.BUILD_PACKAGES.fullmatch(package):
        needs.left.append(package)
    elif package.endswith("-dev"):
        raise RefusedError(LIBRARY, package)
    elif package not in ("ca-certificates", "tzdata") or not old.run_time.image.startswith("scratch"):
        needs.packages.setdefault(package, "it is installed, and not only for builds")


def install(old: Old, needs: Needs) -> list[str]:
    """The commands that install them."""
    names = sorted(needs.packages)
    if not names:
        return []
    if old.run_time.image.rpartition("/")[2].startswith("alpine") or "-alpine" in old.run_time.image:
        return [f"apk add --no-cache {' '.join(names)}"]
    if old.base.family not in ("debian", "ubuntu") and not old.run_time.release:
        raise RefusedError(MANAGER, " ".join(names))
    return [
        "apt-get update",
        f"apt-get install -y --no-install-recommends {' '.join(names)}",
        "rm -rf /var/lib/apt/lists/*",
    ]
