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
    return Reading(form, sorted(reader.words), sorted(comments))


def has_type(value: Any, kind: type) -> bool:
    """``isinstance`` that leaves the type of what JSON holds open for type checkers."""
    return isinstance(value, kind)


def _collect_comments(tree: Any, found: list[tuple[int, str]]) -> None:
    if has_type(tree, list):
        for item in tree:
            _collect_comments(item, found)
    elif has_type(tree, dict):
        if "Hash" in tree:
            found.append((tree["Hash"].get("Offset", 0), tree.get("Text", "")))
        for item in tree.values():
            _collect_comments(item, found)


class _List(NamedTuple):
    pipelines: list[Form]
    operators: list[str]


class _Reader:
    def __init__(self) -> None:
        self.words: list[tuple[int, int]] = []
        self.backquotes = 0

    def script(self, node: Json | None, key: str = "Stmts") -> Form:
        return ("script", *(self.statement(item) for item in (node or EMPTY).get(key) or NOTHING))

    def statement(self, node: Json) -> Form:
        form = self.and_or(self.flat(node))
        return ("&", form) if node.get("Background") or self.hidden_background(node) else form

    def hidden_background(self, node: Json) -> bool:
        """In ``f() { a; } | b &`` the operator and what follows are put into the function's body."""
        command = node.get("Cmd") or EMPTY
        return command.get("Type") == "FuncDecl" and bool(command["Body"].get("Background"))

    def and_or(self, items: _List) -> Form:
        if not items.operators:
            return items.pipelines[0]
        return ("list", tuple(items.operators), *items.pipelines)

    def flat(self, node: Json) -> _List:
        """The pipelines of an and-or list."""
        command = node.get("Cmd") or EMPTY
        if command.get("Type") == "FuncDecl" and (command["Body"].get("Cmd") or EMPTY).get("Type") == "BinaryCmd":
            return self.hoisted(command, self.flat(command["Body"]))
        if command.get("Type") != "BinaryCmd" or command["Op"] == "|":
            return _List([self.pipeline(node)], [])
        left, right = self.flat(command["X"]), self.flat(command["Y"])
        return _List(left.pipelines + right.pipelines, [*left.operators, command["Op"], *right.operators])

    def hoisted(self, function: Json, body: _List) -> _List:
        first = body.pipelines[0]
        name = function["Name"]["Value"]
        if first[0] == "pipeline":
            first = (*first[:2], ("function", name, first[2]), *first[3:])
        else:
            first = ("function", name, first)
        return _List([first, *body.pipelines[1:]], body.operators)

    def pipeline(self, node: Json) -> Form:
        commands = self.piped(node)
        negated = bool(node.get("Negated"))
        if len(commands) == 1 and not negated:
            return commands[0]
        return ("pipeline", negated, *commands)

    def piped(self, node: Json) -> list[Form]:
        command = node.get("Cmd") or EMPTY
        if command.get("Type") == "BinaryCmd" and command["Op"] == "|":
            return self.piped(command["X"]) + self.piped(command["Y"])
        return [self.command(node)]

    def command(self, node: Json) -> Form:
        command: Json = node.get("Cmd") or {"Type": "CallExpr"}
        redirects = tuple(self.redirect(item) for item in node.get("Redirs") or NOTHING)
        kind = command["Type"]
        if kind == "CallExpr":
            assigns = tuple(self.assign(item) for item in command.get("Assigns") or NOTHING)
            words = tuple(self.word(item) for item in command.get("Args") or NOTHING)
            return ("simple", words, assigns, redirects) if assigns or redirects else ("simple", words)
        if kind == "FuncDecl":
            return ("function", command["Name"]["Value"], self.and_or(self.flat(command["Body"])))
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
            body = "".join(part["Value"] for part in parts)
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
