"""``# dfopt:`` comments that are not honoured: what is wrong with each, and what may be written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from dfopt.nearest import suggestion
from dfopt.source import Span
from dfopt.suppress import CONTROL
from dfopt.syntax.nodes import Dockerfile

_MEANT = re.compile(r"#[ \t]*dfopt(?:[ \t]*:|[ \t]+(?=ignore\b))[ \t]*(.*)", re.IGNORECASE)
_PARTS = re.compile(r"([^ \t\[]*)[ \t]*(\[[^\]]*\]?)?[ \t]*(.*)")
_WORDS = ("ignore", "ignore-file", "off", "on")
_ALLOWED = "allowed are ignore, ignore[ID, …], off, on and ignore-file, with reason=… behind them"


def mistakes(dockerfile: Dockerfile, known: Collection[str]) -> Iterator[tuple[Span, str]]:
    """The comments that no transform heeds, or that name one that is not ``known``; and why, in words."""
    attached = {
        comment.span
        for instruction in dockerfile.instructions
        for comment in (*instruction.comments, *instruction.inner_comments)
    }
    is_off = False
    for comment in dockerfile.comments:
        match = CONTROL.match(comment.text)
        if match is None:
            if meant := _MEANT.match(comment.text):
                yield comment.span, _wrong(meant[1].rstrip())
            continue
        yield from ((comment.span, problem) for problem in _names(match[2], known))
        if match[1] == "ignore" and comment.span not in attached:
            yield comment.span, "there is no instruction right below this ignore"
        elif match[1] == "on" and not is_off:
            yield comment.span, "there is no off above this on"
        is_off = match[1] == "off" or (is_off and match[1] != "on")


def _wrong(said: str) -> str:
    """Why what follows the colon is not understood."""
    parts = _PARTS.match(said)
    assert parts is not None
    word, brackets, rest = parts[1], parts[2] or "", parts[3]
    if not word:
        return f"this says nothing to dfopt; {_ALLOWED}"
    if word not in _WORDS:
        return f"{word!r} says nothing to dfopt{suggestion(word, _WORDS) or ';'} {_ALLOWED}"
    if brackets and not brackets.endswith("]"):
        return f"a bracket is not closed; {_ALLOWED}"
    if rest and not rest.startswith("reason="):
        return f"{rest!r} is not a reason=…; {_ALLOWED}"
    return f"it is written '# dfopt: {said}'; {_ALLOWED}"


def _names(listed: str | None, known: Collection[str]) -> Iterator[str]:
    """What is wrong with the ids in brackets."""
    if listed is None:
        return
    for name in listed.split(","):
        name = name.strip()
        if not name:
            yield "an id is missing in the brackets; without brackets it is about all transforms"
        elif name not in known:
            yield f"there is no transform {name!r}{suggestion(name, known) or ';'} allowed are {', '.join(known)}"
