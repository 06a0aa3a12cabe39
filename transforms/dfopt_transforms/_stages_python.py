"""Where the packages of a Python program are: in the environment of the system, or in one of their own."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from dfopt.facts.folders import is_in
from dfopt.facts.run_work import Done
from dfopt.knowledge.python_tools import (
    DESCRIBES,
    INSTALLERS,
    NOTEBOOKS,
    TOOLS,
    TRUE,
    WITH_DATA,
    Tool,
)
from dfopt.shell.argv import Argv
from dfopt.syntax.nodes import Env
from dfopt_transforms._stages_apart import apart
from dfopt_transforms._stages_datafiles import data_files, libraries_beside
from dfopt_transforms._stages_described import requirements
from dfopt_transforms._stages_parts import Needs, Old, RefusedError, as_installer
from dfopt_transforms._stages_reach import Reached

WHERE = "where packages of the language are installed is not known"
PYTHON = "the version of Python that the program runs with may be fetched"


class _Call(msgspec.Struct, frozen=True):
    """A command that installs."""

    each: Done
    view: Argv
    folder: str
    words: list[str]


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
            _of_tool(old, needs, base, call, environments)
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


def _calls(old: Old) -> Iterator[_Call]:
    for each in old.builds:
        for view, folder in zip(each.commands, each.places, strict=True):
            view = as_installer(view)
            yield _Call(each, view, folder, [word.value or "$" for word in view.words])


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


def _of_pip(old: Old, reached: Reached, needs: Needs, call: _Call, environments: list[str]) -> list[str]:
    """Notes what ``pip install`` brings; gives the tools among it that only a build calls."""
    verb = next((word for word in call.words if not word.startswith("-")), "")
    if verb != "install" or any(_is_of(old, call, path) for path in environments):
        return []
    if any(re.match(r"--(?:target|prefix|root|user)|-t$", word) for word in call.words):
        raise RefusedError(WHERE, "pip install with another place")
    for variable in _ELSEWHERE:
        if _value(call, old, variable) not in (None, "", "0", "false", "no"):
            raise RefusedError(WHERE, f"pip install with {variable}")
    names = [re.split(r"[=<>~!\[]", word)[0].lower() for word in call.words if not word.startswith("-")]
    is_tool = len(names) > 1 and INSTALLERS.issuperset(names[1:]) and not {"-r", "-e", "."} & set(call.words)
    if is_tool and not any(name in reached.programs for name in names):
        return [name for name in names[1:] if name not in _OF_IMAGE]
    in_system(old, needs, "pip install")
    described = [text for text in _requirements(old, call) if _IN_SOURCES.search(text)]
    if described or _IN_SOURCES.search(" ".join(call.words)):
        needs.copy(posixpath.join(call.folder, "src"), "pip install puts the sources of editable packages there")
    return []


_ELSEWHERE = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_SRC")
_IN_SOURCES = re.compile(r"(?m)(?:^|\s)(?:-e|--editable)[ =]?\s*[\"']?(?:git|hg|svn|bzr)\+")
"""pip clones an editable package into ``src`` below the folder that it is called in."""


def _requirements(old: Old, call: _Call) -> list[str]:
    """What is in the files that list its packages."""
    base = (call.view.base or "").rstrip("0123456789.")
    return requirements(old, call.each.run, base, call.words, call.folder)


_OF_IMAGE = frozenset({"pip", "setuptools", "wheel"})


def _is_of(old: Old, call: _Call, environment: str) -> bool:
    """True for a command of a virtual environment: by its path, or since that comes first in PATH."""
    if (call.view.command.words[0].value or "").startswith(f"{environment}/bin/"):
        return True
    return any(
        pair.key == "PATH" and (pair.value or "").strip('"').startswith((f"{environment}/bin:", "$VIRTUAL_ENV/bin:"))
        for each in old.head
        if isinstance(each, Env)
        for pair in each.pairs
    )


def in_system(old: Old, needs: Needs, who: str) -> None:
    """Notes the places where all packages of the image are.

    Raises RefusedError if the version of Python is not known.
    """
    tag = old.base.reference.tag or "" if old.base.reference else ""
    version = re.match(r"3\.\d+", tag)
    if version is None and re.fullmatch(r"3|latest", tag) and old.run_time.image != old.stage.start.image.text:
        needs.copy("/usr/local", f"{who} puts packages there; {tag or 'no tag'} says nothing of the version of Python")
        needs.commands.append("ldconfig")
        return
    if version is None:
        raise RefusedError(WHERE, f"the version of Python in {old.stage.start.image.text}")
    needs.copy(f"/usr/local/lib/python{version[0]}/site-packages", f"{who} puts packages there")
    needs.copy("/usr/local/bin", f"{who} puts programs there")


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


def _of_tool(old: Old, needs: Needs, name: str, call: _Call, environments: list[str]) -> None:
    tool = TOOLS[name]
    plain = [word for word in call.words if not word.startswith("-")]
    verb = " ".join(plain[:2]) if plain[:1] == ["pip"] else "".join(plain[:1])
    if verb in tool.quiet or not plain:
        return
    if verb not in tool.installs:
        raise RefusedError(WHERE, f"{name} {verb}")
    if any(word.partition("=")[0] in tool.other_options for word in call.words):
        raise RefusedError(WHERE, f"{name} {verb} with another place")
    if name == "uv":
        _check_python(old, call)
    if _uses_system(old, tool, name, call) and verb in ("pip install", "pip sync", "install", "sync", "add", "update"):
        in_system(old, needs, f"{name} {verb}")
        return
    path = _environment(old, tool, name, call)
    if verb == "venv" and len(plain) > 1:
        path = posixpath.normpath(posixpath.join(call.folder, plain[1]))
    if verb.startswith("pip") and environments:
        path = environments[0]
    if not path.startswith("/"):
        raise RefusedError(WHERE, f"{name} {verb}")
    if verb == "venv":
        environments.append(path)
    needs.copy(path, f"{name} {verb} makes an environment there")


def _value(call: _Call, old: Old, name: str) -> str | None:
    """What a variable is at a command; None if it is not set, ``$`` if that is not known."""
    for assign in call.view.command.assignments:
        if assign.name == name:
            return assign.value.value or "$"
    variables = old.facts.scope(call.each.run).variables()
    return (variables[name] or "$") if name in variables else None


def _is_true(value: str | None) -> bool:
    return value is not None and value.lower() in TRUE


def _uses_system(old: Old, tool: Tool, name: str, call: _Call) -> bool:
    if not tool.system_options.isdisjoint(call.words):
        return True
    if name == "poetry" and _configured(old, "virtualenvs.create") == "false":
        return True
    for variable, truth in tool.system_variables.items():
        value = _value(call, old, variable)
        if value is not None and _is_true(value) is truth:
            return True
    return name == "uv" and _value(call, old, "UV_PROJECT_ENVIRONMENT") == "/usr/local"


def _configured(old: Old, key: str) -> str:
    """What ``poetry config`` sets."""
    found = ""
    for each in old.builds:
        for view in each.commands:
            words = [word.value or "$" for word in view.words if not (word.value or "").startswith("--")]
            if view.base == "poetry" and words[:1] == ["config"] and key in words[1:-1]:
                found = words[words.index(key) + 1].lower()
    return found


def _environment(old: Old, tool: Tool, name: str, call: _Call) -> str:
    """Where the environment of a project is."""
    for variable in tool.folder_variables:
        value = _value(call, old, variable)
        if value is not None:
            return posixpath.normpath(posixpath.join(call.folder, value)) if "$" not in value else ""
    in_project = not tool.folder or any(_is_true(_value(call, old, each)) for each in tool.in_project)
    if in_project or (name == "poetry" and _configured(old, "virtualenvs.in-project") == "true"):
        return posixpath.join(call.folder, ".venv")
    scope = old.facts.scope(call.each.run)
    is_root = scope.user in (None, "root", "0") and "HOME" not in scope.env
    others = {"POETRY_CACHE_DIR", "XDG_CACHE_HOME", "XDG_DATA_HOME"} & scope.variables().keys()
    if not is_root or others or any(key in _configured_keys(old) for key in ("virtualenvs.path", "cache-dir")):
        raise RefusedError(WHERE, f"the environments of {name}")
    return tool.folder


def _configured_keys(old: Old) -> set[str]:
    return {
        word.value or "$"
        for each in old.builds
        for view in each.commands
        if view.base == "poetry" and view.words and view.words[0].value == "config"
        for word in view.words[1:]
    }


def _check_python(old: Old, call: _Call) -> None:
    """Raises RefusedError if uv may fetch another version of Python than that of the base."""
    if _value(call, old, "UV_PYTHON_DOWNLOADS") in ("never", "0", "false", "manual"):
        return
    if _value(call, old, "UV_PYTHON_PREFERENCE") == "only-system" or "--no-managed-python" in call.words:
        return
    tag = old.base.reference.tag or "" if old.base.reference else ""
    version = re.match(r"3\.(\d+)", tag)
    if version is None:
        raise RefusedError(PYTHON, old.stage.start.image.text)
    pinned = old.text(posixpath.join(call.folder, ".python-version")).strip()
    if pinned and not re.fullmatch(rf"(?:python-?)?{re.escape(version[0])}(\.\d+)?", pinned):
        raise RefusedError(PYTHON, f"{pinned}, in .python-version")
    described = old.text(posixpath.join(call.folder, "pyproject.toml"))
    wanted = re.search(r"(?m)^requires-python\s*=\s*[\"']([^\"']+)", described)
    for part in wanted[1].split(",") if wanted else ():
        if not _fits(part.strip(), int(version[1])):
            raise RefusedError(PYTHON, part.strip())


def _fits(requirement: str, minor: int) -> bool:
    """True if a version 3 of Python with this second number meets a requirement for sure."""
    found = re.fullmatch(r"(>=|<|~=|==)\s*(\d+)(?:\.(\d+))?(?:\.[\d*]+)?", requirement)
    if found is None:
        return False
    sign, wanted, own = found[1], (int(found[2]), int(found[3] or 0)), (3, minor)
    if sign == "<":
        return own < wanted
    return own >= wanted if sign == ">=" else own == wanted
