"""What ``dotnet build`` and ``dotnet publish`` leave: the folder of a program that a container starts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

import msgspec

from dfopt.facts.built import UNKNOWN
from dfopt.facts.dotnet_projects import PROJECT, SOLUTION, Project, UnreadError, closure, of_solution
from dfopt.facts.folders import is_in
from dfopt.facts.script_paths import ScriptPaths
from dfopt.knowledge import dotnet as known
from dfopt.model.build_files import Kind
from dfopt.shell.nodes import Script
from dfopt_transforms._stages_parts import Old, RefusedError

CERTIFICATE = "a RUN makes a certificate for development, which the program may use"
MAKES = "a project, or what changes it, is made while the image is built"
_PROPERTY = re.compile(r"(?:--?|/)p(?:roperty)?[:=](.*)", re.DOTALL)
_RENAMED = re.compile(r"^netcoreapp(?=[5-9]|\d\d)")
"""An older name of the same."""
_VERSION = re.compile(r"net(?:coreapp)?\d+\.\d+(?:-\w+)?")


class Call(msgspec.Struct, frozen=True):
    """A call that compiles."""

    verb: str
    folder: str
    """That it is called in."""
    operands: tuple[str, ...]
    options: dict[str, str]
    properties: dict[str, str]


class Output(msgspec.Struct, frozen=True):
    """A program that is started, and the folder with all that was built or published with it."""

    folder: str
    is_published: bool
    projects: tuple[Project, ...]
    """The one that is started, and those that it refers to."""
    framework: str
    is_self_contained: bool

    @property
    def project(self) -> Project:
        return self.projects[0]

    @property
    def packages(self) -> list[str]:
        return sorted({name for each in self.projects for name in each.packages})


def calls(old: Old) -> list[Call]:
    """Raises RefusedError for what leaves more than output, packages and tools."""
    found: list[Call] = []
    for each in old.builds:
        script = old.facts.script(each.run)
        if not isinstance(script, Script):
            continue
        paths = ScriptPaths(old.facts, each.run, script, folder=old.builder.workdir)
        for view in each.commands:
            if view.base not in old.builder.commands:
                continue
            words = [paths.text(word.parts) for word in view.words]
            verb = words[0] if words else ""
            if verb == "dev-certs":
                raise RefusedError(CERTIFICATE)
            if verb in ("new", "add", "remove") and words[1:2] != ["tool-manifest"]:
                raise RefusedError(MAKES, f"dotnet {verb}")
            if not known.VERBS.fullmatch(verb) and verb != "new":
                raise RefusedError(UNKNOWN, f"dotnet {verb}")
            if verb in ("build", "publish"):
                found.append(_call(verb, paths.folder(view.command), words[1:]))
    return found


def _call(verb: str, folder: str, words: Sequence[str]) -> Call:
    operands: list[str] = []
    options: dict[str, str] = {}
    properties: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, sign, value = re.match(r"(--?[\w-]+|)([:=]?)(.*)", word, re.DOTALL).groups()  # type: ignore[union-attr]
        written = _PROPERTY.fullmatch(word)
        if written or word in ("-p", "--property"):
            text = written[1] if written else (rest.pop(0) if rest else "")
            properties |= {key.strip(): each for key, _, each in (part.partition("=") for part in text.split(";"))}
        elif name in known.OPTIONS:
            options[known.OPTIONS[name]] = value if sign else (rest.pop(0) if rest else "")
        elif name in known.SELF_CONTAINED_OPTIONS:
            given = value if sign else rest.pop(0) if rest and rest[0].lower() in ("true", "false") else "true"
            is_no = known.SELF_CONTAINED_OPTIONS[name] == "false"
            options["self-contained"] = "false" if is_no else given.lower()
        elif name in known.WITH_VALUES and not sign and rest:
            rest.pop(0)
        elif not word.startswith("-") and not re.match(r"/\w+:", word):
            operands.append(word)
    return Call(verb, folder, tuple(operands), options, properties)


def output(old: Old, path: str, made: Sequence[Call]) -> Output | None:
    """What a started file lies in; None if no call makes it.

    Raises UnreadError.
    """
    folder, base = posixpath.split(path)
    name = base.removesuffix(".dll")
    for call in reversed(made):
        target = call.options.get("output")
        for project in _projects(old, call):
            own = posixpath.dirname(project)
            is_there = posixpath.normpath(posixpath.join(call.folder, target)) == folder if target else False
            if not (is_there or (target is None and is_in(folder, posixpath.join(own, "bin")))):
                continue
            projects = closure(project, old.text)
            if projects[0].name != name:
                continue
            is_published = call.verb == "publish" and (is_there or posixpath.basename(folder) == "publish")
            framework = _framework(projects[0], call, "" if is_there else folder)
            return Output(folder, is_published, tuple(projects), framework, _is_self_contained(projects[0], call))
    return None


def _projects(old: Old, call: Call) -> Iterator[str]:
    """The projects that a call builds, by their paths."""
    named = [each for each in call.operands if not each.startswith("$")] or ["."]
    for each in named:
        path = posixpath.normpath(posixpath.join(call.folder, each))
        found = [path]
        if not PROJECT.fullmatch(path) and not SOLUTION.fullmatch(path):
            found = [
                at.path
                for at in old.laid
                if posixpath.dirname(at.path) == path and at.entry.kind is Kind.FILE and _is_built(at.path)
            ]
        for at in dict.fromkeys(found):
            yield from of_solution(at, old.text) if SOLUTION.fullmatch(at) else [at]


def _is_built(path: str) -> bool:
    return PROJECT.fullmatch(path) is not None or SOLUTION.fullmatch(path) is not None


def _framework(project: Project, call: Call, folder: str) -> str:
    """The one that is built; what a path says of it comes first. Empty if nothing says it."""
    return _RENAMED.sub("net", _written_framework(project, call, folder))


def _written_framework(project: Project, call: Call, folder: str) -> str:
    in_path = [part for part in folder.split("/") if _VERSION.fullmatch(part)]
    if in_path:
        return in_path[-1]
    if given := call.options.get("framework"):
        return given
    several = [each.strip() for each in project.value("TargetFrameworks").split(";") if each.strip()]
    return project.value("TargetFramework") or (several[0] if len(several) == 1 else "")


def _is_self_contained(project: Project, call: Call) -> bool:
    if given := call.options.get("self-contained"):
        return given == "true"
    properties = {name.lower(): value.lower() for name, value in call.properties.items()}
    return any((properties.get(name.lower()) or _plain(project, name)) == "true" for name in known.SELF_CONTAINED)


def _plain(project: Project, name: str) -> str:
    """A property; what is not known of it is taken to be unset, with which more comes into the image."""
    try:
        return project.value(name).lower()
    except UnreadError:
        return ""
