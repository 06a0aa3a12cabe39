"""Which files commands download and unpack, and which paths their words stand for."""

from __future__ import annotations

import pytest

from dfopt.facts.downloads import download, unpacked
from dfopt.facts.facts import Facts
from dfopt.facts.script_paths import ScriptPaths, as_glob, is_below, join, may_be
from dfopt.shell.nodes import Pipeline, Script
from dfopt.shell.walk import nodes, simple_commands
from dfopt.source import Source
from dfopt.syntax.nodes import Run
from dfopt.syntax.parser import parse


def read(script: str, head: str = "WORKDIR /w\n") -> tuple[Script, ScriptPaths]:
    facts = Facts(parse(Source(f"FROM debian:12\n{head}RUN {script}\n")))
    run = [*facts.dockerfile.find(Run)][-1]
    found = facts.script(run)
    assert isinstance(found, Script)
    return found, ScriptPaths(facts, run, found)


def downloaded(script: str) -> list[tuple[tuple[str, ...], bool]]:
    found, paths = read(script)
    each = (download(command, paths) for command in simple_commands(found))
    return [(tuple(sorted(one.paths)), one.is_known) for one in each if one is not None]


@pytest.mark.parametrize(
    ("script", "paths"),
    [
        ("curl -fsSLO https://e/a.tgz", ["/w/a.tgz"]),
        ("curl -fsSL -o /x/b https://e/a.tgz", ["/x/b"]),
        ("curl -fsSLo b https://e/a.tgz", ["/w/b"]),
        ("curl -fsSLob https://e/a.tgz", ["/w/b"]),
        ("curl --output b -H 'X: y' https://e/a.tgz", ["/w/b"]),
        ("curl -O https://e/a -O https://e/b", ["/w/a", "/w/b"]),
        ("curl --output-dir /d -O https://e/a", ["/d/a"]),
        ("curl https://e/a > b", ["/w/b"]),
        ("cd /tmp && curl -OL https://e/a.tgz", ["/tmp/a.tgz"]),
        ("wget -q https://e/a.tgz https://e/b.tgz", ["/w/a.tgz", "/w/b.tgz"]),
        ("wget -nv -P /tmp https://e/a.tgz", ["/tmp/a.tgz"]),
        ("wget -nvO b https://e/a.tgz", ["/w/b"]),
        ("wget --output-document=b https://e/a.tgz", ["/w/b"]),
        ("wget -qO- https://e/a.tgz > /b", ["/b"]),
        ("wget https://e/a.tgz?x=1", ["/w/a.tgz", "/w/a.tgz?x=1"]),
        ("V=1 && wget https://e/a-$V.tgz", ["/w/a-1.tgz"]),
        ("wget https://e/a-${V}.tgz", ["/w/a-${V}.tgz"]),
        ("wget https://e/a-$(uname -m).tgz", ["/w/a-$(uname -m).tgz"]),
    ],
)
def test_the_file_of_a_download(script: str, paths: list[str]) -> None:
    assert downloaded(script) == [(tuple(paths), True)]


@pytest.mark.parametrize(
    "script", ["curl -OJ https://e/a", "wget -i list", "curl -LO $URL", "wget $URL", "wget https://e/"]
)
def test_a_name_that_is_not_known(script: str) -> None:
    assert [known for _, known in downloaded(script)] == [False]


@pytest.mark.parametrize(
    "script", ["curl https://e/a", "wget -qO- https://e/a | tar x", "curl -o- https://e/a", "wget --help"]
)
def test_no_file_comes_in(script: str) -> None:
    assert all(not paths for paths, _ in downloaded(script))


@pytest.mark.parametrize(
    ("script", "path"),
    [
        ("tar xzf a.tgz", "/w/a.tgz"),
        ("tar -C /opt -xzf a.tgz", "/w/a.tgz"),
        ("tar --extract --strip-components 1 --file=a.tgz -C /opt", "/w/a.tgz"),
        ("tar xz < a.tgz", "/w/a.tgz"),
        ("bsdtar -xf a.zip", "/w/a.zip"),
        ("unzip -q a.zip -d /opt", "/w/a.zip"),
        ("7z x a.7z", "/w/a.7z"),
        ("gunzip -c a.tgz | tar x", "/w/a.tgz"),
        ("cat a.tgz | tar xz", "/w/a.tgz"),
        ("xz -dc a.xz > a", "/w/a.xz"),
        ("dpkg -i a.deb", "/w/a.deb"),
        ("rpm -Uvh a.rpm", "/w/a.rpm"),
        ("apt-get install -y ./a.deb", "/w/a.deb"),
        ("yum localinstall -y a.rpm", "/w/a.rpm"),
        ("bash Miniconda3.sh -b", "/w/Miniconda3.sh"),
        ("./x.run --silent", "/w/x.run"),
    ],
)
def test_what_is_unpacked(script: str, path: str) -> None:
    found, paths = read(script)
    pipelines = [node for node in nodes(found) if isinstance(node, Pipeline)]
    assert [paths.path(*one) for pipeline in pipelines for one in unpacked(pipeline, paths)] == [path]


@pytest.mark.parametrize(
    "script",
    [
        "tar tf a.tgz",
        "tar czf a.tgz b",
        "unzip -l a.zip",
        "gunzip a.gz",
        "cat a.tgz | sha256sum",
        "dpkg -I a.deb",
        "rpm -qp a.rpm",
        "apt-get install -y curl",
        "sh setup.sh",
        "bash -c ./x.run",
    ],
)
def test_what_is_not(script: str) -> None:
    found, paths = read(script)
    pipelines = [node for node in nodes(found) if isinstance(node, Pipeline)]
    assert [one for pipeline in pipelines for one in unpacked(pipeline, paths)] == []


def test_folders() -> None:
    script, paths = read("a; (cd /x; b) && cd y && c; cd .. && d; cd $Z/q; e; cd -; f; if g; then cd /h; fi; i")
    seen = {command.words[0].value: paths.folder(command) for command in simple_commands(script)}
    assert [seen[name] for name in "abcde"] == ["/w", "/x", "/w/y", "/w", "${Z}/q"]
    assert len({seen["f"], seen["i"], "/w"}) == 3


def test_a_folder_that_is_not_known_is_another_one() -> None:
    first, second = (read("a", head)[1] for head in ("WORKDIR $A\n", "WORKDIR $A\nWORKDIR $B\n"))
    script, _ = read("a")
    command = simple_commands(script)[0]
    assert first.folder(command) != second.folder(command)


def test_paths_as_patterns() -> None:
    assert join("/a", "../b") == "/b"
    assert join("<1>", "b/../c") == "<1>/c"
    assert may_be("/a/*.tgz", "/a/${V}.tgz")
    assert may_be("/a/b[0-9].tgz", "/a/b${V}.tgz")
    assert may_be("${D}/a*", "/x/a")
    assert not may_be("/a/*", "/a/b/c")
    assert not may_be("/a/${V}.tgz", "/a/x.tgz")
    assert not may_be("${D}/bin/*", "/tmp/a")
    assert is_below("/a/b/c", "/a")
    assert not is_below("/ab", "/a")
    assert (as_glob("/a/x-${V}-$(uname -m).tgz"), as_glob("<1>/x")) == ("/a/x-*-*.tgz", "")
