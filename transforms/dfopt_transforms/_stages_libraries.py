"""Libraries that a compiled program runs with: those of packages, and those that are built beside it."""

from __future__ import annotations

import posixpath
import re

from dfopt.knowledge import system_libraries
from dfopt.knowledge.library_names import OF_COMPILER, OF_SANITIZERS, OWN_COMPILER, SANITIZERS, UBUNTU
from dfopt.knowledge.source_code import GO, Language
from dfopt_transforms._stages_linked import linked, shared
from dfopt_transforms._stages_parts import Needs, Old, RefusedError

LIBRARY = "a library is not known by its package"
NO_LOCK = "there is no lock file: with which libraries the crates are linked is not known"
OWN_LIBRARY = "a shared library is built beside the program, and where it comes to is not known"

BESIDE = "the program looks for what lies beside it, and others are built with it"


def own_libraries(old: Old, needs: Needs, language: Language) -> None:
    """Raises RefusedError for a shared library that is built beside the program, and would be left behind."""
    where = shared(old) if language is not GO else ""
    brings = "/usr/local" in needs.copied or any(re.search(r"\.so(?:\.|$)|/lib$", path) for path in needs.copied)
    if where and not brings:
        raise RefusedError(OWN_LIBRARY, where)


def crates(old: Old, needs: Needs) -> None:
    """What crates may need; with a lock file their names are known.

    Raises RefusedError.
    """
    names = {posixpath.basename(each.path) for each in old.laid}
    described = [each for each in old.laid if posixpath.basename(each.path) == "Cargo.toml"]
    for each in described if "Cargo.lock" not in names else ():
        if _DEPENDS.search(old.text(each.path)):
            raise RefusedError(NO_LOCK, each.entry.path)
    sources = [each for each in old.laid if each.path.endswith(".rs")]
    if sum(_PROGRAM.search(each.path) is not None for each in sources) > 1:
        for each in sources:
            if "current_exe" in old.text(each.path):
                raise RefusedError(BESIDE, each.entry.path)
    texts = [old.facts.dockerfile.text(each) for each in old.head]
    texts += [old.text(each.path) for each in old.laid if "/.cargo/config" in each.path]
    if old.on_alpine and any("-crt-static" in text for text in texts):
        needs.packages.setdefault("libgcc", "-crt-static links it with libgcc_s")


_PROGRAM = re.compile(r"/src/(?:main\.rs|bin/[^/]+(?:\.rs|/main\.rs))$")
_DEPENDS = re.compile(
    r"(?m)^\s*\[(?:workspace\.|target\.[^\]]*\.)?dependencies(?:\.[^\]]+\]|\]\s*\n(?:\s*(?:#.*)?\n)*\s*[\w-]+)"
)


def libraries(old: Old, needs: Needs) -> None:
    """The shared libraries that the linker is given.

    On the image of a system there are none but those that packages bring: these are known, whatever a build calls them.
    """
    bounded = needs.links_all and not old.builder.language
    for library, who in linked(old).items():
        if library in system_libraries.LIBC:
            continue
        if library in SANITIZERS.values() and old.base.family == "alpine":
            continue
        name = _package_of(old, library)
        if name:
            needs.packages.setdefault(name, f"{who} links with {library}")
        elif not bounded or library in SANITIZERS.values():
            raise RefusedError(LIBRARY, f"{library}, in {who}")


def _package_of(old: Old, library: str) -> str:
    """The package to run with of a library that the linker is given; empty if it is not known."""
    family = "rpm" if old.base.family in system_libraries.RPM_FAMILIES else old.base.family
    if family in system_libraries.BY_LINKER:
        return system_libraries.BY_LINKER[family].get(library, "")
    if library in SANITIZERS.values():
        return _of_sanitizer(old, library)
    if library in OF_COMPILER:
        return OF_COMPILER[library]
    by_linker = {linker: package for package, (linker, _) in system_libraries.LIBRARIES.items()}
    package = by_linker.get("ssl" if library == "crypto" else library)
    run_time = old.run_time
    return system_libraries.library(package, run_time.release, is_exact=run_time.is_exact) if package else ""


def _of_sanitizer(old: Old, library: str) -> str:
    """The package of a library of the compiler itself: that of the release, if its own compiler builds.

    Alpine's compiler has none of these, so that no build there uses them.
    """
    tag = old.base.reference.tag or "" if old.base.reference else ""
    release = old.run_time.release
    if old.base.family == "ubuntu":
        name = tag.partition("-")[0]
        release = UBUNTU.get(name, name)
    version = OWN_COMPILER.get(release, "-")
    if old.name == "gcc" and not re.match(rf"{version}(?:[.-]|$)", tag):
        return ""
    others = [name for each in old.builds for name in each.packages if _VERSIONED.fullmatch(name)]
    if any(name.rpartition("-")[2] != version for name in others):
        return ""
    return OF_SANITIZERS.get(release, {}).get(library, "")


_VERSIONED = re.compile(r"(?:gcc|g\+\+|gfortran)-\d+")
