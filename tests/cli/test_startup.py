"""Nothing is imported that a run does not use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from dfopt.cli.rewrite import FEW
from tests.cli.conftest import make, run_apart

HEAVY = {
    "asyncio",
    "base64",
    "concurrent.futures",
    "email",
    "http",
    "importlib.metadata",
    "jinja2",
    "json",
    "libcst",
    "logging",
    "multiprocessing",
    "pathspec",
    "pydantic",
    "rich",
    "socket",
    "sqlite3",
    "tempfile",
    "tomlkit",
    "tomllib",
    "unittest",
    "uuid",
    "xml",
}
"""Modules that take their time and are needed for special things only."""

FOR_A_PURPOSE = {
    "dfopt.batch",
    "dfopt.cli.info",
    "dfopt.diff",
    "dfopt.distribution",
    "dfopt.docs",
    "dfopt.ignored",
    "dfopt.interop",
    "dfopt.report.json",
    "dfopt.scaffold",
    "dfopt.testing",
}
ENGINE = {"dfopt.api", "dfopt.chain", "dfopt.registry", "dfopt.work", "dfopt_transforms", "msgspec"}

LISTING = """
import atexit, sys
atexit.register(lambda: sys.stderr.write("\\n".join(sys.modules)))
"""
RUN = LISTING + "sys.argv[0] = 'dfopt'\nfrom dfopt.cli.app import main\nmain()"


def modules(code: str, *arguments: str) -> set[str]:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(os.path.abspath(folder) for folder in sys.path if folder)}
    command = [sys.executable, "-c", code, *arguments]
    return set(subprocess.run(command, env=environ, capture_output=True, check=False).stderr.decode().split("\n"))


def loaded(*arguments: str) -> set[str]:
    """What a run loads beyond what typer alone does."""
    found = modules(RUN, *arguments)
    assert "dfopt.cli.app" in found
    return found - modules(LISTING + "import typer")


def test_the_version_needs_nothing_but_the_command_line() -> None:
    found = loaded("--version")
    assert not found & (HEAVY | FOR_A_PURPOSE | ENGINE)
    assert {name for name in found if name.startswith("dfopt")} == {
        "dfopt",
        "dfopt.cli",
        "dfopt.cli.app",
        "dfopt.cli.arguments",
        "dfopt.cli.commands",
        "dfopt.cli.listings",
        "dfopt.cli.options",
        "dfopt.cli.streams",
        "dfopt.errors",
    }


def test_typer_does_not_bring_heavy_things_itself() -> None:
    assert not modules(LISTING + "import typer") & {"rich", "pydantic", "multiprocessing", "asyncio"}


def test_one_file_needs_the_engine_only() -> None:
    make("Dockerfile")
    found = loaded("rewrite", "--in-place", "Dockerfile")
    assert found >= ENGINE
    assert not found & (HEAVY | FOR_A_PURPOSE)


def test_a_diff_is_loaded_when_there_is_one() -> None:
    make("Dockerfile")
    assert "dfopt.diff" in loaded("rewrite", "Dockerfile")
    make("Dockerfile", content=b"FROM scratch\n")
    assert "dfopt.diff" not in loaded("rewrite", "Dockerfile")


def test_toml_is_loaded_when_there_is_a_configuration() -> None:
    make("Dockerfile")
    Path("pyproject.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    assert "tomllib" not in loaded("rewrite", "Dockerfile")
    Path("dfopt.toml").touch()
    assert "tomllib" in loaded("rewrite", "Dockerfile")


def test_processes_are_loaded_for_many_files() -> None:
    make(*(f"{number}/Dockerfile" for number in range(FEW + 1)))
    assert "multiprocessing" in loaded("rewrite", "--check", "--jobs", "2", ".")
    assert "multiprocessing" not in loaded("rewrite", "--check", "--jobs", "1", ".")


def test_registries_are_loaded_when_there_is_something_to_ask() -> None:
    make("Dockerfile")
    asking = ("rewrite", "--check", "--select", "pin-digest", "Dockerfile")
    assert "dfopt.distribution" not in loaded(*asking)
    assert "dfopt.distribution" not in loaded("rewrite", "--check", "--online", "Dockerfile")
    make("Dockerfile", content=b"FROM registry.invalid/app:1\n")
    assert {"dfopt.distribution", "sqlite3", "http"} <= loaded(*asking, "--online")


def test_the_module_runs_like_the_command() -> None:
    assert run_apart("--version").out.startswith(b"dfopt ")
