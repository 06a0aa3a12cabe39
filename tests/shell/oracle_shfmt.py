"""shfmt's tree (mvdan/sh) in the form that ``canonical`` gives to ours, with the places of words and comments."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

SHFMT = str(Path(sys.executable).parent / "shfmt")

Json = Any
Form = Any

EMPTY: Json = {}
NOTHING: Json = ()

_ESCAPES = {
    "word": re.compile(r"\\(.)", re.DOTALL),
    "double": re.compile(r'\\([$`"\\\n])'),
    "heredoc": re.compile(r"\\([$`\\\n])"),
}


class Reading(NamedTuple):
    form: Form
    words: list[tuple[int, int]]
    """Byte ranges of the words that are not within backquotes."""
    comments: list[tuple[int, str]]


def shfmt_json(text: str) -> Json | None:
    """The tree as shfmt prints it; None if it rejects the text."""
    run = subprocess.run(
        [SHFMT, "--to-json", "-ln", "posix"],
        input=text.encode(),
        capture_output=True,
        timeout=20,
        check=False,
    )
    return None if run.returncode else json.loads(run.stdout)


def shfmt_reading(text: str) -> Reading | None:
    tree = shfmt_json(text)
    if tree is None:
        return None
    reader = _Reader()
    form = reader.script(tree)
    comments: list[tuple[int, str]] = []
    _collect_comments(tree, comments)
    words = [(start, _word_end(text.encode(), start, end)) for start, end in reader.words]
    return Reading(form, sorted(words), sorted(comments))


_CONTINUATION_AT_END = re.compile(rb"(?<!\\)((?:\\\\)*)(?:\\\n)+\Z")


def _word_end(text: bytes, start: int, end: int) -> int:
    """Without line continuations at the end of a word, which shfmt sometimes counts in."""
    match = _CONTINUATION_AT_END.search(text[start:end])
    return end if match is None else start + match.end(1)


def has_type(value: Any, kind: type) -> bool:
    """``isinstance`` that leaves the type of what JSON holds open for type checkers."""
    return isinstance(value, kind)


def _collect_comments(tree: Any, found: list[tuple[int, str]]) -> None:
    if has_type(tree, list):
        for item in tree:
            _collect_comments(item, found)
    elif has_type(tree, dict):
        if "Hash" in tree:
            found.append((tree["Hash"].get("Offset", 0), tree.get("Text", "").rstrip("\r")))
        for item in tree.values():
            _collect_comments(item, found)


class _Reader:
    """Lists and pipelines are taken apart into commands and operators in the order of the text and put together
    anew, because shfmt puts what follows a function's body into it (``f() { a; } || b``)."""

    def __init__(self) -> None:
        self.words: list[tuple[int, int]] = []
        self.backquotes = 0

    def script(self, node: Json, key: str = "Stmts") -> Form:
        return ("script", *(self.statement(item) for item in (node or EMPTY).get(key) or NOTHING))

    def statement(self, node: Json) -> Form:
        commands, operators, background = self.flat(node)
        form = _together(commands, operators)
        return ("&", form) if background else form

    def flat(self, node: Json) -> tuple[list[Form], list[str], bool]:
        """Commands, each with whether ``!`` stands in front; the operators between; whether ``&`` ends them."""
        command: Json = node.get("Cmd") or EMPTY
        background = bool(node.get("Background"))
        negated = bool(node.get("Negated"))
        if command.get("Type") == "FuncDecl":
            commands, operators, inner = self.flat(command["Body"])
            commands[0] = (negated, ("function", command["Name"]["Value"], commands[0][1]))
            return commands, operators, background or inner
        if command.get("Type") != "BinaryCmd":
            return [(negated, self.command(node))], [], background
        left, right = self.flat(command["X"]), self.flat(command["Y"])
        commands = left[0] + right[0]
        commands[0] = (negated or commands[0][0], commands[0][1])
        return commands, [*left[1], command["Op"], *right[1]], background or left[2] or right[2]

    def command(self, node: Json) -> Form:
        command: Json = node.get("Cmd") or {"Type": "CallExpr"}
        redirects = tuple(self.redirect(item) for item in node.get("Redirs") or NOTHING)
        kind = command["Type"]
        if kind == "CallExpr":
            assigns = tuple(self.assign(item) for item in command.get("Assigns") or NOTHING)
            words = tuple(self.word(item) for item in command.get("Args") or NOTHING)
            return ("simple", words, assigns, redirects) if assigns or redirects else ("simple", words)
        return (*self.shape(command), redirects)

    def shape(self, node: Json) -> tuple[Form, ...]:
        kind = node["Type"]
        if kind == "Subshell":
            return ("subshell", self.script(node))
        if kind == "Block":
            return ("group", self.script(node))
        if kind == "WhileClause":
            return ("until" if node.get("Until") else "while", self.script(node, "Cond"), self.script(node, "Do"))
        if kind == "ForClause":
            loop = node["Loop"]
            words = tuple(self.word(item) for item in loop.get("Items") or NOTHING) if "InPos" in loop else None
            return ("for", loop["Name"]["Value"], words, self.script(node, "Do"))
        if kind == "CaseClause":
            items = tuple(self.item(item) for item in node.get("Items") or NOTHING)
            return ("case", self.word(node["Word"]), items)
        if kind == "IfClause":
            return ("if", *self.branches(node))
        return (kind,)

    def item(self, node: Json) -> Form:
        return ("item", tuple(self.word(word) for word in node["Patterns"]), self.script(node))

    def branches(self, node: Json) -> tuple[Form, Form]:
        found: list[Form] = []
        otherwise = None
        rest: Json | None = node
        while rest is not None:
            if "ThenPos" not in rest:
                otherwise = self.script(rest, "Then")
                break
            found.append(("branch", self.script(rest, "Cond"), self.script(rest, "Then")))
            rest = rest.get("Else")
        return tuple(found), otherwise

    def assign(self, node: Json) -> Form:
        value = self.word(node["Value"]) if node.get("Value") else ("word",)
        kind = "array" if node.get("Array") or node.get("Append") or node.get("Index") else "="
        return (kind, node["Name"]["Value"], value)

    def redirect(self, node: Json) -> Form:
        number = node["N"]["Value"] if node.get("N") else None
        fd = int(number) if number is not None and number.isdecimal() else number
        heredoc = None
        if node["Op"] in ("<<", "<<-"):
            heredoc = self.heredoc(node)
        return ("redirect", fd, node["Op"], self.word(node["Word"]), heredoc)

    def heredoc(self, node: Json) -> Form:
        delimiter = self.parts(node["Word"]["Parts"], "word")
        quoted = any(not isinstance(part, str) for part in delimiter)
        text = "".join(part if isinstance(part, str) else _plain(part) for part in delimiter)
        strip = node["Op"] == "<<-"
        parts = (node.get("Hdoc") or EMPTY).get("Parts") or NOTHING
        if quoted:
            body = "".join(part.get("Value", "?") for part in parts)
            lines = body.split("\n")
            body = "\n".join(line.lstrip("\t") for line in lines) if strip else body
            return ("heredoc", text, True, strip, (body,) if body else ())
        return ("heredoc", text, False, strip, self.parts(_without_tabs(parts) if strip else parts, "heredoc"))

    def word(self, node: Json) -> Form:
        if not self.backquotes:
            self.words.append((node["Pos"].get("Offset", 0), node["End"]["Offset"]))
        parts = self.parts(node["Parts"], "word")
        return parts[0] if len(parts) == 1 and isinstance(parts[0], str) else ("word", *parts)

    def brace_word(self, node: Json, context: str) -> Form:
        if not self.backquotes:
            self.words.append((node["Pos"].get("Offset", 0), node["End"]["Offset"]))
        parts = self.parts(node["Parts"], context)
        return parts[0] if len(parts) == 1 and isinstance(parts[0], str) else ("word", *parts)

    def parts(self, nodes: Any, context: str) -> tuple[Form, ...]:
        found: list[Form] = []
        for node in nodes:
            for item in self.part(node, context):
                if isinstance(item, str) and found and isinstance(found[-1], str):
                    found[-1] += item
                elif item != "":
                    found.append(item)
        return tuple(found)

    def part(self, node: Json, context: str) -> list[Form]:
        kind = node["Type"]
        if kind == "Lit":
            return _unescape(node.get("Value", ""), context)
        if kind == "SglQuoted":
            return [("dollar'" if node.get("Dollar") else "'", node.get("Value", ""))]
        if kind == "DblQuoted":
            return [('dollar"' if node.get("Dollar") else '"', self.parts(node.get("Parts") or NOTHING, "double"))]
        if kind == "ParamExp":
            return [self.parameter(node, context)]
        if kind == "CmdSubst":
            return [self.substitution(node)]
        if kind == "ArithmExp":
            return [("$((", tuple(_joined(self.arithmetic(node["X"]))))]
        return [(kind,)]

    def parameter(self, node: Json, context: str) -> Form:
        name = node["Param"]["Value"]
        if any(node.get(key) for key in ("Excl", "Width", "Index", "Slice", "Repl", "Names")):
            return ("bash parameter",)
        if node.get("Length"):
            return ("$", name, "#len", None, True)
        if not node.get("Exp"):
            return ("$", name, "", None, not node.get("Short"))
        word = node["Exp"].get("Word")
        inner = "word" if context == "word" else "double"
        return ("$", name, node["Exp"]["Op"], self.brace_word(word, inner) if word else ("word",), True)

    def substitution(self, node: Json) -> Form:
        quoted = bool(node.get("Backquotes"))
        self.backquotes += quoted
        form = self.script(node)
        self.backquotes -= quoted
        return ("`" if quoted else "$(", form)

    def arithmetic(self, node: Json) -> list[Form]:
        """The tokens without blanks."""
        kind = node["Type"]
        if kind == "BinaryArithm":
            return [*self.arithmetic(node["X"]), node["Op"], *self.arithmetic(node["Y"])]
        if kind == "ParenArithm":
            return ["(", *self.arithmetic(node["X"]), ")"]
        if kind == "UnaryArithm":
            inner = self.arithmetic(node["X"])
            return [*inner, node["Op"]] if node.get("Post") else [node["Op"], *inner]
        if kind == "Word":
            return list(self.parts(node["Parts"], "double"))
        return [(kind,)]


def _together(commands: list[Form], operators: list[str]) -> Form:
    pipelines: list[list[Form]] = [[commands[0]]]
    for operator, command in zip(operators, commands[1:], strict=True):
        if operator == "|":
            pipelines[-1].append(command)
        else:
            pipelines.append([command])
    joints = tuple(operator for operator in operators if operator != "|")
    forms = [_pipeline(pipeline) for pipeline in pipelines]
    return ("list", joints, *forms) if joints else forms[0]


def _pipeline(commands: list[Form]) -> Form:
    negated, first = commands[0]
    if len(commands) == 1 and not negated:
        return first
    return ("pipeline", negated, *(form for _, form in commands))


def _plain(part: Form) -> str:
    return "".join(part[1]) if part[0] == '"' else part[1]


def _joined(items: list[Form]) -> list[Form]:
    found: list[Form] = []
    for item in items:
        if isinstance(item, str) and found and isinstance(found[-1], str):
            found[-1] += item
        else:
            found.append(item)
    return found


def _unescape(text: str, context: str) -> list[Form]:
    found: list[Form] = []
    at = 0
    for match in _ESCAPES[context].finditer(text):
        found.append(text[at : match.start()])
        if match[1] != "\n":
            found.append(("\\", match[1]))
        at = match.end()
    found.append(text[at:])
    return [item for item in found if item != ""]


def _without_tabs(parts: Any) -> list[Json]:
    found: list[Json] = []
    line_start = True
    for part in parts:
        if part["Type"] == "Lit":
            lines = part["Value"].split("\n")
            stripped = [lines[0].lstrip("\t") if line_start else lines[0], *(line.lstrip("\t") for line in lines[1:])]
            found.append({"Type": "Lit", "Value": "\n".join(stripped)})
            line_start = part["Value"].endswith("\n")
        else:
            found.append(part)
            line_start = False
    return found
