"""Transforms that change how an image runs: what containers of the rewritten image do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.builds import docker, image, output, rewritten, stops

ORPHANS = """\
import subprocess, sys, time
# a child that leaves an orphan behind, which ends soon after it
subprocess.run(["sh", "-c", "sleep 0.2 & exit 0"])
time.sleep(1)
states = subprocess.run(["sh", "-c", "cat /proc/[0-9]*/stat"], capture_output=True, text=True).stdout
print("zombies:", sum(") Z " in line for line in states.splitlines()), flush=True)
time.sleep(60)
"""


def test_an_init_waits_for_orphans_and_passes_signals_on(tmp_path: Path) -> None:
    (tmp_path / "npm").write_text(f"#!/usr/bin/env python3\n{ORPHANS}")
    (tmp_path / "npm").chmod(0o755)
    before = 'FROM python:3.11\nCOPY npm /\nCMD ["/npm", "start"]\n'
    printed, seconds = stops(before, tmp_path)
    assert (printed, seconds > 4) == ("zombies: 1", True)
    for init in ("tini", "dumb-init"):
        printed, seconds = stops(rewritten("add-init", before, tmp_path, init=init), tmp_path)
        assert (printed, seconds < 1.5) == ("zombies: 0", True), (init, seconds)


def test_an_init_in_front_of_a_shell_form(tmp_path: Path) -> None:
    text = 'FROM debian:bookworm-slim\nENV WHO=you\nENTRYPOINT sleep 9 & echo "to $WHO"; cat /proc/$PPID/comm\n'
    assert output(rewritten("add-init", text, tmp_path), tmp_path, "ignored") == "to you\ntini"


@pytest.fixture
def ubuntu(tmp_path: Path) -> Iterator[str]:
    """What takes the place of an image of Ubuntu: one without the data of time zones."""
    name = "ubuntu:24.04"
    removed = "FROM debian:bookworm-slim\nRUN dpkg --remove --force-all tzdata && rm -rf /usr/share/zoneinfo\n"
    docker("tag", image(removed, tmp_path), name)
    yield name
    docker("image", "rm", "--force", name)


def test_a_zone_takes_effect(tmp_path: Path, ubuntu: str) -> None:
    text = f"FROM {ubuntu}\nENV TZ=Asia/Tokyo\nCMD date +%z\n"
    assert output(text, tmp_path) == "+0000"
    assert output(rewritten("set-timezone", text, tmp_path), tmp_path) == "+0900"
    text = "FROM debian:bookworm-slim\nCMD date +%z\n"
    assert output(rewritten("set-timezone", text, tmp_path, zone="Asia/Tokyo"), tmp_path) == "+0900"


def test_a_locale_is_there_without_a_package(tmp_path: Path) -> None:
    text = "FROM debian:bookworm-slim\nCMD locale charmap 2>&1\n"
    assert output(text, tmp_path) == "ANSI_X3.4-1968"
    assert output(rewritten("set-locale", text, tmp_path), tmp_path) == "UTF-8"


def test_root_does_the_same_without_sudo(tmp_path: Path) -> None:
    text = (
        "FROM debian:bookworm-slim\nENV A=1\n"
        "RUN apt-get update && apt-get install -y --no-install-recommends sudo && rm -rf /var/lib/apt/lists/*\n"
        "RUN sudo mkdir -m 700 /made && sudo -H sh -c 'umask; id; echo $HOME' > /seen\nCMD cat /seen\n"
    )
    after = rewritten("drop-sudo", text, tmp_path)
    assert "RUN mkdir" in after
    assert output(after, tmp_path) == output(text, tmp_path)
