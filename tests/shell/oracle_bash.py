"""What bash makes of a text: it prints the tree that it has read, without running anything."""

from __future__ import annotations

import re
import subprocess
from typing import Any

from dfopt.shell.nodes import HereDocument, NotModelled, Script
from dfopt.shell.parser import parse
from dfopt.shell.walk import canonical, nodes
from tests.shell.oracle_shfmt import has_type

Form = Any

_FUNCTION = re.compile(r"\bfunction (?=[A-Za-z_0-9]+ \(\))")
_ALL_ARGUMENTS = (("word", ('"', (("$", "@", "", None, False),))),)


def against_bash(text: str, script: Script, *options: str) -> str | None:
    """The difference from the tree that bash prints; None if there is none.

    Lists with here-documents are only checked for validity: bash prints them wrongly."""
    run = subprocess.run(
        ["bash", *options, "--pretty-print", "/dev/stdin"],
        input=text.encode(),
        capture_output=True,
        timeout=20,
        check=False,
    )
    if run.returncode or run.stderr:
        return f"bash {' '.join(options)} rejects it: {run.stderr.decode(errors='replace')}"
    if any(isinstance(node, HereDocument) for node in nodes(script)):
        return None
    printed = run.stdout.decode(errors="surrogateescape")
    tree = parse(_FUNCTION.sub("", printed))
    if isinstance(tree, NotModelled):
        return f"bash prints it as {printed!r}: {tree.reason}"
    ours, theirs = _normal(canonical(script)), _normal(canonical(tree))
    return None if ours == theirs else f"trees\n  ours {ours}\n  bash {theirs}\n  {printed!r}"


_SEQUENCES = {
    "simple": (1, 2, 3),
    "for": (2, 4),
    "case": (2, 3),
    "item": (1,),
    "if": (1, 3),
    "while": (3,),
    "until": (3,),
    "group": (2,),
    "subshell": (2,),
    "heredoc": (4,),
    "list": (1,),
    '"': (1,),
    "$((": (1,),
}
"""Where a form holds a sequence that does not begin with a kind."""


def _normal(form: Form) -> Form:
    """bash writes out defaults, and nests ``elif``."""
    if not has_type(form, tuple):
        return form
    kind = form[0]
    sequences = _SEQUENCES.get(kind, ())
    items: Form = tuple(
        tuple(map(_normal, item)) if at in sequences and item is not None else _normal(item)
        for at, item in enumerate(form)
    )
    if kind == "redirect":
        return _redirect(*items[1:])
    if kind == "function" and items[2][0] != "group":
        return ("function", items[1], ("group", ("script", items[2]), ()))
    if kind == "for" and items[2] is None:
        return ("for", items[1], _ALL_ARGUMENTS, *items[3:])
    if kind == "if" and len(items[1]) > 1:
        first, *rest = items[1]
        inner = _normal(("if", tuple(rest), items[2], ()))
        return ("if", (first,), ("script", inner), items[3])
    return items


def _redirect(descriptor: int | None, operator: str, target: Form, heredoc: Form) -> Form:
    number = descriptor if descriptor is not None else int(operator[0] == ">")
    if operator == "<>":
        number = 0  # bash does not print that it is 1
    if heredoc is not None:
        target = heredoc[1]
    return ("redirect", number, ">&" if target == "-" and operator == "<&" else operator, target, heredoc)
