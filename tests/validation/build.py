"""What BuildKit would build, with values: for files of a few simple instructions, to check proofs against."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from dfopt.model.expand import expand
from dfopt.source import Source
from dfopt.syntax import nodes
from dfopt.syntax.parser import parse

READS_NOTHING = re.compile(r"(mkdir|cp|rm) ")


class Build:
    """One stage, built with some arguments: what each RUN and COPY sees, and the image config."""

    def __init__(self, text: str, arguments: Mapping[str, str]) -> None:
        self.seen: list[Any] = []
        self.config: dict[str, Any] = {"Labels": {}, "Ports": set[str](), "Env": {}}
        self._arguments = arguments
        self._values: dict[str, str] = {}
        self._user, self._folder = "", "/"
        self._shell: tuple[str, ...] = ("sh",)
        self._folders: dict[str, str] = {"/": ""}
        for found in parse(Source(text)).instructions[1:]:
            self._read(found)
        self.config |= {"User": self._user, "Folder": self._folder, "Shell": self._shell}
        self.folders = dict(self._folders)

    def _value(self, text: str) -> str:
        value = expand(text, self._values, unset="")
        assert value is not None
        return value

    def _read(self, found: nodes.Instruction) -> None:
        if isinstance(found, nodes.Env):
            new = {self._value(pair.key): self._value(pair.value or "") for pair in found.pairs}
            self._values |= new
            self.config["Env"] |= new
        elif isinstance(found, nodes.Arg):
            for pair in found.pairs:
                default = None if pair.value is None else self._value(pair.value)
                value = self._arguments.get(pair.key, default)
                if value is not None:
                    self._values[pair.key] = value
        elif isinstance(found, nodes.Label):
            self.config["Labels"] |= {self._value(pair.key): self._value(pair.value or "") for pair in found.pairs}
        elif isinstance(found, nodes.Expose):
            ports = [self._value(port.text) for port in found.ports]
            self.config["Ports"] |= {port if "/" in port else f"{port}/tcp" for port in ports}
        elif isinstance(found, nodes.User):
            self._user = self._value(found.user.text)
        elif isinstance(found, nodes.Shell):
            self._shell = found.argv
        elif isinstance(found, nodes.Workdir):
            self._folder = posixpath.normpath(posixpath.join(self._folder, self._value(found.path.text) or "/"))
            self._make(self._folder)
        elif isinstance(found, nodes.Run):
            self._run(found.body.text)
        elif isinstance(found, nodes.Copy):
            paths = [self._value(path.text) for path in (*found.sources, found.destination)]
            self.seen.append((dict(self._folders), [posixpath.join(self._folder, path) for path in paths]))
        elif isinstance(found, nodes.Cmd):
            self.config["Cmd"] = self._shell, found.body.text
        elif isinstance(found, nodes.Entrypoint):
            self.config["Entrypoint"] = self._shell, found.body.text
            self.config.setdefault("Cmd", None)

    def _run(self, script: str) -> None:
        self._make(self._folder, "")
        quiet = READS_NOTHING.match(script) is not None
        values = {name: self._values.get(name, "") for name in re.findall(r"\$(\w)", script)}
        environment = values if quiet else dict(self._values)
        self.seen.append((script, environment, self._user, self._folder, self._shell, dict(self._folders)))
        if script.startswith("rm -rf "):
            gone = script.removeprefix("rm -rf ")
            self._folders = {
                path: owner for path, owner in self._folders.items() if not f"{path}/".startswith(f"{gone}/")
            }

    def _make(self, path: str, owner: str | None = None) -> None:
        parts = path.strip("/").split("/")
        for end in range(1, len(parts) + 1):
            self._folders.setdefault("/" + "/".join(parts[:end]), self._user if owner is None else owner)
