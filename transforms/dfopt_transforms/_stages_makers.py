"""Which programs Go, Cargo and compilers make, and where, as their rules for names and the commands say."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dfopt.facts.folders import is_in
from dfopt.facts.packages import calls_of
from dfopt.facts.run_work import Done
from dfopt.knowledge import build_commands as known
from dfopt.shell.argv import Argv
from dfopt_transforms._stages_installed import go_name, module
from dfopt_transforms._stages_kept import added
from dfopt_transforms._stages_parts import Old


def may_make(old: Old, path: str) -> bool:
    """False if no command of the build, and no COPY, brings what a container starts by a path."""
    if posixpath.dirname(path) in old.builder.path or _ELSEWHERE.search(old.facts.dockerfile.source.text):
        return True
    if any(is_in(each.path, path) for each in old.laid) or path in {each.path for each in old.lacking}:
        return True
    made = [made for each in old.builds for made in (*each.made, *each.fetched)]
    if any("$" in each or is_in(path, each) for each in (*made, *added(old))):
        return True
    for each in old.builds:
        for view, folder in zip(each.commands, each.places, strict=True):
            outputs = _outputs(old, each, view, folder)
            if outputs is None or path in outputs or (view.base == "cargo" and "/target/" in path and _has(old, path)):
                return True
    return False


_ELSEWHERE = re.compile(
    r"\b(?:GOBIN|GOPATH|CARGO_TARGET_DIR|CARGO_INSTALL_ROOT)\b|--(?:target-dir|artifact-dir|out-dir|root)\b"
)
"""In a Dockerfile: programs come to another place than they always do."""
_NO_PROGRAMS = frozenset("mod env vet test fmt version clean list tool install get work generate telemetry".split())
"""The first words of ``go`` with which it puts no program into a folder of sources."""
_WITH_VALUES = frozenset("-o -ldflags -tags -gcflags -asmflags -gccgoflags -p -mod -modfile -buildmode".split())
_C = re.compile(r"(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(?:-\d+)?")
_MAKES_NONE = known.QUIET | known.SETS_UP | known.PLACES | {"rm", "rmdir", "cp", "mv", "install", "curl", "wget", "tar"}


def _outputs(old: Old, each: Done, view: Argv, folder: str) -> set[str] | None:
    """What a command makes beside that which it is told by an option; None if that is not known."""
    base, words = view.base or "", [word.value or "$" for word in view.words]
    if base in _MAKES_NONE or not view.command.words or any(call.manager.families for call in calls_of(view.command)):
        return set()
    if base == "cargo" and any(at.path.endswith("/Cargo.toml") for at in old.laid):
        return set()
    if _C.fullmatch(base):
        return {posixpath.join(folder, "a.out")}
    if base != "go" or not words:
        return None
    if words[0] in _NO_PROGRAMS:
        return set()
    words = [word for at, word in enumerate(words) if not at or words[at - 1] not in _WITH_VALUES]
    if words[0] != "build" or any(word.startswith("$") for word in words):
        return None
    names = {go_name(word).removesuffix(".go") for word in words[1:] if not word.startswith("-")}
    return {posixpath.join(folder, name) for name in names | {module(old, each), posixpath.basename(folder)} if name}


def _has(old: Old, path: str) -> bool:
    """True if a package of Cargo has a program of a name."""
    return posixpath.basename(path) in set(_programs(old))


def _programs(old: Old) -> Iterator[str]:
    for each in old.laid:
        if each.path.endswith("/Cargo.toml"):
            yield from re.findall(r"(?m)^\s*name\s*=\s*[\"']([\w-]+)", old.text(each.path))
        elif found := re.search(r"/src/bin/([\w-]+)(?:\.rs|/main\.rs)$", each.path):
            yield found[1]
