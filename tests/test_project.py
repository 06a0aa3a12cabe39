"""The files around the code agree with it and with each other."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from importlib.metadata import metadata, version
from pathlib import Path
from typing import Any

import pytest

import dfopt
import dfopt_transforms
from dfopt import discovery
from dfopt.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_version_is_that_of_the_distribution() -> None:
    assert version("dfopt") == dfopt.__version__


def test_the_licence_is_named_and_shipped() -> None:
    assert metadata("dfopt")["License-Expression"] == "Apache-2.0"
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_both_packages_are_typed() -> None:
    for package in (dfopt, dfopt_transforms):
        assert Path(package.__path__[0], "py.typed").is_file()


def test_the_command_is_the_function_of_the_command_line_module() -> None:
    module, _, function = PROJECT["project"]["scripts"]["dfopt"].partition(":")
    assert getattr(import_module(module), function) is app.main


def test_the_readme_has_two_commands_of_one_line_each() -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert [block.count("\n") for block in blocks] == [1, 1]
    rewrite, test = blocks
    assert all(block.startswith("python3 -m venv .venv && .venv/bin/pip install ") for block in blocks)
    assert rewrite.endswith("&& .venv/bin/dfopt rewrite - < docs/example/Dockerfile\n")
    assert ".venv/bin/pytest" in test


def test_ci_takes_the_commands_from_the_readme_and_ends_with_the_tests() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "README.md" in script
    assert "make check" in script
    assert "pytest" in script.rstrip("\n").split("\n")[-1]


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    documents = [ROOT / "CONTRIBUTING.md", ROOT / ".ci/run", *(ROOT / "docs").glob("*.md")]
    named = {name for path in documents for name in re.findall(r"(?:`|\n|    )make ([a-z]+)", path.read_text("utf-8"))}
    assert {"check", "fix", "test", "docs", "new", "bench"} <= targets
    assert named <= targets


def hook(field: str) -> str:
    found = re.search(rf"^  {field}: &\w+ '(.+)'$", HOOKS, re.MULTILINE)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Dockerfile",
            "dockerfile",
            "Containerfile",
            "Dockerfile.dev",
            "web.Dockerfile",
            "web.dockerfile",
            "DOCKERFILE",
        ),
        *(
            "Dockerfile.dockerignore",
            "Dockerfile.md",
            "Dockerfile.j2",
            "Dockerfile.template",
            "web.Dockerfile.in",
            "MyDockerfile",
            "Dockerfiles",
        ),
        *("Dockerfile.", ".dockerfile", "Dockerfile.orig", "docker-compose.yml", "web.Containerfile"),
    ],
)
def test_the_commit_hook_takes_the_files_that_the_command_finds(name: str) -> None:
    for path in (name, f"a/b/{name}"):
        taken = re.search(hook("files"), path) is not None and re.search(hook("exclude"), path) is None
        assert taken is (discovery.kind_of(name) is discovery.Kind.DOCKERFILE)


def test_the_commit_hooks_call_the_command() -> None:
    entries = re.findall(r"^  entry: (.+)$", HOOKS, re.MULTILINE)
    assert entries == ["dfopt rewrite --in-place", "dfopt rewrite --check"]
