"""What files of compose, bake and dev containers order: which Dockerfile is built from which context.

Compose: ``compose.yaml`` and the like (https://github.com/compose-spec/compose-spec/blob/main/build.md). Bake:
``docker-bake.json`` and ``docker-bake.hcl`` (https://docs.docker.com/build/bake/reference/). Dev containers:
``devcontainer.json`` (https://containers.dev/implementors/json_reference/).
"""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from time import time_ns
from typing import Any, Final, cast

import msgspec

from dfopt.context.hcl import read_bake
from dfopt.model.build_files import Starter

_COMPOSE: Final = re.compile(r"(?:docker-)?compose[\w.-]*\.ya?ml")
_MAIN: Final = re.compile(r"(?:docker-)?compose\.ya?ml")
"""Files that stand alone; in others, what a build does not say may be said by one of these."""
_BAKE: Final = re.compile(r"docker-bake(?:\.override)?\.(?:json|hcl)")
_DEVCONTAINER: Final = re.compile(r"\.?devcontainer\.json")
_COMMENT: Final = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_LAST_COMMA: Final = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])')
_LARGEST: Final = 300_000
"""Bytes of a file above which it is not read: YAML is slow."""
_REMOTE: Final = re.compile(r"[a-z+]+://|git@|github\.com/|[a-z-]+:(?!\\)")
_VARIABLE: Final = re.compile(r"\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?])([^{}]*))?\})")
_SETTLED: Final = 2_000_000_000
"""Nanoseconds after a change in which there may be another one that the time of a folder does not tell apart."""
_DEEPEST: Final = 20
"""Of targets that inherit from each other."""


class Order(msgspec.Struct, frozen=True):
    """A build that a file orders. What a variable decides is None, what lies elsewhere is empty; paths are absolute,
    without links."""

    origin: str
    """The name of the file."""
    context: str | None
    dockerfile: str | None
    name: str | None
    """The last part of the Dockerfile's path."""
    inline: str | None = None
    """The Dockerfile itself, where it stands in the file."""
    starts: tuple[Starter, ...] = ()
    """What it starts in the image in place of CMD, ENTRYPOINT and HEALTHCHECK."""
    named: tuple[str | None, ...] = ()
    """Folders that are contexts with names, for ``COPY --from=NAME``; their ignore files count, too
    (moby/buildkit, frontend/dockerui/namedcontext.go)."""


def orders_in(folders: Iterable[Path]) -> Iterator[Order]:
    """All builds that the files of some folders order. What cannot be read orders nothing."""
    yield from orders_of(path for folder in folders for path in _files(folder))


def orders_of(files: Iterable[Path]) -> Iterator[Order]:
    """All builds that some files order."""
    for path in files:
        try:
            info = path.stat()
        except OSError:
            continue
        if info.st_size <= _LARGEST:
            yield from _orders(str(path), info.st_mtime_ns, info.st_size)


def may_order(name: str) -> bool:
    """True for the names of files that order builds."""
    return any(each.fullmatch(name) for each in (_COMPOSE, _BAKE, _DEVCONTAINER))


def _files(folder: Path) -> list[Path]:
    try:
        changed = folder.stat().st_mtime_ns
        is_settled = time_ns() - changed > _SETTLED
        names = _names(str(folder), changed) if is_settled else _names.__wrapped__(str(folder), changed)
    except OSError:
        return []
    return [folder / name for name in names]


@lru_cache(maxsize=1000)
def _names(folder: str, changed: int) -> tuple[str, ...]:
    """A folder may hold thousands of Dockerfiles, and be above thousands more: it is listed once."""
    del changed
    names = [name for name in os.listdir(folder) if any(part in name for part in ("compose", "docker-bake", "devcon"))]
    return tuple(filter(may_order, sorted(names)))


@lru_cache(maxsize=1000)
def _orders(path: str, changed: int, size: int) -> tuple[Order, ...]:
    del changed, size
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST)
    except OSError:
        return ()
    if _DEVCONTAINER.fullmatch(os.path.basename(path)):
        return tuple(_devcontainer(_json_with_comments(data), Path(path)))
    if path.endswith((".json", ".hcl")):
        return tuple(_bake(_json(data) if path.endswith(".json") else read_bake(data), Path(path)))
    return tuple(_compose(data, Path(path)))


def _compose(data: bytes, path: Path) -> Iterator[Order]:
    if b"build" not in data:
        return
    content = _yaml(data)
    services = content.get("services", {} if "version" in content else content)
    all_of_them = [_mapping(service) for service in _mapping(services).values()]
    for service in all_of_them:
        written = service.get("build")
        build = {"context": written} if isinstance(written, str) else _mapping(written)
        if not build.get("context") and build.get("dockerfile") and _MAIN.fullmatch(path.name):
            build = {**build, "context": "."}
        if build.get("context") or build.get("dockerfile_inline"):
            starts = tuple(start for each in (service, *_sharing(service, all_of_them)) for start in _starts(each))
            for order in _order(build, path, {}, "dockerfile_inline"):
                yield msgspec.structs.replace(order, starts=starts)


def _sharing(service: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The services that start the image which a service builds, without building it themselves."""
    image: object = service.get("image")
    for other in others:
        if image and other.get("image") == image and not other.get("build"):
            yield other


def _starts(service: Mapping[str, Any]) -> Iterator[Starter]:
    """What a service says of commands; ``$$`` is a dollar sign, other variables are those of who starts it."""
    entrypoint, command = (_words(service.get(key)) for key in ("entrypoint", "command"))
    test: object = _mapping(service.get("healthcheck")).get("test")
    if entrypoint or command:
        yield Starter(f"{entrypoint} {command}".strip(), is_command=not entrypoint)
    if isinstance(test, str):
        yield Starter(test.replace("$$", "$"), is_command=False)
    elif isinstance(test, list):
        kind, *words = map(str, cast("list[object]", test or ["NONE"]))
        text = " ".join(words) if kind == "CMD-SHELL" else shlex.join(words)
        if kind != "NONE":
            yield Starter(text.replace("$$", "$"), is_command=False)


def _words(value: object) -> str:
    if isinstance(value, list):
        return shlex.join(map(str, cast("list[object]", value))).replace("$$", "$")
    return value.replace("$$", "$") if isinstance(value, str) else ""


def _mapping(value: object) -> dict[str, Any]:
    """A value if it is a mapping; an empty one for all else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _yaml(data: bytes) -> Mapping[str, Any]:
    """The content of a YAML file; nothing if it is broken, or no mapping."""
    import yaml

    try:
        content: Any = yaml.load(data, _loader())
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return {}
    return _mapping(content)


@lru_cache(maxsize=1)
def _loader() -> Any:
    """PyYAML's safe loader; tags of compose (``!reset``, ``!override``) are read as if they were not there."""
    import yaml

    def plain(loader: Any, _: str, node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    loader: Any = type("Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})
    loader.add_multi_constructor("!", plain)
    return loader


def _json(data: bytes) -> dict[str, Any]:
    """The content of a JSON file; nothing if it is broken, or no mapping."""
    try:
        return _mapping(json.loads(data))
    except (ValueError, RecursionError):
        return {}


def _json_with_comments(data: bytes) -> dict[str, Any]:
    """The content of a JSON file with comments and commas behind the last."""
    text = data.decode("utf-8-sig", "replace")
    for unwanted in (_COMMENT, _LAST_COMMA):
        text = unwanted.sub(lambda found: found[1] or "", text)
    return _json(text.encode())


def _devcontainer(content: Mapping[str, Any], path: Path) -> Iterator[Order]:
    """The build of a dev container: its paths are seen from the file, ``dockerFile`` is an older way to say it."""
    build = _mapping(content.get("build"))
    name: object = build.get("dockerfile") or content.get("dockerFile")
    place: object = build.get("context") or content.get("context") or "."
    if not isinstance(name, str) or not isinstance(place, str) or "\0" in name + place:
        return
    context, dockerfile = (_resolved(each, {}) for each in (place, name))
    last = None if dockerfile is None else dockerfile.rpartition("/")[2]
    if context is None or dockerfile is None:
        yield Order(path.name, None, None, last)
    else:
        root, real = os.path.realpath(path.parent / context), os.path.realpath(path.parent / dockerfile)
        yield Order(path.name, root, real, last)


def _bake(content: Mapping[str, Any], path: Path) -> Iterator[Order]:
    targets = _mapping(content.get("target"))
    variables = _mapping(content.get("variable"))
    defaults = {name: _mapping(variable).get("default") for name, variable in variables.items()}
    known = {name: value for name, value in defaults.items() if isinstance(value, str)}
    for name in targets:
        yield from _order({"context": ".", **_inherited(targets, name)}, path, known, "dockerfile-inline")


def _inherited(targets: Mapping[str, Any], name: object, depth: int = 0) -> dict[str, Any]:
    """A target of bake with what it inherits; the last one that says something has said it."""
    if not isinstance(name, str) or depth > _DEEPEST:
        return {}
    target = _mapping(targets.get(name))
    parents: Any = target.get("inherits")
    found: dict[str, Any] = {}
    for parent in cast("list[object]", parents) if isinstance(parents, list) else [parents]:
        found.update(_inherited(targets, parent, depth + 1))
    return {**found, **{key: value for key, value in target.items() if value is not None}}


def _order(build: Mapping[str, Any], path: Path, variables: Mapping[str, str], inline: str) -> Iterator[Order]:
    """The order of a build section; for what is built from elsewhere, of the contexts with names alone."""
    written, text = build.get("context"), build.get(inline)
    context = _resolved(written, variables) if isinstance(written, str) else "." if isinstance(text, str) else None
    named = tuple(_named(build, path, variables))
    if not isinstance(written, str | None) or (context is not None and (_REMOTE.match(context) or "\0" in context)):
        if named:
            yield Order(path.name, "", "", "", named=named)
        return
    root = None if context is None else os.path.realpath(path.parent / context)
    if isinstance(text, str):
        yield Order(path.name, root, None, None, text.replace("$$", "$"), named=named)
        return
    name = _resolved(str(build.get("dockerfile") or "Dockerfile").replace("\0", ""), variables)
    last = None if name is None else name.rpartition("/")[2]
    if root is None or name is None:
        yield Order(path.name, root, None, last, named=named)
    elif not _REMOTE.match(name):
        yield Order(path.name, root, os.path.realpath(os.path.join(root, name)), last, named=named)


def _named(build: Mapping[str, Any], path: Path, variables: Mapping[str, str]) -> Iterator[str | None]:
    """The folders that are contexts with names: of compose in a list or a mapping, of bake in a mapping."""
    for each in _values(build.get("additional_contexts") or build.get("contexts")):
        place = each if _REMOTE.match(each) else _resolved(each, variables)
        if place is None:
            yield None
        elif not _REMOTE.match(place) and "\0" not in place:
            yield os.path.realpath(path.parent / place)


def _values(given: object) -> list[str]:
    """What stands behind the names in a mapping, or in a list of ``NAME=VALUE``."""
    if isinstance(given, list):
        return [str(each).partition("=")[2] for each in cast("list[object]", given)]
    return [str(each) for each in _mapping(given).values()]


def _resolved(text: str, variables: Mapping[str, str]) -> str | None:
    """The text with its variables, of which each has the default that stands there; None without one."""
    found: list[str] = []
    at = 0
    for match in _VARIABLE.finditer(text):
        found.append(text[at : match.start()])
        at = match.end()
        name = match[1] or match[2]
        if name is None:
            found.append("$")
        elif name in variables:
            found.append(variables[name])
        elif match[3] in (":-", "-"):
            found.append(match[4])
        else:
            return None
    rest = text[at:]
    return None if "${" in rest else "".join((*found, rest))
