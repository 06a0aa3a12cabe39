"""What programs start that read in a file what to start: supervisord, cron, foreman."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from dfopt.knowledge import service_files as known
from dfopt_transforms._stages_parts import Old, RefusedError

SERVICES = "a container starts what starts others, and which is not known"


def commands_of(old: Old, programs: Collection[str]) -> Iterator[tuple[str, str]]:
    """The commands that the started programs start, as shell scripts, and the file that names each.

    Raises RefusedError if one starts what is not known.
    """
    for program in programs:
        if program in known.OTHERS:
            raise RefusedError(SERVICES, program)
        if program in known.READERS:
            found = list(_of_files(old, program))
            if not found:
                raise RefusedError(SERVICES, program)
            yield from found


def _of_files(old: Old, program: str) -> Iterator[tuple[str, str]]:
    read = {"supervisord": _supervised, "foreman": _of_procfile}.get(known.READERS[program], _of_crontab)
    for path in dict.fromkeys(each.path for each in old.laid):
        if known.FILES[known.READERS[program]].fullmatch(path):
            for command in read(old.text(path), path):
                yield command, path


def _supervised(text: str, _path: str) -> Iterator[str]:
    for command in re.findall(r"(?m)^[ \t]*command[ \t]*=[ \t]*(.*(?:\n[ \t]+\S.*)*)", text):
        line = re.sub(r"\s;.*|\n\s*", " ", command)
        yield re.sub(r"%\((?:ENV_)?(\w+)\)\w", r"${\1}", line).replace("%%", "%")


def _of_procfile(text: str, _path: str) -> Iterator[str]:
    yield from re.findall(r"(?m)^[\w-]+:[ \t]*(\S.*)$", text)


def _of_crontab(text: str, path: str) -> Iterator[str]:
    if known.CRON_SCRIPTS.fullmatch(path):
        yield path
        return
    has_user = known.CRON_WITH_USER.fullmatch(path) is not None
    for line in text.splitlines():
        if found := known.CRON_LINE.match(line):
            command = line[found.end() :]
            yield command.partition(" ")[2] if has_user or command.startswith("root ") else command
