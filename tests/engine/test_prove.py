"""``dfopt rewrite --prove`` with a real engine: conversions are proved, mended, or taken back."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.builds import docker, need

DFOPT = [sys.executable, "-m", "dfopt", "rewrite", "--prove", "--in-place", "--network", "host", "--run-timeout", "4"]
DOCKERFILE = "FROM gcc:12\nWORKDIR /src\nCOPY main.c .\nRUN gcc -o main main.c\n"
READS = """\
#include <stdio.h>
#include <unistd.h>
int main(int count, char **words) {
    char path[200], line[200];
    if (count == 1) sleep(60);
    snprintf(path, sizeof path, "/usr/share/%s-3.25/Modules/%s.cmake", "cmake", "FindZLIB");
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL) return 3;
    return fputs(line, stdout) < 0;
}
"""
"""Reads a file of the base image whose name is put together at run time."""
COUNTS = """\
#include <dirent.h>
#include <stdio.h>
int main(void) {
    int count = 0;
    DIR *folder = opendir("/usr/bin");
    while (folder != NULL && readdir(folder) != NULL) count++;
    return printf("%d programs\\n", count) < 0;
}
"""


def project(folder: Path, dockerfile: str, source: str) -> Path:
    need("FROM gcc:12\n")
    (folder / "Dockerfile").write_text(f"{dockerfile}LABEL of={folder.name}\n")
    (folder / "main.c").write_text(source)
    return folder


def call(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    (folder / "tmp").mkdir()
    command = [*DFOPT, *words, "--context", str(folder), str(folder)]
    environment = {**os.environ, "TMPDIR": str(folder / "tmp")}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)


def left(folder: Path) -> list[str]:
    """Images, containers and temporary files of a proof."""
    images = docker("image", "ls", "--quiet", "--filter", f"label=of={folder.name}").split()
    containers = docker("ps", "--all", "--quiet", "--filter", f"label=of={folder.name}").split()
    return [*images, *containers, *(path.name for path in (folder / "tmp").iterdir())]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_file_that_a_health_check_opens_is_found_and_kept(tmp_path: Path) -> None:
    health = 'HEALTHCHECK --interval=1s --retries=1 CMD ["./main", "check"]\nCMD ["./main"]\n'
    project(tmp_path, DOCKERFILE + health, READS)
    done = call(tmp_path, "--select", "multi-stage")
    assert done.returncode == 0, done
    assert "proved by building: its HEALTHCHECK does the same in both images" in done.stdout
    path = "/usr/share/cmake-3.25/Modules/FindZLIB.cmake"
    assert f"COPY --from=build {path} {path}\n" in (tmp_path / "Dockerfile").read_text()
    assert left(tmp_path) == []


def test_a_conversion_that_nothing_mends_is_taken_back(tmp_path: Path) -> None:
    text = DOCKERFILE + 'CMD ["./main"]\n'
    project(tmp_path, text, COUNTS)
    done = call(tmp_path, "--select", "multi-stage")
    assert done.returncode == 3
    assert "taken back, not proved by building: the images differ: behaviour output" in done.stderr
    assert (tmp_path / "Dockerfile").read_text().startswith(text)
    assert left(tmp_path) == []


def test_an_image_without_the_sources_does_the_same(tmp_path: Path) -> None:
    last = 'FROM debian:bookworm-slim\nWORKDIR /opt/tool\nCOPY --from=0 /src .\nCMD ["./main"]\n'
    project(tmp_path, DOCKERFILE + last, '#include <stdio.h>\nint main(void) { return puts("hello") < 0; }\n')
    done = call(tmp_path, "--select", "without-sources")
    assert done.returncode == 0, done
    assert "COPY --from=0 /src/main /opt/tool/main\n" in (tmp_path / "Dockerfile").read_text()
    assert left(tmp_path) == []


def test_a_server_answers_at_its_port_before_and_after(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    (tmp_path / "Dockerfile").write_text(
        "FROM python:3.11-slim\nRUN mkdir /srv/web\nRUN echo hello > /srv/web/index.html\n"
        f'EXPOSE {port}\nCMD ["python", "-m", "http.server", "--directory", "/srv/web", "{port}"]\n'
        f"LABEL of={tmp_path.name}\n"
    )
    if not docker("image", "ls", "--quiet", "python:3.11-slim"):
        pytest.skip("the lab has no python:3.11-slim")
    done = call(tmp_path, "--select", "merge-runs")
    assert done.returncode == 0, done
    assert f"proved by building: a request to 1 port ({port}) does the same in both images" in done.stdout
    assert "mkdir /srv/web \\\n" in (tmp_path / "Dockerfile").read_text()
    assert left(tmp_path) == []
