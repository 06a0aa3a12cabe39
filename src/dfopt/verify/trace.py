"""Which files the processes of a container ask for: strace of this machine, brought along with its own libraries.

It is copied into the container and starts what the image starts, so the image needs to have nothing, not even a libc,
and the container no rights beyond the usual ones: a process may trace those that it starts. Sources: strace(1),
ld.so(8), and the notes on ptrace in Docker's default seccomp profile.
"""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from dfopt.verify.engines.protocol import Tracer
from dfopt.verify.image_config import entrypoint, health, start

PLACE = "/.dfopt-trace"
"""Where it lies in the container."""
NO_STRACE = "strace and ldd are not both installed on this machine"
_CALLS = "trace=%file,chdir,fchdir"
_OPENS = frozenset({"open", "openat", "openat2", "execve", "execveat", "creat"})
_LOOKS = frozenset(
    "stat stat64 lstat lstat64 newfstatat fstatat64 statx access faccessat faccessat2 readlink readlinkat chdir statfs "
    "getxattr lgetxattr inotify_add_watch".split()
)
_MAKES = frozenset("mkdir mkdirat mknod mknodat symlink symlinkat rename renameat renameat2 link linkat".split())
_CALL = re.compile(
    r"(?P<name>\w+)\((?:(?:AT_FDCWD|\d+)<(?P<folder>[^>]*)>, )?\"(?P<path>(?:[^\"\\]|\\.)*)\"(?P<rest>.*)\)"
    r"\s+= (?P<status>-?\d+)(?:<[^>]*>)?(?: (?P<error>E[A-Z]+))?"
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_PLAIN = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"v": b"\v", b"f": b"\f"}
_LIBRARY = re.compile(r"(?:(?P<name>\S+) => )?(?P<path>/\S+) \(0x")


class Asked(msgspec.Struct, frozen=True):
    """The absolute paths that processes asked for, as they named them."""

    opened: frozenset[str] = frozenset()
    """Files that were read, written or started, and folders that were listed."""
    seen: frozenset[str] = frozenset()
    """What was looked at, or what something was made in."""
    missed: frozenset[str] = frozenset()
    """What was not there."""


def tracer(folder: Path, config: Mapping[str, Any]) -> Tracer | str:
    """A tracer for an image of a config, made in a folder of its own; or why there can be none."""
    program = shutil.which("strace")
    if program is None or shutil.which("ldd") is None:
        return NO_STRACE
    place = Path(f"{folder}{PLACE}")
    output = place / "log"
    output.mkdir(parents=True)
    output.chmod(0o1777)  # whatever user the image runs as
    shutil.copyfile(program, place / "strace")
    (place / "strace").chmod(0o755)
    loader = _libraries(program, place)
    loading = (f"{PLACE}/{loader}", "--library-path", PLACE) if loader else ()
    words = (*loading, f"{PLACE}/strace", "-ff", "-y", "-I", "2", "-e", _CALLS, "-e", "signal=none", "-o")
    return Tracer(
        folder=str(folder),
        words=words,
        output=f"{PLACE}/log",
        entrypoint=entrypoint(config),
        command=start(config)[len(entrypoint(config)) :],
        health=health(config),
    )


def _libraries(program: str, place: Path) -> str:
    """Copies what a program is linked with; the name of its loader, empty for a static one."""
    done = subprocess.run(["ldd", program], capture_output=True, text=True, timeout=30, check=False)
    loader = ""
    for found in _LIBRARY.finditer(done.stdout):
        name = posixpath.basename(found["name"] or found["path"])
        shutil.copyfile(found["path"], place / name)
        (place / name).chmod(0o755)
        if found["name"] is None or name.startswith(("ld-", "ld.")):
            loader = name
    return loader


def asked(traces: Iterable[str], folder: str) -> Asked:
    """What the traces of some processes say; ``folder`` is where the first of them started."""
    opened: set[str] = set()
    seen: set[str] = set()
    missed: set[str] = set()
    for trace in traces:
        here = folder or "/"
        for line in trace.splitlines():
            if not (call := _CALL.match(line)):
                continue
            name, path = call["name"], _unescaped(call["path"])
            path = posixpath.normpath(posixpath.join(call["folder"] or here, path) if path else call["folder"] or here)
            if not path.startswith("/") or path.startswith(PLACE):
                continue
            makes = name in _MAKES or "O_CREAT" in call["rest"]
            if call["status"].startswith("-"):
                if call["error"] == "ENOENT":
                    missed.add(posixpath.dirname(path) if makes else path)
                continue
            if name == "chdir":
                here = path
            if makes:
                seen.add(posixpath.dirname(path))
            if name in _OPENS:
                opened.add(path)
            elif name in _LOOKS:
                seen.add(path)
    return Asked(frozenset(opened), frozenset(seen - opened), frozenset(missed))


def _unescaped(text: str) -> str:
    def plain(found: re.Match[bytes]) -> bytes:
        sign = found[1]
        return bytes([int(sign, 8) & 0xFF]) if sign.isdigit() else _PLAIN.get(sign, sign)

    if "\\" not in text:
        return text
    return _ESCAPE.sub(plain, text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")
