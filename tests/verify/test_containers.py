"""Containers are started with what a client is told, watched on request, and removed; the client here is a script."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dfopt.verify.engines import EngineError, NotStartedError, Tracer, containers
from dfopt.verify.engines import find as find_engine

CLIENT = """\
import os, pathlib, sys, tarfile, io
folder = pathlib.Path(__file__).parent
words = sys.argv[1:]
with open(folder / "calls", "a") as calls:
    calls.write(" ".join(words) + "\\n")
answers = {"create": "c1", "wait": "0", "logs": "hello", "inspect": "true", "--version": "podman 5",
           "port": os.environ.get("PORT", "")}
if words[0] == "start" and "UNSTARTABLE" in os.environ:
    sys.exit("no such file")
if words[0] == "exec":
    sys.exit(0)
if words[0] == "cp" and words[-1] == "-":
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as archive:
        for name, text in (("log/run.1", b"one"), ("log/run.2", b"two")):
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
else:
    print(answers.get(words[0], ""))
"""
TRACER = Tracer(
    folder="/made/here",
    words=("/t/strace", "-o"),
    output="/t/log",
    entrypoint=("/entry",),
    command=("serve",),
    health=("check",),
)
Calls = Callable[[], list[str]]


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What the client ``podman`` was called with."""
    path = tmp_path / "podman"
    path.write_text(f"#!{sys.executable}\n{CLIENT}")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return lambda: (tmp_path / "calls").read_text().splitlines()


def test_a_command_is_run(calls: Calls) -> None:
    ran = find_engine("podman").run("tag", ["echo", "hi"], "host", 20)
    assert (ran.status, ran.output, ran.traces) == (0, "hello\n", ())
    assert calls()[1] == "create --label dfopt-verify --network host tag echo hi"
    assert calls()[-1] == "rm --force --volumes c1"


def test_a_command_is_watched_with_nothing_of_the_image(calls: Calls) -> None:
    ran = find_engine("podman").run("tag", [], None, 20, TRACER)
    assert ran.traces == ("one", "two")
    found = calls()
    assert found[1] == "create --label dfopt-verify --entrypoint /t/strace tag -o /t/log/run /entry serve"
    assert found[2:4] == ["cp /made/here/. c1:/", "start c1"]
    assert found[-2:] == ["cp c1:/t/log -", "rm --force --volumes c1"]


def test_a_health_check_is_watched(calls: Calls) -> None:
    assert find_engine("podman").health("tag", None, 20, TRACER).status == 0
    assert "exec c1 /t/strace -o /t/log/health check" in calls()


def test_an_image_that_cannot_be_started_leaves_no_container(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNSTARTABLE", "1")
    with pytest.raises(NotStartedError, match="no such file"):
        find_engine("podman").run("tag", [], None, 20)
    assert calls()[-1] == "rm --force --volumes c1"


def _first_answers(host: str, ports: Mapping[int, int]) -> dict[int, str]:
    return {80: f"{host} {ports[80]}"}


def _all_answer(_: str, ports: Mapping[int, int]) -> dict[int, str]:
    return dict.fromkeys(ports, "somebody")


def test_ports_are_published_on_this_machine_only(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("PORT", f"127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setattr(containers, "answers", _first_answers)
        ran = find_engine("podman").probe("tag", [80, 81], None, 20)
        assert (ran.status, ran.output) == (0, f"port 80: 127.0.0.1 {server.getsockname()[1]}\nport 81: no answer")
    assert "create --label dfopt-verify --publish 127.0.0.1::80 --publish 127.0.0.1::81 tag" in calls()


def test_a_port_in_use_is_not_taken_for_the_container(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "answers", _all_answer)
    with pytest.raises(EngineError, match="port 80 is in use"):
        find_engine("podman").probe("tag", [80], "host", 20)
    assert len(calls()) == 1
