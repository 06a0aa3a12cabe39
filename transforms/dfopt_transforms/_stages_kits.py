"""Packages of Java that run with a JDK only."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dfopt.knowledge.language_needs import NEED_A_JDK
from dfopt_transforms._stages_parts import Old, RefusedError
from dfopt_transforms._stages_source import TOOL_CHAIN

_NOT_USED = re.compile(r"<!--[\s\S]*?-->|<(dependencyManagement|build|reporting)>[\s\S]*?</\1>")
_DEPENDENCY = re.compile(r"<dependency>([\s\S]*?)</dependency>")
_IN_MAVEN = re.compile(r"<(groupId|artifactId|scope)>\s*([^<\s]*)")
_IN_GRADLE = re.compile(
    r"\b(?:implementation|api|compile|runtime|runtimeOnly|developmentOnly)\b[\s(]*[\"']([\w.-]+:[\w.-]+)"
)
_IN_SBT = re.compile(r"\"([\w.-]+)\"\s*%{1,3}\s*\"([\w.-]+)\"\s*%\s*[^\s,)]+(?!.*\b(?:Test|test)\b)")


def check_kit(old: Old) -> None:
    """Raises RefusedError for one of them that is not for tests alone."""
    for each in old.laid:
        name = posixpath.basename(each.path)
        for package in _packages(name, old.text(each.path)) if _DESCRIBES.fullmatch(name) else ():
            if package in NEED_A_JDK:
                raise RefusedError(TOOL_CHAIN, f"{package}, in {each.entry.path}")


_DESCRIBES = re.compile(r"pom\.xml|.*\.gradle(?:\.kts)?|build\.sbt")


def _packages(name: str, text: str) -> Iterator[str]:
    if name == "pom.xml":
        for found in _DEPENDENCY.findall(_NOT_USED.sub("", text)):
            parts = dict(_IN_MAVEN.findall(found))
            if parts.get("scope") != "test":
                yield f"{parts.get('groupId')}:{parts.get('artifactId')}"
    elif name == "build.sbt":
        yield from (":".join(found) for found in _IN_SBT.findall(text))
    else:
        yield from _IN_GRADLE.findall(re.sub(r"(?m)^\s*//.*$", "", text))
