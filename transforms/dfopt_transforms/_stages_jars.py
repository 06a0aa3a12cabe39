"""Jars that are started, which have to be there, and those that they name in their manifest."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import pairwise

from dfopt.facts.folders import is_in
from dfopt_transforms._stages_class_path import place
from dfopt_transforms._stages_parts import Needs, Old, RefusedError
from dfopt_transforms._stages_product import NO_PRODUCT
from dfopt_transforms._stages_reach import Reached

CLASS_PATH = "a jar names others by its manifest, and where these are is not known"
_WHOLE = re.compile(
    r"maven-(?:shade|assembly)-plugin|spring-boot-maven-plugin|shadow|org\.springframework\.boot|zipTree"
)
"""In a description of a build: what it makes is a jar with all that it needs in it."""
_IN_MAVEN = re.compile(r"<addClasspath>\s*true|<classpathPrefix>\s*([^<\s]*)")
_OUTPUT = re.compile(r"<outputDirectory>\s*\$\{project\.build\.directory\}/([\w./-]+)")
_IN_MANIFEST = re.compile(r"(?m)^Class-Path:[ \t]*(.*(?:\r?\n[ \t].*)*)")
_GRADLE = ("build.gradle", "build.gradle.kts", "build.xml")


def check_started(old: Old, reached: Reached, needs: Needs) -> None:
    """Raises RefusedError if a jar that java is started with is not copied."""
    there = [*needs.copied, *(each.path for each in old.laid if each.copy in old.tail)]
    there += [path for each in old.done if each.run not in old.head for path in (*each.made, *each.folders)]
    for words, folder, who in reached.of_java:
        for jar in (word for option, word in pairwise(words) if option == "-jar"):
            is_given = who in reached.scripts and any(
                path.endswith(".jar") and path in there for path in reached.arguments
            )
            if jar == "$" and is_given:
                continue
            path = place(folder, jar)
            if path is None or not any(is_in(path, at) or is_in(at, path) for at in there):
                raise RefusedError(NO_PRODUCT, f"{jar}, by {who}")


def jars(old: Old, reached: Reached, needs: Needs) -> None:
    """Notes the jars beside those that are started.

    Raises RefusedError.
    """
    for jar in _started(old, reached):
        if any(jar != path and jar.startswith(f"{path}/") for path in needs.copied):
            continue
        folder = posixpath.dirname(jar)
        for each in old.laid:
            name = posixpath.basename(each.path)
            text = old.text(each.path) if name in ("pom.xml", *_GRADLE) or name.endswith(".MF") else ""
            if name == "pom.xml" and _IN_MAVEN.search(text) and not _WHOLE.search(text):
                _of_maven(old, needs, folder, text, each.entry.path)
            elif name in _GRADLE and "Class-Path" in text and not _WHOLE.search(text):
                raise RefusedError(CLASS_PATH, each.entry.path)
            elif name.endswith(".MF") and (found := _IN_MANIFEST.search(text)):
                _of_manifest(old, needs, folder, re.sub(r"\r?\n[ \t]", "", found[1]), each.entry.path)


def _started(old: Old, reached: Reached) -> Iterator[str]:
    for view, _ in reached.first:
        words = [word.value or "$" for word in view.words]
        for option, word in pairwise(words):
            if option == "-jar" and view.base == "java":
                yield posixpath.normpath(posixpath.join(old.folder, word))


def _of_maven(old: Old, needs: Needs, folder: str, text: str, who: str) -> None:
    """What maven-jar-plugin writes into the manifest, if the jars are put there while it is built."""
    prefixes = [found[1] for found in _IN_MAVEN.finditer(text) if found[1]]
    wanted = posixpath.normpath(posixpath.join(folder, prefixes[0])) if prefixes else folder
    outputs = {posixpath.join(folder, found) for found in _OUTPUT.findall(text)}
    for each in old.builds:
        for view, at in zip(each.commands, each.places, strict=True):
            options = [(word.value or "$").partition("=") for word in view.words]
            outputs |= {posixpath.join(at, value) for name, _, value in options if name == "-DoutputDirectory"}
    if wanted == folder or wanted not in {posixpath.normpath(path) for path in outputs}:
        raise RefusedError(CLASS_PATH, who)
    needs.copy(wanted, f"the manifest of the jar leads there, by {who}")


def _of_manifest(old: Old, needs: Needs, folder: str, entries: str, who: str) -> None:
    for entry in entries.split():
        path = posixpath.normpath(posixpath.join(folder, entry))
        if path != folder and not old.is_laid(path):
            raise RefusedError(CLASS_PATH, f"{entry}, in {who}")
        if path != folder:
            needs.copy(path, f"{who} names it")
