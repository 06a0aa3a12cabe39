"""Files that Django collects in the build: its settings say where they come to."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator, Mapping

from dfopt.facts.folders import is_in
from dfopt_transforms._stages_parts import Needs, Old, RefusedError

COLLECTED = "where files that Django collects come to is not known to be copied"
_COMMANDS = {"collectstatic": "STATIC_ROOT", "compress": "COMPRESS_ROOT"}
_SAME = frozenset("abspath realpath normpath resolve absolute as_posix Path PurePath PosixPath str fspath".split())
_ASKS = frozenset("get getenv env config str path".split())


def check_collected(old: Old, needs: Needs) -> None:
    """Raises RefusedError if they come to another place than what is copied."""
    for command, place, variables in _collects(old):
        name = _COMMANDS[command]
        settings = _Settings(old, variables)
        found = list(settings.values(name))
        if not found and command == "collectstatic":
            raise RefusedError(COLLECTED, f"{name} is not set")
        for value, path in found:
            whole = "" if value is None else posixpath.normpath(posixpath.join(place, value))
            if not whole.startswith("/") or not any(is_in(whole, each) for each in needs.copied):
                raise RefusedError(COLLECTED, f"{whole or name}, in {path}")


def _collects(old: Old) -> Iterator[tuple[str, str, Mapping[str, str | None]]]:
    """The commands that do, the folders that they run in, and the variables that are set."""
    for each in old.builds:
        variables = old.facts.scope(each.run).variables()
        for view, place in zip(each.commands, each.places, strict=True):
            words = {word.value for word in view.words}
            given = {assign.name: assign.value.value for assign in view.command.assignments}
            for command in _COMMANDS:
                if command in words:
                    yield command, place, {**variables, **given}
        for script in each.scripts:
            for command in _COMMANDS:
                if not script.endswith(".py") and re.search(rf"\b{command}\b", old.text(script)):
                    yield command, next(iter(each.folders), old.folder), variables


class _Settings:
    """The values of settings, as far as they are paths that follow from where the files lie."""

    def __init__(self, old: Old, variables: Mapping[str, str | None]) -> None:
        self._old, self._variables = old, variables
        self._assigned: list[tuple[str, str, ast.expr]] = []
        self._seen: set[str] = set()
        for path in {each.path for each in old.laid if each.path.endswith(".py")}:
            self._assigned += ((path, name, value) for name, value in _assigned(old.text(path)))

    def values(self, name: str) -> Iterator[tuple[str | None, str]]:
        """Each value that a name gets anywhere, None if it is not known; and the file where."""
        for path, each, value in self._assigned:
            if each == name:
                yield self._value(value, path), path

    def _value(self, node: ast.expr, path: str) -> str | None:
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Name(id="__file__"):
                return path
            case ast.Name(id=name):
                return self._named(name, path)
            case ast.Attribute(value=inner, attr="parent"):
                return self._above(self._value(inner, path), 1)
            case ast.Subscript(value=ast.Attribute(value=inner, attr="parents"), slice=ast.Constant(value=int(count))):
                return self._above(self._value(inner, path), count + 1)
            case ast.Subscript(value=ast.Attribute(attr="environ"), slice=ast.Constant(value=str(name))):
                return self._variable(name, None)
            case ast.BinOp(left=left, op=ast.Sub(), right=ast.Constant(value=int(count))):
                return self._above(self._value(left, path), count)
            case ast.BinOp(left=left, op=ast.Div() | ast.Add(), right=right):
                parts = [self._value(left, path), self._value(right, path)]
                return _joined(parts, "" if isinstance(node.op, ast.Add) else "/")
            case ast.Call():
                return self._called(node, path)
            case _:
                return None

    def _called(self, call: ast.Call, path: str) -> str | None:
        function = call.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        inner = function.value if isinstance(function, ast.Attribute) else None
        values = [self._value(argument, path) for argument in call.args]
        if name in _ASKS and call.args and isinstance(call.args[0], ast.Constant):
            default = values[1] if len(values) > 1 else None
            default = next((self._value(each.value, path) for each in call.keywords if each.arg == "default"), default)
            if inner is None or ast.unparse(inner) in ("os.environ", "os", "env", "environ"):
                return self._variable(str(call.args[0].value), default)
        if name == "dirname" and len(values) == 1:
            return self._above(values[0], 1)
        if name == "join" and inner is not None and "path" in ast.unparse(inner):
            return _joined(values, "/")
        if name in _SAME:
            base = [] if values else [self._value(inner, path) if inner is not None else None]
            return _joined([*base, *values], "/")
        if name in ("joinpath", "path") and inner is not None:
            return _joined([self._value(inner, path), *values], "/")
        if isinstance(function, ast.Name):
            return _joined([self._value(function, path), *values], "/")
        return None

    def _named(self, name: str, path: str) -> str | None:
        """The value of a name, if all that assign it agree: those in the file, or if there is none, in others."""
        if name in self._seen:
            return None
        self._seen.add(name)
        own = [(at, value) for at, each, value in self._assigned if each == name and at == path]
        others = [(at, value) for at, each, value in self._assigned if each == name]
        found = {self._value(value, at) for at, value in own or others}
        self._seen.discard(name)
        return found.pop() if len(found) == 1 else None

    def _variable(self, name: str, default: str | None) -> str | None:
        """The value of a variable of the environment; a file with such may set it, too."""
        files = [each for each in self._old.laid if posixpath.basename(each.path).startswith(".env")]
        if any(re.search(rf"(?m)^(?:export )?{re.escape(name)}=", self._old.text(each.path)) for each in files):
            return None
        return self._variables.get(name) if name in self._variables else default

    @staticmethod
    def _above(path: str | None, count: int) -> str | None:
        if path is None or not path.startswith("/"):
            return None
        for _ in range(count):
            path = posixpath.dirname(path)
        return path


def _joined(parts: list[str | None], sign: str) -> str | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or not parts:
        return None
    return posixpath.join(*known) if sign else "".join(known)


def _assigned(text: str) -> Iterator[tuple[str, ast.expr]]:
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError):
        return
    for node in nodes:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                yield target.id, node.value
