"""Whether what a container starts with starts other processes: what shows it, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dfopt.expression import Expression
from dfopt.knowledge.inits import STARTERS
from dfopt.shell.nodes import Pipeline, Script, ShellNode, Simple, Statement, Word
from dfopt.shell.parser import parse
from dfopt.shell.walk import children

_SHELLS = Expression(r"(.*/)?(sh|bash|ash|dash)")
_COMMAND_OPTION = Expression(r"-[a-z]*c")
_PYTHON = Expression(r"(.*/)?(python|pypy|php|ruby|node)[0-9.]*")
_RUNNERS: tuple[tuple[str, ...], ...] = (
    ("poetry", "run"),
    ("pipenv", "run"),
    ("pdm", "run"),
    ("uv", "run"),
    ("rye", "run"),
    ("hatch", "run"),
    ("bundle", "exec"),
    ("dotenv", "run"),
    ("exec",),
    ("env",),
    ("time",),
    ("nohup",),
)


def shows_processes(argv: Sequence[str]) -> Iterator[str]:
    """What shows that a command starts other processes."""
    for at, word in enumerate(argv):
        if _SHELLS.fullmatch(word) and at + 2 < len(argv) and _COMMAND_OPTION.fullmatch(argv[at + 1]):
            yield from script_shows_processes(argv[at + 2])
            return
        if at and not re.fullmatch(r".*(entrypoint\S*|\.sh)", argv[at - 1]):
            break
        yield from _of_words(list(argv[at:]))


def script_shows_processes(text: str) -> Iterator[str]:
    script = parse(text)
    if isinstance(script, Script):
        yield from _of_node(script)


def _of_node(root: ShellNode) -> Iterator[str]:
    """What is in a substitution ends before the command that it stands in begins."""
    for node in children(root):
        if isinstance(node, Word):
            continue
        if isinstance(node, Statement) and node.terminator == "&":
            yield "a command is left running in the background"
        elif isinstance(node, Pipeline) and len(node.commands) > 1:
            yield "a pipeline is several processes"
        elif isinstance(node, Simple):
            yield from _of_words([word.value or "$" for word in node.words])
        yield from _of_node(node)


def _of_words(words: list[str]) -> Iterator[str]:
    words = _bare(words)
    if not words:
        return
    name = words[0].rpartition("/")[2]
    rest = f" {' '.join(words[1:])} "
    for pattern, needed, does in STARTERS:
        if re.fullmatch(pattern, name) and re.search(needed, rest):
            yield f"{name} {does}"


def _bare(words: list[str]) -> list[str]:
    """Without what only runs the rest: ``poetry run``, ``python -m``, ``python`` before a script."""
    while True:
        runner = next((found for found in _RUNNERS if tuple(words[: len(found)]) == found), ())
        if runner:
            words = words[len(runner) :]
            while words and (words[0].startswith("-") or re.match(r"\w+=", words[0])):
                words = words[1:]
        elif len(words) > 1 and _PYTHON.fullmatch(words[0]):
            words = words[1:]
            while words and words[0] in ("-u", "-m", "-O", "-B"):
                words = words[1:]
        else:
            return words
