"""Whether a RUN changes what the next one is started with."""

from __future__ import annotations

import pytest

from dfopt.facts.facts import Facts
from dfopt.facts.process import FOLDER, USER
from dfopt.source import Source
from dfopt.syntax.nodes import Run
from dfopt.syntax.parser import parse


def change(script: str, head: str) -> str:
    facts = Facts(parse(Source(f"{head}\nRUN {script}\n")))
    return facts.changes_process(next(facts.dockerfile.find(Run)))


@pytest.mark.parametrize(
    ("head", "script"),
    [
        ("WORKDIR /app", "rm -rf /app"),
        ("WORKDIR /app", "rm -r /app/ && mkdir /app"),
        ("WORKDIR /app", "rm -$x /app"),
        ("WORKDIR /srv/app", "rm -rf /srv"),
        ("WORKDIR /srv/app", "rm -rf /srv/*"),
        ("WORKDIR /srv/app", "rm -rf /srv/a*"),
        ("WORKDIR /srv/app", "rm -rf ../app"),
        ("WORKDIR /srv/app", "cd .. && rm -rf app"),
        ("WORKDIR /srv/app", "cd /srv && rm -rf app"),
        ("WORKDIR /srv/app", "cd $x && rm -rf ../app"),
        ("WORKDIR /srv/app", "mv /srv/app /srv/b"),
        ("WORKDIR /srv/app", "rmdir /srv/app"),
        ("WORKDIR /srv\nWORKDIR app", "rm -rf /srv/app"),
        ("ENV H=/app\nWORKDIR $H", 'rm -rf "$H"'),
        ("ENV H=/app\nWORKDIR $H", "rm -rf ${H}/"),
        ("WORKDIR $H", "rm -rf /app"),
        ("WORKDIR /app", "if a; then ( sudo rm -fR /app ); fi"),
        ("USER u", "rm -rf /var/www/html"),
        ("USER u", "cd x && rm -rf .."),
    ],
)
def test_the_folder_may_go(head: str, script: str) -> None:
    assert change(script, f"FROM x\n{head}") == FOLDER


@pytest.mark.parametrize(
    ("head", "script"),
    [
        ("WORKDIR /app", "rm -rf /app/*"),
        ("WORKDIR /app", "rm -rf /app/node_modules"),
        ("WORKDIR /app", "rm -rf /apps"),
        ("WORKDIR /app", "rm -f /app"),
        ("WORKDIR /app", "rm -rf *"),
        ("WORKDIR /app", "rm -rf ./x"),
        ("WORKDIR /app", "mv /x /app"),
        ("WORKDIR /app", "echo rm -rf /app"),
        ("WORKDIR /app", "cd /tmp && rm -rf app"),
        ("WORKDIR /", "rm -rf /app"),
        ("USER u", "rm -rf /var/lib/apt/lists/*"),
        ("USER u", "rm -rf /tmp/x /root/.cache"),
        ("USER u", "rm -rf x"),
    ],
)
def test_it_may_not(head: str, script: str) -> None:
    assert change(script, f"FROM x\n{head}") == ""


@pytest.mark.parametrize("image", ["debian:12", "alpine", "node:20", "python:3"])
def test_images_without_a_workdir_start_at_the_root(image: str) -> None:
    assert change("rm -rf /opt/x", f"FROM {image}") == ""


@pytest.mark.parametrize("head", ["FROM php:8", "FROM unknown", "FROM debian:12 AS b\nWORKDIR $x\nFROM b"])
def test_others_may_start_anywhere(head: str) -> None:
    assert change("rm -rf /opt/x", head) == FOLDER


@pytest.mark.parametrize(
    "script",
    [
        "usermod -d /x root",
        "usermod -aG docker $USER",
        "adduser root docker",
        "sudo usermod -aG docker bob",
        "sed -i s/a/b/ /etc/passwd",
        "sudo sed --in-place=x s/a/b/ /etc/group",
    ],
)
def test_the_user_may_change(script: str) -> None:
    assert change(script, "FROM debian:12") == USER


@pytest.mark.parametrize(
    "script",
    [
        "usermod -u 1001 node",
        "useradd -G root bob",
        "adduser bob",
        "sed s/a/b/ /etc/passwd",
        "echo usermod root",
        "sed -i s/rm/b/ f",
    ],
)
def test_it_stays(script: str) -> None:
    assert change(script, "FROM debian:12") == ""


def test_what_is_not_modelled_says_nothing() -> None:
    assert change("[[ x ]] && rm -rf /app", "FROM x\nWORKDIR /app") == ""
