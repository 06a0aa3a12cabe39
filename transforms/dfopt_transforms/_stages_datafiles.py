"""Files of Python packages that their installation puts beside the folder of packages."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator
from typing import Any

from dfopt.facts.installs.tables import items, section, table, toml
from dfopt.knowledge.python_tools import WITH_LIBRARIES
from dfopt_transforms._stages_described import described
from dfopt_transforms._stages_parts import Needs, Old, RefusedError

DATA_FILES = "where the installation of a project puts its data is not known"
_PREFIX = "/usr/local"
_PLAIN = re.compile(r"[\w.+@-]+(?:/[\w.+@-]+)*")
_SHARED = re.compile(r"[^/]+|lib/python3[^/]*(?:/site-packages)?|share/(?:man|doc|applications|icons|locale)(?:/.*)?")
"""Folders in which there are files of others."""


def libraries_beside(old: Old, needs: Needs) -> None:
    """Notes the folder of libraries, if a package puts its own there."""
    for text, where in described(old):
        for package in WITH_LIBRARIES:
            if re.search(rf"(?im)(?:^\s*|[\"'\s,\[/]){package}(?=$|[\"'\s=<>~!;,\[:])", text):
                needs.copy("/usr/local/lib", f"{package}, in {where}, puts libraries there")


def data_files(old: Old, folder: str, needs: Needs, *, is_editable: bool) -> None:
    """Notes them for the project in a folder; some installs of an editable one leave them out.

    Raises RefusedError for those whose place is computed.
    """
    for name, read in (("setup.py", _of_script), ("setup.cfg", _of_settings), ("pyproject.toml", _of_project)):
        path = posixpath.join(folder, name)
        for target, files in read(old.text(path)):
            if is_editable or not _PLAIN.fullmatch(target) or ".." in target.split("/"):
                raise RefusedError(DATA_FILES, f"{target or 'data_files'}, in {path}")
            if not _SHARED.fullmatch(target):
                needs.copy(posixpath.join(_PREFIX, target), f"{path} has data that is installed there")
                continue
            for file in files:
                if not _PLAIN.fullmatch(file):
                    raise RefusedError(DATA_FILES, f"{file}, in {path}")
                at = posixpath.join(_PREFIX, target, posixpath.basename(file))
                if not needs.has(at):
                    needs.copy(at, f"{path} has data that is installed there")


_Found = Iterator[tuple[str, list[str]]]
"""Folders, and the files that come there; an empty folder is one that is not known, ``$`` a file that is not."""


def _of_script(text: str) -> _Found:
    """The argument ``data_files`` of ``setup()``."""
    if "data_files" not in text:
        return
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        yield "", []
        return
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for value in (each.value for call in calls for each in call.keywords if each.arg == "data_files"):
        rows = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
        for row in rows:
            if not isinstance(row, ast.Tuple | ast.List) or len(row.elts) != 2:
                yield "", []
                continue
            target, files = row.elts
            names = files.elts if isinstance(files, ast.List | ast.Tuple) else [files]
            if names:
                yield _text(target) or "", [_text(name) or "$" for name in names]


def _text(node: ast.expr) -> str | None:
    return node.value.rstrip("/") if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _of_settings(text: str) -> _Found:
    """The section ``[options.data_files]``."""
    if "data_files" not in text:
        return
    found = section(text, "options.data_files")
    if found is None:
        yield "", []
    for target, files in (found or {}).items():
        yield target.rstrip("/"), files.split()


def _of_project(text: str) -> _Found:
    """The tables of setuptools, of Hatch and of Flit."""
    if "data" not in text:
        return
    described = toml(text)
    if described is None:
        yield "", []
    tools = table((described or {}).get("tool"))
    for target, files in table(table(tools.get("setuptools")).get("data-files")).items():
        yield target.rstrip("/"), [str(file) for file in items(files)]
    for target in items(_inner(tools, "hatch", "build", "targets", "wheel", "shared-data")):
        folder, name = posixpath.split(str(target).rstrip("/"))
        yield folder, [name]
    if "external-data" in table(tools.get("flit")):
        yield "", []


def _inner(found: Any, *names: str) -> Any:
    for name in names:
        found = table(found).get(name)
    return table(found)
