"""Where paths lie, and what is known of a folder."""

from __future__ import annotations

import pytest

from dfopt.facts.facts import Facts
from dfopt.facts.folders import Held, held, is_there, names_file, place
from dfopt.source import Source
from dfopt.syntax.nodes import Copy, Instruction
from dfopt.syntax.parser import parse


def last(text: str) -> tuple[Facts, Instruction]:
    dockerfile = parse(Source(text))
    return Facts(dockerfile), dockerfile.instructions[-1]


@pytest.mark.parametrize(
    ("above", "written", "expected"),
    [
        ("FROM debian:12", "app", "/app"),
        ("FROM debian:12\nWORKDIR /srv/x\nWORKDIR y", "./a/../b/", "/srv/x/y/b"),
        ("FROM debian:12\nENV D=/opt", "$D/x", "/opt/x"),
        ("FROM example.com/base\nWORKDIR $W", "x", None),
        ("FROM example.com/base", "x", None),
        ("FROM example.com/base", "$HOME/x", None),
    ],
)
def test_a_place(above: str, written: str, expected: str | None) -> None:
    facts, copy = last(f"{above}\nCOPY a {written}\n")
    assert isinstance(copy, Copy)
    assert place(facts, copy, copy.destination.text) == expected


def test_a_variable_of_the_base_stands_for_itself() -> None:
    facts, copy = last("FROM example.com/base\nCOPY a $SRC/x/../y\n")
    assert isinstance(copy, Copy)
    assert place(facts, copy, "$SRC/x/../y") == place(facts, copy, "${SRC}/y")
    assert place(facts, copy, "$SRC/y") != place(facts, copy, "$SRX/y")


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ("FROM debian:12", Held.ABSENT),
        ("FROM example.com/base", Held.UNKNOWN),
        ("FROM debian:12\nWORKDIR /app", Held.EMPTY),
        ("FROM debian:12\nRUN mkdir -p /app /data", Held.EMPTY),
        ("FROM debian:12\nRUN mkdir -p /app/data /app", Held.UNKNOWN),
        ("FROM debian:12\nWORKDIR /app/data", Held.UNKNOWN),
        ("FROM debian:12\nWORKDIR /app\nRUN apt-get update && apt-get install -y git > /log", Held.EMPTY),
        ("FROM debian:12\nWORKDIR /app\nRUN apt-get update > log", Held.UNKNOWN),
        ("FROM debian:12\nWORKDIR /app\nRUN touch x", Held.UNKNOWN),
        ("FROM debian:12\nWORKDIR /app\nRUN touch /x && useradd app && chown app .", Held.EMPTY),
        ("FROM debian:12\nWORKDIR /app\nRUN make", Held.UNKNOWN),
        ("FROM debian:12\nWORKDIR /application\nRUN make", Held.ABSENT),
        ("FROM debian:12\nRUN git clone https://example.com/x /app", Held.UNKNOWN),
        ("FROM debian:12\nRUN git clone https://example.com/x app", Held.UNKNOWN),
        ("FROM debian:12\nENV D=/app\nRUN git clone https://example.com/x $D/x", Held.UNKNOWN),
        ("FROM debian:12\nRUN cp x $UNKNOWN", Held.UNKNOWN),
        ("FROM debian:12\nRUN <<E\nif\nE", Held.UNKNOWN),
        ("FROM debian:12\nCOPY x /app/y", Held.UNKNOWN),
        ("FROM debian:12\nCOPY rootfs /", Held.UNKNOWN),
        ("FROM debian:12\nCOPY run.sh /", Held.ABSENT),
        ("FROM debian:12\nVOLUME /app", Held.UNKNOWN),
        ("FROM debian:12 AS a\nWORKDIR /app\nFROM a", Held.EMPTY),
        ("FROM debian:12 AS a\nWORKDIR /app\nRUN make\nFROM a", Held.UNKNOWN),
        ("FROM debian:12 AS a\nWORKDIR /app\nRUN make\nFROM debian:12", Held.ABSENT),
    ],
)
def test_what_a_folder_holds(above: str, expected: Held) -> None:
    facts, until = last(f"{above}\nCOPY . /app\n")
    assert held(facts, until, "/app") is expected


def test_folders_of_images_are_not_known() -> None:
    facts, until = last("FROM debian:12\nCOPY . /\n")
    own = ["/app", "/opt/x", "/srv/x/y", "/usr/src/app", "/home/me/app"]
    of_image = ["/", "/etc", "/etc/x", "/opt", "/home/me", "/home/me/.ssh", "/var/www/html", "/usr/local/app"]
    assert {path: held(facts, until, path) for path in own} == dict.fromkeys(own, Held.ABSENT)
    assert {path: held(facts, until, path) for path in of_image} == dict.fromkeys(of_image, Held.UNKNOWN)


@pytest.mark.parametrize(
    ("above", "folder"),
    [
        ("FROM debian:12", "/usr/local/bin"),
        ("FROM nginx", "/usr/share/nginx"),
        ("FROM debian:12\nWORKDIR /a/b/c", "/a/b"),
        ("FROM debian:12\nRUN mkdir -p /a/b", "/a/b"),
        ("FROM debian:12\nCOPY x /a/b/", "/a/b"),
        ("FROM debian:12\nCOPY x /a/b/c", "/a/b"),
        ("FROM debian:12\nRUN apt-get install -y tor", "/etc/tor"),
    ],
)
def test_a_folder_is_there(above: str, folder: str) -> None:
    facts, until = last(f"{above}\nCOPY . /x\n")
    assert is_there(facts, until, folder)
    assert not is_there(facts, until, f"{folder}/more")


def test_names_of_files() -> None:
    files = ["run.sh", "a/b.JSON", "/usr/bin/tool", "/x/Makefile", "x.default", ".bashrc"]
    others = ["run", "conf.d", "/opt/tool", ".", "src/", ".config", "a.b/c"]
    assert [path for path in files + others if names_file(path)] == files
