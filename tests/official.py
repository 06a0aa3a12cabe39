"""dfopt's parser against the PyPI package ``dockerfile``, which binds the parser of BuildKit 0.12.5.

``differences`` is what the tests and the corpus ask: what the two read differently, less what ALLOWED
explains. Both read the whole file; comparing stops where an explained difference moves the line ends.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from dfopt.errors import DockerfileSyntaxError
from dfopt.source import BOM, Source
from dfopt.syntax import nodes
from dfopt.syntax.lines import SPACE
from dfopt.syntax.parser import parse
from dfopt.syntax.rejection import Rejection, Step
from dfopt.syntax.words import plain_words

_BINDING: Any = importlib.import_module("dockerfile")  # a module without types

ALLOWED = {
    "parser-only": "the binding does not call the instructions package (instructions/parse.go) nor link (convert.go)",
    "spaced-heredoc": "0.12.5 knows no white space between << and the name (parser.go, reHeredoc; shell/lex.go)",
    "check-directive": "0.12.5 does not know # check=, so directives end there (directives.go, validDirectives)",
    "text-after-json": "0.12.5 reads one JSON value and ignores what follows it (line_parsers.go, parseJSON)",
    "onbuild": "the binding drops a trigger's flags, 0.12.5 reads no heredoc in one (parser.go, heredocDirectives)",
    "nul": "the binding hands over a C string, which ends at a NUL",
    "not-utf-8": "the binding takes text only",
}


class Facts(NamedTuple):
    """What both parsers say of one instruction."""

    keyword: str
    trigger: str | None
    json: bool
    flags: tuple[str, ...]
    value: tuple[str, ...]
    heredocs: tuple[tuple[str, int, str], ...]
    lines: tuple[int, int]


def differences(source: Source) -> list[str]:
    """What the two parsers read differently and ALLOWED does not explain; each with the name of what differs."""
    return [text for name, text in all_differences(source) if name not in ALLOWED]


def all_differences(source: Source) -> list[tuple[str, str]]:
    """Each difference with its name: one of ALLOWED, or ``verdict`` or a field of Facts."""
    if not _is_text(source.text):
        return [("not-utf-8", "the file is not UTF-8")]
    if "\0" in source.text:
        return [("nul", "the file holds a NUL")]
    ours, theirs = _ours(source), _theirs(source.text)
    if isinstance(ours, DockerfileSyntaxError):
        return _our_refusal(source, ours, theirs)
    if isinstance(theirs, str):
        name = "text-after-json" if "comprised of strings" in theirs else _explained(source.text) or "verdict"
        return [(name, f"they refuse: {theirs}")]
    return list(_compare(source, ours, theirs))


def _is_text(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _our_refusal(source: Source, ours: DockerfileSyntaxError, theirs: list[Facts] | str) -> list[tuple[str, str]]:
    if isinstance(theirs, str):
        return []
    name = "parser-only" if step_of(ours) is not Step.PARSER else _explained(source.text) or "verdict"
    return [(name, f"we refuse: {ours}")]


def step_of(error: DockerfileSyntaxError) -> Step:
    """The step of BuildKit that an error of the parser stands for."""
    rejection = error.__cause__
    assert isinstance(rejection, Rejection)
    return rejection.step


def _explained(text: str) -> str | None:
    """The difference that a verdict on the whole text may come from."""
    if re.search(r"<<-?[\t\r ]", text):
        return "spaced-heredoc"
    if re.search(r"^[^\n]*#[^\n]*check[\t\f\r ]*=", text, re.IGNORECASE | re.MULTILINE):
        return "check-directive"
    if re.search(r"^[^\n]*ONBUILD[^\n]*", text, re.IGNORECASE | re.MULTILINE) and "<<" in text:
        return "onbuild"
    return None


def _compare(source: Source, ours: nodes.Dockerfile, theirs: list[Facts]) -> Iterator[tuple[str, str]]:
    end = len(BOM) if source.text.startswith(BOM) else 0
    for number, instruction in enumerate(ours.instructions):
        mine = _facts(ours, instruction, end)
        end = instruction.span.end
        if number == len(theirs):
            yield "verdict", f"they have no instruction {number}"
            return
        his = theirs[number]
        for field in Facts._fields:
            if field in ("json", "value") and isinstance(_trigger(instruction), nodes.Unchecked):
                continue
            if getattr(mine, field) != getattr(his, field):
                name = _name(ours, instruction, field)
                yield (
                    name,
                    f"{field} of instruction {number}: we {getattr(mine, field)!r}, they {getattr(his, field)!r}",
                )
                if mine.lines != his.lines:
                    return
    if len(theirs) > len(ours.instructions):
        yield "verdict", f"they have {len(theirs)} instructions"


def _name(tree: nodes.Dockerfile, instruction: nodes.Instruction, field: str) -> str:
    if isinstance(instruction, nodes.Onbuild) and field in ("heredocs", "lines"):
        return "onbuild"
    if field in ("heredocs", "lines") and any(_is_spaced(instruction, heredoc) for heredoc in instruction.heredocs):
        return "spaced-heredoc"
    if field in ("json", "value", "heredocs", "lines") and re.match(r"(?i:CMD\s+)?\[", _trigger(instruction).body.text):
        return "text-after-json"
    if any(directive.name == "check" for directive in tree.directives):
        return "check-directive"
    return field


def _is_spaced(instruction: nodes.Instruction, heredoc: nodes.Heredoc) -> bool:
    body = instruction.body
    return re.match(r"[0-9]*<<-?[\t\r ]", body.text[body.index(heredoc.opener.start) :]) is not None


def _trigger(instruction: nodes.Instruction) -> nodes.Instruction:
    return instruction.trigger if isinstance(instruction, nodes.Onbuild) else instruction


def _ours(source: Source) -> nodes.Dockerfile | DockerfileSyntaxError:
    try:
        return parse(source)
    except DockerfileSyntaxError as error:
        return error


def _theirs(text: str) -> list[Facts] | str:
    try:
        commands = _BINDING.parse_string(text)
    except _BINDING.GoParseError as error:
        return str(error)
    return [_their_facts(command) for command in commands]


def _their_facts(command: Any) -> Facts:
    return Facts(
        command.cmd.upper(),
        None if command.sub_cmd is None else command.sub_cmd.upper(),
        command.json,
        command.flags,
        command.value,
        tuple((heredoc.name, heredoc.file_descriptor, heredoc.content) for heredoc in command.heredocs),
        (command.start_line, command.end_line),
    )


def _facts(tree: nodes.Dockerfile, instruction: nodes.Instruction, after: int) -> Facts:
    trigger = _trigger(instruction)
    json, value = _value(trigger)
    return Facts(
        instruction.keyword,
        None if trigger is instruction else trigger.keyword,
        json,
        tuple(_flag(flag) for flag in instruction.flags),
        value,
        tuple((heredoc.name, heredoc.fd or 0, tree.source.slice(heredoc.body)) for heredoc in instruction.heredocs),
        _lines(tree, instruction, after),
    )


def _flag(flag: nodes.Flag) -> str:
    return f"--{flag.name}" if flag.value is None else f"--{flag.name}={flag.value}"


def _value(instruction: nodes.Instruction) -> tuple[bool, tuple[str, ...]]:
    """Whether the instruction is in exec form, and its arguments as the parser's nodes hold them."""
    match instruction:
        case nodes.Run(argv=argv) | nodes.Cmd(argv=argv) | nodes.Entrypoint(argv=argv) if argv is not None:
            return True, argv
        case nodes.Shell(argv=argv):
            return True, argv
        case nodes.Copy() | nodes.Add():
            return instruction.is_json, tuple(word.text for word in (*instruction.sources, instruction.destination))
        case nodes.Volume():
            return instruction.is_json, tuple(path.text for path in instruction.paths)
        case nodes.From() | nodes.Expose():
            return False, tuple(word.text for word in plain_words(instruction.body))
        case nodes.Env(pairs=pairs) | nodes.Label(pairs=pairs):
            return False, tuple(text for pair in pairs for text in (pair.key, pair.value or ""))
        case nodes.Arg(pairs=pairs):
            return False, tuple(pair.key if pair.value is None else f"{pair.key}={pair.value}" for pair in pairs)
        case nodes.Healthcheck(argv=argv, command=command):
            kind = re.match(rf"[^{SPACE}]*", instruction.body.text)
            assert kind is not None
            return argv is not None, (kind[0], *(argv or ()), *(() if command is None else (command.text,)))
        case _:
            return False, (instruction.body.text,) if instruction.body.text else ()


def _lines(tree: nodes.Dockerfile, instruction: nodes.Instruction, after: int) -> tuple[int, int]:
    """The physical lines that BuildKit counts: escapes alone on a line above, and a continuation that ends the file."""
    text = tree.source.text
    mark = re.escape(tree.escape)
    lead = re.search(
        rf"(?:^|\n)[{SPACE}]*{mark}[ \t]*\r*\n(?:[{SPACE}]*(?:#[^\n]*|{mark}[ \t]*\r*)?\n)*[{SPACE}]*\Z",
        text[after : instruction.span.start],
    )
    start = instruction.span.start if lead is None else after + lead.end() - len(lead[0].lstrip(SPACE))
    end = instruction.span.end
    space = SPACE.replace("\n", "")
    if not instruction.heredocs and re.match(rf"[{space}]*{mark}[ \t]*\r*\n", text[end:]):
        end = len(text.removesuffix("\n"))
    return tree.source.position(start).line, tree.source.position(end).line
