"""Programs that ``go install`` and ``cargo install`` make: what they are of, and whether they need tool chains."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dfopt.facts.folders import is_in
from dfopt.facts.run_work import Done
from dfopt.knowledge import build_commands as known
from dfopt.knowledge.installed_tools import ALONE, CALL_TOOLS
from dfopt.shell.argv import Argv
from dfopt_transforms._stages_parts import Old, RefusedError
from dfopt_transforms._stages_reach import Reached

TOOLS = "a container starts the tool chain"
OTHERS = "a program that the build fetches is started beside the project: whether it calls a tool chain is not known"


def by_cargo(old: Old, program: str) -> bool:
    """True if ``cargo install`` makes a program of that name, where it always does."""
    calls = [[word.value or "$" for word in view.words] for _, view in _views(old, "cargo")]
    is_named = program in _crates(old)
    return any(
        words[:1] == ["install"] and not {"--root", "--bin", "--bins"} & set(words) and (is_named or program in words)
        for words in calls
    )


def by_go(old: Old, program: str) -> bool:
    """True if ``go install`` or ``go get`` makes a program of that name."""
    return any(name == program for name, _ in _of_go(old))


def check_programs(old: Old, reached: Reached, *, has_sources: bool) -> None:
    """Raises RefusedError for a program that is not of the project, and calls a tool chain or may do so.

    Where there is no project, what is installed is what the image is for.
    """
    paths = {path: who for path, who in reached.paths.items() if path not in reached.arguments}
    by_name = {name: who for name, who in reached.programs.items() if name not in old.essential}
    by_name |= {posixpath.basename(at): who for at, who in paths.items() if posixpath.dirname(at) in old.builder.path}
    for program, who in ({posixpath.basename(path): who for path, who in paths.items()} | by_name).items():
        others = _elsewhere(old, program)
        if CALL_TOOLS.fullmatch(program) and (others or (program in by_name and not _is_own(old, program))):
            raise RefusedError(TOOLS, f"{program}, by {who}")
        unknown = [other for other in others if not ALONE.fullmatch(other)]
        if unknown and has_sources:
            raise RefusedError(OTHERS, f"{unknown[0]}, by {who}")


def _is_own(old: Old, program: str) -> bool:
    """True if a tool chain makes a program of that name from the sources of the project, or these have it."""
    made = {posixpath.basename(path) for each in old.builds for path, how in each.made.items() if how in _TOOL_CHAINS}
    laid = {posixpath.basename(each.path) for each in old.laid}
    return program in made | laid | _crates(old) | {go_name(path) for path in _modules(old)}


_TOOL_CHAINS = known.MAKES_PROGRAMS | {"cargo", "rustc", "make", "cmake"}


def _elsewhere(old: Old, program: str) -> list[str]:
    """The packages, not of the project, that a program is made of."""
    found = [package for name, package in _of_go(old) if name == program and not is_of_project(old, package)]
    for _, view in _views(old, "cargo"):
        words = [word.value or "$" for word in view.words]
        if words[:1] == ["install"] and program in words and "--path" not in words:
            found.append(program)
    return found


def _views(old: Old, tool: str) -> Iterator[tuple[Done, Argv]]:
    return ((each, view) for each in old.builds for view in each.commands if view.base == tool)


def _of_go(old: Old) -> Iterator[tuple[str, str]]:
    """The programs that Go makes of packages that are named, or of the module, and these packages."""
    for each, view in _views(old, "go"):
        words = [word.value or "" for word in view.words]
        packages = [word.partition("@")[0] for word in words[1:] if not word.startswith("-")]
        if words[:1] in (["install"], ["get"]):
            for package in packages or [""]:
                yield go_name(package) or module(old, each), package
        elif words[:1] == ["build"] and "-o" in words[:-1]:
            output = words[words.index("-o") + 1]
            yield from ((posixpath.basename(output), package) for package in packages if package != output)


def is_of_project(old: Old, package: str) -> bool:
    """True for a package in a folder, of the module, or in a workspace as it was before there were modules."""
    if not _OF_A_HOST.fullmatch(package):
        return True
    is_in_module = any(is_in(f"/{package}", f"/{own}") for own in _modules(old))
    return is_in_module or any(f"/src/{package}/" in each.path for each in old.laid)


_OF_A_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+/.+")


def _modules(old: Old) -> list[str]:
    texts = [old.text(each.path) for each in old.laid if posixpath.basename(each.path) == "go.mod"]
    return [found[1] for text in texts if (found := _MODULE.search(text))]


_MODULE = re.compile(r"(?m)^module\s+\"?([^\s\"]+)")


def _crates(old: Old) -> set[str]:
    """The names of the packages and programs of Rust."""
    texts = [old.text(each.path) for each in old.laid if each.path.endswith("/Cargo.toml")]
    return {name for text in texts for name in _NAME.findall(text)}


_NAME = re.compile(r'(?m)^name\s*=\s*"([^"\n]+)"')


def go_name(package: str) -> str:
    """The name of the program of a package: the last part of its path that is no version."""
    parts = [part for part in package.partition("@")[0].split("/") if part not in (".", "", "...")]
    if len(parts) > 1 and re.fullmatch(r"v\d+", parts[-1]):
        parts.pop()
    return parts[-1] if parts else ""


def module(old: Old, each: Done) -> str:
    """The name of the program of a module: that of its path, or of its folder."""
    for folder in each.folders:
        found = _MODULE.search(old.text(posixpath.join(folder, "go.mod")))
        if found:
            return go_name(found[1])
    return posixpath.basename(each.folders[0]) if each.folders else ""
