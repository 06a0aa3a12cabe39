"""A build context for any Dockerfile: it has what its COPYs name, and what installs look for."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from tests.context_files import Table

_MANIFESTS = {
    "package.json": '{"name": "a", "dependencies": {"left-pad": "1"}}',
    "package-lock.json": '{"packages": {"": {}, "node_modules/left-pad": {"version": "1"}}}',
    "yarn.lock": "",
    "pnpm-lock.yaml": "",
    "requirements.txt": "six\n",
    "setup.py": "",
    "pyproject.toml": '[project]\nname = "a"\n',
    "Pipfile": "[packages]\n",
    "Gemfile": "source 'https://rubygems.org'\ngem 'rake'\n",
    "Gemfile.lock": "",
    "composer.json": "{}",
    "composer.lock": '{"packages": []}',
    "go.mod": "module example.org/a\n",
    "go.sum": "",
    "main.go": "package main\n",
    "pom.xml": "<project><artifactId>a</artifactId></project>\n",
    "mvnw": "#!/bin/sh\n",
    "build.gradle": "plugins { id 'java' }\n",
    "gradlew": "#!/bin/sh\n",
    "gradle/wrapper/gradle-wrapper.jar": "",
    "Cargo.toml": '[package]\nname = "a"\nversion = "0.1.0"\n',
    "Cargo.lock": "",
    "src/main.rs": "fn main() {}\n",
    "App.csproj": '<Project Sdk="Microsoft.NET.Sdk" />\n',
    "src/main.py": "x = 1\n",
    ".git/HEAD": "ref: refs/heads/main\n",
    "README.md": "",
}


def invented(sources: Sequence[str]) -> Table:
    """What each source names is a file if its name has a dot in it, else a folder with all of this again."""
    files = dict(_MANIFESTS)
    for source in sources:
        path = posixpath.normpath(f"/{source}").strip("/").replace("*", "x").replace("?", "x")
        name = posixpath.basename(path)
        if not path or any(character in path for character in "[\\"):
            continue
        if "." in name.strip(".") or name in _MANIFESTS:
            files.setdefault(path, _MANIFESTS.get(name, "six\n" if name.endswith(".txt") else ""))
        else:
            files.update({f"{path}/{inner}": text for inner, text in _MANIFESTS.items()})
    folders = {posixpath.dirname(path) for path in files}
    return Table({path: text for path, text in files.items() if path not in folders})
