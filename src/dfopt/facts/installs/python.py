"""pip, poetry, pipenv, uv: requirement files with what they name, pyproject.toml, Pipfile."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Final, cast

from dfopt.expression import Expression
from dfopt.facts.installs.project import NEEDS_SOURCES, NOT_STATIC, Needs, Project, Refused
from dfopt.facts.installs.requirements import AT_FILE, is_place, requirements
from dfopt.facts.installs.tables import Table, at, items, table, toml_file
from dfopt.facts.packages import PackageCall
from dfopt.knowledge.installs import Install
from dfopt.knowledge.python_tools import STANDARD_MODULES

_FILES: Final = ("-r", "--requirement", "-c", "--constraint", "--requirements", "--constraints", "--build-constraint")
_TARGETS: Final = ("-t", "--target", "-d", "--dest", "-w", "--wheel-dir", "--prefix", "--root", "--src")
_SOURCES: Final = ("-e", "--editable", "-f", "--find-links", "--group", "--extra", "--all-extras", "--env-file")
_CLUSTER: Final = Expression(r"-[a-zA-Z]*?([rcetfidwC])(.*)")
"""Short options in one word, up to the first that has a value (``-Ur requirements.txt``)."""
SHADOWED: Final = "a file of the sources stands in for a module that the install loads"
_SHADOWS: Final = STANDARD_MODULES | frozenset(
    ["pip", "setuptools", "wheel", "pkg_resources", "sitecustomize", "usercustomize", "_distutils_hack", "_virtualenv"]
)


def pip_needs(project: Project, call: PackageCall, _: Install) -> Needs | Refused:
    """What ``pip install -r requirements.txt`` reads; ``uv pip install`` is alike."""
    words = call.text.split()
    if "$" in words:
        return Refused(NOT_STATIC, call.text.strip()[:60])
    shadow = _shadow(project, with_folder=call.name.startswith(("python", "pypy")))
    if shadow:
        return Refused(SHADOWED, shadow)
    found = Needs()
    for option, value in _given(words, call):
        if option in _SOURCES:
            return Refused(NEEDS_SOURCES, f"{option} {value}".strip())
        if option in _FILES:
            more = requirements(project, value, set())
            if isinstance(more, Refused):
                return more
            found += more
        elif option in _TARGETS:
            found += Needs(writes=project.writes([value]))
        elif not option and (is_place(value) or project.has(value)):
            return Refused(NEEDS_SOURCES, value)
    return found


def venv_needs(project: Project, words: Sequence[str]) -> Needs | Refused | None:
    """What ``python -m venv FOLDER`` needs, by the words behind ``python``; None if that is another call."""
    folders = [word for word in words[2:] if not word.startswith("-")]
    if list(words[:2]) != ["-m", "venv"] or not folders or "--prompt" in words:
        return None
    shadow = _shadow(project, with_folder=True)
    if shadow:
        return Refused(SHADOWED, shadow)
    return Needs(writes=project.writes(folders))


def _given(words: Sequence[str], call: PackageCall) -> Iterator[tuple[str, str]]:
    """Options with their values; operands have an empty option."""
    rest = iter(words)
    verbs = call.verb.split()
    for word in rest:
        if verbs and word == verbs[0]:
            verbs = verbs[1:]
            continue
        option, separator, value = word.partition("=")
        if separator and option.startswith("--"):
            yield option, value
        elif word in call.manager.value_options or word in _FILES or word in _TARGETS:
            yield word, next(rest, "")
        elif cluster := _CLUSTER.fullmatch(word):
            yield f"-{cluster[1]}", cluster[2] or next(rest, "")
        elif word.startswith("-"):
            yield word, ""
        else:
            yield "", word


def _shadow(project: Project, *, with_folder: bool) -> str:
    """A file of the sources that Python would load in the place of a module; empty if there is none."""
    folders = [project.folder] if with_folder else []
    path = project.variables.get("PYTHONPATH", "")
    folders += [posixpath.join(project.folder, part) for part in (path or "").split(":") if part]
    for folder in folders:
        for name in project.names(folder):
            is_module = name.endswith(".py") or project.has(posixpath.join(folder, name, "__init__.py"))
            if is_module and name.removesuffix(".py") in _SHADOWS:
                return posixpath.join(folder, name)
    return ""


def poetry_needs(project: Project, call: PackageCall, row: Install) -> Needs | Refused:
    """What ``poetry install`` reads; without ``--no-root`` it installs the project, too."""
    said = toml_file(project, row.manifest)
    if isinstance(said, Refused):
        return said
    own = table(at(said, "tool.poetry"))
    if call.verb not in ("install", "sync"):
        return Refused(NEEDS_SOURCES, f"poetry {call.verb}")
    if not re.search(r" --no-root ", call.text) and own.get("package-mode") is not False:
        return Refused(NEEDS_SOURCES, "it installs the project itself: --no-root would leave that out")
    plugin = next((name for name in _plugins(project, row, said) if not re.fullmatch(row.quiet_plugins, name)), None)
    if plugin:
        return Refused(NEEDS_SOURCES, f"the plugin {plugin} may look at them")
    return _with_tables(project, row, said)


def _plugins(project: Project, row: Install, said: Table) -> Iterator[str]:
    """The plugins of poetry that a project asks for, that have settings in it, and that are installed.

    ``poetry-dynamic-versioning`` asks git for the version in all commands of poetry.
    """
    yield from table(at(said, "tool.poetry.requires-plugins"))
    for name, settings in table(said.get("tool")).items():
        if re.match("poetry[-_]", name) and table(settings).get("enable") is not False:
            yield name
    yield from re.findall(row.plugins, project.above)


def uv_needs(project: Project, call: PackageCall, row: Install) -> Needs | Refused:
    """What ``uv sync`` reads; a project with a build system is installed, too, unless it is told not to."""
    settings = _uv_settings(project, row)
    if isinstance(settings, Refused):
        return settings
    if call.verb.startswith("pip "):
        found = pip_needs(project, call, row)
        reads = project.reads(project.near(row.manifest))
        return found if isinstance(found, Refused) else found + settings + Needs(reads)
    said = toml_file(project, row.manifest)
    if isinstance(said, Refused):
        return said
    above = next((path for path in project.near(row.manifest)[1:] if _is_workspace(project, path)), None)
    if above is not None:
        return Refused(NEEDS_SOURCES, f"the project is in the workspace of {above}")
    own = table(at(said, "tool.uv"))
    if call.verb != "sync" or re.search(r" (--package|--all-packages|--script)(=\S*)? ", call.text):
        return Refused(NEEDS_SOURCES, f"uv {call.verb}")
    is_package = "build-system" in said or own.get("package") is True
    left_out = re.search(r" (--no-install-project|--no-install-workspace|--no-install-local) ", call.text)
    if is_package and own.get("package") is not False and not left_out:
        return Refused(NEEDS_SOURCES, "it installs the project itself: --no-install-project would leave that out")
    if "workspace" in own:
        return Refused(NEEDS_SOURCES, "the project is a workspace")
    is_frozen = " --frozen " in call.text
    is_known = is_frozen or (not is_package and "project" not in said)
    if not is_known and _is_computed(said, is_locked=any(map(project.has, row.locks))):
        return Refused(NEEDS_SOURCES, "the build system says what the project is: --frozen would not ask it")
    found = _with_tables(project, row, said)
    return found if isinstance(found, Refused) else found + settings


def _is_computed(said: Table, *, is_locked: bool) -> bool:
    """True if uv has to ask the build system of a project for what pyproject.toml does not say.

    Without a ``[build-system]`` that is setuptools (PEP 517, "Source trees"), even if the project is not installed.
    A lock file that fits has all but the version (uv, crates/uv-pypi-types/src/metadata/metadata_resolver.rs).
    """
    asked = ["dependencies", "optional-dependencies", *(() if is_locked else ("version", "requires-python"))]
    dynamic = {str(each) for each in items(table(said.get("project")).get("dynamic"))}
    return "project" not in said or not dynamic.isdisjoint(asked)


def _uv_settings(project: Project, row: Install) -> Needs | Refused:
    """What the settings of uv say of folders, in the project and above it; refused if packages are in one."""
    writes: set[str] = set()
    for path in project.near(row.manifest, "uv.toml"):
        said = toml_file(project, path) if project.has(path) else table(None)
        if isinstance(said, Refused):
            return said
        own = said if path.endswith("uv.toml") else table(at(said, "tool.uv"))
        for each in (own, table(own.get("pip"))):
            folder = next(filter(_is_folder, _indexes(each)), None)
            if folder is not None:
                return Refused(NEEDS_SOURCES, f"packages are in {folder}")
            writes.update(str(each[name]) for name in ("cache-dir", "target", "prefix") if name in each)
    return Needs(writes=project.writes(writes))


def _is_workspace(project: Project, path: str) -> bool:
    if not project.has(path):
        return False
    said = toml_file(project, path)
    return isinstance(said, Refused) or "workspace" in table(at(said, "tool.uv"))


def _indexes(settings: Table) -> Iterator[str]:
    """Where uv looks for packages; an index is an address or a folder."""
    yield from (str(each) for name in ("find-links", "extra-index-url") for each in items(settings.get(name)))
    yield from (str(table(each).get("url", "://")) for each in items(settings.get("index")))
    yield str(settings.get("index-url", "://"))


def _is_folder(place: str) -> bool:
    return "://" not in place or place.startswith("file:")


def pipenv_needs(project: Project, call: PackageCall, row: Install) -> Needs | Refused:
    """What ``pipenv install`` or ``pipenv sync`` reads."""
    if call.verb not in ("install", "sync"):
        return Refused(NEEDS_SOURCES, f"pipenv {call.verb}")
    said = toml_file(project, row.manifest)
    return said if isinstance(said, Refused) else _with_tables(project, row, said)


def _with_tables(project: Project, row: Install, said: Table) -> Needs | Refused:
    local = next((each for key in row.tables for each in _local(at(said, key))), None)
    local = next(_local(said), None) if not row.tables else local
    if local is not None:
        return Refused(NEEDS_SOURCES, f"a dependency is at {local}")
    named = [value for key in row.files if isinstance(value := at(said, key), str)]
    return Needs(project.reads([row.manifest, *row.locks, *row.reads, *named]), project.writes(row.writes))


def _local(value: object) -> Iterator[str]:
    """Where dependencies lie that are folders or files of the project."""
    if isinstance(value, dict):
        found = table(cast("object", value))
        if isinstance(found.get("path"), str) or found.get("workspace") is True:
            yield str(found.get("path", "a member of the workspace"))
    if isinstance(value, dict | list):
        for inner in items(cast("object", value)):
            yield from _local(inner)
    elif isinstance(value, str) and (AT_FILE.search(value) or value.startswith("file:")):
        yield value
