"""The folders that a RUN finds its programs in, and who may put other programs before those that it has found."""

from __future__ import annotations

import re

from dfopt.facts.facts import Facts
from dfopt.knowledge.program_installs import FIRST_FOLDERS, SYSTEM_FOLDERS, writers
from dfopt.model.expand import expand
from dfopt.model.stages import led_to
from dfopt.syntax.nodes import Arg, Env, Run

_UNKNOWN = "?"
"""Stands for the value of a variable that is not known."""
_OTHERWISE = re.compile(r"\$\{\w+:?[-+?]")
"""An expansion that is something else if a variable is not set."""


def free_installers(facts: Facts, run: Run) -> frozenset[str]:
    """The installers that may put a program before one of another folder of PATH.

    Where the base image is not known, it is taken to have the system's folders in PATH.
    """
    folders = _folders(facts, run)
    leading = [folder for folder in folders[:-1] if folder not in SYSTEM_FOLDERS]
    return frozenset(writer for folder in leading for writer in writers(folder))


def _folders(facts: Facts, run: Run) -> list[str]:
    own = facts.stage_of(run)
    reference = facts.base(own).reference
    found = [*(FIRST_FOLDERS.get(reference.name, ()) if reference else ()), *SYSTEM_FOLDERS]
    for instruction in (each for each in led_to(own, run) if isinstance(each, Env | Arg)):
        for pair in instruction.pairs:
            if pair.key == "PATH" and pair.value is not None:
                found = _set(facts, instruction, pair.value, found)
    return found


def _set(facts: Facts, instruction: Env | Arg, value: str, before: list[str]) -> list[str]:
    known = {name: _UNKNOWN if found is None else found for name, found in facts.scope(instruction).variables().items()}
    given, escape = {**known, "PATH": ":".join(before)}, facts.dockerfile.escape
    path = expand(value, given, escape, unset=None if _OTHERWISE.search(value) else _UNKNOWN)
    return [_UNKNOWN, *before] if path is None else [folder.rstrip("/") or folder for folder in path.split(":")]
