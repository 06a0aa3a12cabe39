"""Gradle: the build scripts of a project, as far as they read nothing else."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from dfopt.expression import Expression
from dfopt.facts.installs.project import NEEDS_SOURCES, UNREADABLE, Needs, Project, Refused
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.installs import Install

_TASK: Final = Expression(r"(:?[\w:-]*:)?(dependencies|buildEnvironment|resolveDependencies|downloadDependencies)")
_READS: Final = Expression(
    r"\.text\b|readText|readLines|readBytes|FileInputStream|FileReader|inputStream|withReader|eachLine|\.load\("
    r"|\bgit\b(?!hub|lab)|\bexec\b|\.execute\(\)|includeBuild|fileTree|\.listFiles|\.exists\(\)|\.eachDir|\bfiles\("
)
_INCLUDED: Final = Expression(r"^\s*include\b\s*\(?((?:[^\S\n]|['\"][\w:./-]+['\"]|,\s*)+)", re.MULTILINE)
_NAME: Final = Expression(r"['\"]([\w:./-]+)['\"]")
_COMMENT: Final = Expression(r"//.*|/\*(?s:.*?)\*/")

PLUGINS: Final = "plug-ins of Gradle may read the sources"


def gradle_needs(project: Project, call: PackageCall, row: Install) -> Needs | Refused:
    """What ``gradle dependencies`` reads: every script of the build is run, and what is in buildSrc is built."""
    tasks = call.verb.split() + [word.value or "$" for word in call.packages]
    if not tasks or not all(_TASK.fullmatch(task) for task in tasks):
        return Refused(NEEDS_SOURCES, f"gradle {call.verb}")
    reads = set(_scripts(project, row))
    if not any(project.has(f"build.gradle{end}") or project.has(f"settings.gradle{end}") for end in ("", ".kts")):
        return Refused(UNREADABLE, "build.gradle is not in the build context")
    if row.wrapper:
        reads -= project.reads([row.wrapper.folder])
    for path in sorted(reads):
        text = project.text(path) if re.search(r"\.(gradle|kts|groovy|kt|java)$", path) else None
        found = _READS.search(_COMMENT.sub("", text)) if text else None
        if found:
            return Refused(NEEDS_SOURCES, f"{posixpath.basename(path)}: {found[0]}")
    missing = next((name for name in _included(project) if not _is_there(project, name, reads)), None)
    if missing is not None:
        return Refused(NEEDS_SOURCES, f"the folder of {missing} has no build script")
    return Needs(frozenset(reads), project.writes(row.writes), (PLUGINS,))


def _scripts(project: Project, row: Install) -> Iterator[str]:
    yield from project.reads(row.reads)
    for path in project.below("."):
        if re.fullmatch(row.manifests, posixpath.basename(path)):
            yield path


def _included(project: Project) -> Iterator[str]:
    for end in ("", ".kts"):
        text = _COMMENT.sub("", project.text(f"settings.gradle{end}") or "")
        for names in _INCLUDED.findall(text):
            yield from _NAME.findall(names)


def _is_there(project: Project, name: str, reads: set[str]) -> bool:
    """True if something of an included project is read, so that its folder is there."""
    folder = project.at(name.strip(":").replace(":", "/"))
    return any(path.startswith(f"{folder}/") for path in reads)
