"""Where front ends of a program that is interpreted are built to, if their configuration says so."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from dfopt.facts.folders import is_in
from dfopt.knowledge.front_ends import (
    BUILDERS,
    CONFIGURATIONS,
    COPIES,
    LIFE,
    MANAGERS,
    OUTPUT_KEYS,
    OUTPUT_OPTIONS,
    ROOT_KEY,
)
from dfopt.shell.argv import argv
from dfopt.shell.nodes import Script, Simple
from dfopt.shell.parser import parse
from dfopt.shell.walk import simple_commands
from dfopt_transforms._stages_generated import GENERATED, folder_option
from dfopt_transforms._stages_parts import Needs, Old, RefusedError
from dfopt_transforms._stages_writes import scripts_of

_TEXT = re.compile(r"[\"'`]([^\"'`\n]*)[\"'`]")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_ENVIRONMENT = re.compile(r"process\.env\.(\w+)")
_TEMPORARY = re.compile(r"/tmp/.*|/dev/.*|/root/\.[\w.-]+(?:/.*)?")
_VARIABLES = frozenset({"BUILD_PATH", "OUT_DIR", "OUTPUT_DIR", "DIST_DIR"})


def check_outputs(old: Old, needs: Needs) -> None:
    """Raises RefusedError if one of them comes to another place than what is copied, or where is not known."""
    for path, who in _outputs(old):
        if not path.startswith("/") or re.search(r"[$*?]", path):
            raise RefusedError(GENERATED, f"{path}, in {who}")
        if not _TEMPORARY.fullmatch(path) and not any(is_in(path, each) for each in needs.copied):
            raise RefusedError(GENERATED, f"{path}, in {who}")


def _outputs(old: Old) -> Iterator[tuple[str, str]]:
    """Paths that a front end is built to, as far as they are named, and what names them."""
    is_built = False
    for each in old.builds:
        variables = old.facts.scope(each.run).variables()
        for view, place in zip(each.commands, each.places, strict=True):
            words = [word.value or "$" for word in view.words]
            if view.base not in BUILDERS and view.base not in MANAGERS:
                continue
            folder = posixpath.normpath(posixpath.join(place, folder_option(words)))
            yield from ((_at(folder, text), "a RUN") for text in _of_options(words))
            yield from ((_at(folder, text), name) for name in _VARIABLES if (text := variables.get(name)))
            is_built = True
            for name in _names(words) if view.base in MANAGERS else ():
                yield from _of_script(old, folder, name, 0)
    for path in [each.path for each in old.laid if is_built]:
        if CONFIGURATIONS.fullmatch(posixpath.basename(path)) and "node_modules" not in path:
            yield from _of_configuration(old, posixpath.dirname(path), path)


def _names(words: Sequence[str]) -> list[str]:
    """The scripts of package.json that a call of a package manager runs."""
    plain = [word for word in words if not word.startswith("-")]
    is_install = not plain or not LIFE.isdisjoint(plain)
    return [*plain, *(("preinstall", "install", "postinstall", "prepare") if is_install else ())]


def _at(folder: str, text: str) -> str:
    return posixpath.normpath(posixpath.join(folder, text))


def _of_options(words: Sequence[str]) -> Iterator[str]:
    for at, word in enumerate(words):
        name, sign, value = word.partition("=")
        if name in OUTPUT_OPTIONS and (text := value if sign else "".join(words[at + 1 : at + 2])):
            yield text


def _of_script(old: Old, folder: str, name: str, depth: int) -> Iterator[tuple[str, str]]:
    """What a script of package.json, and those that it runs, copy and write to by name."""
    scripts = scripts_of(old, folder)
    who = posixpath.join(folder, "package.json")
    for each in (f"pre{name}", name, f"post{name}"):
        text = scripts.get(each, "")
        script = parse(text) if text else None
        if not isinstance(script, Script):
            if text:
                raise RefusedError(GENERATED, f"{each}, in {who}")
            continue
        here = folder
        for command in simple_commands(script):
            view = argv(command)
            words = [word.value or "$" for word in view.words]
            if view.base in ("cd", "pushd"):
                here = _at(here, words[0]) if words else "$"
                continue
            yield from ((_at(here, path), who) for path in _of_command(command))
            inner = [word for word in words if not word.startswith("-")]
            is_run = view.base in MANAGERS or view.base in ("npm-run-all", "run-s", "run-p", "concurrently")
            if is_run and depth < _DEEPEST:
                for other in (other.removeprefix("npm:") for other in inner):
                    if other != name:
                        yield from _of_script(old, _at(here, folder_option(words)), other, depth + 1)


_DEEPEST = 3


def _of_command(command: Simple) -> Iterator[str]:
    view = argv(command)
    words = [word.value or "$" for word in view.words]
    yield from _of_options(words)
    given = [*((each.name, each.value.value) for each in command.assignments)]
    given += [(text.partition("=")[0], text.partition("=")[2]) for word in view.settings if (text := word.value)]
    given += [(word.partition("=")[0], word.partition("=")[2]) for word in words if view.base == "cross-env"]
    yield from (value or "$" for name, value in given if name in _VARIABLES)
    for redirect in command.redirects:
        if ">" in redirect.operator and "&" not in redirect.operator:
            yield redirect.target.value or "$"
    if view.base in ("shx", "npx", "cross-env", "dotenv"):
        at = next((at for at, word in enumerate(words) if word in COPIES), len(words))
        base, words = ("".join(words[at : at + 1]), words[at + 1 :])
    else:
        base = view.base or ""
    operands = [word for word in words if not word.startswith("-")]
    if base in COPIES and operands:
        yield operands[-1]


def _of_configuration(old: Old, folder: str, path: str) -> Iterator[tuple[str, str]]:
    text = re.sub(r"(?m)^\s*//.*$", "", old.text(path))
    root = ROOT_KEY.search(text)
    roots = [each for each in _values(old, text, root["value"]) if each] if root else []
    for found in OUTPUT_KEYS.finditer(text):
        value = found["value"]
        tops = [_at(folder, each) for each in roots] if roots and not _FROM_HERE.search(value) else [folder]
        yield from ((_at(top, each), path) for top in tops for each in _values(old, text, value) if each)


_FROM_HERE = re.compile(r"__dirname|import\.meta|process\.cwd")


def _values(old: Old, text: str, value: str) -> Iterator[str]:
    """What an expression may be, read from the texts in it."""
    variables = old.facts.scope(old.stage.instructions[-1]).variables()
    yield from (variables.get(name) or "" for name in _ENVIRONMENT.findall(value))
    texts = _TEXT.findall(value)
    if any("${" in each for each in texts):
        yield "$"
    elif re.search(r"\b(?:join|resolve|URL)\(", value):
        yield posixpath.join(*texts) if texts else "$"
    elif texts:
        yield from texts
    elif (name := _NAME.match(value.strip())) and name[0] not in ("true", "false", "undefined", "null"):
        assigned = re.search(rf"\b(?:const|let|var)\s+{re.escape(name[0])}\s*=\s*([^;\n]+)", text)
        inner = assigned[1] if assigned else ""
        if _TEXT.search(inner):
            yield from _values(old, text, inner)
        else:
            yield "$"
