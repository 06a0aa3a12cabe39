"""What strace writes is read: which paths were asked for, and which of them were not there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dfopt.verify.trace import NO_STRACE, PLACE, Asked, asked, tracer

SHELL = """\
execve("/bin/sh", ["/bin/sh", "-c", "cd /etc; cat passwd"], 0x7ffe21af7a48 /* 3 vars */) = 0
access("/etc/ld.so.preload", R_OK)      = -1 ENOENT (No such file or directory)
openat(AT_FDCWD</>, "/lib/x86_64-linux-gnu/libc.so.6", O_RDONLY|O_CLOEXEC) = 3</usr/lib/x86_64-linux-gnu/libc.so.6>
newfstatat(3</usr/lib/x86_64-linux-gnu/libc.so.6>, "", {st_mode=S_IFREG|0755, st_size=1926232, ...}, AT_EMPTY_PATH) = 0
chdir("/etc")                           = 0
newfstatat(AT_FDCWD</etc>, "/usr/local/bin/cat", 0x7ffee6086210, 0) = -1 ENOENT (No such file or directory)
stat("hosts", {st_mode=S_IFREG|0644, st_size=9, ...}) = 0
openat(AT_FDCWD</etc>, "passwd", O_RDONLY) = 3</etc/passwd>
openat(AT_FDCWD</etc>, "../srv/a b", O_RDONLY) = 4</srv/a b>
openat(5</opt>, "\\303\\244\\"", O_RDONLY) = 6
open("/root/x", O_RDONLY)               = -1 EACCES (Permission denied)
wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 10
+++ exited with 0 +++
"""


def test_paths_as_they_were_named() -> None:
    assert asked([SHELL], "/") == Asked(
        opened=frozenset({"/bin/sh", "/lib/x86_64-linux-gnu/libc.so.6", "/etc/passwd", "/srv/a b", '/opt/ä"'}),
        seen=frozenset({"/usr/lib/x86_64-linux-gnu/libc.so.6", "/etc", "/etc/hosts"}),
        missed=frozenset({"/etc/ld.so.preload", "/usr/local/bin/cat"}),
    )


def test_what_is_made_needs_its_folder() -> None:
    made = (
        'mkdir("/var/lib/app/new", 0777) = 0\n'
        'openat(AT_FDCWD</app>, "log/a", O_WRONLY|O_CREAT, 0666) = 3</app/log/a>\n'
        'open("/run/app/pid", O_WRONLY|O_CREAT, 0666) = -1 ENOENT (No such file or directory)\n'
    )
    found = asked([made], "/app")
    assert {"/var/lib/app", "/app/log"} <= found.seen
    assert found.missed == {"/run/app"}


def test_each_process_starts_in_the_folder_of_the_image() -> None:
    assert asked(['chdir("x") = 0\nopen("a", O_RDONLY) = 3\n', 'open("b", O_RDONLY) = 3\n'], "/w").opened == {
        "/w/x/a",
        "/w/b",
    }


def test_the_tracer_itself_is_not_told() -> None:
    assert asked([f'execve("{PLACE}/strace", [], 0x1) = 0\n'], "/") == Asked()


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_tracer_brings_all_that_it_needs(tmp_path: Path) -> None:
    config = {
        "Entrypoint": ["/entry"],
        "Cmd": ["serve", "--now"],
        "Healthcheck": {"Test": ["CMD-SHELL", "true"]},
        "Shell": ["/bin/bash", "-c"],
    }
    found = tracer(tmp_path / "t", config)
    assert not isinstance(found, str)
    for word in found.words:
        if word.startswith(PLACE):
            assert Path(f"{tmp_path}/t{word}").exists()
    assert (found.entrypoint, found.command, found.health) == (
        ("/entry",),
        ("serve", "--now"),
        ("/bin/bash", "-c", "true"),
    )
    assert found.watched("run", ["/entry"])[-3:] == ("-o", f"{PLACE}/log/run", "/entry")
    assert Path(f"{tmp_path}/t{PLACE}/log").stat().st_mode & 0o7777 == 0o1777


def test_without_strace_there_is_no_tracer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tracer(tmp_path / "t", {}) == NO_STRACE
