"""Every comment of a file, to see that none gets lost."""

from __future__ import annotations

from collections import Counter

from dfopt.facts.facts import Facts
from dfopt.shell.nodes import Script
from dfopt.shell.walk import scripts
from dfopt.syntax.nodes import Run


def comments(facts: Facts) -> Counter[str]:
    """The texts of the comment lines and of the shell comments of modelled scripts, white space aside."""
    found = Counter(_plain(comment.text) for comment in facts.dockerfile.comments)
    for run in facts.dockerfile.find(Run):
        if run.script is not None and "#" in run.script.text:
            script = facts.script(run)
            if isinstance(script, Script):
                found.update(_plain(comment.text) for inner in scripts(script) for comment in inner.comments)
    return found


def _plain(text: str) -> str:
    return " ".join(text.split())
