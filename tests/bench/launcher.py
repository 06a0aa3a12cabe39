"""Runs a command and prints its exit code, CPU seconds, memory in kB and how many bytes it printed.

It runs as a small process of its own, because Linux counts the memory that a process had before
its exec, which is that of its parent.
"""

from __future__ import annotations

import os
import sys


def launch(output: str, words: list[str]) -> str:
    with open(output, "wb") as out, open(os.devnull, "r+b") as null:
        streams = [(os.POSIX_SPAWN_DUP2, file.fileno(), number) for number, file in enumerate((null, out, null))]
        child = os.posix_spawnp(words[0], words, os.environ, file_actions=streams)
        _, status, usage = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return f"{code} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss} {os.path.getsize(output)}"


if __name__ == "__main__":
    sys.stdout.write(launch(sys.argv[1], sys.argv[2:]))
