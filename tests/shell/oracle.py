"""Where our tree of a text differs from shfmt's or dash's."""

from __future__ import annotations

from typing import Any

from dfopt.shell.nodes import Arithmetic, Script, Word
from dfopt.shell.parser import parse
from dfopt.shell.walk import canonical, comments, nodes
from tests.shell.oracle_dash import DashWorker, dash_form, our_form
from tests.shell.oracle_shfmt import has_type, shfmt_reading

REJECTED = "shfmt rejects it"


def against_shfmt(text: str, script: Script) -> str | None:
    """The first difference from shfmt's tree, its words' places, or its comments; None if there is none."""
    reading = shfmt_reading(text)
    if reading is None:
        simpler = _plain_arithmetic(text, script)
        tree = parse(simpler)
        return REJECTED if simpler == text or not isinstance(tree, Script) else against_shfmt(simpler, tree)
    ours = _without_blanks(canonical(script))
    theirs = _without_blanks(reading.form)
    if ours != theirs:
        return f"trees\n  ours  {ours}\n  shfmt {theirs}"
    if (places := word_places(text, script)) != reading.words:
        return f"words\n  ours  {places}\n  shfmt {reading.words}"
    if "`" not in text:
        found = sorted(
            (_bytes(text, comment.span.start), comment.text[1:].rstrip("\r")) for comment in comments(script)
        )
        if found != reading.comments:
            return f"comments\n  ours  {found}\n  shfmt {reading.comments}"
    return None


def _plain_arithmetic(text: str, script: Script) -> str:
    """The text with every arithmetic expansion made trivial: shfmt parses them, the shells do when they run."""
    found: list[str] = []
    at = 0
    for node in nodes(script, backquotes=False):
        if isinstance(node, Arithmetic) and node.span.start >= at:
            found += [text[at : node.span.start], "$((1))"]
            at = node.span.end
    return "".join(found) + text[at:]


def against_dash(text: str, script: Script, worker: DashWorker) -> str | None:
    tree = worker.tree(text)
    if tree is None:
        return "dash rejects it"
    ours, theirs = our_form(script), dash_form(tree)
    return None if ours == theirs else f"trees\n  ours {ours}\n  dash {theirs}"


def word_places(text: str, script: Script) -> list[tuple[int, int]]:
    """The byte ranges of the words that are not empty and not within backquotes."""
    return sorted(
        (_bytes(text, node.span.start), _bytes(text, node.span.end))
        for node in nodes(script, backquotes=False)
        if isinstance(node, Word) and node.parts
    )


def _bytes(text: str, at: int) -> int:
    return at if text.isascii() else len(text[:at].encode())


def _without_blanks(form: Any) -> Any:
    """shfmt does not keep the blanks of arithmetic."""
    if not has_type(form, tuple):
        return form
    if form and form[0] == "$((":
        return _arithmetic(form[1])
    return tuple(_without_blanks(item) for item in form)


def _arithmetic(items: tuple[Any, ...]) -> Any:
    found = ["".join(item.split()) if isinstance(item, str) else _without_blanks(item) for item in items]
    return ("$((", tuple(item for item in found if item != ""))
