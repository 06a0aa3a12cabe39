"""Whether a RUN reads a variable of its environment: known where its script names all that it runs."""

from __future__ import annotations

import re

from dfopt.facts.facts import Facts
from dfopt.facts.mentions import mentions, said
from dfopt.facts.packages import calls_of
from dfopt.facts.scripts import reads_startup_files
from dfopt.knowledge import environment as known
from dfopt.knowledge import shell_commands
from dfopt.knowledge.manager import NEVER
from dfopt.memo import kept
from dfopt.shell.argv import Argv, argv
from dfopt.shell.nodes import Arithmetic, Assign, Function, Literal, NotModelled, Script, Simple, Word
from dfopt.shell.parser import parse
from dfopt.shell.walk import branches, simple_commands
from dfopt.syntax.nodes import Run


def does_not_read(facts: Facts, run: Run, name: str) -> bool:
    """True if nothing that a RUN runs reads a variable: neither the script, nor a program on its own."""
    if known.READ_BY_ANY.fullmatch(name) or mentions(run, facts.dockerfile.source, name) or run.script is None:
        return False
    if _may_read_all(facts, run):
        return False
    if isinstance(facts.script(run), NotModelled) or reads_startup_files(facts.shell(run)):
        return False
    if not shell_commands.SHELL_SETTINGS.isdisjoint(facts.scope(run).variables()):
        return False
    read = variables_read(run.script.text)
    return read is not None and not any(re.fullmatch(pattern, name, re.IGNORECASE) for pattern in read)


def only_prepares(facts: Facts, run: Run, name: str) -> bool:
    """True if a RUN installs packages or sets up the system, and none of that is known to read a variable.

    No proof: a package may run a script of its own. Names that are no stamps are not taken past the packages of
    a language, which may be those of the project.
    """
    if known.CONFIGURES.fullmatch(name) or mentions(run, facts.dockerfile.source, name) or _may_read_all(facts, run):
        return False
    script = facts.script(run)
    if isinstance(script, NotModelled) or reads_startup_files(facts.shell(run)):
        return False
    is_stamp = known.STAMPS.fullmatch(name) is not None
    return not any(isinstance(node, Function) for node in branches(script)) and all(
        _prepares(command, is_stamp=is_stamp) for command in simple_commands(script)
    )


def _prepares(command: Simple, *, is_stamp: bool) -> bool:
    view = argv(command)
    if _prints_all(view):
        return False
    if not command.words or view.name in known.PREPARES or view.name in known.CHEAP or read_by(command) is not None:
        return True
    tables = (known.INSTALLS, known.FETCHES) if is_stamp else (known.INSTALLS,)
    calls = calls_of(command)
    return bool(calls) and all(
        any(re.fullmatch(table.get(call.manager.name, NEVER), call.verb) for table in tables)
        and call.verb.partition(" ")[0] not in known.RUNS
        and not any(_is_project(word.value) for word in call.packages)
        for call in calls
    )


def _may_read_all(facts: Facts, run: Run) -> bool:
    """True if a RUN names a place where the whole environment of a process is to be read."""
    return known.HELD_IN.search(said(run, facts.dockerfile.source)) is not None


def _prints_all(view: Argv) -> bool:
    """True for a builtin of the shell that prints all variables, or may."""
    words = " ".join(word.value or "" for word in view.words)
    return re.fullmatch(known.PRINTS.get(view.name or "", NEVER), words) is not None


def _is_project(word: str | None) -> bool:
    """True for a package that is a folder, or a file of the project."""
    return word is None or word[0:1] in (".", "/") or word.endswith((".whl", ".gz", ".tgz"))


def is_cheap(facts: Facts, run: Run) -> bool:
    """True if a RUN takes no time worth a cache."""
    script = facts.script(run)
    return isinstance(script, Script) and all(
        not command.words or _is_cheap(argv(command)) for command in simple_commands(script)
    )


def _is_cheap(view: Argv) -> bool:
    return view.name in known.CHEAP or known.CHEAP_WITH.get(view.name or "") in [
        word.value or "" for word in view.words
    ]


@kept(most=512)
def variables_read(text: str) -> frozenset[str] | None:
    """The variables that the programs of a script read on their own, as expressions; None if they may read any."""
    script = parse(text)
    if isinstance(script, NotModelled):
        return None
    patterns: set[str] = set()
    for node in branches(script):
        if isinstance(node, Function | Arithmetic) or (isinstance(node, Assign) and node.name == "PATH"):
            return None
        if isinstance(node, Simple) and node.words:
            found = read_by(node)
            if found is None:
                return None
            patterns.add(found)
    return frozenset(patterns - {""})


def read_by(command: Simple) -> str | None:
    """The expression for what a command reads on its own, empty if nothing; None if it may read any variable."""
    view = argv(command)
    if view.name is None or view.wrappers or view.name not in known.READERS:
        return None
    others = known.STARTS_OTHERS.get(view.name)
    if others and any(_may_match(others, word) for word in view.words):
        return None
    return known.READERS[view.name]


def _may_match(pattern: str, word: Word) -> bool:
    """True if a word, or an option that is not static, may be one of those that an expression is for."""
    if word.value is not None:
        return re.fullmatch(pattern, word.value) is not None
    first = word.parts[0]
    return not (isinstance(first, Literal) and first.text[:1] not in ("", "-"))
