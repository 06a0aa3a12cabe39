"""Runs a command and prints its exit code, CPU seconds, memory in kB and how many bytes it printed.

It runs as a small process of its own, because Linux counts the memory that a process had before
its exec, which is that of its parent. It must lead a process group: all processes in it are
looked at twenty times a second, and the memory is the most that they held together, shared pages
counted once, or what the largest of them held at any time, whichever is more.
"""

from __future__ import annotations

import os
import sys
import time

PAUSE = 0.05


def launch(output: str, words: list[str]) -> str:
    with open(output, "wb") as out, open(os.devnull, "r+b") as null:
        streams = [(os.POSIX_SPAWN_DUP2, file.fileno(), number) for number, file in enumerate((null, out, null))]
        child = os.posix_spawnp(words[0], words, os.environ, file_actions=streams)
    together = 0
    while True:
        time.sleep(PAUSE)
        together = max(together, held_together())
        ended, status, usage = os.wait4(child, os.WNOHANG)
        if ended:
            break
    code = os.waitstatus_to_exitcode(status)
    memory = max(together, usage.ru_maxrss)
    return f"{code} {usage.ru_utime + usage.ru_stime} {memory} {os.path.getsize(output)}"


def held_together() -> int:
    """The memory of the other processes of this group in kB; 0 where the system does not tell."""
    total = 0
    for name in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if name.isdigit() and int(name) != os.getpid():
            try:
                if os.getpgid(int(name)) == os.getpid():
                    total += proportional(name)
            except OSError:  # it has just ended
                continue
    return total


def proportional(process: str) -> int:
    """The memory of a process in kB, where a page that n processes share counts as an nth."""
    with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as lines:
        return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    sys.stdout.write(launch(sys.argv[1], sys.argv[2:]))
