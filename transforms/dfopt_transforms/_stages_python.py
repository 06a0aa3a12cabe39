"""Where the packages of a Python program are: in the environment of the system, or in one of their own."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from dfopt.facts.base_image import is_root
from dfopt.facts.folders import is_in
from dfopt.knowledge.python_tools import (
    DESCRIBES,
    INSTALLERS,
    NOTEBOOKS,
    TOOLS,
    WITH_DATA,
)
from dfopt.syntax.nodes import Env
from dfopt_transforms._stages_apart import apart
from dfopt_transforms._stages_calls import Call, value_at
from dfopt_transforms._stages_datafiles import data_files, libraries_beside
from dfopt_transforms._stages_described import requirements
from dfopt_transforms._stages_environments import WHERE, in_system, of_tool
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, as_installer
from dfopt_transforms._stages_reach import Reached

OF_USER = "pip installs into the home of a user that is not root"


def python_packages(old: Old, reached: Reached, needs: Needs) -> None:
    """Notes where they are.

    Raises RefusedError if that is not known.
    """
    if apart(old, reached, needs):
        return
    environments, tools = _made(old), list[str]()
    for path in environments:
        needs.copy(path, "it is a virtual environment")
    for call in _calls(old):
        base = (call.view.base or "").rstrip("0123456789.")
        if base == "pip":
            tools += _of_pip(old, reached, needs, call, environments)
        elif base == "python":
            if call.words[:1] == ["setup.py"] and {"install", "develop"} & set(call.words):
                in_system(old, needs, "setup.py")
        elif base in TOOLS:
            of_tool(old, needs, base, call, environments)
        elif base == "conda":
            raise RefusedError(WHERE, base)
    if any(path.startswith("/usr/local/lib/python") for path in needs.copied):
        _beside(old, reached, needs)
        libraries_beside(old, needs)
        _projects(old, needs)
    if tools and "/usr/local/bin" not in needs.copied:
        needs.left += tools
        needs.gains = True


def is_package(old: Old, reached: Reached, folder: str) -> bool:
    """True for sources that ``pip install .`` puts among the packages, if nothing leads to their folder."""
    if is_in(old.folder, folder) or any(is_in(path, folder) for path in reached.paths):
        return False
    if any(folder in old.text(each.path) for each in old.laid if each.path.endswith((".py", ".sh"))):
        return False
    calls = [call for call in _calls(old) if call.folder == folder and (call.view.base or "").startswith("pip")]
    is_installed = any("install" in call.words and {".", "./"} & set(call.words) for call in calls)
    return is_installed and not any({"-e", "--editable"} & set(call.words) for call in calls)


def _calls(old: Old) -> Iterator[Call]:
    for each in old.builds:
        for view, folder in zip(each.commands, each.places, strict=True):
            view = as_installer(view)
            yield Call(each, view, folder, [word.value or "$" for word in view.words])


def _made(old: Old) -> list[str]:
    """The virtual environments that are made by name."""
    found: list[str] = []
    for each in old.builds:
        for view in each.commands:
            words = [word.value or "$" for word in view.words]
            by_python = (view.base or "").startswith("python") and words[:2] in (["-m", "venv"], ["-m", "virtualenv"])
            if (by_python and len(words) > 2) or (view.base == "virtualenv" and words):
                name = posixpath.basename(words[-1])
                found += [path for path in each.named if posixpath.basename(path) == name][-1:]
    return found


def _of_pip(old: Old, reached: Reached, needs: Needs, call: Call, environments: list[str]) -> list[str]:
    """Notes what ``pip install`` brings; gives the tools among it that only a build calls."""
    verb = next((word for word in call.words if not word.startswith("-")), "")
    if verb != "install" or any(_is_of(old, call, path) for path in environments):
        return []
    if any(re.match(r"--(?:target|prefix|root|user)|-t$", word) for word in call.words):
        raise RefusedError(WHERE, "pip install with another place")
    for variable in _ELSEWHERE:
        if value_at(call, old, variable) not in (None, "", "0", "false", "no"):
            raise RefusedError(WHERE, f"pip install with {variable}")
    names = [re.split(r"[=<>~!\[]", word)[0].lower() for word in call.words if not word.startswith("-")]
    is_tool = len(names) > 1 and INSTALLERS.issuperset(names[1:]) and not {"-r", "-e", "."} & set(call.words)
    if is_tool and not any(name in reached.programs for name in names):
        return [name for name in names[1:] if name not in _OF_IMAGE]
    user = old.facts.scope(call.each.run).user
    if user is not None and is_root(user) is False:
        raise RefusedError(OF_USER, user)
    in_system(old, needs, "pip install")
    described = [text for text in _requirements(old, call) if _IN_SOURCES.search(text)]
    if described or _IN_SOURCES.search(" ".join(call.words)):
        needs.copy(posixpath.join(call.folder, "src"), "pip install puts the sources of editable packages there")
    return []


_ELSEWHERE = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_SRC")
_IN_SOURCES = re.compile(r"(?m)(?:^|\s)(?:-e|--editable)[ =]?\s*[\"']?(?:git|hg|svn|bzr)\+")
"""pip clones an editable package into ``src`` below the folder that it is called in."""


def _requirements(old: Old, call: Call) -> list[str]:
    """What is in the files that list its packages."""
    base = (call.view.base or "").rstrip("0123456789.")
    return requirements(old, call.each.run, base, call.words, call.folder)


_OF_IMAGE = frozenset({"pip", "setuptools", "wheel"})


def _is_of(old: Old, call: Call, environment: str) -> bool:
    """True for a command of a virtual environment: by its path, or since that comes first in PATH."""
    if (call.view.command.words[0].value or "").startswith(f"{environment}/bin/"):
        return True
    return any(
        pair.key == "PATH" and (pair.value or "").strip('"').startswith((f"{environment}/bin:", "$VIRTUAL_ENV/bin:"))
        for each in old.head
        if isinstance(each, Env)
        for pair in each.pairs
    )


def _beside(old: Old, reached: Reached, needs: Needs) -> None:
    """Notes what packages have beside the folder of packages, if they are surely installed, or started."""
    texts = [text for call in _calls(old) for text in _requirements(old, call)]
    texts += [old.facts.dockerfile.text(each.run) for each in old.builds]
    if not NOTEBOOKS.isdisjoint(reached.programs):
        texts += [old.text(each.path) for each in old.laid if DESCRIBES.fullmatch(posixpath.basename(each.path))]
    plain = re.sub(r"(?m)#.*$", "", "\n".join(texts))
    for package, folders in WITH_DATA.items():
        name = package.replace("-", "[-_]")
        if re.search(rf"(?im)(?:^|[\s\"',\[]){name}(?=$|[\s\"'=<>~!;,\[])", plain):
            for folder in folders:
                needs.copy(folder, f"{package} reads files there")


def _projects(old: Old, needs: Needs) -> None:
    """Notes what the project itself has there, if it is installed."""
    for call in _calls(old):
        words = [*call.words, *(line.strip() for text in _requirements(old, call) for line in text.splitlines())]
        is_script = call.words[:1] == ["setup.py"] and {"install", "develop"} & set(call.words)
        if not is_script and not {"install", "sync"} & set(call.words):
            continue
        is_editable = any(word.startswith(("-e", "--editable", "develop")) for word in words)
        for word in ["." if is_script else "", *words]:
            path = re.sub(r"^(?:-e|--editable)[ =]*|\[[\w,.-]*\]$", "", word).rstrip("/")
            folder = posixpath.normpath(posixpath.join(call.folder, path))
            if path.startswith((".", "/")) and (old.is_laid(folder) or folder == call.folder):
                data_files(old, folder, needs, is_editable=is_editable)
