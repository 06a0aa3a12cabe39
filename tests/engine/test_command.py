"""``dfopt verify`` as a user types it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import pytest

DFOPT = [sys.executable, "-m", "dfopt", "verify", "--network", "host"]


def call(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*DFOPT, *words], capture_output=True, text=True, timeout=300, check=False)


def leftovers() -> tuple[str, ...]:
    """Images, containers and temporary folders of verifications."""
    images = subprocess.run(
        ["docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", "dfopt-verify"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    containers = subprocess.run(
        ["docker", "ps", "--all", "--quiet", "--filter", "label=dfopt-verify"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return (*images, *containers, *map(str, Path(tempfile.gettempdir()).glob("dfopt-verify-*")))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(
        'FROM debian:bookworm-slim\nRUN echo a > /a\nRUN echo b > /b\nCOPY . /srv/\nCMD ["cat", "/srv/greeting"]\n'
    )
    (tmp_path / "greeting").write_text("hello\n")
    return tmp_path


def test_a_rewrite_is_verified(project: Path) -> None:
    before = sorted((path.name, path.read_bytes()) for path in project.iterdir())
    done = call(str(project), "--run", "", "--measure")
    assert (done.returncode, "the same but for" in done.stdout) == (0, True), done
    assert "rebuild" in done.stdout
    assert sorted((path.name, path.read_bytes()) for path in project.iterdir()) == before
    assert leftovers() == ()


def test_a_wrong_file_is_told_path_by_path(project: Path) -> None:
    wrong = project.parent / "wrong.Dockerfile"
    wrong.write_text((project / "Dockerfile").read_text().replace("echo b > /b", "echo c > /b"))
    done = call(str(project / "Dockerfile"), "--rewritten", str(wrong))
    assert done.returncode == 1
    assert "/b: sha256" in done.stdout
    assert leftovers() == ()


def test_the_report_in_json_and_html(project: Path) -> None:
    done = call(str(project), "--format", "json")
    assert msgspec.json.decode(done.stdout)["equal"] is True
    done = call(str(project), "--format", "html", "-o", str(project.parent / "page.html"))
    assert done.returncode == 0
    page = (project.parent / "page.html").read_text()
    assert "<h2>Layers</h2>" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_a_build_that_fails_shows_where(project: Path) -> None:
    (project / "Dockerfile").write_text("FROM debian:bookworm-slim\nRUN echo a\nRUN echo last words; exit 7\n")
    done = call(str(project))
    assert done.returncode == 3
    assert "the original Dockerfile" in done.stderr
    assert "RUN echo last words; exit 7" in done.stderr
    assert "| last words" in done.stderr
    wrong = project.parent / "wrong.Dockerfile"
    wrong.write_text("FROM debian:bookworm-slim\nRUN echo a\nRUN false\n")
    (project / "Dockerfile").write_text("FROM debian:bookworm-slim\nRUN echo a\n")
    done = call(str(project), "--rewritten", str(wrong))
    assert done.returncode == 3
    assert "the rewritten Dockerfile" in done.stderr
    assert leftovers() == ()


def test_a_health_check_is_waited_for(project: Path) -> None:
    with (project / "Dockerfile").open("a") as file:
        file.write('HEALTHCHECK --interval=1s CMD cat /srv/greeting\nCMD ["sleep", "60"]\n')
    done = call(str(project), "--health")
    assert done.returncode == 0, done
    assert leftovers() == ()


def test_a_time_limit_ends_a_build(project: Path) -> None:
    with (project / "Dockerfile").open("a") as file:
        file.write("RUN sleep 321\n")
    done = call(str(project), "--timeout", "3")
    assert done.returncode == 2
    assert "took longer than 3 s" in done.stderr
    assert leftovers() == ()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_nothing(number: signal.Signals, project: Path) -> None:
    with (project / "Dockerfile").open("a") as file:
        file.write(f"RUN echo {number} && sleep 123\n")
    process = subprocess.Popen([*DFOPT, str(project)], stderr=subprocess.PIPE, text=True, start_new_session=True)
    time.sleep(4)
    os.kill(process.pid, number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert leftovers() == ()
