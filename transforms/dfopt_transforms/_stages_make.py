"""What ``make`` runs in a container: the recipes of the targets that it is given, if a Makefile says them plainly."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
"""In the order in which make looks for them."""
_RULE = re.compile(r"(?m)^([\w./ -]+?)[ \t]*:(?![=:])([^=;\n]*)\n((?:\t.*\n?|[ \t]*#.*\n)*)")
_VARIABLE = re.compile(r"(?m)^(\w+)[ \t]*(?::|\?)?=[ \t]*(.*?)[ \t]*$")
_UNREAD = re.compile(r"(?m)^ *-?(?:include|define|ifn?eq|ifn?def|\.ONESHELL|\.SECONDEXPANSION)\b")
_DEEPEST = 5
_LONGEST = 1_000_000


def with_variables(text: str) -> str:
    """A Makefile with the values of the variables that it sets itself in place of these."""
    variables = dict(_VARIABLE.findall(text))
    for _ in range(_DEEPEST):
        text = re.sub(r"(?<!\$)\$[({](\w+)[)}]", lambda found: variables.get(found[1], found[0]), text)
        if len(text) > _LONGEST:
            break
    return text


class _Rule(msgspec.Struct, frozen=True):
    needs: list[str]
    lines: list[str]


def recipes(text: str, targets: Sequence[str]) -> list[str] | None:
    """The commands that bring some targets about, from the content of a Makefile; None if they are not plain.

    Every recipe counts, that of a target too which may be up to date.
    """
    if _UNREAD.search(text):
        return None
    found: list[str] = []
    rules = _rules(text)
    variables = dict(_VARIABLE.findall(text))
    for target in targets or [next(iter(rules), "")]:
        if not _add(target, rules, variables, found, 0):
            return None
    return found


def _rules(text: str) -> dict[str, _Rule]:
    found: dict[str, _Rule] = {}
    for names, needs, body in _RULE.findall(text.replace("\r\n", "\n") + "\n"):
        lines = [line[1:] for line in body.splitlines() if line.startswith("\t")]
        for name in names.split():
            if not name.startswith("."):
                found[name] = _Rule(needs.split(), lines)
    return found


def _add(name: str, rules: dict[str, _Rule], variables: dict[str, str], found: list[str], depth: int) -> bool:
    """Appends the commands of a target and of what it needs; False if they are not known."""
    rule = rules.get(name)
    if rule is None or depth > _DEEPEST:
        return False
    if not all(_add(each, rules, variables, found, depth + 1) for each in rule.needs):
        return False
    for line in rule.lines:
        command = _expanded(line.lstrip("@-+ \t"), variables)
        if command is None:
            return False
        found.append(command)
    return True


def _expanded(line: str, variables: dict[str, str]) -> str | None:
    """A line of a recipe as the shell gets it; None if a variable is not known."""
    if line.endswith("\\"):
        return None
    for _ in range(_DEEPEST):
        line = re.sub(r"(?<!\$)\$[({](\w+)[)}]", lambda found: variables.get(found[1], found[0]), line)
    if re.search(r"(?<!\$)\$[^$]", line.replace("$$", "")):
        return None
    return line.replace("$$", "$")
