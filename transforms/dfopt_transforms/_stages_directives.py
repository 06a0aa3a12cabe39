"""What ``go generate`` runs: the directives in the sources say it."""

from __future__ import annotations

import re

from dfopt.facts.built import UNKNOWN
from dfopt.knowledge import runners
from dfopt_transforms._stages_parts import Old, RefusedError

_DIRECTIVE = re.compile(r"(?m)^//go:generate[ \t]+(\S.*)$")
_RUN = re.compile(r"(?:go[ \t]+(?:run|tool)[ \t]+(?:-\S+[ \t]+)*)?(\S+)")


def check_directives(old: Old) -> None:
    """Raises RefusedError if one of them runs what may write other files than sources."""
    called = [
        [word.value or "$" for word in view.words] for each in old.builds for view in each.commands if view.base == "go"
    ]
    if not any(words[:1] == ["generate"] for words in called):
        return
    for each in (each for each in old.laid if each.path.endswith(".go") and each.copy in old.head):
        for line in _DIRECTIVE.findall(old.text(each.path)):
            run = _RUN.match(line)
            name = run[1] if run else line
            if not (runners.GENERATOR_NAMES.fullmatch(name) or runners.GENERATORS.fullmatch(name)):
                raise RefusedError(UNKNOWN, f"{line.strip()}, in {each.entry.path}")
