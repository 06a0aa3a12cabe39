"""Small changes to the text of a Dockerfile, most of which change what it means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Final

from dfopt.errors import DfoptError
from dfopt.shell.nodes import Function, Loop, NotModelled, Script, Simple, Statement
from dfopt.shell.parser import parse as parse_script
from dfopt.shell.walk import canonical, nodes
from dfopt.source import Source
from dfopt.syntax.nodes import Run
from dfopt.syntax.parser import parse

_TOKEN: Final = re.compile(r"&&|\|\||\|(?!\|)|;|&|[(){}!]|'[^']*'|\"[^\"]*\"|(?:[^ \t\n;&|(){}'\"]|\$\([^)]*\))+")
_OPERATORS: Final = ("&&", "||", ";", "|", "&")
_PAIRS: Final = {"(": ")", "{": "}"}


def mutant(text: str, random: Random) -> str:
    """The text with one change: in its tokens, its statements, its lines or its brackets."""
    return random.choice((_token, _operator, _statement, _bracket, _line, _negation, _split, _join))(text, random)


def rearranged(text: str, random: Random) -> str:
    """The text with one change that may keep its meaning: RUNs split or joined, brackets put or removed."""
    return random.choice((_split, _join, _bracket))(text, random)


def _spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _TOKEN.finditer(text, max(text.find("RUN"), 0))]


def _put(text: str, span: tuple[int, int], new: str) -> str:
    return text[: span[0]] + new + text[span[1] :]


def _token(text: str, random: Random) -> str:
    """A token dropped, doubled, or put in the place of the next one."""
    spans = _spans(text)
    at = random.randrange(len(spans))
    here = text[slice(*spans[at])]
    kind = random.choice("dropped doubled swapped".split())
    if kind == "dropped":
        return _put(text, spans[at], "")
    if kind == "doubled" or at + 1 == len(spans):
        return _put(text, spans[at], f"{here} {here}")
    following = text[slice(*spans[at + 1])]
    return _put(_put(text, spans[at + 1], here), spans[at], following)


def _operator(text: str, random: Random) -> str:
    spans = [span for span in _spans(text) if text[slice(*span)] in _OPERATORS]
    return _put(text, random.choice(spans), random.choice(_OPERATORS)) if spans else text


def _split(text: str, random: Random) -> str:
    """One RUN becomes two, the second perhaps with the ``set`` that the first begins with."""
    spans = [span for span in _spans(text) if text[slice(*span)] in _OPERATORS]
    if not spans:
        return text
    span = random.choice(spans)
    setting = re.search(r"RUN (set -[a-z]+(?: pipefail)?(?:;| &&) )", text[: span[0]])
    return _put(text, span, f"\nRUN {setting[1] if setting and random.random() < 0.8 else ''}")


def _join(text: str, random: Random) -> str:
    """Two RUNs become one, the first or second perhaps in brackets, the second perhaps without its ``set``."""
    lines = text.split("\n")
    places = [at for at in range(len(lines) - 1) if lines[at].startswith("RUN ") and lines[at + 1].startswith("RUN ")]
    if not places:
        return text
    at = random.choice(places)
    first, second = lines[at].removeprefix("RUN "), lines[at + 1].removeprefix("RUN ")
    setting = re.match(r"set -[a-z]+(?: pipefail)?(?:;| &&) ", first)
    head = setting[0] if setting and random.random() < 0.5 else ""
    first, second = first.removeprefix(head), second.removeprefix(head)
    forms = ("{}", "{}", "( {} )", "{{ {}; }}")
    first, second = random.choice(forms).format(first), random.choice(forms).format(second)
    lines[at : at + 2] = [f"RUN {head}{first}{random.choice((' && ', ' && ', '; '))}{second}"]
    return "\n".join(lines)


def _negation(text: str, random: Random) -> str:
    span = random.choice(_spans(text))
    return _put(text, span, f"! {text[slice(*span)]}")


def _bracket(text: str, random: Random) -> str:
    """Brackets removed, put around something, or of the other kind."""
    spans = _spans(text)
    pairs = list(_pairs(text, spans))
    if pairs and random.random() < 0.6:
        first, last = random.choice(pairs)
        opening, closing = random.choice((("", ""), ("{ ", "; }"), ("( ", " )")))
        return _put(_put(text, last, closing), first, opening)
    first, last = sorted((random.choice(spans), random.choice(spans)))
    opening, closing = random.choice((("{ ", "; }"), ("( ", " )")))
    return f"{text[: first[0]]}{opening}{text[first[0] : last[1]]}{closing}{text[last[1] :]}"


def _pairs(text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    opened: list[tuple[int, int]] = []
    for span in spans:
        token = text[slice(*span)]
        if token in _PAIRS:
            opened.append(span)
        elif token in _PAIRS.values() and opened:
            yield opened.pop(), span


def _line(text: str, random: Random) -> str:
    """A line moved over the next one, dropped or doubled."""
    lines = text.split("\n")
    first = next((at for at, line in enumerate(lines) if line.startswith("RUN")), len(lines) - 1)
    at = random.randrange(first, len(lines))
    if random.random() < 0.4:
        del lines[at]
    else:
        to = random.randrange(first, len(lines))
        lines.insert(to, lines[at] if random.random() < 0.3 else lines.pop(at))
    return "\n".join(lines)


def _statement(text: str, random: Random) -> str:
    """A statement, or a part of a list, dropped, doubled, or exchanged with another."""
    try:
        run = random.choice(list(parse(Source(text)).find(Run)))
    except (DfoptError, IndexError):
        return text
    script = None if run.script is None else parse_script(run.script.text)
    if run.script is None or isinstance(script, NotModelled | None):
        return text
    found = [
        each.span
        for node in nodes(script, backquotes=False)
        if isinstance(node, Statement)
        for each in (node, *node.list.pipelines)
    ]
    if not found:
        return text
    one, other = (run.script.span(*random.choice(found)) for _ in range(2))
    kind = random.choice("dropped doubled exchanged".split())
    if kind == "dropped":
        return _put(text, one, random.choice(("", "true")))
    here = text[slice(*one)]
    if kind == "doubled" or (one.start < other.end and other.start < one.end):
        return _put(text, one, f"{here}{random.choice((' && ', '; '))}{here}")
    first, last = sorted((one, other))
    ours, theirs = text[slice(*first)], text[slice(*last)]
    return _put(_put(text, last, ours), first, theirs)


def programs(text: str) -> list[object]:
    """What the RUNs of a Dockerfile say, without layout: equal for two texts that read the same."""
    found: list[object] = []
    for run in parse(Source(text)).find(Run):
        script = NotModelled("", 0) if run.script is None else parse_script(run.script.text)
        found.append(run.body.text if isinstance(script, NotModelled) else canonical(script))
    return found


def may_run_on(text: str) -> bool:
    """True if a script may not come to an end: a loop without its break, a function that calls itself."""
    for run in parse(Source(text)).find(Run):
        script = None if run.script is None else parse_script(run.script.text)
        if not isinstance(script, Script):
            return True
        for node in nodes(script):
            if isinstance(node, Loop) and not _calls(node.body.statements[-1], "break"):
                return True
            if isinstance(node, Function) and any(_calls(inner, node.name) for inner in nodes(node.body)):
                return True
    return False


def _calls(node: object, name: str) -> bool:
    if isinstance(node, Statement):
        command = node.list.pipelines[0].commands[0]
        return len(node.list.pipelines) == 1 and _calls(command, name)
    return isinstance(node, Simple) and any(word.value == name for word in node.words)
