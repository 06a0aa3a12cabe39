"""Environments that uv, Poetry and Pipenv make for the packages of a project, and those of the system."""

from __future__ import annotations

import posixpath
import re

from dfopt.facts.installs.tables import table, toml
from dfopt.knowledge.python_tools import TOOLS, TRUE, Tool
from dfopt_transforms._stages_calls import Call, value_at
from dfopt_transforms._stages_parts import Needs, Old, RefusedError

WHERE = "where packages of the language are installed is not known"
PYTHON = "the version of Python that the program runs with may be fetched"


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


def of_tool(old: Old, needs: Needs, name: str, call: Call, environments: list[str]) -> None:
    """Notes the environment that a call of a tool makes or fills.

    Raises RefusedError if it is not known where that is.
    """
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


def _is_true(value: str | None) -> bool:
    return value is not None and value.lower() in TRUE


def _uses_system(old: Old, tool: Tool, name: str, call: Call) -> bool:
    if not tool.system_options.isdisjoint(call.words):
        return True
    for variable, truth in tool.system_variables.items():
        value = _setting(old, tool, call, variable)
        if value is not None and _is_true(value) is truth:
            return True
    return name == "uv" and value_at(call, old, "UV_PROJECT_ENVIRONMENT") == "/usr/local"


def _setting(old: Old, tool: Tool, call: Call, variable: str) -> str | None:
    """What a variable, a file of the project or a command sets; None if nothing does.

    Raises RefusedError if the last two say different things.
    """
    value = value_at(call, old, variable)
    key = tool.settings.get(variable)
    if value is not None or key is None:
        return value
    said = {*_configured(old, key), *_in_file(old, call, tool.file, key)}
    if len(said) > 1:
        raise RefusedError(WHERE, f"{key}, in {tool.file}")
    return said.pop() if said else None


def _configured(old: Old, key: str) -> list[str]:
    """What ``poetry config`` sets last."""
    found: list[str] = []
    for each in old.builds:
        for view in each.commands:
            words = [word.value or "$" for word in view.words if not (word.value or "").startswith("--")]
            if view.base == "poetry" and words[:1] == ["config"] and key in words[1:-1]:
                found = [words[words.index(key) + 1]]
    return found


def _in_file(old: Old, call: Call, name: str, key: str) -> list[str]:
    """What a file beside the description of the project sets, if it is there when the command runs."""
    path = posixpath.join(call.folder, name)
    if not any(each.path == path and each.copy.span.start < call.each.run.span.start for each in old.laid):
        return []
    found = toml(old.text(path))
    if found is None:
        raise RefusedError(WHERE, path)
    *above, last = key.split(".")
    for part in above:
        found = table(found.get(part))
    value = found.get(last)
    return [] if value is None else [str(value).lower() if isinstance(value, bool) else str(value)]


def _environment(old: Old, tool: Tool, name: str, call: Call) -> str:
    """Where the environment of a project is."""
    in_project = posixpath.join(call.folder, ".venv")
    if any(_is_true(_setting(old, tool, call, each)) for each in tool.in_project):
        return in_project
    for variable in tool.folder_variables:
        value = _setting(old, tool, call, variable)
        if value is not None:
            return "" if re.search(r"[${~]", value) else posixpath.normpath(posixpath.join(call.folder, value))
    if not tool.folder:
        return in_project
    scope = old.facts.scope(call.each.run)
    is_root = scope.user in (None, "root", "0") and "HOME" not in scope.env
    others = {"POETRY_CACHE_DIR", "XDG_CACHE_HOME", "XDG_DATA_HOME"} & scope.variables().keys()
    if not is_root or others or _setting(old, tool, call, "POETRY_CACHE_DIR") is not None:
        raise RefusedError(WHERE, f"the environments of {name}")
    return tool.folder


def _check_python(old: Old, call: Call) -> None:
    """Raises RefusedError if uv may fetch another version of Python than that of the base."""
    if value_at(call, old, "UV_PYTHON_DOWNLOADS") in ("never", "0", "false", "manual"):
        return
    if value_at(call, old, "UV_PYTHON_PREFERENCE") == "only-system" or "--no-managed-python" in call.words:
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
