"""A distribution that brings a transform of its own, installed and used as its author and users would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parent / "plugin"
DFOPT = "import sys; from dfopt.cli.app import main; sys.exit(main())"

Python = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plug-in's source, where building it leaves nothing behind in ours."""
    folder = tmp_path_factory.mktemp("project")
    return Path(shutil.copytree(PLUGIN, folder / "plugin", ignore=shutil.ignore_patterns("__pycache__")))


@pytest.fixture(scope="module")
def python(project: Path) -> Python:
    """Runs Python where the plug-in is installed."""
    target = project.parent / "installed"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(target), str(project)], check=True, timeout=300)
    environment = {**os.environ, "PYTHONPATH": str(target)}

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, input=stdin, capture_output=True, text=True, env=environment, cwd=project, timeout=300, check=False
        )

    return run


def test_it_is_listed(python: Python) -> None:
    done = python("-c", DFOPT, "transforms")
    assert done.returncode == 0, done.stderr
    assert "upper-case-keywords" in done.stdout


def test_it_is_explained(python: Python) -> None:
    done = python("-c", DFOPT, "explain", "upper-case-keywords")
    assert done.returncode == 0, done.stderr
    assert "Keywords that a line continuation cuts in two." in done.stdout


def test_it_rewrites(python: Python) -> None:
    done = python("-c", DFOPT, "rewrite", "--select", "upper-case-keywords", "-", stdin="from a\nRun b\n")
    assert done.stdout == "FROM a\nRUN b\n", done.stderr


def test_its_fixtures_hold(python: Python) -> None:
    done = python("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_a_wrong_fixture_is_noticed(python: Python, project: Path) -> None:
    case = project / "fixtures" / "upper-case-keywords" / "wrong"
    case.mkdir()
    (case / "before.Dockerfile").write_text("from a\n")
    try:
        done = python("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    finally:
        shutil.rmtree(case)
    assert done.returncode == 1
    assert "1 failed, 2 passed" in done.stdout
